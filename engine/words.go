package engine

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/code"
	"moonwire/engine/syntax"
)

// stockWord is a message of the library and how Lua 5.1 says the same.
type stockWord struct {
	phrase string
	say    func(c *complaint) string
}

// complaint is one error raised by the VM.
type complaint struct {
	t    *Turn
	L    *lua.LState
	at   frame
	text string       // from the phrase on
	node any          // the part of the script that failed; nil in a native
	in   *syntax.Func // of node
}

var stockWords = []stockWord{
	{"attempt to index a non-table object(", (*complaint).index},
	{"attempt to call a non-function object", (*complaint).call},
	{"cannot perform ", (*complaint).arithmetic},
	{"__unm undefined", (*complaint).negate},
	{"__len undefined", (*complaint).length},
	{"attempt to compare ", (*complaint).compare},
	{"for statement init must be a number", says("'for' initial value must be a number")},
	{"for statement limit must be a number", says("'for' limit must be a number")},
	{"for statement step must be a number", says("'for' step must be a number")},
	{"registry overflow", says("stack overflow (too many values at once)")},
	{"too many recursions in gettable", says("loop in gettable")},
	{"too many recursions in settable", says("loop in settable")},
	{"bad argument #", (*complaint).argument},
}

func says(words string) func(*complaint) string { return func(*complaint) string { return words } }

// words turns a message of the library, which has just been raised, into Lua 5.1's. Other messages stay.
func (t *Turn) words(L *lua.LState, msg string) string {
	for _, w := range stockWords {
		i := strings.Index(msg, w.phrase)
		if i < 0 || i > 0 && msg[i-1] != ' ' {
			continue
		}
		c := &complaint{t: t, L: L, text: msg[i:]}
		c.at, _ = frameAt(L, 0)
		c.node, c.in = t.nodeAt(c.at)
		return position(L, 0) + w.say(c)
	}
	return strings.TrimPrefix(msg, " ") // what the library leaves of a place that is none
}

// inst is the instruction that failed; false in a native.
func (c *complaint) inst() (uint32, bool) {
	if c.at.fn == nil || c.at.fn.IsG {
		return 0, false
	}
	return c.at.fn.Proto.Code[c.at.pc], true
}

// value is what is in a register of the failed function.
func (c *complaint) value(reg int) lua.LValue {
	_, v := c.L.GetLocal(c.at.dbg, reg+1)
	return v
}

// operand is a register's value or a constant.
func (c *complaint) operand(rk int) lua.LValue {
	if v, ok := code.Constant(c.at.fn.Proto, rk); ok {
		return v
	}
	return c.value(rk)
}

// index blames the object, unless what it leads to by __index is at fault.
func (c *complaint) index() string {
	kind, _, _ := strings.Cut(strings.TrimPrefix(c.text, "attempt to index a non-table object("), ")")
	inst, ok := c.inst()
	name := ""
	if ok {
		object := code.B(inst)
		if op := code.Op(inst); op == lua.OP_SETTABLE || op == lua.OP_SETTABLEKS {
			object = code.A(inst)
		}
		if v := c.value(object); v != nil && v.Type().String() == kind {
			name = c.objectName()
		}
	}
	return "attempt to index " + named(name, kind)
}

func (c *complaint) objectName() string {
	switch n := c.node.(type) {
	case *syntax.Index:
		return nameOf(n.Object, c.in)
	case *syntax.Method:
		return nameOf(n.Object, c.in)
	}
	return ""
}

func (c *complaint) call() string {
	inst, ok := c.inst()
	if !ok {
		return "attempt to call a value that is no function"
	}
	return "attempt to call " + named(calledName(c.node, c.in), c.value(code.A(inst)).Type().String())
}

// arithmetic is what the machine says where no text is concerned, see arithmeticOn.
func (c *complaint) arithmetic() string {
	inst, ok := c.inst()
	if !ok {
		return "attempt to perform arithmetic on a value that is no number"
	}
	return arithmeticWords(c.node, c.in, c.operand(code.B(inst)), c.operand(code.C(inst)))
}

func (c *complaint) negate() string { return c.unary("attempt to perform arithmetic on ") }
func (c *complaint) length() string { return c.unary("attempt to get length of ") }

func (c *complaint) unary(what string) string {
	inst, ok := c.inst()
	if !ok {
		return what + "a value"
	}
	name := ""
	if n, ok := c.node.(*syntax.Unary); ok {
		name = nameOf(n.X, c.in)
	}
	return what + named(name, c.operand(code.B(inst)).Type().String())
}

func (c *complaint) compare() string {
	left, right, ok := strings.Cut(strings.TrimPrefix(c.text, "attempt to compare "), " with ")
	switch {
	case !ok:
		return c.text
	case left == right:
		return "attempt to compare two " + left + " values"
	}
	return "attempt to compare " + left + " with " + right
}

// argument puts the native's own name in place of what the library could find out.
func (c *complaint) argument() string {
	head, rest, ok1 := strings.Cut(c.text, " to ")
	i := strings.Index(rest, " (")
	name := ""
	if c.at.fn != nil {
		name = bareName(c.t.engine.set.nameOf[c.at.fn])
	}
	if !ok1 || i < 0 || name == "" || strings.HasPrefix(rest, "'") {
		return c.text
	}
	return head + " to '" + name + "'" + rest[i:]
}
