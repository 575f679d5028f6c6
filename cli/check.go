package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/bot"
	"moonwire/check"
	"moonwire/engine"
)

func checkCommand(p Process) *cobra.Command {
	var asJSON bool
	var config string
	cmd := &cobra.Command{
		Use: "check [PATH…]", Short: "Look over scripts: syntax, unknown names and events, keys declared twice",
		Long: "A PATH is the folder of all accounts, of one account, or a file in one; ./scripts if none is given.",
		RunE: func(cmd *cobra.Command, paths []string) error {
			if len(paths) == 0 {
				paths = []string{"./scripts"}
			}
			ceilings, err := authorCeilings(config, cmd.Flags().Changed("config"))
			if err != nil {
				return exitWith(ExitConfig, err)
			}
			c, err := newChecker(p, ceilings)
			if err != nil {
				return exitWith(ExitConfig, err)
			}
			for _, path := range paths {
				if err := c.path(cmd.Context(), path); err != nil {
					return exitWith(ExitConfig, err)
				}
			}
			return c.report(cmd, asJSON)
		},
	}
	cmd.Flags().StringVar(&config, "config", configName, "the operator's file, for its ceilings")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
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
	accounts int
	found    []accountFinding
}

type accountFinding struct {
	Account string `json:"account"`
	check.Finding
}

func newChecker(p Process, ceilings engine.Limits) (*checker, error) {
	set, err := bindings.NewSet()
	if err != nil {
		return nil, err
	}
	eng, err := engine.New(set, engine.Options{Limits: ceilings})
	return &checker{
		p: p, set: set, engine: eng, ceilings: ceilings, files: &account.FileReader{Limit: account.MaxYAMLFile}, secrets: secretReader(),
	}, err
}

// account looks over one account. What keeps it from being read is a finding like any other.
func (c *checker) account(ctx context.Context, dir, name string) error {
	c.accounts++
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("%s: %s", dir, systemWords(err))
	}
	defer root.Close()
	o := check.Options{Source: c.ceilings.Folder()}
	if body, err := c.files.ReadIn(root, filepath.Join(name, "account.yaml")); err == nil { // else check.Folder says why
		if config := c.accountYAML(name, body); config != nil {
			o.Limits, o.Program = config.Limits, bot.ProgramConfig(config)
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
func (c *checker) accountYAML(name string, body []byte) *account.Config {
	config, warnings, err := account.Load(name, body, account.Resolver{Env: c.p.Getenv, ReadFile: c.secrets},
		account.Options{Dev: true, Ceilings: c.ceilings})
	for _, w := range warnings {
		c.add(name, check.Finding{File: "account.yaml", Line: w.Line, Warning: true, Cause: w.Msg})
	}
	var wrong *account.ConfigError
	switch {
	case errors.As(err, &wrong):
		c.add(name, check.Finding{File: "account.yaml", Line: wrong.Line, Cause: wrong.Msg})
	case err != nil:
		c.add(name, check.Finding{File: "account.yaml", Cause: err.Error()})
	}
	return config
}

func (c *checker) add(account string, f check.Finding) {
	c.found = append(c.found, accountFinding{account, f})
}

func (c *checker) report(cmd *cobra.Command, asJSON bool) error {
	wrong := 0
	for _, f := range c.found {
		if !f.Warning {
			wrong++
		}
	}
	if asJSON {
		if err := printJSON(cmd.OutOrStdout(), c.found); err != nil {
			return err
		}
	} else {
		c.print(cmd)
	}
	if wrong > 0 {
		return exitWith(ExitFailed, errSilent)
	}
	return nil
}

func (c *checker) print(cmd *cobra.Command) {
	out := cmd.OutOrStdout()
	paint := (&terminal{colour: coloured(out, c.p.Getenv)}).paint
	for _, f := range c.found {
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
	fmt.Fprintf(out, "%d account(s), %d finding(s)\n", c.accounts, len(c.found))
}
