package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"moonwire/account"
	"moonwire/bindings"
)

// hookWait is how long a call waits: a hook's function may take 10 s.
const hookWait = 20 * time.Second

// hookCommand calls a hook as another system would.
func hookCommand(p Process) *cobra.Command {
	var dir, addr string
	var headers []string
	cmd := &cobra.Command{
		Use: "hook ACCOUNT NAME [BODY]", Short: "Call a hook as another system would, and print its answer", Args: atLeast("hook", "ACCOUNT", "NAME"),
		Long: "Signs by itself, with the secret that account.yaml names, and posts to http://ADDR/hook/ACCOUNT/NAME.\n" +
			"BODY is - or missing: it is read from the standard input.",
		Example: `  moonwire hook demo paid '{"id":"T1","openid":"…","amount":28}'` + "\n  moonwire hook demo paid --header 'X-Event-Id: 7' < order.json",
		RunE: func(cmd *cobra.Command, args []string) error {
			config, err := configFor(p, dir, args[0])
			if err != nil {
				return err
			}
			hook, err := hookOf(config, args[1])
			if err != nil {
				return err
			}
			warnOfMadeUp(cmd, p, slices.DeleteFunc(slices.Clone(config.Unset), func(s string) bool { return !strings.HasPrefix(s, "hooks."+args[1]+".") }))
			body, err := hookBody(cmd, args[2:])
			if err != nil {
				return err
			}
			return callHook(cmd, "http://"+addr+"/hook/"+url.PathEscape(args[0])+"/"+args[1], hook, body, headers)
		},
	}
	cmd.Flags().StringVar(&dir, "scripts", "scripts", "folder of the account folders")
	cmd.Flags().StringVar(&addr, "addr", defaultDevAddr, "where callbacks are taken")
	cmd.Flags().StringArrayVar(&headers, "header", nil, "a header to send, as in 'X-Event-Id: 7'; may be given several times")
	return cmd
}

func hookOf(c *account.Config, name string) (account.Hook, error) {
	hook, there := c.Hooks[name]
	switch {
	case there:
		return hook, nil
	case len(c.Hooks) == 0:
		return hook, exitWith(ExitConfig, fmt.Errorf("account.yaml of %s names no hooks; want hooks: { %s: { secret: ${env:NAME} } }", c.Name, name))
	}
	return hook, exitWith(ExitConfig, fmt.Errorf("account.yaml of %s names no hook %s; there are %s", c.Name, name, join(slices.Sorted(maps.Keys(c.Hooks)))))
}

func hookBody(cmd *cobra.Command, args []string) ([]byte, error) {
	switch {
	case len(args) > 1:
		return nil, errors.New("the body is one argument: put it between single quotes")
	case len(args) == 1 && args[0] != "-":
		return []byte(args[0]), nil
	}
	body, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), bindings.MaxHookBody+1))
	if err == nil && len(body) > bindings.MaxHookBody {
		err = fmt.Errorf("the body has more than %d KiB", bindings.MaxHookBody>>10)
	}
	return body, err
}

func callHook(cmd *cobra.Command, address string, hook account.Hook, body []byte, headers []string) error {
	req, err := http.NewRequestWithContext(cmd.Context(), http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	for _, h := range headers {
		name, value, ok := strings.Cut(h, ":")
		if !ok {
			return fmt.Errorf("--header %q: want NAME: VALUE", h)
		}
		req.Header.Set(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	req.Header.Set(hook.Header, hook.Proof(body))
	client := http.Client{Timeout: hookWait, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		var e *url.Error
		if errors.As(err, &e) {
			err = e.Err
		}
		return exitWith(ExitUnreachable, fmt.Errorf("%s cannot be reached: %s", address, systemWords(err)))
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, bindings.MaxHookAnswer+1))
	if err != nil {
		return exitWith(ExitUnreachable, err)
	}
	return hookVerdict(cmd, res, strings.TrimRight(string(answer), "\n"))
}

// hookVerdict prints what a hook answered.
func hookVerdict(cmd *cobra.Command, res *http.Response, answer string) error {
	switch code := res.StatusCode; {
	case code == http.StatusNoContent:
		fmt.Fprintln(cmd.OutOrStdout(), "(204: nothing was answered)")
	case code < 300:
		fmt.Fprintln(cmd.OutOrStdout(), answer)
	case code == http.StatusForbidden:
		return exitWith(ExitRefused, errors.New("refused (403); the log of the server says why"))
	case code == http.StatusInternalServerError:
		return exitWith(ExitRefused, errors.New("the function of the hook failed (500); the terminal of the server shows where"))
	default:
		return exitWith(ExitRefused, fmt.Errorf("%s %s", res.Status, answer))
	}
	return nil
}
