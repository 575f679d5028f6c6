package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"moonwire/bindings"
	"moonwire/bot"
	"moonwire/check"
	"moonwire/engine"
)

func checkCommand(p Process) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "check [PATH…]", Short: "Look over scripts: syntax, unknown names and events, keys declared twice",
		Long: "A PATH is the folder of all accounts, of one account, or a file in one; ./scripts if none is given.",
		RunE: func(cmd *cobra.Command, paths []string) error {
			if len(paths) == 0 {
				paths = []string{"./scripts"}
			}
			c, err := newChecker(cmd.Context(), p)
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
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	return cmd
}

// checker looks over accounts and keeps what it found.
type checker struct {
	p        Process
	set      *engine.Set
	engine   *engine.Engine
	accounts int
	found    []accountFinding
}

type accountFinding struct {
	Account string `json:"account"`
	check.Finding
}

func newChecker(_ context.Context, p Process) (*checker, error) {
	set, err := bindings.NewSet()
	if err != nil {
		return nil, err
	}
	eng, err := engine.New(set, engine.Options{})
	return &checker{p: p, set: set, engine: eng}, err
}

// path finds out whether a path is the folder of all accounts, one account, or something in it.
func (c *checker) path(ctx context.Context, path string) error {
	path = filepath.Clean(path)
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		path = filepath.Dir(path)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	for dir := abs; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if isAccount(dir) {
			return c.account(ctx, filepath.Dir(dir), filepath.Base(dir))
		}
		if dir == abs {
			if names := accountsIn(dir); len(names) > 0 {
				for _, name := range names {
					if err := c.account(ctx, dir, name); err != nil {
						return err
					}
				}
				return nil
			}
		}
	}
	return fmt.Errorf("%s: no account here: an account is a folder with a main.lua", path)
}

func isAccount(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "main.lua"))
	return err == nil && engine.AccountName(filepath.Base(dir))
}

func accountsIn(dir string) []string {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil
	}
	defer root.Close()
	names, _, err := engine.Accounts(root)
	if err != nil {
		return nil
	}
	return names
}

func (c *checker) account(ctx context.Context, dir, name string) error {
	c.accounts++
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	o := check.Options{Limits: engine.DefaultLimits()}
	if body, err := root.ReadFile(filepath.Join(name, "account.yaml")); err == nil {
		config, warnings, err := bot.LoadAccount(name, body, bot.Resolver{Env: c.p.Getenv, ReadFile: os.ReadFile},
			bot.AccountOptions{Dev: true, Ceilings: engine.DefaultLimits()})
		for _, w := range warnings {
			c.add(name, check.Finding{File: "account.yaml", Line: w.Line, Warning: true, Cause: w.Msg})
		}
		if err != nil {
			c.add(name, check.Finding{File: "account.yaml", Cause: err.Error()})
		} else {
			o.Limits = config.Limits
			o.Program = config.ProgramConfig()
		}
	}
	found, err := check.Folder(ctx, c.engine, c.set, root, name, o)
	for _, f := range found {
		c.add(name, f)
	}
	return err
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
		if f.Line > 0 {
			at = fmt.Sprintf("%s:%d", f.File, f.Line)
		}
		fmt.Fprintf(out, "%s %s  %s  %s\n", mark, f.Account, at, f.Cause)
		if f.Cure != "" {
			fmt.Fprintf(out, "    → %s\n", f.Cure)
		}
	}
	fmt.Fprintf(out, "%d account(s), %d finding(s)\n", c.accounts, len(c.found))
}
