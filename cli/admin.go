package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"moonwire/account"
	"moonwire/server/admin"
)

const (
	// adminTokenVariable has the token for --admin.
	adminTokenVariable = "MOONWIRE_ADMIN_TOKEN"
	maxAdminFile       = 4 << 10
	// completionTime is how long a person who presses Tab waits for names.
	completionTime = time.Second
)

// adminOptions are the flags of commands that ask a running moonwire.
type adminOptions struct {
	p                  Process
	data, config, addr string
	json               bool
}

// adminCommand makes a command that asks a running moonwire.
func adminCommand(p Process, cmd cobra.Command, run func(*adminAsk, []string) error) *cobra.Command {
	o := &adminOptions{p: p}
	f := cmd.Flags()
	f.StringVar(&o.data, "data", "", "data folder of the running moonwire (from moonwire.yaml, else ./.moonwire)")
	f.StringVar(&o.config, "config", configName, "the operator's file, for its data folder")
	f.StringVar(&o.addr, "admin", "", "URL of its admin address in place of --data; the token stands in "+adminTokenVariable)
	f.BoolVar(&o.json, "json", false, "print the answer as JSON")
	cmd.RunE = func(c *cobra.Command, args []string) error {
		client, err := o.client(c)
		if err != nil {
			return err
		}
		return o.explain(run(&adminAsk{cmd: c, client: client, json: o.json}, args))
	}
	if cmd.ValidArgsFunction == nil {
		cmd.ValidArgsFunction = o.complete
	}
	return &cmd
}

// adminAsk is one command that is carried out.
type adminAsk struct {
	cmd    *cobra.Command
	client admin.Client
	json   bool
}

// call calls a method. With --json its answer is printed as it comes; shown says that this was done.
func (a *adminAsk) call(method string, body, v any) (shown bool, err error) {
	if !a.json {
		return false, a.client.Call(a.cmd.Context(), method, body, v)
	}
	var answer any
	if err := a.client.Call(a.cmd.Context(), method, body, &answer); err != nil {
		return false, err
	}
	return true, printJSON(a.cmd.OutOrStdout(), answer)
}

// say prints one line of a result.
func (a *adminAsk) say(format string, args ...any) error {
	_, err := fmt.Fprintf(a.cmd.OutOrStdout(), format+"\n", args...)
	return err
}

// client finds the running moonwire.
func (o *adminOptions) client(cmd *cobra.Command) (admin.Client, error) {
	as := ""
	if u, err := user.Current(); err == nil {
		as = u.Username
	}
	if o.addr != "" {
		token, _ := o.p.Getenv(adminTokenVariable)
		if strings.TrimSpace(token) == "" {
			return admin.Client{}, exitWith(ExitConfig, errors.New("--admin needs a token: put the second line of admin.token, from the data folder of that moonwire, into "+adminTokenVariable))
		}
		address, err := adminURL(o.addr)
		if err != nil {
			return admin.Client{}, err
		}
		return admin.Client{URL: address, Token: strings.TrimSpace(token), As: as}, nil
	}
	file, err := o.file(cmd)
	if err != nil {
		return admin.Client{}, err
	}
	address, token, err := readAdminFile(file)
	return admin.Client{URL: address, Token: token, As: as}, err
}

// adminURL is the address in --admin.
func adminURL(given string) (string, error) {
	if !strings.Contains(given, "://") {
		given = "http://" + given
	}
	u, err := url.Parse(given)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || strings.Trim(u.Path, "/") != "" {
		return "", errors.New("--admin: want the admin address of a moonwire, such as http://127.0.0.1:8420")
	}
	return u.Scheme + "://" + u.Host, nil
}

// file is where the running moonwire has said where it is.
func (o *adminOptions) file(cmd *cobra.Command) (string, error) {
	if o.data == "" {
		c, err := loadConfig(o.config, cmd.Flags().Changed("config"), o.p.Getenv)
		if err != nil {
			return "", exitWith(ExitConfig, err)
		}
		o.data = c.Data
	}
	return filepath.Join(o.data, adminFileName), nil
}

// nothingRuns is said where no moonwire has a data folder, or where none answers.
func nothingRuns(file string) string {
	return "no moonwire runs on the data folder " + filepath.Dir(file) + ": start `moonwire serve` or `moonwire dev`, or say with --data which folder it has"
}

// readAdminFile reads the file that a running moonwire keeps.
func readAdminFile(file string) (address, token string, err error) {
	files := account.FileReader{Limit: maxAdminFile}
	body, err := files.Read(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", "", exitWith(ExitUnreachable, errors.New(nothingRuns(file)))
	case errors.Is(err, fs.ErrPermission):
		return "", "", exitWith(ExitConfig, fmt.Errorf("%s: permission denied; only the user who runs that moonwire may ask it", file))
	case err != nil:
		return "", "", exitWith(ExitConfig, fmt.Errorf("%s: %s", file, systemWords(err)))
	}
	lines := strings.Split(strings.TrimSpace(string(body)), "\n")
	if len(lines) == 2 {
		address, err = adminURL(strings.TrimSpace(lines[0]))
		token = strings.TrimSpace(lines[1])
	}
	if err != nil || address == "" || token == "" {
		return "", "", exitWith(ExitConfig, fmt.Errorf("%s is not as a running moonwire writes it: delete it, and start moonwire anew", file))
	}
	return address, token, nil
}

// explain gives an error its exit code and says what helps.
func (o *adminOptions) explain(err error) error {
	var refused *admin.Refused
	var code *exit
	remainder := ""
	if o.addr == "" {
		remainder = filepath.Join(o.data, adminFileName)
	}
	switch {
	case err == nil || errors.As(err, &code):
		return err
	case errors.As(err, &refused):
		return exitWith(ExitRefused, errors.New(oneLine(refused.Error())))
	case errors.Is(err, admin.ErrUnreachable) && remainder != "":
		return exitWith(ExitUnreachable, fmt.Errorf("%s. (%s is a remainder of one that was killed, or not for this machine: %w)", nothingRuns(remainder), remainder, err))
	case errors.Is(err, admin.ErrUnreachable), errors.Is(err, admin.ErrSlow):
		return exitWith(ExitUnreachable, err)
	case errors.Is(err, admin.ErrToken) && remainder != "":
		return exitWith(ExitUnreachable, fmt.Errorf("%s. (Another moonwire has taken the address in %s: %w)", nothingRuns(remainder), remainder, err))
	case errors.Is(err, admin.ErrToken):
		return exitWith(ExitConfig, fmt.Errorf("%s: %w", adminTokenVariable, err))
	}
	return exitWith(ExitRefused, err)
}

// complete offers the names of accounts where a command takes one.
func (o *adminOptions) complete(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 && !strings.Contains(cmd.Use, "ACCOUNT…") {
		return nil, cobra.ShellCompDirectiveDefault
	}
	client, err := o.client(cmd)
	if err != nil || !strings.Contains(cmd.Use, "ACCOUNT") {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx, cancel := context.WithTimeout(cmp.Or(cmd.Context(), context.Background()), completionTime)
	defer cancel()
	var answer struct{ Accounts []admin.Account }
	_ = client.Call(ctx, "accounts/list", nil, &answer) // nothing to offer is all that can be done
	var names []string
	for _, a := range answer.Accounts {
		names = append(names, a.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
