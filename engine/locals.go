package engine

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/code"
)

// localsOf shows the variables of a frame that an author will want to see: those declared last first, and
// no functions.
func localsOf(L *lua.LState, f frame, names *code.Names) []Local {
	var list []Local
	for _, v := range names.Vars {
		if f.pc < v.From || f.pc >= v.To || v.Name == "arg" {
			continue
		}
		_, value := L.GetLocal(f.dbg, v.Reg+1)
		switch value.Type() {
		case lua.LTFunction, lua.LTUserData, lua.LTThread:
			continue
		}
		if tb, ok := value.(*lua.LTable); ok && Locked(tb) {
			continue
		}
		list = append(list, Local{v.Name, showValue(value, localBytes)})
	}
	if len(list) > maxLocals {
		list = list[len(list)-maxLocals:]
	}
	slices.Reverse(list)
	return list
}

// showValue writes a value for a report on one line, without running any of the script, in at most n bytes.
func showValue(v lua.LValue, n int) string {
	s := shower{left: n}
	s.value(v, 0)
	return shorten(oneLine(s.text.String()), n)
}

type shower struct {
	text strings.Builder
	left int
}

func (s *shower) full() bool { return s.text.Len() > s.left }

func (s *shower) value(v lua.LValue, depth int) {
	switch v := v.(type) {
	case lua.LString:
		s.text.WriteString(strconv.Quote(shorten(string(v), s.left)))
	case lua.LNumber:
		s.text.WriteString(numberText(float64(v)))
	case lua.LBool, *lua.LNilType:
		s.text.WriteString(v.String())
	case *lua.LTable:
		s.table(v, depth)
	default:
		s.text.WriteString(v.Type().String())
	}
}

func (s *shower) table(tb *lua.LTable, depth int) {
	if Locked(tb) || depth > 3 {
		s.text.WriteString("{…}")
		return
	}
	key, v := tb.Next(lua.LNil)
	if key == lua.LNil {
		s.text.WriteString("{}")
		return
	}
	s.text.WriteString("{ ")
	for i := 1; key != lua.LNil && !s.full(); key, v = tb.Next(key) {
		if i > 1 {
			s.text.WriteString(", ")
		}
		if n, ok := key.(lua.LNumber); !ok || int(n) != i {
			s.key(key)
		}
		s.value(v, depth+1)
		i++
	}
	s.text.WriteString(" }")
}

func (s *shower) key(key lua.LValue) {
	if k, ok := key.(lua.LString); ok && isName(string(k)) {
		s.text.WriteString(string(k) + " = ")
		return
	}
	fmt.Fprintf(&s.text, "%s = ", strings.TrimPrefix(keyPath(key), "."))
}
