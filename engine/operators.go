package engine

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
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
			size := len(right.String()) + len(left.String())
			t.Bytes(L, size)
			right = lua.LString(frozen(appendText(appendText(make([]byte, 0, size), left), right)))
			continue
		}
		fn := L.GetMetaField(left, "__concat")
		if fn == lua.LNil {
			fn = L.GetMetaField(right, "__concat")
		}
		if fn == lua.LNil {
			cannotConcat(L, i, right)
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

// cannotConcat blames, as Lua does, the right one of two operands unless the left one is at fault. It names the line of
// the sign between them.
func cannotConcat(L *lua.LState, i int, right lua.LValue) {
	culprit, at := right, i+1
	if left := L.Get(i); !lua.LVCanConvToString(left) {
		culprit, at = left, i
	}
	name, place := "", position(L, 0)
	caller, _ := frameAt(L, 1)
	node, in := TurnOf(L).nodeAt(caller)
	if chain, ok := node.(*syntax.Concat); ok {
		place = placeOf(caller.fn.Proto.SourceName, chain.Lines[i-1])
		if culprit == L.Get(at) {
			name = nameOf(chain.List[at-1], in)
		}
	}
	raiseVerbatim(L, lua.LString(place+"attempt to concatenate "+named(name, culprit.Type().String())))
}

// named words a value of which the script knows the name, or not: "field 'item' (a nil value)".
func named(name, kind string) string {
	if name == "" {
		return "a " + kind + " value"
	}
	return fmt.Sprintf("%s (a %s value)", name, kind)
}

// boundNames are what Lua calls the bounds of a numeric for.
var boundNames = [3]string{"initial value", "limit", "step"}

// forBounds stands before a numeric for whose bounds may be texts: it gives its arguments back as numbers.
func forBounds(L *lua.LState) int {
	for i := 1; i <= 3; i++ {
		v := L.Get(i)
		if _, ok := v.(lua.LNumber); ok {
			continue
		}
		x, ok := numeral(L, v)
		if !ok {
			raise(L, "'for' "+boundNames[i-1]+" must be a number")
		}
		L.Replace(i, lua.LNumber(x))
	}
	return 3
}

// tooManyItems is called before `t[#t+1] = v` would lose v: beyond the longest list, # does not see it.
func tooManyItems(L *lua.LState) int {
	raiseVerbatim(L, lua.LString(position(L, 0)+fmt.Sprintf("too many items in a list; at most %s are allowed", GroupDigits(maxItems))))
	return 0
}
