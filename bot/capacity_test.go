package bot_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

func TestAnAccountRunsSoManyTurnsAtOnce(t *testing.T) {
	chances := &gatedChance{}
	h := newHouse(t, map[string]files{"demo": {"main.lua": slowScript, "account.yaml": "kind: service\nlimits: { turns: 3, queue: 2 }"}},
		func(o *bot.Options) { o.Rand = chances })
	t.Cleanup(chances.letAll)
	var running []*delivery
	for i := range 3 {
		fan := fmt.Sprintf("fan%d", i)
		running = append(running, h.deliver(h.text(fan, fan, "hello")))
		chances.await(t, i+1)
	}
	waits := h.deliver(h.text("amy", "a", "hello"))
	require.Eventually(t, func() bool { return h.fleet.Account("demo").Status().Queued == 1 }, patient, time.Millisecond)
	chances.let(0)
	h.wait("answer", running[0].answered)
	chances.await(t, 4)
	chances.let(3)
	h.wait("answer", waits.answered)
	require.Equal(t, "hello #2", waits.seen(), "room for the next")

	again := h.deliver(h.text("fan3", "fan3", "hello"))
	chances.await(t, 5)
	first, second := h.deliver(h.text("bob", "b", "hello")), h.deliver(h.text("cat", "c", "hello"))
	require.Eventually(t, func() bool { return h.fleet.Account("demo").Status().Queued == 2 }, patient, time.Millisecond)
	third := h.deliver(h.text("dan", "d", "hello"))
	h.wait("no room to wait", third.answered)
	require.Equal(t, "dropped", third.seen())
	h.pass(window)
	for _, d := range []*delivery{first, second} {
		h.wait("closed", d.answered)
		require.Equal(t, "dropped", d.seen(), "so that WeChat asks again")
		h.wait("return", d.returned)
	}
	h.wait("early answer", again.answered)
	require.Equal(t, "success", again.seen(), "a running turn is late, not dropped")
	require.Zero(t, h.fleet.Account("demo").Status().Queued)

	retry := h.deliver(h.text("bob", "b", "hello"))
	chances.letAll()
	h.wait("answer", retry.answered)
	h.until("all are done", func() bool { return h.fleet.Account("demo").Status().Turns == 0 })
	require.Equal(t, "last #7", h.say(h.text("eve", "e", "last")).seen(), "a dropped push has not run")
}

// gatedChance keeps each turn that asks for it from its script until it is let: it holds its share of the account's
// capacity meanwhile, and waits for nobody outside.
type gatedChance struct {
	mu    sync.Mutex
	gates []chan struct{}
	open  bool
}

func (c *gatedChance) Read(p []byte) (int, error) {
	gate := make(chan struct{})
	c.mu.Lock()
	if c.gates = append(c.gates, gate); c.open {
		close(gate)
	}
	c.mu.Unlock()
	<-gate
	return len(p), nil
}

// await waits until so many turns have come.
func (c *gatedChance) await(t testing.TB, n int) {
	t.Helper()
	require.Eventually(t, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.gates) >= n
	}, patient, time.Millisecond)
}

func (c *gatedChance) let(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.gates[n])
}

func (c *gatedChance) letAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, gate := range c.gates {
		select {
		case <-gate:
		default:
			close(gate)
		}
	}
	c.open = true
}

func TestDrainWaitsForRunningTurns(t *testing.T) {
	h := slowHouse(t, "kind: service")
	p := h.text("amy", "1", "slow")
	d := h.deliver(p)
	h.api.await(t, "amy", 1)
	ctx, cancel := context.WithCancel(context.Background())
	drained := make(chan error, 1)
	go func() { drained <- h.fleet.Drain(ctx) }()
	var fresh *delivery
	for n := 0; fresh == nil || fresh.seen() != "dropped"; n++ { // until draining has begun
		fresh = h.say(h.text("bob", fmt.Sprint("b", n), "hello"))
	}
	joined := h.deliver(p)
	h.api.let("amy")
	require.NoError(t, <-drained)
	h.wait("answer", d.answered)
	require.Equal(t, "slow", d.seen()[:4])
	h.wait("answer", joined.answered)
	require.Equal(t, d.seen(), joined.seen(), "a repeat may still join or repeat")
	cancel()
}

func TestDrainStopsWhatDoesNotEnd(t *testing.T) {
	h := slowHouse(t, "kind: service")
	d := h.deliver(h.text("amy", "1", "slow"))
	h.api.await(t, "amy", 1)
	waits := h.deliver(h.text("amy", "2", "hello"))
	require.Eventually(t, func() bool { return h.fleet.Account("demo").Status().Queued == 1 }, patient, time.Millisecond)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, h.fleet.Drain(ctx), context.Canceled)
	for _, d := range []*delivery{d, waits} {
		h.wait("closed", d.answered)
		require.Equal(t, "dropped", d.seen(), "so that WeChat asks the next process")
	}
	for _, r := range []bot.TurnReport{h.report(0), h.report(1)} {
		if r.Outcome == bot.Dropped {
			require.Equal(t, "none", r.Reply, "the connection was closed")
			require.Equal(t, "the process is ending", r.Why)
		}
	}
	require.ElementsMatch(t, []bot.Outcome{bot.Interrupted, bot.Dropped}, []bot.Outcome{h.report(0).Outcome, h.report(1).Outcome})
}

func TestDrainSendsAnswersThatNobodyTook(t *testing.T) {
	h := slowHouse(t, "kind: service")
	d := h.deliver(h.text("amy", "1", "slow"))
	h.api.await(t, "amy", 1)
	d.hangUp()
	h.api.let("amy")
	h.wait("return", d.returned)
	require.NoError(t, h.fleet.Drain(context.Background()))
	require.Equal(t, []message{{"amy", "text", "slow #1"}}, h.api.messages())
}

// A fan's own messages fill no more of the account's queue than it has.
func TestAFansLineHasAnEnd(t *testing.T) {
	h := slowHouse(t, "kind: service\nlimits: { queue: 2 }")
	first := h.deliver(h.text("amy", "1", "slow"))
	h.api.await(t, "amy", 1)
	var waiting []*delivery
	for n := range 2 {
		waiting = append(waiting, h.deliver(h.text("amy", fmt.Sprint(n+2), "next")))
		h.until("it waits", func() bool { return h.fleet.Account("demo").Status().Queued == n+1 })
	}
	require.Equal(t, "dropped", h.say(h.text("amy", "4", "one too many")).seen())
	require.Equal(t, bot.Dropped, h.report(0).Outcome)
	require.Equal(t, "the fan has too many messages waiting", h.report(0).Why)
	_, err := h.fleet.Work(t.Context(), "demo", global("nightly"), bot.WorkOptions{OpenID: "amy"})
	require.ErrorIs(t, err, bot.ErrNotDone)
	require.ErrorContains(t, err, "the fan has too many messages waiting")
	h.api.let("amy")
	for _, d := range append(waiting, first) {
		h.wait("answer", d.answered)
	}
	require.Equal(t, "next #3", waiting[1].seen())

	require.NoError(t, h.fleet.Drain(t.Context()))
	_, err = h.fleet.Work(t.Context(), "demo", global("nightly"), bot.WorkOptions{})
	require.ErrorIs(t, err, bot.ErrNotDone)
	require.ErrorContains(t, err, "the process is ending")
}
