package engine_test

import (
	"context"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// TestNobodyIsSuspectedForTheEdge lets bodies arrive and leave while a turn computes. No garbage is collected
// meanwhile, so what has left still counts as part of the process.
func TestNobodyIsSuspectedForTheEdge(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	const spin = " for i = 1, 500000 do end "
	for _, tt := range []struct {
		name, body string
		told       bool // the engine knows what the edge holds
		want       bool // the turn is suspected
	}{
		{"bodies of which nobody tells", "arrive(64)" + spin, false, true},
		{"bodies under way", "arrive(64)" + spin, true, false},
		{"bodies that leave garbage", "arrive(64)" + spin + "leave(64)" + spin, true, false},
		{"a turn that makes the process grow itself", "arrive(64)" + spin + "local all = {} for i = 1, 40 do all[i] = ('x'):rep(400000) .. i end" + spin, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			runtime.GC()
			var held atomic.Int64
			var bodies [][]byte
			o := engine.Options{Limits: engine.Boundless()}
			if tt.told {
				o.Held = held.Load
			}
			set, err := engine.NewSet(append(natives(),
				engine.Native{Name: "arrive", Fn: func(L *lua.LState) int {
					held.Add(int64(L.ToInt(1)) << 20)
					bodies = append(bodies, make([]byte, L.ToInt(1)<<20))
					return 0
				}},
				engine.Native{Name: "leave", Fn: func(L *lua.LState) int {
					held.Add(-int64(L.ToInt(1)) << 20)
					bodies = nil
					return 0
				}}), nil)
			require.NoError(t, err)
			e, err := engine.New(set, o)
			require.NoError(t, err)
			w := &world{t, e}
			b, err := w.compile(map[string]string{"main.lua": "rule(function()\n" + tt.body + "\nend)"}, unhurried(engine.Limits{Memory: 32 << 20, Instructions: 1 << 40, Strings: 1 << 40}))
			require.NoError(t, err)
			k := &kept{}
			require.NoError(t, e.Do(context.Background(), b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
				_, err := turn.Call(k.rules[0])
				return err
			}))
			require.Equal(t, tt.want, k.measured > 0, "measured %d times", k.measured)
			runtime.KeepAlive(bodies)
		})
	}
}

// TestWhatTheEdgeHeldIsCollectedOnce has a turn hoard after the bodies have left and were collected: they hide nothing
// of it.
func TestWhatTheEdgeHeldIsCollectedOnce(t *testing.T) {
	var held atomic.Int64
	held.Store(1 << 30)
	set, err := engine.NewSet(append(natives(), engine.Native{Name: "leave", Fn: func(*lua.LState) int {
		held.Store(0)
		runtime.GC()
		return 0
	}}), nil)
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{Limits: engine.Boundless(), Held: held.Load})
	require.NoError(t, err)
	w := &world{t, e}
	b, err := w.compile(map[string]string{"main.lua": `rule(function() leave() local all = {} for i = 1, 1e9 do all = {all, i} end end)`},
		unhurried(engine.Limits{Memory: 8 << 20, Instructions: 1 << 40}))
	require.NoError(t, err)
	_, err = w.ask(b)
	require.ErrorContains(t, err, "over the limit memory")
}
