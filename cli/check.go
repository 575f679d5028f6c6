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
	"moonwire/words"
)

// checkOptions are the flags of check.
type checkOptions struct {
	scripts, lang, annotate string

	flows flowsCheck // has config, too
	json  bool
	asked bool // for config
}

func checkCommand(p Process) *cobra.Command {
	o := checkOptions{flows: flowsCheck{admin: adminOptions{p: p}}}
	cmd := &cobra.Command{
		Use: "check [PATH…]", Short: "Look over scripts: what does not work, and what will not when a fan writes",
		Long: "A PATH is the folder of all accounts, of one account, or a file in one, or the name of an account in --scripts. Without one all of --scripts is looked over.\n" +
			"Each finding has a code, which `moonwire explain CODE` explains. ✗ does not work, ! is a doubt; only ✗ makes the command fail.\n" +
			"With --flows the running moonwire is asked what a save would do to fans who wait in conversations; nothing is saved, sent or done.",
		Example: "  moonwire check\n  moonwire check shop\n  moonwire check --annotate github",
		RunE: func(cmd *cobra.Command, paths []string) error {
			o.asked = cmd.Flags().Changed("config")
			return lookOver(cmd, p, o, paths)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.flows.admin.config, "config", configName, "the operator's file, for its ceilings and its language")
	f.StringVar(&o.scripts, "scripts", "./scripts", "folder of the accounts")
	f.BoolVar(&o.json, "json", false, "print the findings as JSON")
	f.StringVar(&o.annotate, "annotate", "", "print the findings as a CI service shows them beside the lines: "+strings.Join(annotations(), " or "))
	langFlag(f, &o.lang)
	o.flows.flags(cmd)
	return cmd
}

// lookOver carries out the command.
func lookOver(cmd *cobra.Command, p Process, o checkOptions, paths []string) error {
	c, err := newChecker(p, o)
	if err != nil {
		return exitWith(ExitConfig, err)
	}
	if len(paths) == 0 {
		paths = []string{o.scripts}
	}
	for _, path := range paths {
		if err := c.path(cmd.Context(), c.accountPath(o.scripts, path)); err != nil {
			return exitWith(ExitConfig, err)
		}
	}
	for _, f := range c.shared.Findings() {
		c.add(folder.Shared, f)
	}
	tried, err := o.flows.ask(cmd, c)
	if err != nil {
		return err
	}
	return c.report(cmd, o, tried)
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
	lang     words.Language
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
	Account string
	check.Finding
}

func newChecker(p Process, o checkOptions) (*checker, error) {
	operator, ceilings, err := authorConfig(o.flows.admin.config, o.asked)
	if err != nil {
		return nil, err
	}
	if o.annotate != "" && !slices.Contains(annotations(), o.annotate) {
		return nil, fmt.Errorf("--annotate: %q: want %s", o.annotate, strings.Join(annotations(), " or "))
	}
	lang, err := p.language(o.lang, operator)
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
		p: p, lang: lang, set: set, engine: eng, ceilings: ceilings, files: &account.FileReader{Limit: account.MaxYAMLFile}, secrets: secrets, serve: serve,
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
		c.add(name, check.Of("", 0, words.Say(words.SourceFile, "why", systemWords(err))))
	}
	return ctx.Err()
}

// accountYAML notes what is wrong in an account.yaml; nil when it cannot be used.
func (c *checker) accountYAML(name string, body []byte) (*account.Config, []account.Warning) {
	config, warnings, err := account.Load(name, body, account.Resolver{Env: c.p.Getenv, ReadFile: c.secrets},
		account.Options{Dev: true, Ceilings: c.ceilings, Methods: api.Methods()})
	for _, w := range warnings {
		c.add(name, inAccountFile(w.Line, w.Msg).Doubt())
	}
	var wrong *account.ConfigError
	switch {
	case errors.As(err, &wrong):
		for _, e := range wrong.Each() {
			c.add(name, inAccountFile(e.Line, e.Msg))
		}
	case err != nil:
		c.add(name, inAccountFile(0, err.Error()))
	}
	return config, warnings
}

func inAccountFile(line int, why string) check.Finding {
	return check.Of(account.FileName, line, words.Say(words.AccountFile, "why", why))
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
		c.add(name, inAccountFile(rest.Line, "serve will refuse this account: "+rest.Msg).Doubt())
	}
}
