package bot_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/bot"
	"moonwire/engine"
	"moonwire/store"
)

// patient bounds waits for what other goroutines do.
const patient = time.Minute

// unhurried is the account.yaml of scripts that must not be stopped where the machine is slow.
const unhurried = "limits: { script_time: 5m, total_time: 5m }"

const aesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

// resolver knows the variables that the accounts here name.
func resolver() account.Resolver {
	env := map[string]string{"TOKEN": "tokentoken", "KEY": aesKey, "SECRET": "s3cr3t"}
	return account.Resolver{Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}
}

// clock is a clock that only the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// house is a fleet with a real store and a real engine, a clock that the test moves, and a platform API whose
// answers the test decides.
type house struct {
	t       testing.TB
	dir     string
	db      string
	clock   *clock
	ticks   chan time.Time
	beats   chan time.Time // of the store, for the other processes
	family  *[]*house      // the processes on the same store file
	api     *api
	fleet   *bot.Fleet
	store   *store.Store
	options bot.Options
	end     func()

	mu      sync.Mutex
	turns   []bot.TurnReport
	saves   []bot.SaveReport
	who     []bot.AccountReport
	menus   []bot.MenuReport
	changed chan struct{} // a report came
}

// folder is what an account's folder holds.
type files map[string]string

// newHouse opens a house over accounts; change may alter the options.
func newHouse(t testing.TB, accounts map[string]files, change ...func(*bot.Options)) *house {
	t.Helper()
	dir := t.TempDir()
	h := &house{
		t: t, dir: filepath.Join(dir, "scripts"), db: filepath.Join(dir, "bot.db"),
		clock: &clock{now: noon}, api: newAPI(), changed: make(chan struct{}, 1), family: &[]*house{},
	}
	*h.family = append(*h.family, h)
	require.NoError(t, os.Mkdir(h.dir, 0o755))
	for name, of := range accounts {
		if of["main.lua"] != "" && of["account.yaml"] == "" {
			h.write(name, files{"account.yaml": unhurried})
		}
		h.write(name, of)
	}
	h.options = bot.Options{
		Scripts: h.dir, Dev: true, APIBase: "http://wechat.test", Doer: h.api, Resolver: resolver(), Now: h.clock.Now,
		Ceilings: engine.DefaultLimits(), Sleep: h.api.sleep, Events: h.events(),
	}
	for _, name := range []string{"script_time", "total_time"} {
		require.NoError(t, h.options.Ceilings.Set(name, "5m", engine.Boundless()))
	}
	for _, c := range change {
		c(&h.options)
	}
	h.open()
	t.Cleanup(h.close)
	h.until("the first loads", func() bool { // or the first push would have to wait for them
		if h.options.LoadTime != 0 {
			return true // they shall hang
		}
		for name := range accounts {
			if h.fleet.Account(name) != nil && !slices.ContainsFunc(h.saves, func(s bot.SaveReport) bool { return s.Account == name }) {
				return false
			}
		}
		return true
	})
	return h
}

func (h *house) events() bot.Events {
	return bot.Events{
		Turn:    func(r bot.TurnReport) { h.note(func() { h.turns = append(h.turns, r) }) },
		Save:    func(r bot.SaveReport) { h.note(func() { h.saves = append(h.saves, r) }) },
		Account: func(r bot.AccountReport) { h.note(func() { h.who = append(h.who, r) }) },
		Menu:    func(r bot.MenuReport) { h.note(func() { h.menus = append(h.menus, r) }) },
	}
}

func (h *house) note(add func()) {
	h.mu.Lock()
	add()
	h.mu.Unlock()
	select {
	case h.changed <- struct{}{}:
	default:
	}
}

// open starts the process: store, engine, fleet.
func (h *house) open() {
	h.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var err error
	h.beats = make(chan time.Time)
	h.store, err = store.Open(ctx, store.Options{Path: h.db, Now: h.clock.Now, Beats: h.beats, ReadWait: patient})
	require.NoError(h.t, err)
	set, err := bindings.NewSet()
	require.NoError(h.t, err)
	eng, err := engine.New(set, engine.Options{Limits: h.options.Ceilings, Collector: &engine.Collector{}})
	require.NoError(h.t, err)
	h.ticks = make(chan time.Time)
	o := h.options
	o.Engine, o.Store, o.Ticks = eng, h.store, h.ticks
	h.fleet = bot.NewFleet(o)
	var runs sync.WaitGroup
	runs.Go(func() { _ = eng.Run(ctx) })
	runs.Go(func() { require.NoError(h.t, h.fleet.Run(ctx)) })
	defer h.othersBeat()()
	st := h.store
	h.end = func() {
		cancel()
		runs.Wait()
		_ = st.Close()
	}
	h.wait("ready", h.fleet.Ready())
}

// close ends the process in good order.
func (h *house) close() {
	if h.end == nil {
		return
	}
	h.api.letAll()
	ctx, cancel := context.WithTimeout(context.Background(), patient)
	defer cancel()
	require.NoError(h.t, h.fleet.Drain(ctx))
	h.end()
	h.end = nil
}

// kill ends the process without any order, as kill -9 would: turns are cut off and nothing is flushed that
// was not committed.
func (h *house) kill() {
	h.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = h.fleet.Drain(ctx)
	h.end()
	h.end = nil
}

// write saves files, each at one stroke: on a clock that stands still no file is too young to be half a save.
func (h *house) write(account string, files files) {
	h.t.Helper()
	coming := filepath.Join(filepath.Dir(h.dir), "coming")
	for name, text := range files {
		path := filepath.Join(h.dir, account, name)
		require.NoError(h.t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(h.t, os.WriteFile(coming, []byte(text), 0o644))
		require.NoError(h.t, os.Rename(coming, path))
	}
}

// pass moves the clock and lets the watchdog look.
func (h *house) pass(d time.Duration) {
	h.clock.Add(d)
	for range 2 { // the second is taken only after the first was dealt with
		select {
		case h.ticks <- h.clock.Now():
		case <-time.After(patient):
			h.t.Fatal("the watchdog does not look")
		}
	}
}

func (h *house) wait(what string, done <-chan struct{}) {
	h.t.Helper()
	select {
	case <-done:
	case <-time.After(patient):
		h.t.Fatalf("waited in vain: %s", what)
	}
}

// until waits for reports until enough have come. It also looks again now and then, for what follows a report
// without one of its own.
func (h *house) until(what string, enough func() bool) {
	h.t.Helper()
	deadline := time.After(patient)
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		h.mu.Lock()
		ok := enough()
		h.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-h.changed:
		case <-again.C:
		case <-deadline:
			h.t.Fatalf("waited in vain: %s\nturns %+v\nsaves %+v", what, h.turns, h.saves)
		}
	}
}

// report waits for the nth report of a turn (from 0).
func (h *house) report(n int) bot.TurnReport {
	h.t.Helper()
	h.until(fmt.Sprintf("turn report %d", n), func() bool { return len(h.turns) > n })
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.turns[n]
}

func (h *house) save(n int) bot.SaveReport {
	h.t.Helper()
	h.until(fmt.Sprintf("save report %d", n), func() bool { return len(h.saves) > n })
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.saves[n]
}
