package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"moonwire/engine"
)

// Process is what a command gets of the operating system.
type Process struct {
	Name   string   // how the program was started: ./bin/moonwire; "" = moonwire
	Args   []string // without the program's name
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) (string, bool)

	Environ []string // NAME=value, to find misspelt names; may be nil
}

// Run carries out one command line and returns the exit code. It ends when ctx does.
func Run(ctx context.Context, p Process) int {
	if p.Getenv == nil {
		p.Getenv = func(string) (string, bool) { return "", false }
	}
	root := newRoot(p)
	root.SetArgs(p.Args)
	root.SetIn(p.Stdin)
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil || errors.Is(err, errSilent):
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintln(p.Stderr, "moonwire: stopped before it was done")
	default:
		fmt.Fprintln(p.Stderr, "moonwire:", p.typed(err.Error()))
	}
	return exitCode(err)
}

func newRoot(p Process) *cobra.Command {
	root := &cobra.Command{
		Use:   "moonwire",
		Short: "A bot engine for WeChat Official Accounts, scripted in Lua",
		Long: "Moonwire hands each fan's message to Lua scripts that are live as soon as they are saved.\n" +
			"Without a command it does what `moonwire dev` does.",
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: p.typedName()},
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	dev := devCommand(p)
	root.Version = Version
	root.SetVersionTemplate("{{with .Name}}{{.}} {{end}}{{.Version}}\n")
	root.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return noCommand(cmd, args[0])
		}
		return nil
	}
	root.RunE = func(cmd *cobra.Command, _ []string) error {
		dev.SetContext(cmd.Context())
		return dev.RunE(dev, nil)
	}
	root.Flags().AddFlagSet(dev.Flags())
	root.AddCommand(dev, serveCommand(p), platformCommand(p), chatCommand(p), sendCommand(p), hookCommand(p),
		checkCommand(p), explainCommand(p), testCommand(p), typesCommand(), newCommand(p), versionCommand(),
		accountsCommand(p), buildsCommand(p), rollbackCommand(p), publishCommand(p), jobsCommand(p), flowsCommand(p), traceCommand(p), replayCommand(p), auditCommand(p))
	root.SetHelpCommand(helpCommand(root))
	for _, c := range append(root.Commands(), root) {
		c.Long, c.Example = p.typed(c.Long), p.typed(c.Example)
	}
	return root
}

// noCommand says which commands there are.
func noCommand(above *cobra.Command, word string) error {
	var names []string
	for _, c := range above.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	hint, below := ".", ""
	if near := engine.Nearest(word, names); near != "" {
		hint = "; did you mean " + near + "?"
	}
	if above.HasParent() {
		below = " below " + above.Name()
	}
	return fmt.Errorf("there is no command %q%s%s There are %s", word, below, hint, join(names))
}

// helpCommand is cobra's, but for a command that is not there, which is an error.
func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Help about a command",
		RunE: func(_ *cobra.Command, args []string) error {
			found, rest, err := root.Find(args)
			if err != nil || found == nil || len(rest) > 0 {
				return noCommand(root, cmp.Or(strings.Join(args, " "), "help"))
			}
			return found.Help()
		},
	}
}
