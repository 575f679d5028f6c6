package engine_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// keeper is a host whose share of a run of the top level are the rules.
type keeper struct {
	rules   []lua.LValue
	refuses bool
	resumed bool
}

func (k *keeper) Keep() (any, bool) { return k.rules, !k.refuses }

func (k *keeper) Resume(kept any) { k.rules, k.resumed = kept.([]lua.LValue), true }

func (k *keeper) Holds(visit func(lua.LValue)) int {
	for _, r := range k.rules {
		visit(r)
	}
	return 0
}

// keeping is an engine whose hosts are keepers.
func keeping(t *testing.T, rerun bool) *engine.Engine {
	t.Helper()
	set, err := engine.NewSet([]engine.Native{{Name: "rule", Fn: func(L *lua.LState) int {
		k := engine.TurnOf(L).Host.(*keeper)
		k.rules = append(k.rules, L.Get(1))
		return 0
	}}}, nil)
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{Limits: unhurried(engine.Limits{}), Rerun: rerun})
	require.NoError(t, err)
	return e
}

// TestATopLevelServesSeveralTurns where nothing can be left behind, and else it runs for each: whatever it is, each turn
// answers as the first did.
func TestATopLevelServesSeveralTurns(t *testing.T) {
	for _, c := range []struct {
		name, main     string
		refuses, rerun bool
		want           bool
	}{
		{name: "nothing changes", main: `local list = {"a"} rule(function() return list[1] end)`, want: true},
		{name: "a module in which nothing changes", main: `local m = require("lib.still") rule(function() return m.say() end)`, want: true},
		{name: "a variable changes", main: `local n = 0 rule(function() n = n + 1 return n end)`},
		{name: "a module in which something changes", main: `local m = require("lib.counts") rule(function() return m.bump() end)`},
		{name: "a name of the library is assigned", main: `tostring = function() return "mine" end rule(function() return tostring(1) end)`},
		{name: "chance begins anew", main: `math.randomseed(7) rule(function() return "x" end)`},
		{name: "a table was called by a name", main: `local name = tostring({}) rule(function() return name end)`},
		{name: "a library is required", main: `local s = require("string") rule(function() return s.upper("a") end)`},
		{name: "a module is required by a handler", main: `rule(function() return require("lib.still").say() end)`},
		{name: "writes may end elsewhere", main: `rule(function() setmetatable({}, {__newindex = {}}) return "x" end)`},
		{name: "large", main: `local s = ("x"):rep(400 * 1024) rule(function() return #s end)`, want: true},
		{name: "too large", main: `local s = ("x"):rep(600 * 1024) rule(function() return #s end)`},
		{name: "the host keeps nothing", main: `rule(function() return "x" end)`, refuses: true},
		{name: "the operator wants none kept", main: `rule(function() return "x" end)`, rerun: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := keeping(t, c.rerun)
			b, err := e.Compile(t.Context(), snapshotOf(map[string]string{
				"main.lua":       c.main,
				"lib/still.lua":  `return {say = function() return "still" end}`,
				"lib/counts.lua": `local n = 0 return {bump = function() n = n + 1 return n end}`,
			}), engine.BuildOptions{Host: &keeper{refuses: c.refuses}})
			require.NoError(t, err)
			require.False(t, b.Kept(), "no turn has been served yet")
			first := ""
			for turn := range 3 {
				k := &keeper{refuses: c.refuses}
				require.NoError(t, e.Do(t.Context(), b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
					require.Len(t, k.rules, 1)
					v, err := turn.Call(k.rules[0])
					if first == "" {
						first = v.String()
					}
					require.Equal(t, first, v.String())
					return err
				}))
				require.Equal(t, c.want && turn > 0, k.resumed, "turn %d", turn)
				require.Equal(t, c.want, b.Kept(), "turn %d", turn)
			}
		})
	}
}

// TestModulesOfAKeptTopLevelStayLoaded: a later turn that requires one gets the same table.
func TestModulesOfAKeptTopLevelStayLoaded(t *testing.T) {
	e := keeping(t, false)
	b, err := e.Compile(t.Context(), snapshotOf(map[string]string{
		"main.lua":  `local m = require("lib.m") rule(function() return m == require("lib.m") end)`,
		"lib/m.lua": `return {}`,
	}), engine.BuildOptions{Host: &keeper{}})
	require.NoError(t, err)
	for range 3 {
		k := &keeper{}
		require.NoError(t, e.Do(t.Context(), b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
			v, err := turn.Call(k.rules[0])
			require.Equal(t, lua.LTrue, v)
			return err
		}))
	}
}

// TestAHostThatKeepsNothingIsAskedAgain: its reason may be gone with the next turn.
func TestAHostThatKeepsNothingIsAskedAgain(t *testing.T) {
	e := keeping(t, false)
	b, err := e.Compile(t.Context(), snapshotOf(map[string]string{"main.lua": `rule(function() end)`}), engine.BuildOptions{Host: &keeper{}})
	require.NoError(t, err)
	for _, k := range []*keeper{{refuses: true}, {}, {}} {
		require.NoError(t, e.Do(t.Context(), b, engine.TurnOptions{Host: k}, func(*engine.Turn) error { return nil }))
		require.Equal(t, !k.refuses, b.Kept())
	}
}

// TestAKeptTopLevelServesItsBuildOnly though the VM would serve any.
func TestAKeptTopLevelServesItsBuildOnly(t *testing.T) {
	e := keeping(t, false)
	for _, text := range []string{"one", "two"} {
		b, err := e.Compile(t.Context(), snapshotOf(map[string]string{"main.lua": strings.ReplaceAll(`rule(function() return "TEXT" end)`, "TEXT", text)}), engine.BuildOptions{Host: &keeper{}})
		require.NoError(t, err)
		for range 2 {
			k := &keeper{}
			require.NoError(t, e.Do(t.Context(), b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
				v, err := turn.Call(k.rules[0])
				require.Equal(t, text, v.String())
				return err
			}))
		}
	}
}
