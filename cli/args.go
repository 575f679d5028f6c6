package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// timeFlag is a time on the command line, whose errors are worded for people.
type timeFlag time.Duration

// String is the value as the help shows it.
func (f *timeFlag) String() string { return time.Duration(*f).String() }

// Set reads 15s or 10m.
func (f *timeFlag) Set(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil {
		return errors.New("want a time such as 15s or 10m")
	}
	*f = timeFlag(d)
	return nil
}

// Type is the word for the value in the help.
func (*timeFlag) Type() string { return "time" }

// exactly wants one argument for each name.
func exactly(command string, names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > len(names) {
			return fmt.Errorf("%s takes %s only, and %q is one too many; see moonwire %s --help", command, strings.Join(names, " and "), args[len(names)], command)
		}
		return missing(command, names, args)
	}
}

// atLeast wants an argument for each name and takes more.
func atLeast(command string, names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error { return missing(command, names, args) }
}

func missing(command string, names, args []string) error {
	if len(args) >= len(names) {
		return nil
	}
	lacking, are := names[len(args):], "is"
	if len(lacking) > 1 {
		are = "are"
	}
	return fmt.Errorf("%s %s missing: moonwire %s %s; see moonwire %s --help",
		strings.Join(lacking, " and "), are, command, strings.Join(names, " "), command)
}
