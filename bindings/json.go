package bindings

import (
	lua "github.com/yuin/gopher-lua"
)

// maxJSON is the largest JSON that json.encode writes, in bytes.
const maxJSON = 1 << 20

// listMark is the metatable of tables that are lists even when they are empty. It is never written, and
// scripts cannot get at it.
var listMark = func() *lua.LTable {
	mark := &lua.LTable{Metatable: lua.LNil}
	mark.RawSetString("__metatable", lua.LString("list"))
	return mark
}()

func markList(tb *lua.LTable) { tb.Metatable = listMark }

func isList(tb *lua.LTable) bool { return tb.Metatable == listMark }

func jsonEncode(c call) int {
	b, err := encodeJSON(c, c.arg(1), jsonDepth, maxJSON)
	if err != nil {
		c.fail("%s", err)
	}
	return c.push(lua.LString(b))
}

func jsonDecode(c call) int {
	v, err := decodeJSON(c, c.text(1), stringIDs)
	if err != nil {
		c.fail("%s", err)
	}
	return c.push(v)
}

func jsonArray(c call) int {
	tb, _ := c.arg(1).(*lua.LTable)
	if tb == nil {
		tb = c.L.CreateTable(0, 0)
	}
	if tb.Metatable != lua.LNil && !isList(tb) {
		c.failArg(1, "is read-only or has a metatable", "a plain table")
	}
	c.turn.ChargeTable(c.L, tb)
	if k, err := sortKeys(tb); err != nil {
		c.fail("%s: %s", c.argument(1), err)
	} else if len(k.names) > 0 {
		c.fail("%s has the key %s; want a list", c.argument(1), brief(k.names[0]))
	}
	markList(tb)
	return c.push(tb)
}

// jsonNull is json.null: a value that nothing else equals.
var jsonNull = &lua.LUserData{Metatable: lua.LNil}
