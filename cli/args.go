package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

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
	return fmt.Errorf("%s is missing: moonwire %s %s; see moonwire %s --help",
		strings.Join(names[len(args):], " and "), command, strings.Join(names, " "), command)
}
