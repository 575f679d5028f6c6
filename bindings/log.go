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

// log keeps a line and tells the bot at once. Over the turn's budget, lines are dropped and the trace says so.
func (c call) log(level, text string) {
	s := c.state
	if s.in == nil {
		return // the dry run of a build: the top level runs again with each message
	}
	limit := c.turn.Build().Limits.Log
	switch {
	case limit > 0 && s.logged > limit:
		return
	case limit > 0 && s.logged+int64(len(text)) > limit:
		s.logged = limit + 1
		s.warn("the log of this turn is over its %d bytes; the rest was dropped", limit)
		return
	}
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
	_ = c.effect(engine.KindLog, level, write)
}

// logFamily describes log.*.
// A table of data.
func logFamily() Family {
	one := func(level, en, zh string) Function {
		return Function{
			Name: "log." + level, Forms: params(Param{Name: "values", Type: tAny, Rest: true}), run: logAs(level),
			Doc: Text{en, zh}, Example: `log.` + level + `("order", { tea = "龙井", n = 2 })`,
			Errors: []Text{{"Never raises. Lines over 4 KiB are cut; over the turn's 64 KiB lines are dropped and the trace says so.", "从不报错。单行超过 4 KiB 截断;本轮超过 64 KiB 后丢弃,追踪里会注明。"}},
		}
	}
	return Family{
		Name: "log",
		Doc:  Text{"Lines for the terminal, the log and the trace.", "写到终端、日志和追踪里的行。"},
		Functions: []Function{
			one("debug", "A line for whoever hunts a fault.", "排查问题用的行。"),
			one("info", "A line that says what happened; tables are written out.", "说明发生了什么;表会展开写出。"),
			one("warn", "A line that somebody should look at.", "需要有人看一眼的行。"),
			one("error", "A line about something that went wrong.", "出了问题的行。"),
		},
	}
}

// aloneFamily describes the functions that stand in no library.
// A table of data.
func aloneFamily() Family {
	return Family{
		Doc: Text{"Functions that stand alone.", "独立的函数。"},
		Functions: []Function{{
			Name: "print", Forms: params(Param{Name: "values", Type: tAny, Rest: true}), run: logAs("info"),
			Doc:     Text{"The same as log.info.", "等同于 log.info。"},
			Example: `print("hello", 1, true)`,
			Errors:  []Text{{"Never raises.", "从不报错。"}},
		}},
	}
}
