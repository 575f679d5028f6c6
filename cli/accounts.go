package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"moonwire/server/admin"
)

// ofAccount is the body of methods about one account.
type ofAccount struct {
	Account string `json:"account,omitempty"`
	Name    string `json:"name,omitempty"`
	Build   string `json:"build,omitempty"`
}

func accountsCommand(p Process) *cobra.Command {
	cmd := &cobra.Command{
		Use: "accounts", Short: "List accounts of a running moonwire, disable, rename and forget them",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return noCommand(cmd, args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		FParseErrWhitelist: cobra.FParseErrWhitelist{UnknownFlags: true}, // a mistyped command is said first
	}
	cmd.AddCommand(listCommand(p), showCommand(p), renameCommand(p), forgetCommand(p),
		changeCommand(p, "disable", "Let an account answer as if it were not there", "%s is disabled: it answers as if it were not there"),
		changeCommand(p, "enable", "End disable", "%s is enabled"))
	return cmd
}

func listCommand(p Process) *cobra.Command {
	var state string
	cmd := adminCommand(p, cobra.Command{Use: "list", Short: "List accounts and how they stand", Args: cobra.NoArgs}, func(a *adminAsk, _ []string) error {
		var answer struct{ Accounts []admin.Account }
		shown, err := a.call("accounts/list", stateFilter(state), &answer)
		if err != nil || shown {
			return err
		}
		rows := [][]string{{"ACCOUNT", "STATE", "BUILD", "KIND", "MODE", "APP_ID", "ERROR"}}
		for _, acc := range answer.Accounts {
			why, _, _ := strings.Cut(acc.Error, "\n")
			rows = append(rows, []string{acc.Name, acc.State, acc.Build, acc.Kind, acc.Mode, acc.AppID, why})
		}
		return columns(a.cmd.OutOrStdout(), rows)
	})
	cmd.Flags().StringVar(&state, "state", "", "only those that stand so: serving, stale, broken, …")
	return cmd
}

func stateFilter(state string) any {
	if state == "" {
		return nil
	}
	return map[string]string{"state": state}
}

func showCommand(p Process) *cobra.Command {
	return adminCommand(p, cobra.Command{Use: "show ACCOUNT", Short: "Show one account", Args: exactly("accounts show", "ACCOUNT")}, func(a *adminAsk, args []string) error {
		var acc admin.Account
		shown, err := a.call("accounts/show", ofAccount{Account: args[0]}, &acc)
		if err != nil || shown {
			return err
		}
		return columns(a.cmd.OutOrStdout(), accountRows(acc))
	})
}

// accountRows are what is known of an account, each with its name.
func accountRows(a admin.Account) (rows [][]string) {
	all := [][]string{
		{"account", a.Name},
		{"state", a.State},
		{"build", a.Build},
		{"error", a.Error},
		{"app_id", a.AppID},
		{"kind", a.Kind},
		{"mode", a.Mode},
		{"turns", fmt.Sprintf("%d running, %d waiting", a.Turns, a.Queued)},
		{"paused until", when(a.PausedUntil)},
		{"paused for", a.PausedFor},
		{"changed at", when(a.ChangedAt)},
		{"changed by", a.ChangedBy},
		{"gone since", when(a.GoneAt)},
	}
	for _, row := range all {
		if row[1] != "" {
			rows = append(rows, row)
		}
	}
	return rows
}

func changeCommand(p Process, word, short, done string) *cobra.Command {
	return adminCommand(p, cobra.Command{Use: word + " ACCOUNT", Short: short, Args: exactly("accounts "+word, "ACCOUNT")}, func(a *adminAsk, args []string) error {
		shown, err := a.call("accounts/"+word, ofAccount{Account: args[0]}, nil)
		if err != nil || shown {
			return err
		}
		return a.say(done, args[0])
	})
}

func renameCommand(p Process) *cobra.Command {
	return adminCommand(p, cobra.Command{
		Use: "rename ACCOUNT NAME", Short: "Move all that is kept of an account to another name", Args: exactly("accounts rename", "ACCOUNT", "NAME"),
	}, func(a *adminAsk, args []string) error {
		shown, err := a.call("accounts/rename", ofAccount{Account: args[0], Name: args[1]}, nil)
		if err != nil || shown {
			return err
		}
		return a.say("%s is %s now", args[0], args[1])
	})
}

func forgetCommand(p Process) *cobra.Command {
	var yes bool
	cmd := adminCommand(p, cobra.Command{
		Use: "forget ACCOUNT", Short: "Remove all that is kept of an account", Args: exactly("accounts forget", "ACCOUNT"),
		Long: "forget removes messages, fans, what scripts stored, builds: all but the audit. There is no way back, so it asks\n" +
			"for the name once more, or for --yes. The account must be disabled, or its folder away.",
	}, func(a *adminAsk, args []string) error {
		if err := a.confirm(p.Stdin, args[0], yes); err != nil {
			return err
		}
		shown, err := a.call("accounts/forget", ofAccount{Account: args[0]}, nil)
		if err != nil || shown {
			return err
		}
		return a.say("%s is forgotten", args[0])
	})
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

// confirm wants the account's name typed, once it is sure that there is one.
func (a *adminAsk) confirm(in io.Reader, account string, yes bool) error {
	if yes {
		return nil
	}
	if err := a.client.Call(a.cmd.Context(), "accounts/show", ofAccount{Account: account}, nil); err != nil {
		return err
	}
	fmt.Fprintf(a.cmd.ErrOrStderr(), "This removes all that is kept of %s, for ever. Type its name to go on: ", account)
	const longest = 256
	typed, _ := bufio.NewReader(io.LimitReader(in, longest)).ReadString('\n')
	switch strings.TrimSpace(typed) {
	case account:
		return nil
	case "":
		return exitWith(ExitUsage, errors.New("nothing was removed: no name was typed; --yes goes on without it"))
	}
	return exitWith(ExitUsage, errors.New("nothing was removed: that is not its name"))
}
