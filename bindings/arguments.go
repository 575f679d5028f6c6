package bindings

import (
	"errors"
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/wechat"
)

// arguments are those of one call of a function of the table, checked against its parameters. They count
// from 1. What does not fit raises an error that names the argument.
type arguments struct {
	L     *lua.LState
	turn  *engine.Turn // pays for what is read
	fn    *Function
	taken *int // bytes of text that the call took out of tables
}

// check refuses arguments that do not fit the form of the call.
func (a arguments) check() {
	n := a.count()
	form := a.fn.form(n)
	if most := form.most(); most >= 0 && n > most {
		a.fail("%s; takes %s", plural(n, "argument"), form.howMany())
	}
	for i := 1; i <= max(n, len(form)); i++ {
		p, v := form.at(i), a.L.Get(i)
		given := i <= n
		if given && p.Type.fits(v) || p.Optional && v == lua.LNil || p.Rest && !given {
			continue
		}
		wrong := "is " + describe(v)
		if !given {
			wrong = "is missing"
		}
		a.failArg(i, wrong, p.Type.Want.EN)
	}
}

// count is the number of arguments that were given.
func (a arguments) count() int { return a.L.GetTop() }

func (a arguments) arg(n int) lua.LValue { return a.L.Get(n) }

// has reports whether argument n was given and is not nil.
func (a arguments) has(n int) bool { return a.L.Get(n) != lua.LNil }

// text is a string argument, "" when an optional one is missing.
func (a arguments) text(n int) string {
	s, _ := a.L.Get(n).(lua.LString)
	return string(s)
}

// filled is a string argument with something in it; want says what it is.
func (a arguments) filled(n int, want string) string {
	s := a.text(n)
	if s == "" {
		a.failArg(n, "is empty", want)
	}
	return s
}

// maxOpenID is far above what openids have: 28 bytes.
const maxOpenID = 128

// openid is the fan in argument 1.
func (a arguments) openid() string {
	id := a.text(1)
	if id == "" || len(id) > maxOpenID {
		a.failArg(1, "is "+quote(id), "the openid of a fan, such as msg.openid")
	}
	return id
}

// number is a number argument, or otherwise when an optional one is missing.
func (a arguments) number(n int, otherwise float64) float64 {
	if v, ok := a.L.Get(n).(lua.LNumber); ok {
		return float64(v)
	}
	return otherwise
}

// duration is a duration argument that is known to be given.
func (a arguments) duration(n int) time.Duration {
	d, ok := durationOf(a.L.Get(n))
	if !ok {
		a.failArg(n, fmt.Sprintf("is %s", quote(valueText(a.L.Get(n)))), tDuration.Want.EN)
	}
	return d
}

// table is a table argument, nil when an optional one is missing; read-only tables come as a copy.
func (a arguments) table(n int) *lua.LTable {
	tb, ok := a.L.Get(n).(*lua.LTable)
	if !ok {
		return nil
	}
	return a.open(tb)
}

// open is the table to read in place of tb: what a read-only one shows, or itself. It is not written here
// and not handed to a script.
//
// Whoever opens a table goes over it, so that is paid for here.
func (a arguments) open(tb *lua.LTable) *lua.LTable {
	tb = a.turn.Beneath(tb)
	a.turn.ChargeTable(a.L, tb)
	return tb
}

// maxTexts is how many strings a list in an argument may hold.
const maxTexts = 10_000

// texts reads the table in argument n as a list of strings.
func (a arguments) texts(n int, tb *lua.LTable) []string {
	return a.list(n, tb, "a string", func(string) bool { return true })
}

// fans reads the table in argument n as a list of openids.
func (a arguments) fans(n int, tb *lua.LTable) []string {
	return a.list(n, tb, "the openid of a fan", func(id string) bool { return id != "" && len(id) <= maxOpenID })
}

// list reads the table in argument n as a list of strings that fit; want says what they are.
func (a arguments) list(n int, tb *lua.LTable, want string, fits func(string) bool) []string {
	tb = a.open(tb)
	size := tb.Len()
	if size > maxTexts {
		a.failArg(n, fmt.Sprintf("has %d items", size), fmt.Sprintf("at most %d", maxTexts))
	}
	a.turn.Steps(a.L, size)
	all := make([]string, size)
	for i := range all {
		v := tb.RawGetInt(i + 1)
		s, ok := v.(lua.LString)
		switch {
		case !ok:
			a.fail("%s: item %d is %s; want a string", a.argument(n), i+1, describe(v))
		case !fits(string(s)):
			a.fail("%s: item %d is %s; want %s", a.argument(n), i+1, quote(string(s)), want)
		}
		a.readText(a.argument(n), string(s))
		all[i] = string(s)
	}
	return all
}

// maxRead is how many bytes of text one call may take out of tables. The same text may stand in them many
// times, and what is sent to WeChat has a copy of each.
const maxRead = 1 << 20

// readText counts the text of a field or an item towards maxRead, and refuses one that is torn.
func (a arguments) readText(field, s string) {
	a.readBytes(field, len(s))
	if where := torn(s); where != "" {
		a.fail("%s %s", field, where)
	}
}

// readBytes is readText for what may be anything, as what other systems get to see.
func (a arguments) readBytes(field string, n int) {
	*a.taken += n
	if *a.taken > maxRead {
		a.fail("%s: the texts up to here have %d bytes; want at most %d in one call", field, *a.taken, maxRead)
	}
}

// wholeText is a string argument that WeChat or a fan gets to see.
func (a arguments) wholeText(n int) string {
	s := a.text(n)
	a.turn.Steps(a.L, len(s)/64)
	if where := torn(s); where != "" {
		a.fail("%s %s", a.argument(n), where)
	}
	return s
}

// fail raises an error of usage at the script's line: `main.lua:3: on.text: …`. The engine knows the names
// of library functions only.
func (a arguments) fail(format string, args ...any) {
	what := fmt.Sprintf(format, shortenAll(args)...)
	if a.fn.method() || a.fn.apart {
		what = a.fn.Name + ": " + what
	}
	a.turn.Fail(a.L, "%s", what)
}

// failArg raises an error about argument n: what is wrong with it, what is allowed.
func (a arguments) failArg(n int, wrong, want string) {
	a.fail("%s %s; want %s", a.argument(n), wrong, want)
}

// argument names an argument: `argument 2 (handler)`.
func (a arguments) argument(n int) string {
	form := a.fn.form(a.count())
	if p := form.at(n); p != nil {
		return fmt.Sprintf("argument %d (%s)", n, p.Name)
	}
	return fmt.Sprintf("argument %d", n)
}

// failField raises an error about a field that one of WeChat's own checks does not take.
func (a arguments) failField(err error) {
	var f *wechat.FieldError
	if errors.As(err, &f) {
		err = f
	}
	a.fail("%s", err.Error())
}
