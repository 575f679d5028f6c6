package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"moonwire/engine"
	"moonwire/words"
)

func explainCommand(p Process) *cobra.Command {
	var lang string
	cmd := &cobra.Command{
		Use: "explain [CODE…]", Short: "Explain a finding of check by its code, with an example",
		Long:    "Findings and hints have a code: [unknown-name]. Without a CODE all are listed.",
		Example: "  moonwire explain lost-reply\n  moonwire explain lost-reply --lang zh",
		RunE: func(cmd *cobra.Command, codes []string) error {
			config, _, err := authorConfig(configName, false)
			if err != nil {
				return exitWith(ExitConfig, err)
			}
			l, err := p.language(lang, config)
			if err != nil {
				return exitWith(ExitConfig, err)
			}
			return explain(cmd.OutOrStdout(), codes, l)
		},
	}
	langFlag(cmd.Flags(), &lang)
	return cmd
}

func explain(out io.Writer, codes []string, l words.Language) error {
	if len(codes) == 0 {
		for _, e := range words.Catalogue() {
			if _, err := fmt.Fprintf(out, "%-22s %s\n", e.Code, e.Title.In(l)); err != nil {
				return err
			}
		}
		return nil
	}
	for i, code := range codes {
		e, known := words.Find(words.Code(strings.Trim(strings.ToLower(code), "[] ")))
		if !known {
			return exitWith(ExitUsage, fmt.Errorf("there is no code %q%s `moonwire explain` lists all", code, nearCode(code)))
		}
		if i > 0 {
			fmt.Fprintln(out)
		}
		if _, err := fmt.Fprintln(out, e.Explained(l)); err != nil {
			return err
		}
	}
	return nil
}

// nearCode asks for a code that comes near.
func nearCode(code string) string {
	var all []string
	for _, e := range words.Catalogue() {
		all = append(all, string(e.Code))
	}
	if near := engine.Nearest(code, all); near != "" {
		return "; did you mean " + near + "?"
	}
	return ";"
}
