package engine

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"math"
	"runtime"
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// Options of an engine; the zero value works.
type Options struct {
	Now    func() time.Time // what scripts are told; nil = time.Now
	Log    *slog.Logger     // nil = discard
	Limits Limits           // the operator's ceilings; a zero field = its default
	Slots  int              // turns that may compute at once; 0 = GOMAXPROCS

	Collector *Collector // of the process; nil leaves the garbage collector alone

	// Held says how many bytes of the heap others hold now, such as bodies that are arriving: no turn is suspected
	// because of them. It is asked once a millisecond while turns run, and should not wait; nil = none.
	Held func() int64

	// Covers is told each line that runs; nil = nobody.
	Covers Cover

	// Rerun lets every top level run for every turn, also where package proof shows that it need not: to compare.
	Rerun bool
}

// Engine runs builds. Safe for concurrent use.
type Engine struct {
	set    *Set
	now    func() time.Time
	log    *slog.Logger
	limits Limits
	slots  *slots
	start  time.Time
	heap   heapGauge
	gc     *Collector
	rerun  bool
	covers Cover

	chunks  cache[[sha256.Size]byte, chunk]
	regexps cache[string, Regexp]

	mu     sync.Mutex
	shares map[string]*share
	warm   map[*Build]bool // builds with idle VMs
}

// New makes an engine whose scripts see the given library, after a self-test of the cage: it fails when
// the Lua library no longer does what the cage rests on.
func New(set *Set, o Options) (*Engine, error) {
	e := &Engine{
		set: set, rerun: o.Rerun, covers: o.Covers, gc: o.Collector, now: o.Now, log: o.Log, limits: o.Limits.orDefaults(), start: time.Now(),
		shares: map[string]*share{}, warm: map[*Build]bool{}, heap: heapGauge{held: o.Held},
	}
	if e.now == nil {
		e.now = time.Now
	}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	if o.Slots <= 0 {
		o.Slots = runtime.GOMAXPROCS(0)
	}
	e.slots = newSlots(o.Slots, e.clock)
	boundArrays()
	if err := e.selfTest(); err != nil {
		return nil, fmt.Errorf("engine: self-test of the cage: %w", err)
	}
	return e, nil
}

// maxItems is how long a table's list can grow; see appendItem.
const maxItems = 1<<18 - 1

// boundArrays keeps `t[67108861] = 1` from allocating a gigabyte in one instruction.
//
// lua.MaxArrayIndex is the one package variable that we set. It is read by every table, so it is set
// before the first turn and, as engines may be made while others run, only when it is not set yet.
func boundArrays() {
	arrays.Do(func() { lua.MaxArrayIndex = maxItems + 1 })
}

var arrays sync.Once

// clock is the monotonic time since the engine was made. Budgets are measured in real time whatever
// Options.Now tells scripts: a script in an endless loop must stop even when a test holds the clock.
func (e *Engine) clock() time.Duration { return time.Since(e.start) }

// Now is Options.Now: the time of turns that are given none of their own.
func (e *Engine) Now() time.Time { return e.now() }

func (e *Engine) shareOf(account string) *share {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.shares[account] == nil {
		e.shares[account] = &share{}
	}
	return e.shares[account]
}

// Do runs one turn of build b on the caller's goroutine: it takes a compute slot and a warm VM, runs the
// top level in a clean environment, calls fn and gives both back. Failures of the script come back as
// *ScriptError, an error of fn as it is.
func (e *Engine) Do(ctx context.Context, b *Build, o TurnOptions, fn func(*Turn) error) error {
	if err := e.slots.acquire(ctx, b.share); err != nil {
		return &ScriptError{Kind: ErrorStopped, Msg: "the turn was stopped before it began: " + err.Error()}
	}
	v := b.pool.get()
	if v == nil {
		v = newVM(e)
	}
	t := &v.turn
	t.begin(ctx, b, o)
	defer e.finish(t)
	if err := t.ready(); err != nil {
		return err
	}
	return b.shown(fn(t))
}

// finish gives the slot and, if it is clean, the VM back, also when fn panics.
func (e *Engine) finish(t *Turn) {
	v, b, holds := t.vm, t.build, t.holds
	if holds {
		e.slots.release(b.share)
	}
	if t.end() && b.pool.put(v, e.clock()) {
		e.mu.Lock()
		if b.pool.isListed() { // it may have cooled meanwhile
			e.warm[b] = true
		}
		e.mu.Unlock()
	}
}

// Retire says that a build serves no more: nothing holds it, and the data of its folder, but turns that still run.
// Such a build works on, with a new VM for each turn.
func (e *Engine) Retire(b *Build) { e.cool(b, true) }

// cool drops the idle VMs of a build; of one that is retired, those still out will not be kept either.
func (e *Engine) cool(b *Build, retire bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.warm, b)
	b.pool.empty(retire)
}

func (t *Turn) load() error {
	t.env = t.build.environment(t.engine.set)
	t.loading = true
	_, err := t.Call(t.build.main.chunk.function(t.env))
	t.loading = false
	return err
}

// Run gives up VMs that nobody has needed for a minute, until ctx ends. An engine works without it, but
// keeps them longer.
func (e *Engine) Run(ctx context.Context) error {
	ticks := time.NewTicker(vmIdle / 6)
	defer ticks.Stop()
	defer e.gc.relax(e, math.MaxInt64)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticks.C:
			e.sweep(e.clock() - vmIdle)
			e.gc.relax(e, e.clock()-tightFor)
		}
	}
}

func (e *Engine) sweep(before time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for b := range e.warm {
		if !b.pool.sweep(before) {
			delete(e.warm, b)
		}
	}
}
