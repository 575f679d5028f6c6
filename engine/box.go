package engine

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"moonwire/words"
)

// BoxInfo is what surrounds an error in its box; empty fields are left out.
type BoxInfo struct {
	Account string
	Trace   string // ten characters; the last four are shown
	Rule    string // `main.lua:31 on.text("yes")`
	Fan     string // already shortened: oX3…9f
	Did     string // what the fan did: `said "yes"`, `said 3 characters`, `clicked BUY`
	Build   string // its short id
	Saved   time.Duration
	FanSaw  string
	Serving string // after a failed save: the build that serves on
	Hide    bool   // leave the locals out
	Newer   string // why the files on disk are not live, when they are newer than the build that failed

	Language words.Language // of hints; "" is English
}

// boxWidth is how many columns a terminal is taken to have.
const boxWidth = 102

// sourceAround is how many lines of the script are shown before the failing one.
const sourceAround = 2

// Box renders the error as the terminal and the console show it, without a line break at the end.
func (e *ScriptError) Box(i BoxInfo) string {
	var b strings.Builder
	e.boxHead(&b, i)
	e.boxPlace(&b, i)
	label := "fan"
	if i.Fan == "" {
		label = "turn"
	}
	boxRow(&b, label, fanRow(i))
	boxRow(&b, "fan saw", i.FanSaw)
	if i.Newer != "" {
		boxRow(&b, "note", words.Say(words.NotLive, "why", i.Newer).Cause.In(i.Language))
	}
	if i.Serving != "" {
		fmt.Fprintf(&b, "\n  %s keeps serving build %s", i.Account, i.Serving)
	}
	return b.String()
}

// Excerpt is what a box shows below its head: the lines of the script, the calls that led there and the hint, so that
// nothing of Error is said again. "" when none is known.
func (e *ScriptError) Excerpt() string { return e.ExcerptIn(words.English) }

// ExcerptIn is Excerpt in a language.
func (e *ScriptError) ExcerptIn(l words.Language) string {
	var b strings.Builder
	e.boxPlace(&b, BoxInfo{Language: l})
	return strings.TrimPrefix(b.String(), "\n")
}

// Cure is the hint in both languages.
func (e *ScriptError) Cure() words.Text { return words.Text{EN: e.Hint, ZH: e.HintZH} }

func (e *ScriptError) boxPlace(b *strings.Builder, i BoxInfo) {
	e.boxSource(b)
	e.boxFrames(b, i)
	boxRow(b, "hint", e.Cure().In(i.Language))
}

func (e *ScriptError) boxHead(b *strings.Builder, i BoxInfo) {
	head := "✗"
	if i.Account != "" {
		head += " " + i.Account
	}
	switch {
	case e.File != "" && e.Line > 0:
		head += fmt.Sprintf("  %s:%d", e.File, e.Line)
	case e.File != "":
		head += "  " + e.File
	}
	head += "  " + oneLine(e.Msg)
	b.WriteString(head)
	if i.Trace == "" {
		return
	}
	trace := "trace …" + i.Trace[max(0, len(i.Trace)-4):]
	gap := boxWidth - utf8.RuneCountInString(head) - utf8.RuneCountInString(trace)
	b.WriteString(strings.Repeat(" ", max(gap, 4)) + trace)
}

// boxSource shows the failing line with two before and one after.
func (e *ScriptError) boxSource(b *strings.Builder) {
	if len(e.source) == 0 || e.Line < 1 {
		return
	}
	lines := strings.Split(strings.ReplaceAll(string(e.source), "\r\n", "\n"), "\n")
	for n := max(1, e.Line-sourceAround); n <= min(e.Line+1, len(lines)); n++ {
		mark := " "
		if n == e.Line {
			mark = "▸"
		}
		text := shorten(strings.ReplaceAll(lines[n-1], "\t", "  "), 160)
		if n != e.Line && n == len(lines) && text == "" {
			continue
		}
		b.WriteString(strings.TrimRight(fmt.Sprintf("\n  %s %2d │ %s", mark, n, oneLine(text)), " "))
	}
}

func (e *ScriptError) boxFrames(b *strings.Builder, i BoxInfo) {
	for n, f := range e.Frames {
		if f.Func == "main chunk" && n == 0 && i.Rule == "" {
			continue // the head says it all
		}
		label := "from"
		if n == 0 {
			label = "in"
		}
		row := fmt.Sprintf("%s  %s:%d", f.Func, f.File, f.Line)
		if n == 0 && !i.Hide {
			row = withLocals(row, e.Locals)
		}
		boxRow(b, label, row)
	}
	boxRow(b, "from", i.Rule)
}

func withLocals(row string, locals []Local) string {
	for n, l := range locals {
		gap := "    "
		if n == 0 {
			gap = "      "
		}
		row += gap + l.Name + " = " + l.Value
	}
	return row
}

func fanRow(i BoxInfo) string {
	row := strings.TrimSpace(i.Fan + " " + i.Did)
	if i.Build == "" {
		return row
	}
	if row != "" {
		row += " · "
	}
	row += "build " + i.Build
	if i.Saved > 0 {
		row += ", saved " + ago(i.Saved)
	}
	return row
}

// ago rounds a duration to what a person would say.
func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s ago", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}

// boxRow writes a label and its text; labels up to four letters share a column.
func boxRow(b *strings.Builder, label, text string) {
	if text != "" {
		fmt.Fprintf(b, "\n  %-4s  %s", label, oneLine(text))
	}
}
