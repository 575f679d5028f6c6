package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// A native called like a library makes the library callable; it stays read-only and its members are found.
func TestACallableLibrary(t *testing.T) {
	said := ""
	set, err := engine.NewSet([]engine.Native{
		{Name: "menu", Fn: func(L *lua.LState) int {
			if L.GetTop() != 1 {
				engine.TurnOf(L).Fail(L, "takes 1 argument")
			}
			said += L.CheckTable(1).RawGetInt(1).String()
			return 0
		}},
		{Name: "menu.get", Fn: func(L *lua.LState) int { L.Push(lua.LString("got")); return 1 }},
	}, nil)
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{})
	require.NoError(t, err)
	_, err = e.Compile(t.Context(), snapshotOf(map[string]string{"main.lua": `
menu{"a"}
local m = menu
m{"b"}
menu({m.get() .. menu.get()})
assert(_G.menu == menu and type(menu) == "table")
assert(not pcall(function() menu.x = 1 end))
local ok, err = pcall(function() menu() end)
assert(err == "main.lua:8: menu: takes 1 argument", err)
`}), engine.BuildOptions{})
	require.NoError(t, err)
	require.Equal(t, "abgotgot", said)
}
