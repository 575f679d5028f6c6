package engine

import (
	"fmt"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxResults is how many values unpack and its kin may put on the stack, as in Lua 5.1.
const maxResults = 8_000

func baseNatives() []Native {
	return []Native{
		{Name: "assert", Fn: baseAssert},
		{Name: "error", Fn: baseError},
		{Name: "pcall", Fn: pcall},
		{Name: "xpcall", Fn: xpcall},
		{Name: "select", Fn: baseSelect},
		{Name: "tostring", Fn: baseToString},
		{Name: "tonumber", Fn: baseToNumber},
		{Name: "type", Fn: baseType},
		{Name: "unpack", Fn: baseUnpack},
		{Name: "next", Fn: baseNext},
		{Name: "pairs", Fn: basePairs},
		{Name: "ipairs", Fn: baseIpairs},
		{Name: "rawget", Fn: baseRawGet},
		{Name: "rawset", Fn: baseRawSet, Writes: true},
		{Name: "rawequal", Fn: baseRawEqual},
		{Name: "getmetatable", Fn: baseGetMetatable},
		{Name: "setmetatable", Fn: baseSetMetatable, Writes: true},
		{Name: "require", Fn: require},
	}
}

func baseAssert(L *lua.LState) int {
	if lua.LVAsBool(L.CheckAny(1)) {
		return L.GetTop()
	}
	msg := "assertion failed!"
	switch v := L.Get(2).(type) {
	case lua.LString, lua.LNumber:
		msg = v.String()
	case *lua.LTable, *lua.LUserData, *lua.LFunction:
		raiseVerbatim(L, v)
	}
	raiseVerbatim(L, lua.LString(placeAt(L, 1)+msg))
	return 0
}

// baseError raises any value; a text or a number gets the place of the level-th function before it.
func baseError(L *lua.LState) int {
	v, level := L.Get(1), args{L, "error"}.optInt(2, 1)
	if level > 0 && lua.LVCanConvToString(v) {
		v = placed(L, level, v)
	}
	raiseVerbatim(L, v)
	return 0
}

func baseSelect(L *lua.LState) int {
	top := L.GetTop()
	if L.Get(1) == lua.LString("#") {
		L.Push(lua.LNumber(top - 1))
		return 1
	}
	a := args{L, "select"}
	n := a.int(1)
	if n < 0 {
		n = top + n
	}
	if n < 1 {
		a.bad(1, "index out of range")
	}
	return max(top-n, 0)
}

func baseToString(L *lua.LState) int {
	L.Push(lua.LString(TurnOf(L).toString(L, L.CheckAny(1))))
	return 1
}

// toString is Lua's tostring: it calls __tostring, and names tables and functions by a number in place of
// their address.
func (t *Turn) toString(L *lua.LState, v lua.LValue) string {
	switch v := v.(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return numberText(float64(v))
	case lua.LBool, *lua.LNilType:
		return v.String()
	}
	if fn := L.GetMetaField(v, "__tostring"); fn != lua.LNil {
		L.Push(fn)
		L.Push(v)
		L.Call(1, 1)
		s := L.Get(-1)
		L.Pop(1)
		if !lua.LVCanConvToString(s) {
			raise(L, "'tostring' must return a string")
		}
		return s.String()
	}
	return fmt.Sprintf("%s: 0x%08x", v.Type(), t.numberOf(L, v))
}

// numberOf is the same for the same value and another for every other, within one turn.
func (t *Turn) numberOf(L *lua.LState, v lua.LValue) int {
	n, ok := t.numbers[v]
	if !ok {
		t.Bytes(L, upCost)
		if t.numbers == nil {
			t.numbers = map[lua.LValue]int{}
		}
		n = len(t.numbers) + 1
		t.numbers[v] = n
	}
	return n
}

func baseToNumber(L *lua.LState) int {
	a := args{L, "tonumber"}
	v, base := L.CheckAny(1), a.optInt(2, 10)
	if s, ok := v.(lua.LString); ok {
		TurnOf(L).Steps(L, 1+len(s)/8)
	}
	if base == 10 {
		if n, ok := toNumber(v); ok {
			L.Push(lua.LNumber(n))
		} else {
			L.Push(lua.LNil)
		}
		return 1
	}
	if base < 2 || base > 36 {
		a.bad(2, "base out of range")
	}
	text := strings.ToLower(strings.TrimSpace(a.str(1)))
	text = strings.TrimPrefix(text, "+")
	if base == 16 {
		text = strings.TrimPrefix(text, "0x")
	}
	n, err := strconv.ParseUint(text, base, 64)
	if err != nil || strings.Contains(text, "_") {
		L.Push(lua.LNil)
	} else {
		L.Push(lua.LNumber(n))
	}
	return 1
}

func baseType(L *lua.LState) int {
	L.Push(lua.LString(L.CheckAny(1).Type().String()))
	return 1
}

func baseUnpack(L *lua.LState) int {
	t, a := TurnOf(L), args{L, "unpack"}
	tb := beneath(t, a.table(1))
	first := a.optInt(2, 1)
	last := a.optInt(3, tb.Len())
	if first > last {
		return 0
	}
	if uint(last)-uint(first) >= maxResults {
		raise(L, "too many results to unpack")
	}
	n := last - first + 1
	t.Steps(L, n)
	for i := range n { // last may be the greatest number there is
		L.Push(tb.RawGet(lua.LNumber(first + i)))
	}
	return n
}

func baseRawGet(L *lua.LState) int {
	tb := args{L, "rawget"}.table(1)
	L.Push(beneath(TurnOf(L), tb).RawGet(L.CheckAny(2)))
	return 1
}

func baseRawSet(L *lua.LState) int {
	tb := args{L, "rawset"}.table(1)
	writable(L, TurnOf(L), tb)
	if n, ok := L.Get(2).(lua.LNumber); ok && n > 0 && n <= maxItems {
		TurnOf(L).Steps(L, max(0, int(n)-tb.MaxN())/16)
	}
	L.RawSet(tb, L.CheckAny(2), L.CheckAny(3))
	L.SetTop(1)
	return 1
}

func baseRawEqual(L *lua.LState) int {
	L.Push(lua.LBool(L.CheckAny(1) == L.CheckAny(2)))
	return 1
}

func baseGetMetatable(L *lua.LState) int {
	L.Push(L.GetMetatable(L.CheckAny(1))) // or what its __metatable says
	return 1
}

func baseSetMetatable(L *lua.LState) int {
	a := args{L, "setmetatable"}
	tb := a.table(1)
	mt := L.Get(2)
	if mt.Type() != lua.LTNil && mt.Type() != lua.LTTable || L.GetTop() < 2 {
		a.bad(2, "nil or table expected")
	}
	writable(L, TurnOf(L), tb)
	if old, ok := tb.Metatable.(*lua.LTable); ok && old.RawGetString("__metatable") != lua.LNil {
		raise(L, "cannot change a protected metatable")
	}
	if fields, ok := mt.(*lua.LTable); ok && fields.RawGetString("__newindex") != lua.LNil {
		t := TurnOf(L)
		t.passing = t.passing || !t.loading // what is written into tb may end in a table that is older
	}
	tb.Metatable = mt
	L.SetTop(1)
	return 1
}
