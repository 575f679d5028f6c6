package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"moonwire/bot"
	"moonwire/words"
)

// noContext is for log lines that belong to no request.
var noContext = context.Background()

// terminal prints what happens while somebody develops: one line per message and per save, the box of an
// error below it.
type terminal struct {
	mu     sync.Mutex
	out    io.Writer
	colour bool
	lang   words.Language // of findings
	now    func() time.Time
	fan    func(account, openid string) string // a name for an openid, or ""
}

const (
	red, green, yellow, grey = "31", "32", "33", "90"
)

func (t *terminal) paint(code, s string) string {
	if !t.colour {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (t *terminal) print(lines ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, l := range lines {
		_, _ = fmt.Fprintln(t.out, strings.TrimRight(l, "\n"))
	}
}

func (t *terminal) events() bot.Events {
	return bot.Events{Turn: t.turn, Save: t.save, Menu: t.menu}
}

// turn prints one message: when, which account, who said what, what went back, how long it took, by which rule.
func (t *terminal) turn(r bot.TurnReport) {
	lines := []string{fmt.Sprintf("%s  %s  %s  %s %s  %s  %s",
		t.paint(grey, r.Received.Format("15:04:05")), r.Account, strings.TrimSpace(t.who(r)+" "+what(r)), t.arrow(r), went(r),
		t.paint(grey, fmt.Sprintf("%s ms", milliseconds(r))), t.paint(grey, strings.TrimSpace(r.Rule+"  "+r.Trace)))}
	for _, e := range r.Log {
		lines = append(lines, t.paint(grey, fmt.Sprintf("          %s:%d %s: ", e.File, e.Line, e.Level))+e.Text)
	}
	for _, w := range r.Warnings {
		lines = append(lines, "          "+t.paint(yellow, "! ")+w)
	}
	if r.Why != "" {
		lines = append(lines, "          "+t.paint(yellow, "! ")+r.Why)
	}
	for _, a := range r.Asked {
		if a.Failed == "" { // a warning tells of the others
			lines = append(lines, t.paint(grey, fmt.Sprintf("          ? %s: %d + %d tokens, %.1f s", a.Model, a.Usage.Prompt, a.Usage.Completion, a.Took.Seconds())))
		}
	}
	for _, s := range r.Sent {
		line := "          ↳ " + s.Kind
		if s.To != "" {
			line += " to " + shortOpenID(s.To)
		}
		line += " " + quoted(s.Text)
		if s.Err != "" {
			line += "  " + t.paint(red, s.Err)
		}
		lines = append(lines, line)
	}
	switch {
	case r.Box != "":
		lines = append(lines, r.Box)
	case r.Err != nil:
		lines = append(lines, "          "+t.paint(red, r.Err.Error()))
	}
	t.print(lines...)
}

func (t *terminal) save(r bot.SaveReport) {
	stamp := t.paint(grey, t.now().Format("15:04:05"))
	var lines []string
	switch {
	case r.Err != nil && r.Box != "":
		lines = append(lines, r.Box)
	case r.Err != nil:
		lines = append(lines, fmt.Sprintf("%s  %s %s  %v", stamp, t.paint(red, "✗"), r.Account, r.Err))
	case r.Live:
		lines = append(lines, fmt.Sprintf("%s  %s %s  build %s is live%s  %s", stamp, t.paint(green, "✓"), r.Account, r.Build, t.unlessServing(r.State),
			t.paint(grey, fmt.Sprintf("%d ms", r.Took.Milliseconds()))))
	}
	if r.Waiting != "" {
		lines = append(lines, "          "+r.Account+": "+r.Waiting)
	}
	for _, w := range r.Warnings {
		lines = append(lines, "          "+t.paint(yellow, "! ")+r.Account+": "+w)
	}
	t.print(lines...)
}

// unlessServing shows the state of an account that is not as it should be.
func (t *terminal) unlessServing(s bot.State) string {
	if s == "" || s == bot.StateServing {
		return ""
	}
	return "  " + t.paint(yellow, string(s))
}

// menu prints that a declared menu was pushed, or why not.
func (t *terminal) menu(r bot.MenuReport) {
	stamp := t.paint(grey, t.now().Format("15:04:05"))
	if r.Err != nil {
		t.print(fmt.Sprintf("%s  %s %s  the menu is not pushed, and tried again at the next save or start: %v", stamp, t.paint(red, "✗"), r.Account, r.Err))
		return
	}
	t.print(fmt.Sprintf("%s  %s %s  menu pushed", stamp, t.paint(green, "✓"), r.Account))
}

func (t *terminal) who(r bot.TurnReport) string {
	if name := t.fan(r.Account, r.OpenID); name != "" {
		return name
	}
	return shortOpenID(r.OpenID)
}

func (t *terminal) arrow(r bot.TurnReport) string {
	switch r.Outcome {
	case bot.Failed, bot.Interrupted, bot.Dropped, bot.Paused, bot.Busy:
		return t.paint(red, "✗")
	case bot.Late, bot.Kept, bot.AnsweredAsync:
		return t.paint(yellow, "→")
	default:
		return t.paint(green, "→")
	}
}

// what says in a few words what the fan did.
func what(r bot.TurnReport) string {
	if r.MsgType == "text" {
		return quoted(r.Said)
	}
	return kindOf(r)
}

func kindOf(r bot.TurnReport) string {
	what := r.MsgType
	switch what {
	case "event":
		what = r.Event
	case bot.Hook, bot.Every, bot.Task:
	default:
		return what
	}
	return strings.TrimSpace(what + " " + clip(r.EventKey, 40))
}

// went says what the fan got.
func went(r bot.TurnReport) string {
	answer := quoted(r.Answer)
	if r.Answer == "" || strings.HasPrefix(r.Answer, "[") {
		answer = r.Answer
	}
	if r.Outcome == bot.Answered {
		return strings.TrimSpace(r.Reply + " " + answer)
	}
	return strings.TrimSpace(string(r.Outcome) + " " + answer)
}

func quoted(s string) string { return `"` + clip(strings.ReplaceAll(s, "\n", "⏎"), 40) + `"` }

// clip cuts a text to n characters.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

func shortOpenID(id string) string {
	if len(id) < 8 {
		return id
	}
	return id[:3] + "…" + id[len(id)-3:]
}

func milliseconds(r bot.TurnReport) string {
	return fmt.Sprintf("%.1f", float64((r.Waited+r.Took).Microseconds())/1000)
}

func scriptLevel(name string) slog.Level {
	var level slog.Level
	if level.UnmarshalText([]byte(name)) != nil {
		return slog.LevelInfo
	}
	return level
}
