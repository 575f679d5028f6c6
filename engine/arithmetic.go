package engine

import (
	"math"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
)

// arithmeticEvents are the operators that Lua 5.1 lets texts take part in. The machine reads a text in another way
// than Lua does (octal, 0b, 1_000), but asks the metatable of texts first: there it meets these.
var arithmeticEvents = map[string]func(x, y float64) float64{
	"__add": func(x, y float64) float64 { return x + y },
	"__sub": func(x, y float64) float64 { return x - y },
	"__mul": func(x, y float64) float64 { return x * y },
	"__div": func(x, y float64) float64 { return x / y },
	"__mod": modulo,
	"__pow": math.Pow,
}

// modulo is that of the machine: the sign is the divisor's.
func modulo(x, y float64) float64 {
	m := math.Mod(x, y)
	if y > 0 && m < 0 || y < 0 && m > 0 {
		m += y
	}
	return m
}

// textArithmetic is one operator between two values of which one at least is no number.
func textArithmetic(event string, compute func(x, y float64) float64) lua.LGFunction {
	return func(L *lua.LState) int {
		left, right := L.Get(1), L.Get(2)
		x, leftIs := numeral(L, left)
		y, rightIs := numeral(L, right)
		if leftIs && rightIs {
			L.Push(lua.LNumber(compute(x, y)))
			return 1
		}
		fn := ownEvent(L, left, event)
		if fn == lua.LNil {
			fn = ownEvent(L, right, event)
		}
		if fn == lua.LNil {
			caller, _ := frameAt(L, 1)
			node, in := TurnOf(L).nodeAt(caller)
			raise(L, arithmeticWords(node, in, left, right))
		}
		L.Push(fn)
		L.Push(left)
		L.Push(right)
		L.Call(2, 1)
		return 1
	}
}

// minus is `-x` of what may be anything but a number: the machine would give a metamethod its operand once, where every
// Lua gives it twice.
func minus(L *lua.LState) int {
	v := L.Get(1)
	if n, ok := v.(lua.LNumber); ok {
		L.Push(-n)
		return 1
	}
	L.Push(v)
	return negate(L)
}

var negate = textArithmetic("__unm", func(x, _ float64) float64 { return -x })

// ownEvent is the metamethod that the script has given a value.
func ownEvent(L *lua.LState, v lua.LValue, event string) lua.LValue {
	if v.Type() == lua.LTString {
		return lua.LNil
	}
	return L.GetMetaField(v, event)
}

// arithmeticWords blames, as Lua does, the second operand unless the first is at fault.
func arithmeticWords(node any, in *syntax.Func, left, right lua.LValue) string {
	culprit, first := right, false
	if _, ok := toNumber(left); !ok {
		culprit, first = left, true
	}
	name := ""
	switch n := node.(type) {
	case *syntax.Binary:
		operand := n.Right
		if first {
			operand = n.Left
		}
		name = nameOf(operand, in)
	case *syntax.Unary:
		name = nameOf(n.X, in)
	}
	return "attempt to perform arithmetic on " + named(name, culprit.Type().String())
}
