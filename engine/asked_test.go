package engine_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// TestWhatNativesAreTold of the turn that they run in.
func TestWhatNativesAreTold(t *testing.T) {
	type told struct {
		file    string
		line    int
		loading bool
	}
	var got []told
	l := newLab(t, engine.Native{Name: "ask", Fn: func(L *lua.LState) int {
		turn := engine.TurnOf(L)
		file, line := turn.Where(L)
		got = append(got, told{file, line, turn.Loading()})
		return 0
	}})
	b := l.compile(t, "ask()\nglobal = function()\n\tlocal f = ask\n\tf()\nend", &sink{})
	got = nil
	require.NoError(t, l.eng.Do(t.Context(), b, engine.TurnOptions{Host: &sink{}}, func(turn *engine.Turn) error {
		file, line := turn.Where(turn.L())
		got = append(got, told{file, line, turn.Loading()})
		require.Same(t, b, turn.Build())
		require.Equal(t, b.Limits, turn.Limits())
		require.Contains(t, turn.Set().Names(), "ask")
		_, err := turn.Call(turn.Global("global"))
		return err
	}))
	require.Equal(t, []told{{"main.lua", 1, true}, {"", 0, false}, {"main.lua", 4, false}}, got)
}

// TestANativeCallsBack: errors of what it calls leave the variables of the callers as they are.
func TestANativeCallsBack(t *testing.T) {
	l := newLab(t, engine.Native{Name: "twice", Fn: func(L *lua.LState) int {
		turn := engine.TurnOf(L)
		for range 2 {
			first, second, err := turn.CallTwo(L.Get(1), lua.LString("a"))
			if err != nil {
				L.Push(lua.LString(err.Error()))
				return 1
			}
			L.Push(first)
			L.Push(second)
		}
		return 4
	}})
	require.Equal(t, `"a" 7 "a" 7`, l.eval(t, `twice(function(x) return x, 7 end)`))
	require.Equal(t, `"a" nil "a" nil`, l.eval(t, `twice(function(x) return x end)`))
	require.Equal(t, `4 "main.lua:2: no tea"`, l.eval(t, `(function() local n = 0 local function add() n = n + 1 end
		add() local said = twice(function() add() error("no tea") end) add() add() return n, said end)()`))
}

// TestALibraryBesideAProxy: a proxy that stands beside a library shows the functions of both.
func TestALibraryBesideAProxy(t *testing.T) {
	set, err := engine.NewSet(append(natives(), engine.Native{Name: "shop.open", Fn: func(L *lua.LState) int { L.Push(lua.LString("open")); return 1 }}), map[string]engine.Proxy{"shop": {
		Beside: true,
		Index:  func(_ *engine.Turn, key lua.LValue) lua.LValue { return lua.LString("own " + key.String()) },
		All: func(turn *engine.Turn) *lua.LTable {
			tb := turn.L().NewTable()
			tb.RawSetString("city", lua.LString("上海"))
			return tb
		},
	}})
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{Limits: unhurried(engine.Limits{})})
	require.NoError(t, err)
	w := &world{t, e}
	for _, c := range []struct{ name, body, want string }{
		{"of the library", `return shop.open()`, "open"},
		{"of its own", `return shop.city`, "own city"},
		{"all of it", `local n = {} for k in pairs(shop) do n[#n + 1] = k end table.sort(n) return table.concat(n, " ")`, "city open"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := w.run(c.body)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
	_, err = w.run(`shop.open = 1`)
	require.EqualError(t, err, "main.lua:1: shop.open: shop is read-only")
}

// TestWhatLocksAreCalled, and what is beneath them.
func TestWhatLocksAreCalled(t *testing.T) {
	w := newWorld(t, map[string]engine.Proxy{"empty": {All: func(*engine.Turn) *lua.LTable { return nil }}, "silent": {}})
	w.inTurn(func(turn *engine.Turn) {
		own := turn.L().NewTable()
		data := turn.Lock("teas", []any{"green"}).(*lua.LTable)
		require.Equal(t, "teas", engine.NameOfLocked(data))
		require.Empty(t, engine.NameOfLocked(own))
		require.True(t, engine.Locked(data))
		require.False(t, engine.Locked(own))
		require.Same(t, own, turn.Beneath(own))
		require.Equal(t, lua.LString("green"), turn.Beneath(data).RawGetInt(1))
	})
	for _, name := range []string{"empty", "silent"} {
		got, err := w.run(`local n = 0 for k in pairs(` + name + `) do n = n + 1 end return n .. tostring(` + name + `.x) .. #` + name)
		require.NoError(t, err)
		require.Equal(t, "0nil0", got)
	}
}

// TestNumbersAsTexts are the same for Go as for scripts.
func TestNumbersAsTexts(t *testing.T) {
	require.Equal(t, "0.3", engine.NumberText(0.1+0.2))
	require.Equal(t, "12", engine.NumberText(12))
}

// TestOverLimit is the error of a limit that somebody else counts.
func TestOverLimit(t *testing.T) {
	err := engine.OverLimit("answer", 70<<10, 64<<10)
	require.EqualError(t, err, "over the limit answer of 64.0 KiB by 6.0 KiB; account.yaml limits: { answer: … } raises it")
	require.Equal(t, engine.ErrorLimit, err.Kind)
	require.Equal(t, "answer", err.Limit)
}

// TestTheTimeOfAnEngine is what scripts are told where a turn has none of its own.
func TestTheTimeOfAnEngine(t *testing.T) {
	set, err := engine.NewSet(nil, nil)
	require.NoError(t, err)
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	e, err := engine.New(set, engine.Options{Now: func() time.Time { return noon }})
	require.NoError(t, err)
	require.Equal(t, noon, e.Now())
}

// TestAnEngineRunsUntilItIsEnded, and leaves the collector as it was.
func TestAnEngineRunsUntilItIsEnded(t *testing.T) {
	before := gogc()
	e := tightened(t, &engine.Collector{})
	require.NotEqual(t, before, gogc())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, e.Run(ctx), context.Canceled)
	require.Equal(t, before, gogc())
}
