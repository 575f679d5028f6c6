package engine

import (
	"context"
	"math"

	lua "github.com/yuin/gopher-lua"
)

// mathNatives is Lua 5.1's math library. Chance is the turn's own: seeded anew for every turn, and a flow
// records it like any other view of the outside.
func mathNatives() []Native {
	natives := []Native{
		{Name: "math.atan2", Fn: mathTwo("atan2", math.Atan2)},
		{Name: "math.fmod", Fn: mathTwo("fmod", math.Mod)},
		{Name: "math.frexp", Fn: mathFrexp},
		{Name: "math.ldexp", Fn: mathLdexp},
		{Name: "math.max", Fn: mathBest("max", func(x, best float64) bool { return x > best })},
		{Name: "math.min", Fn: mathBest("min", func(x, best float64) bool { return x < best })},
		{Name: "math.modf", Fn: mathModf},
		{Name: "math.pow", Fn: mathTwo("pow", math.Pow)},
		{Name: "math.random", Fn: mathRandom},
		{Name: "math.randomseed", Fn: mathRandomseed},
	}
	for name, fn := range map[string]func(float64) float64{
		"abs": math.Abs, "acos": math.Acos, "asin": math.Asin, "atan": math.Atan, "ceil": math.Ceil,
		"cos": math.Cos, "cosh": math.Cosh, "exp": math.Exp, "floor": math.Floor, "log": math.Log,
		"log10": math.Log10, "sin": math.Sin, "sinh": math.Sinh, "sqrt": math.Sqrt, "tan": math.Tan,
		"tanh": math.Tanh,
		"deg":  func(x float64) float64 { return x / (math.Pi / 180) },
		"rad":  func(x float64) float64 { return x * (math.Pi / 180) },
	} {
		natives = append(natives, Native{Name: "math." + name, Fn: mathOne(name, fn)})
	}
	return natives
}

func pushNumber(L *lua.LState, x float64) {
	if i := int(x); i >= 0 && i < len(smallNumbers) && float64(i) == x && (i > 0 || !math.Signbit(x)) {
		L.Push(smallNumbers[i])
		return
	}
	L.Push(lua.LNumber(x))
}

func mathOne(name string, fn func(float64) float64) lua.LGFunction {
	return func(L *lua.LState) int {
		pushNumber(L, fn(args{L, name}.num(1)))
		return 1
	}
}

func mathTwo(name string, fn func(x, y float64) float64) lua.LGFunction {
	return func(L *lua.LState) int {
		a := args{L, name}
		pushNumber(L, fn(a.num(1), a.num(2)))
		return 1
	}
}

func mathBest(name string, better func(x, best float64) bool) lua.LGFunction {
	return func(L *lua.LState) int {
		a := args{L, name}
		best := a.num(1)
		for i := 2; i <= L.GetTop(); i++ {
			if x := a.num(i); better(x, best) {
				best = x
			}
		}
		pushNumber(L, best)
		return 1
	}
}

func mathFrexp(L *lua.LState) int {
	fraction, exponent := math.Frexp(args{L, "frexp"}.num(1))
	L.Push(lua.LNumber(fraction))
	L.Push(lua.LNumber(exponent))
	return 2
}

func mathLdexp(L *lua.LState) int {
	a := args{L, "ldexp"}
	pushNumber(L, math.Ldexp(a.num(1), a.int(2)))
	return 1
}

func mathModf(L *lua.LState) int {
	x := args{L, "modf"}.num(1)
	whole, fraction := math.Modf(x)
	if math.IsInf(x, 0) {
		whole, fraction = x, math.Copysign(0, x)
	}
	L.Push(lua.LNumber(whole))
	L.Push(lua.LNumber(fraction))
	return 2
}

func mathRandom(L *lua.LState) int {
	a := args{L, "random"}
	low, high := 1.0, 0.0
	switch L.GetTop() {
	case 0:
	case 1:
		if high = float64(a.int(1)); high < low {
			a.bad(1, "interval is empty")
		}
	case 2:
		low, high = float64(a.int(1)), float64(a.int(2))
		if high < low {
			a.bad(2, "interval is empty")
		}
	default:
		raise(L, "wrong number of arguments")
	}
	t := TurnOf(L)
	e := Effect{Kind: KindRandom, Function: "math.random"}
	if t.Observed() && L.GetTop() > 0 {
		e.Label, e.Args = numberText(low)+" "+numberText(high), t.HashArgs(L, L.GetTop())
	}
	v, err := t.Effect(L, e, func(context.Context) (any, error) {
		r := t.Random().Float64()
		if L.GetTop() > 0 {
			r = math.Floor(r*(high-low+1)) + low
		}
		return r, nil
	})
	x, ok := v.(float64)
	if err != nil || !ok {
		t.Fail(L, "no random number to be had")
	}
	pushNumber(L, x)
	return 1
}

// mathRandomseed makes what follows in this turn repeatable. The next turn does not notice.
func mathRandomseed(L *lua.LState) int {
	seed := math.Float64bits(args{L, "randomseed"}.num(1))
	t := TurnOf(L)
	t.passing = t.passing || t.loading
	t.Reseed(seed)
	return 0
}
