package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"moonwire/server/admin"
)

func traceCommand(p Process) *cobra.Command {
	account := ""
	cmd := adminCommand(p, cobra.Command{
		Use: "trace ID", Short: "Show how a turn of a running moonwire went: rules, calls, log, times",
		Long: "ID is the trace that the log and error boxes show, an ending of it, or WeChat's MsgId. How a turn went is kept of the last\n1,000 of an account, and of the last 1,000 that went wrong.",
		Args: exactly("trace", "ID"),
	}, func(a *adminAsk, args []string) error {
		body := struct {
			Account string `json:"account,omitempty"`
			Trace   string `json:"trace"`
		}{account, args[0]}
		var t admin.Trace
		shown, err := a.call("traces/show", body, &t)
		if err != nil || shown {
			return err
		}
		return a.tellTrace(&t)
	})
	cmd.Flags().StringVar(&account, "account", "", "look in this account only")
	return cmd
}

// tellTrace prints how a turn went.
func (a *adminAsk) tellTrace(t *admin.Trace) error {
	what := t.Content
	if t.Event != "" {
		what = strings.TrimSpace(t.Event + " " + t.EventKey)
	}
	rows := [][]string{
		{"account", t.Account},
		{"trace", t.Trace},
		{"received", time.UnixMilli(t.Received).Format("2006-01-02 15:04:05.000")},
		{"fan", t.OpenID},
		{t.Type, what},
		{"outcome", t.Outcome},
		{"fan saw", t.Reply},
		{"rule", t.Rule},
		{"build", t.Build},
		{"error", t.Error},
		{"took", fmt.Sprintf("%s until the answer, %s in the script", micros(t.Latency), micros(t.Script))},
		{"attempts", fmt.Sprint(t.Attempts)},
	}
	if err := columns(a.cmd.OutOrStdout(), rows); err != nil {
		return err
	}
	if !t.Kept {
		return a.say("more is not kept of this turn")
	}
	var parts []tracePart
	parts = append(parts, rulesPart(t), callsPart(t), tracePart{"sent besides", t.Sent}, logPart(t), tracePart{"warnings", t.Warnings}, pushPart(t))
	for _, part := range parts {
		if len(part.lines) == 0 {
			continue
		}
		if err := a.say("\n%s", part.name); err != nil {
			return err
		}
		for _, line := range part.lines {
			if err := a.say("  %s", oneLine(line)); err != nil {
				return err
			}
		}
	}
	if t.Box == "" {
		return nil
	}
	return a.say("\n%s", manyLines(t.Box))
}

// tracePart is one list of what is told of a turn.
type tracePart struct {
	name  string
	lines []string
}

func rulesPart(t *admin.Trace) tracePart {
	part := tracePart{name: "rules, in the order in which they are asked"}
	for _, r := range t.Rules {
		mark := "·"
		if r.Answered {
			mark = "✓"
		}
		part.lines = append(part.lines, mark+" "+r.Rule+": "+r.Why)
	}
	return part
}

func callsPart(t *admin.Trace) tracePart {
	part := tracePart{name: "calls"}
	for _, c := range t.Calls {
		line := c.Function + "(" + c.Label + ")"
		switch {
		case c.Failed != "":
			line += " ✗ " + c.Failed
		case c.Value != "":
			line += " → " + c.Value
		}
		part.lines = append(part.lines, line+", "+micros(c.Took))
	}
	return part
}

func logPart(t *admin.Trace) tracePart {
	part := tracePart{name: "log"}
	for _, l := range t.Log {
		part.lines = append(part.lines, fmt.Sprintf("%s %s:%d %s", l.Level, l.File, l.Line, l.Text))
	}
	return part
}

func pushPart(t *admin.Trace) tracePart {
	part := tracePart{name: "the push as it came"}
	for _, name := range slices.Sorted(maps.Keys(t.Push)) {
		part.lines = append(part.lines, name+": "+t.Push[name])
	}
	return part
}

// micros is a time in microseconds for people.
func micros(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d µs", n)
	case n < 10_000_000:
		return fmt.Sprintf("%.1f ms", float64(n)/1000)
	}
	return fmt.Sprintf("%.1f s", float64(n)/1e6)
}

// manyLines is a text of others of which each line is as a terminal may show it.
func manyLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		lines[i] = indent + oneLine(line)
	}
	return strings.Join(lines, "\n")
}
