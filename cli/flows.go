package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"moonwire/bot"
	"moonwire/server/admin"
)

// Bounds of --limit of flows list.
const (
	flowLines    = 50
	maxFlowLines = 100_000
	flowPage     = 500
)

// ofFan is the body of methods about one fan's conversation.
type ofFan struct {
	Account string `json:"account"`
	OpenID  string `json:"openid"`
	Build   string `json:"build,omitempty"`
}

func flowsCommand(p Process) *cobra.Command {
	return commandGroup("flows", "List conversations of a running moonwire, show, end and resume them",
		flowsListCommand(p), flowsShowCommand(p), flowsEndCommand(p), flowsResumeCommand(p))
}

func flowsListCommand(p Process) *cobra.Command {
	limit := flowLines
	cmd := adminCommand(p, cobra.Command{
		Use: "list ACCOUNT", Short: "List the fans of an account who are in a conversation", Args: exactly("flows list", "ACCOUNT"),
	}, func(a *adminAsk, args []string) error {
		if limit < 1 || limit > maxFlowLines {
			return exitWith(ExitUsage, fmt.Errorf("--limit %d: want a number from 1 to %d", limit, maxFlowLines))
		}
		all, err := a.conversations(args[0], limit)
		if err != nil {
			return err
		}
		if a.json {
			return printJSON(a.cmd.OutOrStdout(), map[string]any{"conversations": all})
		}
		rows := [][]string{{"OPENID", "FLOW", "STATE", "QUESTION", "SINCE", "DUE", "BUILD", "WHY"}}
		for _, c := range all {
			rows = append(rows, []string{c.OpenID, c.Flow, c.State, c.Question, when(c.Changed), when(c.Due), c.Build, c.Why})
		}
		return columns(a.cmd.OutOrStdout(), rows)
	})
	cmd.Flags().IntVar(&limit, "limit", flowLines, "how many lines")
	return cmd
}

// conversations reads as many pages as there must be.
func (a *adminAsk) conversations(account string, limit int) ([]admin.Conversation, error) {
	all, after := []admin.Conversation{}, ""
	for len(all) < limit {
		var page struct {
			Conversations []admin.Conversation
			Next          *string
		}
		body := struct {
			Account string `json:"account"`
			After   string `json:"after,omitempty"`
			Limit   int    `json:"limit"`
		}{account, after, min(flowPage, limit-len(all))}
		if err := a.client.Call(a.cmd.Context(), "flows/list", body, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Conversations...)
		if page.Next == nil {
			break
		}
		after = *page.Next
	}
	return all, nil
}

func flowsShowCommand(p Process) *cobra.Command {
	return adminCommand(p, cobra.Command{
		Use: "show ACCOUNT OPENID", Short: "Show what a fan is asked", Args: exactly("flows show", "ACCOUNT", "OPENID"),
	}, func(a *adminAsk, args []string) error {
		var c admin.Conversation
		shown, err := a.call("flows/show", ofFan{Account: args[0], OpenID: args[1]}, &c)
		if err != nil || shown {
			return err
		}
		rows := [][]string{
			{"openid", c.OpenID},
			{"id", c.ID},
			{"flow", c.Flow},
			{"state", c.State},
			{"waits for", c.Kind},
			{"question", c.Question},
			{"misses", fmt.Sprint(c.Misses)},
			{"started", when(c.Started)},
			{"changed", when(c.Changed)},
			{"expires", when(c.Expires)},
			{"due", when(c.Due)},
			{"why", c.Why},
			{"build", c.Build},
			{"pieces", fmt.Sprint(c.Pieces)},
		}
		if err := columns(a.cmd.OutOrStdout(), rows); err != nil {
			return err
		}
		return a.tellJournal(c)
	})
}

// tellJournal prints what a conversation has done, a line for each step.
func (a *adminAsk) tellJournal(c admin.Conversation) error {
	for i, step := range c.Journal {
		until := ""
		if step.What == bot.StepWaits && c.Due != 0 {
			until = " until " + when(c.Due)
		}
		if err := a.say("%4d  %s%s", i+1, oneLine(step.Text), until); err != nil {
			return err
		}
	}
	return nil
}

func flowsEndCommand(p Process) *cobra.Command {
	return adminCommand(p, cobra.Command{
		Use: "end ACCOUNT OPENID", Short: "End a conversation without a word to the fan", Args: exactly("flows end", "ACCOUNT", "OPENID"),
	}, func(a *adminAsk, args []string) error {
		shown, err := a.call("flows/end", ofFan{Account: args[0], OpenID: args[1]}, nil)
		if err != nil || shown {
			return err
		}
		return a.say("the conversation of %s is over", args[1])
	})
}

func flowsResumeCommand(p Process) *cobra.Command {
	build := ""
	cmd := adminCommand(p, cobra.Command{
		Use: "resume ACCOUNT OPENID", Short: "Let a conversation go on from its journal",
		Long: "For conversations that failed, or whose flow is gone: what was done is not done again.", Args: exactly("flows resume", "ACCOUNT", "OPENID"),
	}, func(a *adminAsk, args []string) error {
		shown, err := a.call("flows/resume", ofFan{Account: args[0], OpenID: args[1], Build: build}, nil)
		if err != nil || shown {
			return err
		}
		return a.say("the conversation of %s goes on", args[1])
	})
	cmd.Flags().StringVar(&build, "on", "", "the build it goes on with, or how its id begins (the live one)")
	return cmd
}
