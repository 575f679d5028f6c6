package transcript

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"moonwire/bot"
	"moonwire/llm"
	"moonwire/llm/standin"
	"moonwire/outside"
	"moonwire/server"
	"moonwire/store"
)

// node is one running program: the store, the accounts and the callback, without a network. Several share a store.
type node struct {
	world    *world
	fleet    *bot.Fleet
	store    *store.Store
	callback http.Handler
	ticks    chan time.Time // of the watchdog
	dues     chan time.Time // of conversations
	beats    chan time.Time // for the other nodes
	stop     context.CancelFunc
	runs     sync.WaitGroup
}

// drainTime is how long what is under way may take at the end of a program, by the machine's clock.
const drainTime = 5 * time.Second

// open starts a program and loads the account.
func (w *world) open(ctx context.Context, number int) error {
	n := &node{world: w, ticks: make(chan time.Time), dues: make(chan time.Time), beats: make(chan time.Time)}
	st, err := store.Open(ctx, store.Options{Path: filepath.Join(w.dir, "test.db"), Now: w.clock.Now, Beats: n.beats})
	if err != nil {
		return err
	}
	n.store = st
	n.fleet = bot.NewFleet(w.fleetOptions(n))
	n.callback = server.New(n.fleet, server.Options{Now: w.clock.Now}).Callback()
	run, stop := context.WithCancel(w.life)
	n.stop = stop
	n.runs.Go(func() { _ = n.fleet.Run(run) })
	defer w.beatUntil(ctx)()
	w.mu.Lock()
	w.nodes[number] = n
	w.mu.Unlock()
	select {
	case <-n.fleet.Ready():
	case <-ctx.Done():
		return ctx.Err()
	}
	return w.load(ctx, n)
}

func (w *world) fleetOptions(n *node) bot.Options {
	return bot.Options{
		Scripts: w.scripts(), Dev: true, Engine: w.runner.engine, Store: n.store, Resolver: noSecrets(), Ceilings: w.runner.ceilings,
		APIBase: "http://wechat.test", Doer: w.api(),
		ModelDoer:    carrier{handler: w.model.Handler, under: &w.others},
		StandInModel: llm.Endpoint{Base: "http://model.test/v1", Model: standin.ModelName},
		Outside:      outside.NewClient(outside.Options{Transport: w.web, Sleep: w.clock.Sleep}),
		Events:       w.events(), Now: w.clock.Now, Sleep: w.clock.Sleep, APISleep: w.clock.Sleep, After: w.after,
		Ticks: n.ticks, Dues: n.dues, Rand: w.delay,
	}
}

// after is what the bot waits by. What follows an answer on its way holds a message up.
func (w *world) after(d time.Duration, fn func()) (stop func() bool) {
	if d == bot.Arrival {
		return w.clock.Hold(d, fn)
	}
	return w.clock.After(d, fn)
}

// load makes what the folder holds serve.
func (w *world) load(ctx context.Context, n *node) error {
	report := n.fleet.Load(ctx, w.account)
	if report.Err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &errScripts{msg: report.Err.Error(), box: report.Box}
}

// beatUntil lets all programs learn of each other, until it is told to end.
func (w *world) beatUntil(ctx context.Context) (end func()) {
	over, stop := context.WithCancel(ctx)
	var beating sync.WaitGroup
	for _, n := range w.all() {
		beating.Go(func() {
			for {
				select {
				case n.beats <- time.Time{}:
				case <-over.Done():
					return
				}
			}
		})
	}
	return func() {
		stop()
		beating.Wait()
	}
}

// look lets a program look what is due by the clock, and returns when it has looked.
func (n *node) look(ctx context.Context, several bool) error {
	looks := []chan time.Time{n.ticks, n.ticks, n.dues, n.dues} // the second is taken only after the first was dealt with
	if several {
		looks = append(looks, n.beats)
	}
	for _, c := range looks {
		select {
		case c <- n.world.clock.Now():
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// close ends the program in good order, or without any where that takes too long.
func (n *node) close() {
	w := n.world
	grace, cancel := context.WithTimeout(context.Background(), drainTime)
	drained := make(chan error, 1)
	go func() { drained <- n.fleet.Drain(grace) }()
	for over := false; !over; { // what waits by the clock shall end, too
		select {
		case <-drained:
			over = true
		case <-time.After(time.Millisecond):
			if w.clock.held() {
				w.clock.moveTo(w.clock.next())
			}
		}
	}
	cancel()
	n.stop()
	n.runs.Wait()
	_ = n.store.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	for number, other := range w.nodes {
		if other == n {
			delete(w.nodes, number)
		}
	}
}

// restart ends the program that serves and starts it anew.
func (w *world) restart(ctx context.Context) error {
	w.mu.Lock()
	number := w.serving
	n := w.nodes[number]
	w.mu.Unlock()
	if n == nil {
		return errors.New("no program runs")
	}
	n.close()
	return w.open(ctx, number)
}

// moveOver lets the pushes go to another program, which is started where it does not run yet.
func (w *world) moveOver(ctx context.Context, number int) error {
	w.mu.Lock()
	runs := w.nodes[number] != nil
	w.mu.Unlock()
	if !runs {
		if err := w.open(ctx, number); err != nil {
			return err
		}
	}
	w.mu.Lock()
	w.serving = number
	w.mu.Unlock()
	return nil
}
