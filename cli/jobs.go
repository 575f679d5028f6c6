package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"moonwire/server/admin"
)

// Bounds of --limit of jobs list.
const (
	jobLines    = 50
	maxJobLines = 10_000
	jobPage     = 500
)

func jobsCommand(p Process) *cobra.Command {
	cmd := &cobra.Command{
		Use: "jobs", Short: "List what scripts do at a time, do it now, cancel it",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return noCommand(cmd, args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		FParseErrWhitelist: cobra.FParseErrWhitelist{UnknownFlags: true}, // a mistyped command is said first
	}
	cmd.AddCommand(jobsListCommand(p), jobsShowCommand(p),
		jobsChangeCommand(p, "run", "Do a job now that is due later, or over"),
		jobsChangeCommand(p, "cancel", "Take a job back, or stop it when it runs"),
		jobsHoldCommand(p, "hold", "Let no job of an account begin, or none at all", "held until `moonwire jobs resume`"),
		jobsHoldCommand(p, "resume", "Let held jobs go, those of a restored backup too", "let go"))
	return cmd
}

type jobsBody struct {
	Account string `json:"account,omitempty"`
	State   string `json:"state,omitempty"`
	After   string `json:"after,omitempty"`
	Limit   int    `json:"limit"`
}

func jobsListCommand(p Process) *cobra.Command {
	limit, state := jobLines, ""
	cmd := adminCommand(p, cobra.Command{
		Use: "list [ACCOUNT]", Short: "List jobs, by account and id", Args: cobra.MaximumNArgs(1),
	}, func(a *adminAsk, args []string) error {
		if limit < 1 || limit > maxJobLines {
			return exitWith(ExitUsage, fmt.Errorf("--limit %d: want a number from 1 to %d", limit, maxJobLines))
		}
		body := jobsBody{State: state, Account: strings.Join(args, "")}
		jobs, held, err := a.jobs(body, limit)
		if err != nil {
			return err
		}
		if a.json {
			return printJSON(a.cmd.OutOrStdout(), map[string]any{"jobs": jobs, "held": held})
		}
		rows := [][]string{{"ACCOUNT", "ID", "KIND", "NAME", "STATE", "DUE", "STEP", "RESULT", "ERROR"}}
		for _, j := range jobs {
			rows = append(rows, []string{j.Account, j.ID, j.Kind, j.Name, jobState(j), when(j.Due), fmt.Sprint(j.Step), j.Result, j.Error})
		}
		if err := columns(a.cmd.OutOrStdout(), rows); err != nil || len(held) == 0 {
			return err
		}
		whose := "of " + join(held)
		if held[0] == "*" {
			whose = "of all accounts"
		}
		return a.say("jobs %s are held: `moonwire jobs resume` lets them go", whose)
	})
	cmd.Flags().IntVar(&limit, "limit", jobLines, "how many lines")
	cmd.Flags().StringVar(&state, "state", "", "only those that stand so: due, running, done, failed, dead, cancelled")
	return cmd
}

func jobState(j admin.Job) string {
	if j.Stopping {
		return "stopping"
	}
	return j.State
}

// jobs reads as many pages as there must be.
func (a *adminAsk) jobs(body jobsBody, limit int) (all []admin.Job, held []string, err error) {
	all = []admin.Job{}
	for len(all) < limit {
		var page struct {
			Jobs []admin.Job
			Held []string
			Next string
		}
		body.Limit = min(jobPage, limit-len(all))
		if err := a.client.Call(a.cmd.Context(), "jobs/list", body, &page); err != nil {
			return nil, nil, err
		}
		all, held = append(all, page.Jobs...), page.Held
		if body.After = page.Next; page.Next == "" {
			break
		}
	}
	return all, held, nil
}

// ofJob is the body of methods about one job.
type ofJob struct {
	Account string `json:"account"`
	ID      string `json:"id"`
}

func jobsShowCommand(p Process) *cobra.Command {
	return adminCommand(p, cobra.Command{
		Use: "show ACCOUNT ID", Short: "Show a job with its arguments, and when an every is due next", Args: exactly("jobs show", "ACCOUNT", "ID"),
	}, func(a *adminAsk, args []string) error {
		var j admin.Job
		shown, err := a.call("jobs/show", ofJob{args[0], args[1]}, &j)
		if err != nil || shown {
			return err
		}
		var next []string
		for _, t := range j.Next {
			next = append(next, when(t))
		}
		rows := [][]string{
			{"account", j.Account},
			{"id", j.ID},
			{j.Kind, j.Name},
			{"state", jobState(j)},
			{"due", when(j.Due)},
			{"cron", j.Cron},
			{"next", strings.Join(next, ", ")},
			{"args", j.Args},
			{"step", fmt.Sprint(j.Step)},
			{"failed", fmt.Sprintf("%d, tried again %d", j.Attempt, j.Retries)},
			{"result", j.Result},
			{"error", j.Error},
			{"began", when(j.Began)},
			{"ended", when(j.Ended)},
			{"trace", j.Trace},
			{"build", j.Build},
			{"made", when(j.MadeAt)},
		}
		return columns(a.cmd.OutOrStdout(), rows)
	})
}

func jobsChangeCommand(p Process, word, short string) *cobra.Command {
	return adminCommand(p, cobra.Command{
		Use: word + " ACCOUNT ID", Short: short, Args: exactly("jobs "+word, "ACCOUNT", "ID"),
	}, func(a *adminAsk, args []string) error {
		var j admin.Job
		shown, err := a.call("jobs/"+word, ofJob{args[0], args[1]}, &j)
		if err != nil || shown {
			return err
		}
		return a.say("%s of %s is %s", j.ID, j.Account, jobState(j))
	})
}

func jobsHoldCommand(p Process, word, short, done string) *cobra.Command {
	everybody := false
	cmd := adminCommand(p, cobra.Command{
		Use: word + " [ACCOUNT]", Short: short, Args: cobra.MaximumNArgs(1),
	}, func(a *adminAsk, args []string) error {
		if word == "hold" && (len(args) == 0) != everybody {
			return exitWith(ExitUsage, errors.New("want an ACCOUNT, or --all for the jobs of every account"))
		}
		var answer struct{ Changed bool }
		shown, err := a.call("jobs/"+word, ofAccount{Account: strings.Join(args, "")}, &answer)
		if err != nil || shown {
			return err
		}
		whose := "the jobs of all accounts"
		if len(args) > 0 {
			whose = "the jobs of " + args[0]
		}
		if !answer.Changed {
			return a.say("nothing to do: that is so already")
		}
		return a.say("%s are %s", whose, done)
	})
	if word == "hold" {
		cmd.Flags().BoolVar(&everybody, "all", false, "the jobs of every account")
	}
	return cmd
}
