package bindings_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
)

// TestAHeldClockHoldsEverything: a script that sleeps, reads time and draws lots comes to the same end twice.
func TestAHeldClockHoldsEverything(t *testing.T) {
	p := program(t, `on.text(function(msg)
		local from = os.time()
		for i = 1, 3 do
			time.sleep(math.random(1, 50))
			log.info(time.now() - from, os.date("%H:%M:%S"), os.clock(), time.format(time.now(), "%H:%M"), math.random(), tostring({}))
		end
		store.set("at", time.now(), {ttl = "1h"})
		send.text(msg.openid, "x")
		return reply.pick{"a", "b", "c", "d", "e", "f", tostring(time.now())}
	end)`)
	run := func() (bindings.Outcome, []any, *memory) {
		clock, m := time.Unix(1_760_000_000, 0), newMemory()
		in := input(text(t, "x"))
		in.Memory, in.Now = m, func() time.Time { return clock }
		in.Sleep = func(_ context.Context, d time.Duration) error {
			clock = clock.Add(d)
			return nil
		}
		var effects []any
		seen, out, err := observe(t, p, in)
		require.NoError(t, err)
		for _, o := range seen {
			effects = append(effects, []any{o.Effect, o.Value, o.Err})
		}
		return out, effects, m
	}
	out, effects, m := run()
	again, sameEffects, same := run()
	require.Equal(t, out, again)
	require.Equal(t, effects, sameEffects)
	require.Equal(t, m.values, same.values)
	require.NotEqual(t, out.Log[0].Text, out.Log[2].Text, "the clock went on")
}

// TestATurnWithoutAClockHasTheEngines, so that one held clock holds all accounts.
func TestATurnWithoutAClockHasTheEngines(t *testing.T) {
	set, err := bindings.NewSet()
	require.NoError(t, err)
	held := time.Date(2026, 2, 17, 0, 0, 0, 0, time.UTC)
	eng, err := engine.New(set, engine.Options{Now: func() time.Time { return held }})
	require.NoError(t, err)
	p, err := bindings.Compile(t.Context(), eng, files{"main.lua": `on.text(function() return os.date("%F %H:%M") .. " " .. time.now() end)`}.snapshot(), unhurried(engine.Limits{}), config())
	require.NoError(t, err)
	out, err := p.Answer(t.Context(), bindings.Input{Message: text(t, "x")})
	require.NoError(t, err)
	require.Equal(t, "2026-02-17 08:00 1771286400", out.Reply.Content)
}
