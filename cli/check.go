package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/bot"
	"moonwire/check"
	"moonwire/engine"
	"moonwire/folder"
	"moonwire/server/api"
)

func checkCommand(p Process) *cobra.Command {
	var asJSON bool
	flows := flowsCheck{admin: adminOptions{p: p}}
	cmd := &cobra.Command{
		Use: "check [PATH…]", Short: "Look over scripts: syntax, unknown names and events, keys declared twice",
		Long: "A PATH is the folder of all accounts, of one account, or a file in one; ./scripts if none is given.\nWith --flows the running moonwire is asked what a save would do to fans who wait in conversations; nothing is saved, sent or done.",
		RunE: func(cmd *cobra.Command, paths []string) error {
			if len(paths) == 0 {
				paths = []string{"./scripts"}
			}
			paths = flows.named(paths)
			c, err := newChecker(p, flows.admin.config, cmd.Flags().Changed("config"))
			if err != nil {
				return exitWith(ExitConfig, err)
			}
			for _, path := range paths {
				if err := c.path(cmd.Context(), path); err != nil {
					return exitWith(ExitConfig, err)
				}
			}
			for _, f := range c.shared.Findings() {
				c.add(folder.Shared, f)
			}
			tried, err := flows.ask(cmd, c)
			if err != nil {
				return err
			}
			return c.report(cmd, tried, asJSON)
		},
	}
	cmd.Flags().StringVar(&flows.admin.config, "config", configName, "the operator's file, for its ceilings")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	flows.flags(cmd)
	return cmd
}

// checker looks over accounts and keeps what it found.
type checker struct {
	p        Process
	set      *engine.Set
	engine   *engine.Engine
	ceilings engine.Limits
	files    *account.FileReader
	secrets  func(path string) ([]byte, error)
	serve    serveRules
	shared   check.Shared
	looked   []lookedAt
	found    []accountFinding
}

// serveRules are how serve would read an account.yaml here.
type serveRules struct {
	resolver account.Resolver
	ceilings engine.Limits
	dir      string // of the accounts beside this one
}

// beside lets the rules know of the accounts of a scripts folder.
func (r *serveRules) beside(dir string, root *os.Root) {
	if r.dir == dir {
		return
	}
	names, _, err := folder.Accounts(root)
	if err != nil {
		return // whoever reads the folder says so
	}
	spelled := map[string][]string{}
	for _, name := range names {
		variable := account.VariableName(name)
		spelled[variable] = append(spelled[variable], name)
	}
	r.dir, r.resolver.Known = dir, func(variable string) []string { return spelled[variable] }
}

type accountFinding struct {
	Account string `json:"account"`
	check.Finding
}

func newChecker(p Process, file string, asked bool) (*checker, error) {
	operator, ceilings, err := authorConfig(file, asked)
	if err != nil {
		return nil, err
	}
	secrets := secretReader()
	serve := serveRules{resolver: account.Resolver{Env: p.Getenv, ReadFile: secrets, EnvPrefix: operator.Secrets.EnvPrefix, Dir: operator.Secrets.Dir}}
	if serve.ceilings, err = operatorCeilings(operator); err != nil {
		return nil, err
	}
	set, err := bindings.NewSet()
	if err != nil {
		return nil, err
	}
	eng, err := engine.New(set, engine.Options{Limits: ceilings})
	return &checker{
		p: p, set: set, engine: eng, ceilings: ceilings, files: &account.FileReader{Limit: account.MaxYAMLFile}, secrets: secrets, serve: serve,
	}, err
}

// account looks over one account. What keeps it from being read is a finding like any other.
func (c *checker) account(ctx context.Context, dir, name string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("%s: %s", dir, systemWords(err))
	}
	defer root.Close()
	c.serve.beside(dir, root)
	o := check.Options{Source: c.ceilings.Folder(), Shared: &c.shared}
	defer func() { c.looked = append(c.looked, lookedAt{dir, name, o.Source}) }()
	body, err := c.files.ReadIn(root, filepath.Join(name, account.FileName))
	if err == nil || errors.Is(err, fs.ErrNotExist) { // else check.Folder says why
		if config, warned := c.accountYAML(name, body); config != nil {
			o.Limits, o.Program = config.Limits, bot.ProgramConfig(config)
			defer c.refusedByServe(name, body, warned) // the least of what there is to say
		}
	}
	found, err := check.Folder(ctx, c.engine, c.set, root, name, o)
	for _, f := range found {
		c.add(name, f)
	}
	if err != nil {
		c.add(name, check.Finding{Cause: systemWords(err)})
	}
	return ctx.Err()
}

// accountYAML notes what is wrong in an account.yaml; nil when it cannot be used.
func (c *checker) accountYAML(name string, body []byte) (*account.Config, []account.Warning) {
	config, warnings, err := account.Load(name, body, account.Resolver{Env: c.p.Getenv, ReadFile: c.secrets},
		account.Options{Dev: true, Ceilings: c.ceilings, Methods: api.Methods()})
	for _, w := range warnings {
		c.add(name, check.Finding{File: "account.yaml", Line: w.Line, Warning: true, Cause: w.Msg})
	}
	var wrong *account.ConfigError
	switch {
	case errors.As(err, &wrong):
		for _, e := range wrong.Each() {
			c.add(name, check.Finding{File: account.FileName, Line: e.Line, Cause: e.Msg})
		}
	case err != nil:
		c.add(name, check.Finding{File: account.FileName, Cause: err.Error()})
	}
	return config, warnings
}

// refusedByServe notes what dev makes up for and serve refuses, as far as a warning does not say so already. A secret
// that is not set here may be set where it will be served.
func (c *checker) refusedByServe(name string, body []byte, warned []account.Warning) {
	_, _, err := account.Load(name, body, c.serve.resolver, account.Options{Ceilings: c.serve.ceilings, Methods: api.Methods()})
	var wrong *account.ConfigError
	if !errors.As(err, &wrong) {
		return
	}
	rest := wrong.Without(func(e *account.ConfigError) bool {
		if e.Outside {
			return true
		}
		key, _, _ := strings.Cut(e.Msg, ": ")
		return slices.ContainsFunc(warned, func(w account.Warning) bool {
			return w.Line == e.Line && strings.HasPrefix(w.Msg, key+": ") && strings.Contains(w.Msg, "serve will refuse this account")
		})
	})
	if rest != nil {
		c.add(name, check.Finding{File: account.FileName, Line: rest.Line, Warning: true, Cause: "serve will refuse this account: " + rest.Msg})
	}
}

// sharedOnce makes one finding of those that several accounts have in the same line of shared/.
func sharedOnce(found []accountFinding) (once []accountFinding) {
	at := map[check.Finding]int{}
	for _, f := range found {
		i, there := at[f.Finding]
		if there && strings.HasPrefix(f.File, folder.Shared+"/") {
			once[i].Account += ", " + f.Account
			continue
		}
		at[f.Finding] = len(once)
		once = append(once, f)
	}
	return once
}

func (c *checker) add(account string, f check.Finding) {
	c.found = append(c.found, accountFinding{account, f})
}

// checked is the JSON of check --flows.
type checked struct {
	Findings []accountFinding `json:"findings"`
	Flows    []triedFlows     `json:"flows"`
}

func (c *checker) report(cmd *cobra.Command, tried []triedFlows, asJSON bool) error {
	wrong := 0
	for _, f := range c.found {
		if !f.Warning {
			wrong++
		}
	}
	var all any = c.found
	if tried != nil {
		all = checked{append([]accountFinding{}, c.found...), tried}
	}
	if !asJSON {
		c.print(cmd, tried)
	} else if err := printJSON(cmd.OutOrStdout(), all); err != nil {
		return err
	}
	if wrong > 0 {
		return exitWith(ExitFailed, errSilent)
	}
	return nil
}

func (c *checker) print(cmd *cobra.Command, tried []triedFlows) {
	out := cmd.OutOrStdout()
	paint := (&terminal{colour: coloured(out, c.p.Getenv)}).paint
	for _, f := range sharedOnce(c.found) {
		mark := paint(red, "✗")
		if f.Warning {
			mark = paint(yellow, "!")
		}
		at := f.File
		switch {
		case f.Line > 0:
			at = fmt.Sprintf("  %s:%d", f.File, f.Line)
		case at != "":
			at = "  " + at
		}
		fmt.Fprintf(out, "%s %s%s  %s\n", mark, f.Account, at, f.Cause)
		if f.Cure != "" {
			fmt.Fprintf(out, "    → %s\n", f.Cure)
		}
	}
	for _, t := range tried {
		fmt.Fprintf(out, "  %s  %s\n", t.Account, oneLine(t.words()))
	}
	fmt.Fprintf(out, "%d account(s), %d finding(s)\n", len(c.looked), len(c.found))
}
