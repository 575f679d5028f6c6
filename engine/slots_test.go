package engine_test

import (
	"context"
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

// patience is how long what other goroutines do may take on a busy machine.
const patience = time.Minute

// slotWorld has two slots and natives that meet the test while they hold one, or give it away.
func slotWorld(t *testing.T) *world {
	t.Helper()
	set, err := engine.NewSet(natives(), nil)
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{Slots: 2, Limits: unhurried(engine.Limits{Instructions: math.MaxInt64 / 2})})
	require.NoError(t, err)
	return &world{t, e}
}

func (w *world) buildFor(account, main string) *engine.Build {
	w.t.Helper()
	b, err := w.engine.Compile(context.Background(), snapshotOf(map[string]string{"main.lua": main}),
		engine.BuildOptions{Account: account, Host: &kept{}, Limits: unhurried(engine.Limits{Instructions: math.MaxInt64 / 2})})
	require.NoError(w.t, err)
	return b
}

// TestOneAccountCannotKeepAllSlots has one account compute in eight turns for as long as it may; a quick
// turn of another must come through meanwhile, long before they end.
func TestOneAccountCannotKeepAllSlots(t *testing.T) {
	w := slotWorld(t)
	hog := w.buildFor("hog", `rule(function() while true do end end)`)
	good := w.buildFor("good", `rule(function() return "hi" end)`)
	ctx, cancel := context.WithCancel(context.Background())
	var hogs sync.WaitGroup
	var started atomic.Int32
	for range 8 {
		hogs.Go(func() {
			k := &kept{}
			_ = w.engine.Do(ctx, hog, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
				started.Add(1)
				_, err := turn.Call(k.rules[0])
				return err
			})
		})
	}
	require.Eventually(t, func() bool { return started.Load() >= 4 }, patience, time.Millisecond,
		"computing turns hand their slots on, so more than two of them begin")
	for range 20 {
		answer, err := w.ask(good)
		require.NoError(t, err)
		require.Equal(t, "hi", answer)
	}
	cancel()
	hogs.Wait()
	answer, err := w.ask(good)
	require.NoError(t, err)
	require.Equal(t, "hi", answer)
}

// TestAnAccountMayHoldAllSlotsButOne has an account that holds one of three slots ask for its second before another
// account asks for its first: it has it first, too.
func TestAnAccountMayHoldAllSlotsButOne(t *testing.T) {
	set, err := engine.NewSet(natives(), nil)
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{Slots: 3, Limits: unhurried(engine.Limits{})})
	require.NoError(t, err)
	w := &world{t, e}
	one, other, last := w.buildFor("one", ""), w.buildFor("other", ""), w.buildFor("last", "")
	inside, leave := make(chan *engine.Build), map[*engine.Build]chan struct{}{}
	for _, b := range []*engine.Build{one, other, last} {
		leave[b] = make(chan struct{})
	}
	var turns sync.WaitGroup
	begin := func(b *engine.Build) {
		turns.Go(func() {
			_ = e.Do(context.Background(), b, engine.TurnOptions{Host: &kept{}}, func(*engine.Turn) error {
				inside <- b
				<-leave[b]
				return nil
			})
		})
	}
	for _, b := range []*engine.Build{one, other, other} {
		begin(b)
		require.Same(t, b, <-inside)
	}
	for i, b := range []*engine.Build{one, last} {
		begin(b)
		require.Eventually(t, func() bool { return engine.Waiting(e) == i+1 }, patience, time.Millisecond)
	}
	leave[other] <- struct{}{}
	first := (<-inside).Account
	for _, ch := range leave {
		close(ch)
	}
	require.Equal(t, "last", (<-inside).Account)
	turns.Wait()
	require.Equal(t, "one", first)
}

// TestOfTwoSlotsAnAccountMayHoldOne while others wait.
func TestOfTwoSlotsAnAccountMayHoldOne(t *testing.T) {
	set, err := engine.NewSet(natives(), nil)
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{Slots: 2, Limits: unhurried(engine.Limits{})})
	require.NoError(t, err)
	w := &world{t, e}
	one, other, last := w.buildFor("one", ""), w.buildFor("other", ""), w.buildFor("last", "")
	inside, leave := make(chan string), map[string]chan struct{}{"one": make(chan struct{}), "other": make(chan struct{}), "last": make(chan struct{})}
	var turns sync.WaitGroup
	begin := func(b *engine.Build) {
		turns.Go(func() {
			_ = e.Do(context.Background(), b, engine.TurnOptions{Host: &kept{}}, func(*engine.Turn) error {
				inside <- b.Account
				<-leave[b.Account]
				return nil
			})
		})
	}
	for _, b := range []*engine.Build{one, other} {
		begin(b)
		require.Equal(t, b.Account, <-inside)
	}
	for i, b := range []*engine.Build{one, last} {
		begin(b)
		require.Eventually(t, func() bool { return engine.Waiting(e) == i+1 }, patience, time.Millisecond)
	}
	leave["other"] <- struct{}{}
	require.Equal(t, "last", <-inside)
	leave["last"] <- struct{}{}
	require.Equal(t, "one", <-inside)
	close(leave["one"])
	turns.Wait()
}

// TestAnAccountAloneHasAllSlots at once: nobody waits for the time in which the last is kept for others.
func TestAnAccountAloneHasAllSlots(t *testing.T) {
	w := slotWorld(t)
	b, ran := w.build(""), 0
	engine.Leap(w.engine, time.Hour) // nobody has computed lately
	over, end := context.WithCancel(t.Context())
	end() // whoever waits now is turned away
	within := func(fn func()) error {
		return w.engine.Do(over, b, engine.TurnOptions{Host: &kept{}}, func(*engine.Turn) error { ran++; fn(); return nil })
	}
	_ = within(func() {
		_ = within(func() {
			require.ErrorContains(t, within(func() {}), "stopped before it began", "there are two")
		})
	})
	require.Equal(t, 2, ran)
}

// TestWaitingTurnsHoldNoSlot has more turns wait than there are slots.
func TestWaitingTurnsHoldNoSlot(t *testing.T) {
	w := slotWorld(t)
	b := w.buildFor("demo", `rule(function() hang() end) rule(function() return "hi" end)`)
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			k := &kept{}
			err := w.engine.Do(ctx, b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
				_, err := turn.Call(k.rules[0])
				return err
			})
			var e *engine.ScriptError
			require.True(t, errors.As(err, &e))
			require.Equal(t, engine.ErrorStopped, e.Kind)
		})
	}
	for range 10 {
		k := &kept{}
		require.NoError(t, w.engine.Do(context.Background(), b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
			_, err := turn.Call(k.rules[1])
			return err
		}))
	}
	cancel()
	group.Wait()
}

func TestNoSlotBeforeTheContextEnds(t *testing.T) {
	w := slotWorld(t)
	b := w.buildFor("demo", `rule(function() return "hi" end)`)
	inside, leave := make(chan struct{}), make(chan struct{})
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			_ = w.engine.Do(context.Background(), b, engine.TurnOptions{Host: &kept{}}, func(*engine.Turn) error {
				inside <- struct{}{}
				<-leave
				return nil
			})
		})
	}
	<-inside
	<-inside
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond) // ends while it waits, or before
	defer cancel()
	err := w.engine.Do(ctx, b, engine.TurnOptions{Host: &kept{}}, func(*engine.Turn) error { return nil })
	require.ErrorContains(t, err, "the turn was stopped before it began")
	close(leave)
	group.Wait()
	_, err = w.ask(b)
	require.NoError(t, err)
}

// TestTheLastSlotIsForOthersWhileTheyCompute has an account that would hold both slots while another one computes now and
// then: that one never waits, and when it has gone quiet the first has both.
func TestTheLastSlotIsForOthersWhileTheyCompute(t *testing.T) {
	w := slotWorld(t)
	hog, good := w.buildFor("hog", ""), w.buildFor("good", `rule(function() return "hi" end)`)
	engine.Leap(w.engine, time.Hour) // it has been so for long
	_, err := w.ask(good)
	require.NoError(t, err)
	inside, leave := make(chan struct{}), make(chan struct{})
	var hogs sync.WaitGroup
	for range 2 {
		hogs.Go(func() {
			_ = w.engine.Do(context.Background(), hog, engine.TurnOptions{Host: &kept{}}, func(*engine.Turn) error {
				inside <- struct{}{}
				<-leave
				return nil
			})
		})
	}
	<-inside
	require.Eventually(t, func() bool { return engine.Waiting(w.engine) == 1 }, patience, time.Millisecond)
	answer, err := w.ask(good) // though the first of the hog's turns hands nothing on
	require.NoError(t, err)
	require.Equal(t, "hi", answer)
	<-inside
	close(leave)
	hogs.Wait()
}
