package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"moonwire/server/admin"
)

// Bounds of --limit.
const (
	auditLines    = 50
	maxAuditLines = 10_000
	auditPage     = 500
)

func auditCommand(p Process) *cobra.Command {
	limit := auditLines
	cmd := adminCommand(p, cobra.Command{
		Use: "audit [ACCOUNT]", Short: "Show who did what, the newest first",
		Long: "WHO is key:NAME of the HTTP interface, user:NAME of the console, or cli:NAME of a command. Whoever has the token of the\n" +
			"data folder is a cli; the name is that of the system's user there, and is not proven.",
		Args: cobra.MaximumNArgs(1),
	}, func(a *adminAsk, args []string) error {
		if limit < 1 || limit > maxAuditLines {
			return exitWith(ExitUsage, fmt.Errorf("--limit %d: want a number from 1 to %d", limit, maxAuditLines))
		}
		body := auditBody{}
		if len(args) > 0 {
			body.Account = args[0]
		}
		entries, err := a.auditEntries(body, limit)
		if err != nil {
			return err
		}
		if a.json {
			return printJSON(a.cmd.OutOrStdout(), map[string]any{"entries": entries})
		}
		rows := [][]string{{"AT", "WHO", "ACCOUNT", "ACT", "OBJECT", "HASHES"}}
		for _, e := range entries {
			rows = append(rows, []string{when(e.At), e.Kind + ":" + e.Name, e.Account, e.Act, e.Object, e.Hashes})
		}
		return columns(a.cmd.OutOrStdout(), rows)
	})
	cmd.Flags().IntVar(&limit, "limit", auditLines, "how many lines")
	return cmd
}

type auditBody struct {
	Account string `json:"account,omitempty"`
	Before  string `json:"before,omitempty"`
	Limit   int    `json:"limit"`
}

// auditEntries reads as many pages as there must be.
func (a *adminAsk) auditEntries(body auditBody, limit int) ([]admin.Entry, error) {
	all := []admin.Entry{}
	for len(all) < limit {
		var page struct {
			Entries []admin.Entry
			Next    string
		}
		body.Limit = min(auditPage, limit-len(all))
		if err := a.client.Call(a.cmd.Context(), "audit/list", body, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Entries...)
		if body.Before = page.Next; page.Next == "" {
			break
		}
	}
	return all, nil
}
