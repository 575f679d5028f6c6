package engine

import (
	"fmt"
	"reflect"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// frame is one level of a thread's call stack.
type frame struct {
	dbg  *lua.Debug
	fn   *lua.LFunction
	line int // of the script; 0 in a native
	pc   int // of the instruction that runs; -1 in a native
}

// frameAt looks at a level of the call stack: 0 is the running function, native or not.
func frameAt(L *lua.LState, level int) (frame, bool) {
	dbg, ok := L.GetStack(level)
	if !ok {
		return frame{}, false
	}
	fn, err := L.GetInfo("fl", dbg, nil)
	f, isFunction := fn.(*lua.LFunction)
	if err != nil || !isFunction {
		return frame{}, false
	}
	at := frame{dbg: dbg, fn: f, pc: -1}
	if !f.IsG {
		at.line = max(dbg.CurrentLine, 0)
		at.pc = int(reflect.ValueOf(dbg).Elem().FieldByName("frame").Elem().FieldByName("Pc").Int()) - 1
	}
	return at, true
}

// scriptFrame is the n-th level that belongs to a file of the script, counted from the running one.
func scriptFrame(L *lua.LState, n int) (frame, bool) {
	for level := 0; ; level++ {
		f, ok := frameAt(L, level)
		if !ok {
			return f, false
		}
		if f.fn.IsG || strings.HasPrefix(f.fn.Proto.SourceName, hidden) {
			continue
		}
		if n == 0 {
			return f, true
		}
		n--
	}
}

// position is `file:line: ` of the n-th level of the script, "" when there is none.
func position(L *lua.LState, n int) string {
	f, ok := scriptFrame(L, n)
	if !ok {
		return ""
	}
	return placeOf(f.fn.Proto.SourceName, f.line)
}

// placeAt is `file:line: ` of the level-th function on the stack, natives included; "" for a native. The natives
// that only carry our error hooks do not count, and what pcall hides from the library does (cutBelow).
func placeAt(L *lua.LState, level int) string {
	hooks := TurnOf(L).vm
	calls := reflect.ValueOf(L).Elem().Field(private.stack).Elem().Elem()
	frames := calls.Field(private.frames)
	for i := int(calls.Field(private.sp).Int()) - 1; i >= 0; i-- {
		fn := (*lua.LFunction)(frames.Index(i).Field(private.fn).UnsafePointer())
		switch {
		case fn == hooks.guard || fn == hooks.enter:
		case level > 0:
			level--
		case fn.IsG || strings.HasPrefix(fn.Proto.SourceName, hidden):
			return ""
		default:
			return placeOf(fn.Proto.SourceName, fn.Proto.DbgSourcePositions[frames.Index(i).Field(private.pc).Int()-1])
		}
	}
	return ""
}

// placed puts the place of the level-th function before a text or a number that is raised.
func placed(L *lua.LState, level int, v lua.LValue) lua.LValue {
	where := placeAt(L, level)
	if where == "" && v.Type() == lua.LTString {
		return v
	}
	msg := appendText([]byte(where), v)
	TurnOf(L).Bytes(L, len(msg))
	return lua.LString(frozen(msg))
}

func placeOf(file string, line int) string { return fmt.Sprintf("%s:%d: ", file, line) }

// hidden begins names of chunks that are no file of the script.
const hidden = "\x00"

func sprintf(format string, args []any) string {
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}
