package engine_test

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// weighHost counts how often its turn is weighed, and lets each time take so long on the engine's clock.
type weighHost struct {
	kept
	turn  *engine.Turn
	takes time.Duration
}

func (h *weighHost) Holds(visit func(lua.LValue)) int {
	if h.turn != nil && h.takes > 0 {
		engine.LeapOf(h.turn, h.takes)
	}
	return h.kept.Holds(visit)
}

// scales is an engine whose scripts have arrive(mib), by which the process grows and nobody holds it; text(mib), a string
// of that size; look(), a while of computing without any memory; pause(), an effect that waits; and note(), which notes
// how often the turn was weighed until now.
type scales struct {
	*world
	arrived [][]byte
	noted   []int
	staying chan struct{} // others that wait in stay()
	leave   chan struct{}
}

func newScales(t *testing.T, o engine.Options) *scales {
	t.Helper()
	s := &scales{staying: make(chan struct{}), leave: make(chan struct{})}
	mib := func(L *lua.LState) int { return int(L.CheckNumber(1) * (1 << 20)) }
	wait := func(L *lua.LState, fn func()) {
		engine.LeapOf(engine.TurnOf(L), 2*time.Millisecond) // the size of the process is read once a millisecond
		_, _ = engine.TurnOf(L).Effect(L, engine.Effect{Kind: engine.KindWait}, func(context.Context) (any, error) { fn(); return nil, nil })
	}
	natives := []engine.Native{
		{Name: "rule", Fn: func(L *lua.LState) int {
			h := engine.TurnOf(L).Host.(*weighHost)
			h.rules = append(h.rules, L.Get(1))
			return 0
		}},
		{Name: "arrive", Fn: func(L *lua.LState) int { s.arrived = append(s.arrived, make([]byte, mib(L))); return 0 }},
		{Name: "text", Fn: func(L *lua.LState) int {
			var b strings.Builder
			b.Grow(mib(L))
			b.WriteString(s.blanks()[:mib(L)])
			L.Push(lua.LString(b.String()))
			return 1
		}},
		{Name: "look", Fn: func(L *lua.LState) int {
			turn := engine.TurnOf(L)
			for range 3 {
				engine.LeapOf(turn, 2*time.Millisecond)
				turn.Steps(L, 100)
			}
			return 0
		}},
		{Name: "pause", Fn: func(L *lua.LState) int { wait(L, func() {}); return 0 }},
		{Name: "stay", Fn: func(L *lua.LState) int { wait(L, func() { s.staying <- struct{}{}; <-s.leave }); return 0 }},
		{Name: "swap", Fn: func(L *lua.LState) int { // a text of 40 MiB for as much that nobody held, so that the process does not grow
			s.arrived = nil
			runtime.GC()
			L.Push(lua.LString(make([]byte, 40<<20)))
			return 1
		}},
		{Name: "later", Fn: func(L *lua.LState) int {
			engine.LeapOf(engine.TurnOf(L), time.Duration(L.CheckInt(1))*time.Second)
			return 0
		}},
		{Name: "note", Fn: func(L *lua.LState) int {
			s.noted = append(s.noted, engine.TurnOf(L).Host.(*weighHost).measured)
			return 0
		}},
	}
	set, err := engine.NewSet(natives, nil)
	require.NoError(t, err)
	o.Limits = engine.Boundless()
	e, err := engine.New(set, o)
	require.NoError(t, err)
	s.world = &world{t, e}
	return s
}

var blanks = strings.Repeat(" ", 64<<20)

func (s *scales) blanks() string { return blanks }

// run runs a handler with 32 MiB of memory, unless l says otherwise, beside so many others that wait.
func (s *scales) run(t *testing.T, body string, l engine.Limits, others int, h *weighHost) (used time.Duration, err error) {
	t.Helper()
	runtime.GC()
	if l.Memory == 0 {
		l.Memory = 32 << 20
	}
	l.Instructions, l.String, l.Strings = 1<<40, 1<<40, 1<<40
	b, err := s.engine.Compile(t.Context(), snapshotOf(map[string]string{"main.lua": "rule(function()\n" + body + "\nend) rule(function() stay() end)"}),
		engine.BuildOptions{Account: "demo", Host: &weighHost{}, Limits: unhurried(l)})
	require.NoError(t, err)
	gone := make(chan error, others)
	for range others {
		go func() {
			o := &weighHost{}
			gone <- s.engine.Do(context.Background(), b, engine.TurnOptions{Host: o}, func(turn *engine.Turn) error {
				_, err := turn.Call(o.rules[1])
				return err
			})
		}()
		<-s.staying
	}
	engine.Leap(s.engine, time.Second) // the heap is looked at when the turn begins
	err = s.engine.Do(t.Context(), b, engine.TurnOptions{Host: h}, func(turn *engine.Turn) error {
		h.turn = turn
		_, err := turn.Call(h.rules[0])
		_, used, _ = turn.Used()
		return err
	})
	h.turn = nil
	for range others {
		s.leave <- struct{}{}
		require.NoError(t, <-gone)
	}
	s.arrived = nil
	return used, err
}

// TestWhenATurnIsWeighed: weighing costs an author's script time, so a turn is weighed when it may hold too much and no
// oftener. It is suspected when the process has grown by what it may hold, less seven eighths of what it held when it was
// weighed last, and before it waits when an eighth of it was allocated since. No garbage is collected meanwhile.
func TestWhenATurnIsWeighed(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	const others, many = 19, 64 << 20 // so that each of the twenty may hold 3.2 MiB that were not weighed
	for _, tt := range []struct {
		name, body string
		others     int
		takes      time.Duration
		want       []int
	}{
		{"nothing grows", `look() note()`, 0, 0, []int{0}},
		{"by almost as much as it may hold", `arrive(30) look() note()`, 0, 0, []int{0}},
		{"by more", `arrive(34) look() note() look() note()`, 0, 0, []int{1, 1}},
		{"by as much again", `arrive(34) look() note() arrive(30) look() note() arrive(4) look() note()`, 0, 0, []int{1, 1, 2}},
		{"while it holds most of that", `local a = text(30) arrive(4) look() note() arrive(4) look() note()`, 0, 0, []int{1, 1}},
		{"and by a quarter more", `local a = text(30) arrive(4) look() note() arrive(7) look() note()`, 0, 0, []int{1, 2}},
		{"weighing takes long", `local a = text(30) arrive(4) look() note() arrive(8) look() note() arrive(35) look() note()`, 0, time.Second, []int{1, 1, 2}},
		{"and was long ago", `local a = text(30) arrive(4) look() note() arrive(8) later(1) look() note()`, 0, time.Second, []int{1, 2}},
		{"little before it waits", `local a = text(3.8) pause() note()`, 0, 0, []int{0}},
		{"an eighth before it waits", `local a = text(4.3) pause() note() pause() note()`, 0, 0, []int{1, 1}},
		{"among many: little", `arrive(2.9) look() note()`, others, 0, []int{0}},
		{"among many: more", `arrive(3.7) look() note()`, others, 0, []int{1}},
		{"among many: much, and no more", `local a = text(40) look() note() look() note()`, others, 0, []int{1, 1}},
		{"among many: much, and a little more", `local a = text(40) look() note() arrive(2.9) look() note()`, others, 0, []int{1, 1}},
		{"among many: much, and more", `local a = text(40) look() note() arrive(3.7) look() note()`, others, 0, []int{1, 2}},
		{"among many, before it waits: little", `local a = text(2.9) pause() note()`, others, 0, []int{0}},
		{"among many, before it waits: more", `local a = text(3.7) pause() note()`, others, 0, []int{1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, l := newScales(t, engine.Options{}), engine.Limits{}
			if tt.others > 0 {
				l.Memory = many
			}
			_, err := s.run(t, tt.body, l, tt.others, &weighHost{takes: tt.takes})
			require.NoError(t, err)
			require.Equal(t, tt.want, s.noted)
		})
	}
}

// TestWeighingIsNotScriptTime up to half of it: then it is, or a script could be weighed for ever.
func TestWeighingIsNotScriptTime(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for weighed, want := range []time.Duration{0, 0, 0, 11 * time.Second, 22 * time.Second} {
		s, h := newScales(t, engine.Options{}), &weighHost{takes: 11 * time.Second}
		used, err := s.run(t, strings.Repeat("a = text(5) pause() ", weighed), engine.Limits{ScriptTime: time.Minute}, 0, h)
		require.NoError(t, err)
		require.Equal(t, weighed, h.measured)
		require.InDelta(t, want.Seconds(), used.Seconds(), 5, fmt.Sprint("weighed ", weighed, " times"))
	}
	s := newScales(t, engine.Options{})
	_, err := s.run(t, strings.Repeat("a = text(5) pause() look() ", 9), engine.Limits{ScriptTime: time.Minute}, 0, &weighHost{takes: 11 * time.Second})
	require.ErrorContains(t, err, "over the limit script_time of 1m")
}

// TestTheCollectorWorksHarder once the process has grown by half of what a turn may hold.
func TestTheCollectorWorksHarder(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	for _, tt := range []struct {
		name, body string
		want       int
	}{
		{"by less", `arrive(14.5) look()`, 100},
		{"by more", `arrive(17.5) look()`, 30},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScales(t, engine.Options{Collector: &engine.Collector{}})
			_, err := s.run(t, tt.body, engine.Limits{}, 0, &weighHost{})
			require.NoError(t, err)
			got := debug.SetGCPercent(100)
			debug.SetGCPercent(got)
			require.Equal(t, tt.want, got)
			engine.Relax(s.engine)
		})
	}
}

// TestWhatWasCollectedHidesNoHoard has what others held be collected while a turn runs: the turn may not hold that on top.
func TestWhatWasCollectedHidesNoHoard(t *testing.T) {
	s := newScales(t, engine.Options{})
	s.arrived = [][]byte{make([]byte, 64<<20)}
	const limit = 8 << 20
	b, err := s.engine.Compile(t.Context(), snapshotOf(map[string]string{"main.lua": `rule(function() look() all = {} for i = 1, 1e9 do all = {all, i} end end)`}),
		engine.BuildOptions{Account: "demo", Host: &weighHost{}, Limits: unhurried(engine.Limits{Memory: limit, Instructions: 1 << 40})})
	require.NoError(t, err)
	h := &weighHost{}
	err = s.engine.Do(t.Context(), b, engine.TurnOptions{Host: h}, func(turn *engine.Turn) error {
		s.arrived = nil
		before := held()
		_, err := turn.Call(h.rules[0])
		require.Less(t, held()-before, int64(limit*9/4))
		return err
	})
	require.ErrorContains(t, err, "over the limit memory")
}

// TestAnObserverHearsThatATurnHeldTooMuch to wait: what it would have waited for never began.
func TestAnObserverHearsThatATurnHeldTooMuch(t *testing.T) {
	s := newScales(t, engine.Options{})
	b, err := s.engine.Compile(t.Context(), snapshotOf(map[string]string{"main.lua": `rule(function() pause() a = swap() pause() end)`}),
		engine.BuildOptions{Account: "demo", Host: &weighHost{}, Limits: unhurried(engine.Limits{Memory: 32 << 20})})
	require.NoError(t, err)
	s.arrived = [][]byte{make([]byte, 100<<20)}
	engine.Leap(s.engine, time.Second)
	var seen []engine.Observed
	h := &weighHost{}
	err = s.engine.Do(t.Context(), b, engine.TurnOptions{Host: h, Observe: func(o engine.Observed) { seen = append(seen, o) }}, func(turn *engine.Turn) error {
		_, err := turn.Call(h.rules[0])
		return err
	})
	require.ErrorContains(t, err, "over the limit memory")
	require.Len(t, seen, 2)
	require.False(t, seen[0].Refused)
	require.True(t, seen[1].Refused)
	require.ErrorContains(t, seen[1].Err, "over the limit memory of 32.0 MiB by ")
}
