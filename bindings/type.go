package bindings

import (
	"math"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

func ofType(t lua.LValueType) func(lua.LValue) bool {
	return func(v lua.LValue) bool { return v.Type() == t }
}

// The types of parameters. Numbers do not pass for strings: an author who writes store.get(7) is told so
// before two different keys look the same.
var (
	tString   = Type{Lua: "string", Want: Text{"a string", "字符串"}, fits: ofType(lua.LTString)}
	tNumber   = Type{Lua: "number", Want: Text{"a number", "数字"}, fits: isFinite}
	tInteger  = Type{Lua: "integer", Want: Text{"a whole number", "整数"}, fits: isInteger}
	tBoolean  = Type{Lua: "boolean", Want: Text{"true or false", "true 或 false"}, fits: ofType(lua.LTBool)}
	tTable    = Type{Lua: "table", Want: Text{"a table", "表"}, fits: ofType(lua.LTTable)}
	tAny      = Type{Lua: "any", Want: Text{"any value", "任意值"}, fits: func(lua.LValue) bool { return true }}
	tPlain    = Type{Lua: "any", Want: Text{"plain data (nil, boolean, number, string, or a table of these)", "普通数据(nil、布尔、数字、字符串或由它们组成的表)"}, fits: isPlain}
	tDuration = Type{Lua: "string|number", Want: Text{`a duration: seconds, or a string such as "30s", "10m", "2h", "1d"`, `时长：秒数，或 "30s"、"10m"、"2h"、"1d" 这样的字符串`}, fits: isStringOrNumber}
	tTag      = Type{Lua: "string|integer", Want: Text{"the name of a tag, or its id", "标签名或标签 id"}, fits: func(v lua.LValue) bool { return v.Type() == lua.LTString || isInteger(v) }}
	tButtons  = Type{Lua: "Button[]", Want: Text{"a list of button(…) and group(…)", "button(…)、group(…) 的列表"}, fits: ofType(lua.LTTable)}
	tKeys     = Type{Lua: "string|string[]", Want: Text{"a string or a list of strings", "字符串或字符串列表"}, fits: isKeys}
	tHandler  = Type{Lua: "Handler", Want: Text{"a function, a flow, a string or a reply.* value", "函数、流程、字符串或 reply.* 的值"}, fits: isHandler}
	tFunction = Type{Lua: "HookHandler", Want: Text{"a function", "函数"}, fits: ofType(lua.LTFunction)}
	tFlow     = Type{Lua: "Flow", Want: Text{"what flow(…) gave (call it as order:start(…))", "flow(…) 的返回值（用 order:start(…) 调用）"}, fits: func(v lua.LValue) bool { _, is := flowOf(v); return is }}
	tFlowFunc = Type{Lua: "FlowHandler", Want: Text{"a function", "函数"}, fits: ofType(lua.LTFunction)}
	tTalk     = Type{Lua: "Conversation", Want: Text{"the c of the flow (call it as c:ask(…))", "流程里的 c(用 c:ask(…) 调用)"}, fits: isTalk}
	tAnswer   = Type{Lua: "string|Reply", Want: Text{"a string or a reply.* value", "字符串或 reply.* 的值"}, fits: isAnswer}
	tReplace  = Type{Lua: "string|table|fun(...: string): string?", Want: Text{"a string, a table or a function", "字符串、表或函数"}, fits: isReplacement}
)

func isFinite(v lua.LValue) bool {
	n, ok := v.(lua.LNumber)
	return ok && !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0)
}

func isInteger(v lua.LValue) bool {
	n, ok := v.(lua.LNumber)
	return ok && float64(n) == math.Trunc(float64(n)) && math.Abs(float64(n)) <= 1<<53
}

func isPlain(v lua.LValue) bool {
	switch v.Type() {
	case lua.LTNil, lua.LTBool, lua.LTNumber, lua.LTString, lua.LTTable:
		return true
	}
	return v == lua.LValue(jsonNull)
}

// isScalar is for values that valueText writes.
func isScalar(v lua.LValue) bool {
	return isStringOrNumber(v) || v.Type() == lua.LTBool
}

func isStringOrNumber(v lua.LValue) bool {
	return v.Type() == lua.LTString || v.Type() == lua.LTNumber
}

func isKeys(v lua.LValue) bool {
	return v.Type() == lua.LTString || v.Type() == lua.LTTable
}

func isAnswer(v lua.LValue) bool {
	return v.Type() == lua.LTString || answerOf(v) != nil
}

func isHandler(v lua.LValue) bool {
	if _, is := flowOf(v); is {
		return true
	}
	return v.Type() == lua.LTFunction || isAnswer(v)
}

// isTalk reports whether a value is the c of a flow.
func isTalk(v lua.LValue) bool {
	tb, ok := v.(*lua.LTable)
	return ok && engine.NameOfLocked(tb) == talkName
}

func isReplacement(v lua.LValue) bool {
	t := v.Type()
	return t == lua.LTString || t == lua.LTTable || t == lua.LTFunction
}

// describe says what a value is, as an author would: "a number", "nothing", "a function".
func describe(v lua.LValue) string {
	switch v.Type() {
	case lua.LTNil:
		return "nil"
	case lua.LTBool:
		return "a boolean"
	case lua.LTNumber:
		if !isFinite(v) {
			return "not a finite number"
		}
		return "a number"
	case lua.LTString:
		return "a string"
	case lua.LTTable:
		return "a table"
	case lua.LTFunction:
		return "a function"
	case lua.LTThread:
		return "a coroutine"
	}
	if v == lua.LValue(jsonNull) {
		return "json.null"
	}
	if answerOf(v) != nil {
		return "a reply"
	}
	if buttonOf(v) != nil {
		return "a button"
	}
	if _, is := flowOf(v); is {
		return "a flow"
	}
	if taskOf(v) != nil {
		return "a task"
	}
	return "not a Lua value"
}
