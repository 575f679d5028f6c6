package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/folder"
)

// TestWhatIsWrongWithShared is a warning, and the error of who needs it.
func TestWhatIsWrongWithShared(t *testing.T) {
	l := newLab(t)
	compile := func(main string, wrong ...*folder.SourceError) (*engine.Build, error) {
		snap := &folder.Snapshot{Account: "lab", Hash: "h", Files: []folder.File{{Name: "main.lua", Data: []byte(main)}}, Shared: wrong}
		return l.eng.Compile(t.Context(), snap, engine.BuildOptions{Account: "lab", Host: &sink{}, Limits: unhurried(engine.Limits{})})
	}
	file := &folder.SourceError{File: "shared/tea.lua", Line: 3, Msg: "is not UTF-8"}
	data := &folder.SourceError{File: "shared/tea.csv", Msg: "is too large"}
	all := &folder.SourceError{File: "shared", Msg: "cannot be read"}

	b, err := compile("local a = 1", file, data)
	require.NoError(t, err)
	require.Len(t, b.Warnings, 2)
	require.EqualError(t, b.Warnings[0], "shared/tea.lua:3: is not UTF-8")
	require.EqualError(t, b.Warnings[1], "shared/tea.csv: is too large")
	_, err = compile(`require "shared.tea"`, file, data)
	require.ErrorContains(t, err, "is not UTF-8")
	_, err = compile(`require "shared.cup"`, file, data)
	require.ErrorContains(t, err, "there is no module")
	_, err = compile(`require "shared.cup"`, all)
	require.ErrorContains(t, err, "main.lua:1: require: shared: cannot be read")
	_, err = compile(`require "other.cup"`, all)
	require.ErrorContains(t, err, "there is no module")
}

// TestNamesOfASet: one word or two, each once.
func TestNamesOfASet(t *testing.T) {
	fn := func(*lua.LState) int { return 0 }
	for _, name := range []string{"", "a.b.c", "string.rep"} {
		_, err := engine.NewSet([]engine.Native{{Name: name, Fn: fn}}, nil)
		require.EqualError(t, err, `new set: "`+name+`" is given twice, or is no name`)
	}
	_, err := engine.NewSet([]engine.Native{{Name: "tea", Fn: fn}, {Name: "cup.tea", Fn: fn}}, nil)
	require.NoError(t, err)
	_, err = engine.NewSet([]engine.Native{{Name: "tea", Fn: fn}, {Name: "tea", Fn: fn}}, nil)
	require.Error(t, err)
}

// TestPricesOfNatives: what a native goes over in a table costs a step and a quarter for each place and key of it.
func TestPricesOfNatives(t *testing.T) {
	l := newLab(t, engine.Native{Name: "charged", Fn: func(L *lua.LState) int {
		turn := engine.TurnOf(L)
		before, _, _ := turn.Used()
		turn.ChargeTable(L, L.CheckTable(1))
		after, _, _ := turn.Used()
		L.Push(lua.LNumber(after - before))
		return 1
	}})
	for expr, want := range map[string]string{
		`charged({})`:                                         "1",
		`charged({ 1, 2, 3, 4, 5, 6, 7, 8 })`:                 "3",
		`charged({ a = 1, b = 2, c = 3, d = 4 })`:             "2",
		`charged({ 1, 2, a = 3, b = 4, c = 5 })`:              "2",
		`charged({ 1, 2, 3, 4, a = 3, b = 4, c = 5, d = 6 })`: "3",
	} {
		require.Equal(t, want, l.eval(t, expr), expr)
	}
}

// TestWhatGivesNothing gives no nil either, as in Lua 5.1.
func TestWhatGivesNothing(t *testing.T) {
	l := newLab(t)
	for _, call := range []string{
		`table.insert({}, 1)`, `table.insert({}, 1, 2)`, `table.sort({})`, `table.sort({ 2, 1 })`, `table.remove({})`, `math.randomseed(1)`,
		`unpack({})`, `(function() end)()`,
	} {
		require.Equal(t, "0", l.eval(t, `select("#", `+call+`)`), call)
	}
	for call, want := range map[string]string{
		`table.remove({ 1 })`: "1", `next({})`: "1", `tonumber("x")`: "1", `string.find("a", "b")`: "1", `string.match("a", "b")`: "1",
		`string.gsub("a", "b", "c")`: "2", `string.byte("")`: "0", `string.byte("ab", 1, 2)`: "2", `pcall(function() end)`: "1", `coroutine.running()`: "1",
		`print or 1`: "1", `rawset({}, 1, 2)`: "1", `setmetatable({}, nil)`: "1", `getmetatable({})`: "1", `select(2, 1)`: "0",
	} {
		require.Equal(t, want, l.eval(t, `select("#", `+call+`)`), call)
	}
}
