package bindings

import (
	"context"
	"strings"

	"moonwire/engine"
)

// maxLine is the longest line of a log, in bytes.
const maxLine = 4 << 10

// logAs is log.debug and its kin: values in one line, with spaces between.
func logAs(level string) func(call) int {
	return func(c call) int {
		if c.logFull() {
			return 0 // nobody will read it, so it is not put into words either
		}
		var b strings.Builder
		for i := 1; i <= c.count() && b.Len() <= maxLine; i++ {
			if i > 1 {
				b.WriteByte(' ')
			}
			c.render(&b, c.arg(i))
		}
		c.log(level, cutLine(b.String()))
		return 0
	}
}

func cutLine(s string) string {
	if len(s) <= maxLine {
		return s
	}
	return cutText(s, maxLine) + "…"
}

// logFull reports that this turn's lines are dropped, or not kept at all as in the dry run of a build.
func (c call) logFull() bool {
	limit := c.turn.Build().Limits.Log
	return c.state.in == nil || limit > 0 && c.state.logged > limit
}

// log keeps a line and tells the bot at once. Over the turn's budget, lines are dropped and the trace says so.
func (c call) log(level, text string) {
	s := c.state
	if c.logFull() {
		return
	}
	limit := c.turn.Build().Limits.Log
	if limit > 0 && s.logged+int64(len(text)) > limit {
		s.logged = limit + 1
		s.warn("the log of this turn is over its %d bytes; the rest was dropped", limit)
		return
	}
	text = s.conceal(text)
	s.logged += int64(len(text))
	c.turn.Steps(c.L, len(text)/64)
	file, line := c.turn.Where(c.L)
	e := Entry{Level: level, Text: text, File: file, Line: line}
	write := func(context.Context) (any, error) {
		s.out.Log = append(s.out.Log, e)
		if s.in.Log != nil {
			s.in.Log(e)
		}
		return nil, nil
	}
	if c.turn.Loading() {
		_, _ = write(nil)
		return
	}
	_ = c.effect(engine.Effect{Kind: engine.KindLog, Label: text}, write)
}
