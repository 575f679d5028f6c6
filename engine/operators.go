package engine

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// cat stands for `a .. b .. c`: it charges the whole length before it joins anything.
func cat(L *lua.LState) int {
	n, size := L.GetTop(), 0
	if n == 2 { // the usual case
		left, isLeft := L.Get(1).(lua.LString)
		right, isRight := L.Get(2).(lua.LString)
		if isLeft && isRight {
			TurnOf(L).Bytes(L, len(left)+len(right))
			L.Push(left + right)
			return 1
		}
	}
	for i := 1; i <= n; i++ {
		switch v := L.Get(i).(type) {
		case lua.LString:
			size += len(v)
		case lua.LNumber:
			size += 24
		default:
			return catMeta(L, n)
		}
	}
	TurnOf(L).Bytes(L, size)
	buf := make([]byte, 0, size)
	for i := 1; i <= n; i++ {
		buf = appendText(buf, L.Get(i))
	}
	L.Push(lua.LString(frozen(buf)))
	return 1
}

func appendText(buf []byte, v lua.LValue) []byte {
	if s, ok := v.(lua.LString); ok {
		return append(buf, s...)
	}
	return appendNumber(buf, float64(v.(lua.LNumber)))
}

// catMeta joins from the right, pair by pair, asking __concat where one of the two is neither string nor
// number.
func catMeta(L *lua.LState, n int) int {
	t, right := TurnOf(L), L.Get(n)
	for i := n - 1; i >= 1; i-- {
		left := L.Get(i)
		if lua.LVCanConvToString(left) && lua.LVCanConvToString(right) {
			t.Bytes(L, len(left.String())+len(right.String()))
			right = lua.LString(appendText(appendText(nil, left), right))
			continue
		}
		fn := L.GetMetaField(left, "__concat")
		if fn == lua.LNil {
			fn = L.GetMetaField(right, "__concat")
		}
		if fn == lua.LNil {
			culprit, at := right, i+1
			if !lua.LVCanConvToString(left) {
				culprit, at = left, i
			}
			name := ""
			if culprit == L.Get(at) {
				name = t.argumentName(L, at)
			}
			raiseVerbatim(L, lua.LString(position(L, 0)+"attempt to concatenate "+named(name, culprit.Type().String())))
		}
		L.Push(fn)
		L.Push(left)
		L.Push(right)
		L.Call(2, 1)
		right = L.Get(-1)
		L.Pop(1)
	}
	L.Push(right)
	return 1
}

// named words a value of which the script knows the name, or not: "field 'item' (a nil value)".
func named(name, kind string) string {
	if name == "" {
		return "a " + kind + " value"
	}
	return fmt.Sprintf("%s (a %s value)", name, kind)
}

// appendItem stands for `t[#t+1] = v`. The library loses, without a word, what is appended beyond the
// longest list; this raises.
func appendItem(L *lua.LState) int {
	v := L.Get(2)
	tb, ok := L.Get(1).(*lua.LTable)
	if ok && tb.Metatable == lua.LNil {
		n := tb.Len()
		if n >= maxItems {
			tooManyItems(L)
		}
		tb.RawSetInt(n+1, v)
		return 0
	}
	if s, isString := L.Get(1).(lua.LString); !ok && !isString {
		kind := L.Get(1).Type().String()
		raiseVerbatim(L, lua.LString(position(L, 0)+"attempt to get length of "+named(TurnOf(L).argumentName(L, 1), kind)))
	} else if isString {
		L.SetTable(s, lua.LNumber(len(s)+1), v)
		return 0
	}
	n := L.ObjLen(tb)
	if n >= maxItems {
		tooManyItems(L)
	}
	L.SetTable(tb, lua.LNumber(n+1), v)
	return 0
}

func tooManyItems(L *lua.LState) {
	raiseVerbatim(L, lua.LString(position(L, 0)+fmt.Sprintf("too many items in a list; at most %s are allowed", groupDigits(maxItems))))
}
