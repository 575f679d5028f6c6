package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"moonwire/bot"
	"moonwire/folder"
	"moonwire/server/admin"
)

// maxReplaySince is how far back --since may reach: messages are not kept for longer.
const maxReplaySince = 366 * 24 * time.Hour

// replayAsk is what moonwire replay was asked for.
type replayAsk struct {
	since   time.Duration
	limit   int
	on      string
	working bool
	scripts string
	diff    bool
}

func replayCommand(p Process) *cobra.Command {
	o := &replayAsk{}
	cmd := adminCommand(p, cobra.Command{
		Use: "replay ACCOUNT [ID]", Short: "Run recorded messages again and show what another build would answer",
		Long: "Messages that came to a running moonwire are run again on its live build, on a kept one (--on) or on the folder as it is on disk\n" +
			"(--working-copy). What calls came to is answered from what was recorded; nothing is asked, sent or stored. ID is a trace, an ending of\n" +
			"it, or WeChat's MsgId; without one, all of --since. Exit code 1 says that something differs.",
		Args: cobra.RangeArgs(1, 2),
	}, func(a *adminAsk, args []string) error {
		body, err := o.body(args)
		if err != nil {
			return err
		}
		var r admin.Replay
		if err := a.client.Call(a.cmd.Context(), "traces/replay", body, &r); err != nil {
			return err
		}
		if a.json {
			if err := printJSON(a.cmd.OutOrStdout(), r); err != nil {
				return err
			}
		} else if err := o.tell(a, r); err != nil {
			return err
		}
		for _, t := range r.Turns {
			if t.Result == "differs" || t.Result == "fails" {
				return exitWith(ExitFailed, errSilent)
			}
		}
		return nil
	})
	f := cmd.Flags()
	f.DurationVar(&o.since, "since", time.Hour, "without ID: messages of the last so much time: 30m, 24h")
	f.IntVar(&o.limit, "limit", 100, "without ID: how many at most, the newest")
	f.StringVar(&o.on, "on", "", "a kept build (moonwire builds ACCOUNT); the live one if none is given")
	f.BoolVar(&o.working, "working-copy", false, "the folder as it is on disk, saved or not yet live")
	f.StringVar(&o.scripts, "scripts", "./scripts", "with --working-copy: folder of the accounts")
	f.BoolVar(&o.diff, "diff", false, "show only what differs")
	return cmd
}

func (o *replayAsk) body(args []string) (admin.ReplayBody, error) {
	body := admin.ReplayBody{Account: args[0], Build: o.on}
	switch {
	case o.working && o.on != "":
		return body, exitWith(ExitUsage, errors.New("--on and --working-copy exclude each other"))
	case o.limit < 1 || o.limit > bot.MaxReplayed:
		return body, exitWith(ExitUsage, fmt.Errorf("--limit %d: want a number from 1 to %d", o.limit, bot.MaxReplayed))
	case o.since <= 0 || o.since > maxReplaySince:
		return body, exitWith(ExitUsage, fmt.Errorf("--since %s: want up to 366 days, as in 30m or 24h", o.since))
	}
	if len(args) > 1 {
		body.Trace = args[1]
	} else {
		body.Since, body.Limit = time.Now().Add(-o.since).Unix(), o.limit
	}
	if !o.working {
		return body, nil
	}
	if !folder.AccountName(args[0]) {
		return body, exitWith(ExitUsage, fmt.Errorf("%q is no name of an account", args[0]))
	}
	draft, err := lookedAt{dir: filepath.Clean(o.scripts), name: args[0]}.draft()
	if err != nil {
		return body, exitWith(ExitConfig, err)
	}
	body.Files, body.Media = draft.Files, draft.Media
	return body, nil
}

// tell prints what came of it, a message at a time and the sums at the end.
func (o *replayAsk) tell(a *adminAsk, r admin.Replay) error {
	counts := map[string]int{}
	for _, t := range r.Turns {
		counts[t.Result]++
		if o.diff && (t.Result == "same" || t.Result == "unknown") {
			continue
		}
		if err := a.tellReplayed(t); err != nil {
			return err
		}
	}
	more := ""
	if r.More {
		more = "; there was no time for the rest"
	}
	return a.say("%d run again: %d the same, %d differ, %d fail, %d cannot be run again%s",
		len(r.Turns), counts["same"], counts["differs"], counts["fails"], counts["unknown"], more)
}

func (a *adminAsk) tellReplayed(t admin.Replayed) error {
	mark := map[string]string{"same": "=", "differs": "≠", "fails": "✗", "unknown": "?"}[t.Result]
	if err := a.say("%s %s  %s  %s", mark, t.Trace, time.UnixMilli(t.Received).Format("01-02 15:04:05"), oneLine(t.Did)); err != nil {
		return err
	}
	var lines []string
	if t.Result == "differs" || t.Result == "fails" {
		if t.Before.Rule != t.After.Rule {
			lines = append(lines, "- rule "+t.Before.Rule, "+ rule "+t.After.Rule)
		}
		if t.Before.Answer != t.After.Answer {
			lines = append(lines, "- "+t.Before.Answer, "+ "+t.After.Answer)
		}
		for _, call := range t.Calls {
			lines = append(lines, "~ "+call)
		}
	}
	if t.Why != "" {
		lines = append(lines, t.Why)
	}
	for _, line := range lines {
		if err := a.say("    %s", oneLine(strings.ReplaceAll(line, "\n", " ⏎ "))); err != nil {
			return err
		}
	}
	return nil
}
