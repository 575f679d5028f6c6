package bindings

import (
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// maxTexts is how many strings a list in an argument may hold.
const maxTexts = 10_000

// call is one call of a function of the table, its arguments checked. Arguments count from 1.
type call struct {
	L     *lua.LState
	turn  *engine.Turn
	state *state
	fn    *Function
	given int // arguments; natives may push more onto the stack
}

// count is the number of arguments that were given.
func (c call) count() int { return c.L.GetTop() }

func (c call) arg(n int) lua.LValue { return c.L.Get(n) }

// has reports whether argument n was given and is not nil.
func (c call) has(n int) bool { return c.L.Get(n) != lua.LNil }

// text is a string argument, "" when an optional one is missing.
func (c call) text(n int) string {
	s, _ := c.L.Get(n).(lua.LString)
	return string(s)
}

// filled is a string argument with something in it; want says what it is.
func (c call) filled(n int, want string) string {
	s := c.text(n)
	if s == "" {
		c.failArg(n, "is empty", want)
	}
	return s
}

// texts reads the table in argument n as a list of strings.
func (c call) texts(n int, tb *lua.LTable) []string {
	return c.list(n, tb, "a string", func(string) bool { return true })
}

// fans reads the table in argument n as a list of openids.
func (c call) fans(n int, tb *lua.LTable) []string {
	return c.list(n, tb, "the openid of a fan", func(id string) bool { return id != "" && len(id) <= maxOpenID })
}

// list reads the table in argument n as a list of strings that fit; want says what they are.
func (c call) list(n int, tb *lua.LTable, want string, fits func(string) bool) []string {
	tb = c.open(tb)
	size := tb.Len()
	if size > maxTexts {
		c.failArg(n, fmt.Sprintf("has %d items", size), fmt.Sprintf("at most %d", maxTexts))
	}
	c.turn.Steps(c.L, size)
	all := make([]string, size)
	for i := range all {
		v := tb.RawGetInt(i + 1)
		s, ok := v.(lua.LString)
		switch {
		case !ok:
			c.fail("%s: item %d is %s; want a string", c.argument(n), i+1, describe(v))
		case !fits(string(s)):
			c.fail("%s: item %d is %s; want %s", c.argument(n), i+1, quote(string(s)), want)
		}
		c.readText(c.argument(n), len(s))
		all[i] = string(s)
	}
	return all
}

// maxRead is how many bytes of text one call may take out of tables. The same text may stand in them many
// times, and what is sent to WeChat has a copy of each.
const maxRead = 1 << 20

// readText counts the text of a field or an item towards maxRead.
func (c call) readText(field string, n int) {
	c.state.read += n
	if c.state.read > maxRead {
		c.fail("%s: the texts up to here have %d bytes; want at most %d in one call", field, c.state.read, maxRead)
	}
}

// number is a number argument, or otherwise when an optional one is missing.
func (c call) number(n int, otherwise float64) float64 {
	if v, ok := c.L.Get(n).(lua.LNumber); ok {
		return float64(v)
	}
	return otherwise
}

// duration is a duration argument that is known to be given.
func (c call) duration(n int) time.Duration {
	d, ok := durationOf(c.L.Get(n))
	if !ok {
		c.failArg(n, fmt.Sprintf("is %s", quote(valueText(c.L.Get(n)))), tDuration.Want.EN)
	}
	return d
}

// table is a table argument, nil when an optional one is missing; read-only tables come as a copy.
func (c call) table(n int) *lua.LTable {
	tb, ok := c.L.Get(n).(*lua.LTable)
	if !ok {
		return nil
	}
	return c.open(tb)
}

// open is the table to read in place of tb: what a read-only one shows, or itself. It is not written here
// and not handed to a script.
//
// Whoever opens a table goes over it, so that is paid for here.
func (c call) open(tb *lua.LTable) *lua.LTable {
	tb = c.turn.Beneath(tb)
	c.turn.ChargeTable(c.L, tb)
	return tb
}

// push gives one value back.
func (c call) push(v lua.LValue) int {
	c.L.Push(v)
	return 1
}

// pushText charges for a produced string and gives it back.
func (c call) pushText(s string) int {
	c.turn.Bytes(c.L, len(s))
	c.L.Push(lua.LString(s))
	return 1
}

// fail raises an error of usage at the script's line: `main.lua:3: on.text: …`. The engine knows the names
// of library functions only.
func (c call) fail(format string, args ...any) {
	what := fmt.Sprintf(format, clip(args)...)
	if c.fn.method() || c.fn.apart {
		what = c.fn.Name + ": " + what
	}
	c.turn.Fail(c.L, "%s", what)
}

// maxQuoted is how many bytes of one text an error shows.
const maxQuoted = 2 << 10

// clip cuts long texts among the arguments of a message: they may be megabytes, and messages are kept.
func clip(args []any) []any {
	for i, arg := range args {
		if err, ok := arg.(error); ok {
			arg = err.Error()
		}
		if s, ok := arg.(string); ok && len(s) > maxQuoted {
			args[i] = cutText(s, maxQuoted) + "…"
		}
	}
	return args
}

// failArg raises an error about argument n: what is wrong with it, what is allowed.
func (c call) failArg(n int, wrong, want string) {
	c.fail("%s %s; want %s", c.argument(n), wrong, want)
}

// argument names an argument: `argument 2 (handler)`.
func (c call) argument(n int) string {
	form := c.fn.form(c.count())
	if p := form.at(n); p != nil {
		return fmt.Sprintf("argument %d (%s)", n, p.Name)
	}
	return fmt.Sprintf("argument %d", n)
}

// check refuses arguments that do not fit the form of the call.
func (c call) check() {
	n := c.count()
	form := c.fn.form(n)
	if most := form.most(); most >= 0 && n > most {
		c.fail("%s; takes %s", plural(n, "argument"), form.howMany())
	}
	for i := 1; i <= max(n, len(form)); i++ {
		p, v := form.at(i), c.L.Get(i)
		given := i <= n
		if given && p.Type.fits(v) || p.Optional && v == lua.LNil || p.Rest && !given {
			continue
		}
		wrong := "is " + describe(v)
		if !given {
			wrong = "is missing"
		}
		c.failArg(i, wrong, p.Type.Want.EN)
	}
}

// at is the parameter that argument n, from 1, belongs to; nil when there is none.
func (f Form) at(n int) *Param {
	if n <= len(f) {
		return &f[n-1]
	}
	if len(f) > 0 && f[len(f)-1].Rest {
		return &f[len(f)-1]
	}
	return nil
}

func (f Form) howMany() string {
	switch least, most := f.least(), f.most(); {
	case most == 0:
		return "none"
	case least == most:
		return fmt.Sprint(most)
	default:
		return fmt.Sprintf("%d to %d", least, most)
	}
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
