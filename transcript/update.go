package transcript

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"moonwire/wechat/sim"
)

// Update is what the bot's half of a transcript would be if it said what the bot says now.
type Update struct {
	File    File
	Edits   []Edit // in the order of their lines; none: it says that already
	Failure *Failure
	before  []string
}

// Edit puts new lines in the place of Old, or behind a line where Old has none.
type Edit struct {
	Line     int // of the first of Old, from 1; of that which New stands behind, where there is no Old
	Old, New []string
}

// Update plays a transcript and takes what the bot says for right. A failure beside the chat, such as that of a script,
// stays one: then there are no edits.
func (r *Runner) Update(ctx context.Context, f File) (u Update, err error) {
	u.File = f
	body, err := readFile(f.path())
	if err != nil {
		return u, err
	}
	t, err := Read(f.String(), body)
	if err != nil {
		return u, err
	}
	u.before = t.lines
	rewriting := &rewriting{}
	u.Failure = r.play(ctx, f, t, rewriting)
	if u.Failure == nil {
		u.Edits = rewriting.edits
	}
	return u, nil
}

// Write writes the transcript anew.
func (u Update) Write() error {
	now, err := readFile(u.File.path())
	if err != nil {
		return err
	}
	t, err := Read(u.File.String(), now)
	if err != nil || !slices.Equal(t.lines, u.before) {
		return errors.New("the file has changed meanwhile; run it again")
	}
	text := []byte(strings.Join(u.after(), "\n") + "\n")
	if _, err := Read(u.File.String(), text); err != nil {
		return err
	}
	coming := filepath.Join(filepath.Dir(u.File.path()), "."+filepath.Base(u.File.path())+".tmp")
	if err := os.WriteFile(coming, text, 0o644); err != nil {
		return err
	}
	return os.Rename(coming, u.File.path())
}

func (u Update) after() (lines []string) {
	next := 0
	for _, e := range u.Edits {
		first := e.Line - 1
		if len(e.Old) == 0 {
			first = e.Line
		}
		lines = append(lines, u.before[next:first]...)
		lines = append(lines, e.New...)
		next = first + len(e.Old)
	}
	return append(lines, u.before[next:]...)
}

// Diff shows the edits, each line behind - or +.
func (u Update) Diff() []string {
	var lines []string
	for _, e := range u.Edits {
		lines = append(lines, fmt.Sprintf("%s:%d", u.File, e.Line))
		for _, old := range e.Old {
			lines = append(lines, "- "+old)
		}
		for _, new := range e.New {
			lines = append(lines, "+ "+new)
		}
	}
	return lines
}

// rewriting gathers what a transcript expects between two things that happen, and what came.
type rewriting struct {
	lines  []string
	wanted []*sees
	last   int // the line behind which more can stand
	edits  []Edit
}

// over reports whether all that came so far stands above a step.
func (w *rewriting) over(s step) bool {
	switch s.(type) {
	case *says, *moves, *restarts, *moveOver, *saves:
		return true
	}
	return false
}

// expect notes a line that expects something.
func (w *rewriting) expect(p *play, s *sees) {
	if s.fan == "" {
		own := *s
		own.fan, own.implied = p.fan, true
		s = &own
	}
	w.wanted = append(w.wanted, s)
	w.last = s.last
}

// settle holds what came against what was expected.
func (w *rewriting) settle(p *play) {
	for _, in := range p.fans {
		unread := in.unread
		in.unread = nil
		for _, s := range w.wanted {
			if s.fan != in.fan {
				continue
			}
			switch {
			case s.silence && len(unread) == 0:
			case len(unread) == 0 || s.silence:
				w.edits = append(w.edits, Edit{Line: s.first, Old: w.lines[s.first-1 : s.last]})
			case s.differs(unread[0]) == "":
				unread = unread[1:]
			default:
				w.edits = append(w.edits, Edit{Line: s.first, Old: w.lines[s.first-1 : s.last], New: written(w.speaker(p, s, unread[0]), unread[0])})
				unread = unread[1:]
			}
		}
		for _, e := range unread {
			w.add(written(w.speaker(p, &sees{fan: in.fan, implied: in.fan == p.fan, push: pushed(e)}, e), e))
		}
	}
	w.wanted = nil
	slices.SortStableFunc(w.edits, func(a, b Edit) int { return a.Line - b.Line })
}

// add puts lines behind the last one.
func (w *rewriting) add(lines []string) {
	if n := len(w.edits); n > 0 && w.edits[n-1].Line == w.last && len(w.edits[n-1].Old) == 0 {
		w.edits[n-1].New = append(w.edits[n-1].New, lines...)
		return
	}
	w.edits = append(w.edits, Edit{Line: w.last, New: lines})
}

// speaker is what stands in front of a bubble's colon.
func (w *rewriting) speaker(p *play, s *sees, e sim.Entry) string {
	who := speakerOf(e)
	var in []string
	if s.push && pushed(e) {
		in = append(in, "push")
	}
	if !s.implied && len(p.fans) > 1 {
		in = append(in, s.fan)
	}
	if len(in) == 0 || who != "bot" {
		return who
	}
	return who + "(" + strings.Join(in, ", ") + ")"
}

func speakerOf(e sim.Entry) string {
	if e.From == "platform" {
		return "WeChat"
	}
	return "bot"
}

// written is a bubble as lines of a transcript.
func written(who string, e sim.Entry) []string {
	lines := strings.Split(exactly(e.Text), "\n")
	for i := range lines {
		switch {
		case i == 0:
			lines[i] = who + ": " + lines[i]
		case lines[i] != "":
			lines[i] = indent + lines[i]
		}
	}
	return lines
}
