package code

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"unsafe"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
)

// constants are the values that a function's code names by number.
type constants struct {
	values []lua.LValue
	number map[any]int // by key, once there are many
}

// few is how many constants are looked through one by one.
const few = 12

// key tells constants apart: numbers by their bits, for nan is not itself and -0 is not 0.
func key(v lua.LValue) any {
	if n, ok := v.(lua.LNumber); ok {
		return math.Float64bits(float64(n))
	}
	return v
}

// add returns the number of a constant. The machine can count as many as a file of syntax.MaxNodes parts may have.
func (c *constants) add(v lua.LValue) int {
	if i := c.find(v); i >= 0 {
		return i
	}
	c.values = append(c.values, v)
	if len(c.values) > few {
		c.note()
	}
	return len(c.values) - 1
}

func (c *constants) find(v lua.LValue) int {
	k := key(v)
	if c.number != nil {
		if i, ok := c.number[k]; ok {
			return i
		}
		return -1
	}
	return slices.IndexFunc(c.values, func(o lua.LValue) bool { return key(o) == k })
}

func (c *constants) note() {
	if c.number == nil {
		c.number = make(map[any]int, 4*few)
		for i, v := range c.values {
			c.number[key(v)] = i
		}
	}
	c.number[key(c.values[len(c.values)-1])] = len(c.values) - 1
}

// into gives a proto its constants. The machine reads texts from a list of strings of the same length, which has
// no exported name.
func (c *constants) into(p *lua.FunctionProto) {
	p.Constants = slices.Clip(slices.Clone(c.values))
	last := len(p.Constants)
	for last > 0 && p.Constants[last-1].Type() != lua.LTString {
		last--
	}
	texts := make([]string, last)
	for i, v := range p.Constants[:last] {
		if s, ok := v.(lua.LString); ok {
			texts[i] = string(s)
		}
	}
	*(*[]string)(unsafe.Add(unsafe.Pointer(p), layout)) = texts
}

// Usable fails when the machine keeps its functions in another way than this package knows.
func Usable() error { return errLayout }

// layout is where a proto keeps the texts among its constants.
var layout, errLayout = func() (uintptr, error) {
	field, ok := reflect.TypeFor[lua.FunctionProto]().FieldByName("stringConstants")
	if !ok || field.Type != reflect.TypeFor[[]string]() {
		return 0, errors.New("lua.FunctionProto has no stringConstants")
	}
	return field.Offset, nil
}()

// constantOf is the value of an expression that is known before the script runs.
func (f *function) constantOf(e syntax.Expr) (lua.LValue, bool) {
	switch e := e.(type) {
	case *syntax.Nil:
		return lua.LNil, true
	case *syntax.True:
		return lua.LTrue, true
	case *syntax.False:
		return lua.LFalse, true
	case *syntax.String:
		return lua.LString(e.Value), true
	case *syntax.Name, *syntax.Index:
		v := f.libraryValue(e)
		return v, v != nil
	}
	n, ok := fold(e)
	return lua.LNumber(n), ok
}

// libraryValue is what a name of the library stands for; nil where e is none.
func (f *function) libraryValue(e syntax.Expr) lua.LValue {
	if name := syntax.GlobalName(e); name != "" {
		return f.lib.Value(name)
	}
	return nil
}

// fold computes arithmetic of numbers. What is no number or divides by zero is left to the machine, as in lua5.1.
func fold(e syntax.Expr) (float64, bool) {
	switch e := e.(type) {
	case *syntax.Number:
		return e.Value, true
	case *syntax.Unary:
		x, ok := fold(e.X)
		return -x, ok && e.Op == syntax.Minus
	case *syntax.Binary:
		right, ok := fold(e.Right)
		if !ok || e.Op > syntax.Div {
			return 0, false
		}
		left, ok := fold(e.Left)
		if !ok {
			return 0, false
		}
		x := [...]func() float64{
			func() float64 { return left + right },
			func() float64 { return left - right },
			func() float64 { return left * right },
			func() float64 { return left / right },
		}[e.Op]()
		return x, x == x && (e.Op != syntax.Div || right != 0)
	}
	return 0, false
}
