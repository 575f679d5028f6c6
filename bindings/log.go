package bindings

import (
	"context"
	"sort"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

func logFamily() Family {
	one := func(level, en, zh string) Function {
		return Function{
			Name: "log." + level, Forms: params(Param{Name: "values", Type: tAny, Rest: true}), run: logAs(level), Reach: ReachReads,
			Doc: Text{en, zh}, Example: `log.` + level + `("order", { tea = "龙井", n = 2 })`,
			Errors: []Text{{"Never raises. Lines over 4 KiB are cut; over the turn's 64 KiB lines are dropped and the trace says so.", "从不报错。单行超过 4 KiB 截断；本轮超过 64 KiB 后丢弃，追踪里会注明。"}},
		}
	}
	return Family{
		Name: "log",
		Doc:  Text{"Lines for the terminal, the log and the trace.", "写到终端、日志和追踪里的行。"},
		Functions: []Function{
			one("debug", "A line for whoever hunts a fault.", "排查问题用的行。"),
			one("info", "A line that says what happened; tables are written out.", "说明发生了什么；表会展开写出。"),
			one("warn", "A line that somebody should look at.", "需要有人看一眼的行。"),
			one("error", "A line about something that went wrong.", "出了问题的行。"),
		},
	}
}

func aloneFamily() Family {
	return Family{
		Doc: Text{"Functions that stand alone.", "独立的函数。"},
		Functions: []Function{{
			Name: "print", Forms: params(Param{Name: "values", Type: tAny, Rest: true}), run: logAs("info"), Reach: ReachReads,
			Doc:     Text{"The same as log.info.", "等同于 log.info。"},
			Example: `print("hello", 1, true)`,
			Errors:  []Text{{"Never raises.", "从不报错。"}},
		}},
	}
}

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
		c.log(level, shorten(b.String(), maxLine))
		return 0
	}
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

const (
	renderDepth = 4  // tables in tables that a log line shows
	renderItems = 50 // of one table
	renderKeys  = 1_000
)

// render writes a value for a person: tables as Lua would write them, functions and the like by what they
// are. It calls nothing of the script.
func (c call) render(b *strings.Builder, v lua.LValue) { c.renderAt(b, v, 0) }

func (c call) renderAt(b *strings.Builder, v lua.LValue, depth int) {
	switch v := v.(type) {
	case lua.LString:
		c.renderText(b, string(v), depth)
	case lua.LNumber, lua.LBool, *lua.LNilType:
		b.WriteString(valueText(v))
	case *lua.LTable:
		if depth == renderDepth {
			b.WriteString("{…}")
			return
		}
		c.renderTable(b, c.open(v), depth)
	default:
		if v == jsonNull {
			b.WriteString("json.null")
			return
		}
		b.WriteString("<" + strings.TrimPrefix(describe(v), "a ") + ">")
	}
}

func (c call) renderText(b *strings.Builder, s string, depth int) {
	if depth > 0 {
		b.WriteString(quote(s))
		return
	}
	b.WriteString(cutText(s, maxLine+utf8.UTFMax))
}

func (c call) renderTable(b *strings.Builder, tb *lua.LTable, depth int) {
	b.WriteByte('{')
	shown := 0
	item := func(key string, v lua.LValue) bool {
		if shown == renderItems || b.Len() > maxLine {
			b.WriteString(", …")
			return false
		}
		if shown++; shown > 1 {
			b.WriteString(", ")
		}
		b.WriteString(key)
		c.renderAt(b, v, depth+1)
		return true
	}
	n := tb.Len()
	for i := 1; i <= n; i++ {
		if !item("", tb.RawGetInt(i)) {
			break
		}
	}
	rest := map[string]lua.LValue{}
	var names []string
	walked := 0
	tb.ForEach(func(k, v lua.LValue) {
		walked++
		if i, ok := k.(lua.LNumber); ok && isInteger(i) && i >= 1 && int(i) <= n {
			return
		}
		if len(names) == renderKeys {
			return // of so many, those first met will do
		}
		name := keyText(k)
		if _, twice := rest[name]; !twice {
			names = append(names, name)
		}
		rest[name] = v
	})
	c.turn.Steps(c.L, walked+len(names))
	sort.Strings(names)
	for _, name := range names {
		if !item(name+" = ", rest[name]) {
			break
		}
	}
	b.WriteByte('}')
}
