package engine

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
)

// args reads the arguments of a native of the standard libraries and words what is wrong with them as
// Lua 5.1 does.
type args struct {
	L  *lua.LState
	fn string // "rep"
}

// str takes a string, or a number as its text.
func (a args) str(n int) string {
	switch v := a.L.Get(n).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return numberText(float64(v))
	}
	a.wrongType(n, "string")
	return ""
}

func (a args) optStr(n int, def string) string {
	if a.L.Get(n) == lua.LNil {
		return def
	}
	return a.str(n)
}

func (a args) num(n int) float64 {
	v := a.L.Get(n)
	if x, ok := v.(lua.LNumber); ok {
		return float64(x)
	}
	x, ok := numeral(a.L, v)
	if !ok {
		a.wrongType(n, "number")
	}
	return x
}

func (a args) int(n int) int { return toInt(a.num(n)) }

func (a args) optInt(n, def int) int {
	if a.L.Get(n) == lua.LNil {
		return def
	}
	return a.int(n)
}

func (a args) table(n int) *lua.LTable {
	tb, ok := a.L.Get(n).(*lua.LTable)
	if !ok {
		a.wrongType(n, "table")
	}
	return tb
}

func (a args) function(n int) *lua.LFunction {
	fn, ok := a.L.Get(n).(*lua.LFunction)
	if !ok {
		a.wrongType(n, "function")
	}
	return fn
}

func (a args) wrongType(n int, want string) {
	got := "no value"
	if n <= a.L.GetTop() {
		got = a.L.Get(n).Type().String()
	}
	a.bad(n, want+" expected, got "+got)
}

// bad raises "bad argument #n to 'fn' (why)". In a method call the value before the colon does not
// count as an argument.
func (a args) bad(n int, why string) {
	if calledAsMethod(a.L) {
		if n--; n == 0 {
			raise(a.L, fmt.Sprintf("calling '%s' on bad self (%s)", a.fn, why))
		}
	}
	raise(a.L, fmt.Sprintf("bad argument #%d to '%s' (%s)", n, a.fn, why))
}

// raise raises a message in Lua's own words, with the place in the script that called the native.
func raise(L *lua.LState, msg string) { raiseVerbatim(L, lua.LString(position(L, 0)+msg)) }

// calledAsMethod reports whether the running native was called as value:fn(…).
func calledAsMethod(L *lua.LState) bool {
	caller, _ := frameAt(L, 1)
	call, _ := TurnOf(L).nodeAt(caller)
	_, method := call.(*syntax.Method)
	return method
}
