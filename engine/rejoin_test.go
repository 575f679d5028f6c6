package engine_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// oneSlot is an engine with a single slot whose scripts have out(), an effect that waits while fn runs.
func oneSlot(t *testing.T, fn func()) *world {
	t.Helper()
	set, err := engine.NewSet(append(natives(), engine.Native{Name: "out", Fn: func(L *lua.LState) int {
		_, _ = engine.TurnOf(L).Effect(L, engine.Effect{Kind: engine.KindHTTP}, func(context.Context) (any, error) { fn(); return nil, nil })
		return 0
	}}), nil)
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{Slots: 1, Limits: unhurried(engine.Limits{})})
	require.NoError(t, err)
	return &world{t, e}
}

// TestATurnThatIsEndedWhileItWaits goes no further, whether it finds its slot free or taken, and gives back no slot that it
// does not have.
func TestATurnThatIsEndedWhileItWaits(t *testing.T) {
	for _, taken := range []bool{false, true} {
		t.Run(map[bool]string{false: "the slot is free", true: "the slot is taken"}[taken], func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			var w *world
			var other *engine.Build
			inside, leave, gone := make(chan struct{}), make(chan struct{}), make(chan struct{})
			stay := func() {
				defer close(gone)
				_ = w.engine.Do(t.Context(), other, engine.TurnOptions{Host: &kept{}}, func(*engine.Turn) error {
					close(inside)
					<-leave
					return nil
				})
			}
			w = oneSlot(t, func() {
				if taken {
					go stay()
					<-inside
				}
				cancel()
			})
			b := w.build(`rule(function() pcall(out) after = true end)`)
			other = w.build(`rule(function() return "hi" end)`)
			k := &kept{}
			err := w.engine.Do(ctx, b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
				_, err := turn.Call(k.rules[0])
				require.Equal(t, lua.LNil, turn.Global("after"))
				return err
			})
			require.ErrorContains(t, err, "main.lua:1: the turn was stopped: context canceled")
			if taken { // the one slot is still the other's
				late, end := context.WithCancel(t.Context())
				end()
				require.ErrorContains(t, w.engine.Do(late, other, engine.TurnOptions{Host: &kept{}}, func(*engine.Turn) error { return nil }), "stopped before it began")
				close(leave)
				<-gone
			}
			answer, err := w.ask(other)
			require.NoError(t, err)
			require.Equal(t, "hi", answer)
		})
	}
}
