package engine

import (
	"reflect"

	lua "github.com/yuin/gopher-lua"
)

// Iterators that every VM shares; they keep nothing.
var (
	nextFunction  = newNative(baseNext)
	ipairsStepper = newNative(ipairsStep)
)

func baseNext(L *lua.LState) int {
	tb, ok := L.Get(1).(*lua.LTable)
	if !ok {
		tb = args{L, "next"}.table(1)
	}
	t := TurnOf(L)
	if tb.Metatable != lua.LNil {
		tb = beneath(t, tb)
	}
	chargeDeadKeys(L, t, tb)
	if !hasKey(tb, L.Get(2)) {
		raiseVerbatim(L, lua.LString("invalid key to 'next'"))
	}
	key, value := tb.Next(L.Get(2))
	if key == lua.LNil {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(key)
	L.Push(value)
	return 2
}

// inOrder goes over a table as pairs does, each time in the same order.
func inOrder(tb *lua.LTable, each func(k, v lua.LValue)) {
	for k, v := tb.Next(lua.LNil); k != lua.LNil; k, v = tb.Next(k) {
		each(k, v)
	}
}

// hasKey reports whether a key is one of a table's, or was before its value became nil: for any other, the library
// would go on from wherever it happens to be.
func hasKey(tb *lua.LTable, key lua.LValue) bool {
	if key == lua.LNil || tb.RawGet(key) != lua.LNil {
		return true
	}
	inside := reflect.ValueOf(tb).Elem()
	if n, ok := key.(lua.LNumber); ok && n >= 1 && int(n) <= inside.Field(private.items).Len() {
		return true
	}
	return inside.Field(private.places).MapIndex(reflect.ValueOf(key)).IsValid()
}

// basePairs gives next, the table and nil. A locked table stays locked: next looks beneath by itself.
func basePairs(L *lua.LState) int {
	tb := args{L, "pairs"}.table(1)
	L.Push(nextFunction)
	L.Push(tb)
	L.Push(lua.LNil)
	return 3
}

func baseIpairs(L *lua.LState) int {
	tb := args{L, "ipairs"}.table(1)
	L.Push(ipairsStepper)
	L.Push(tb)
	L.Push(intValue(0))
	return 3
}

func ipairsStep(L *lua.LState) int {
	tb, ok := L.Get(1).(*lua.LTable)
	n, isNumber := L.Get(2).(lua.LNumber)
	if !ok || !isNumber {
		a := args{L, "ipairs"}
		tb, n = a.table(1), lua.LNumber(a.num(2))
	}
	if tb.Metatable != lua.LNil {
		tb = beneath(TurnOf(L), tb)
	}
	i := int(n) + 1
	v := tb.RawGetInt(i)
	if v == lua.LNil && i > maxItems {
		v = tb.RawGet(lua.LNumber(i))
	}
	if v == lua.LNil {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(intValue(i))
	L.Push(v)
	return 2
}

// chargeDeadKeys pays for keys that were cleared: the library never forgets them, and next walks over
// them in one step.
func chargeDeadKeys(L *lua.LState, t *Turn, tb *lua.LTable) {
	v := reflect.ValueOf(tb).Elem()
	keys := v.Field(private.keys).Len()
	if keys < 1024 {
		return
	}
	dead := keys - v.Field(private.strdict).Len() - v.Field(private.dict).Len()
	t.Steps(L, dead/8)
}
