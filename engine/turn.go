package engine

import (
	"context"
	"math"
	"reflect"
	"strconv"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/code"
)

// TurnOptions are the circumstances of one turn; the zero value works.
type TurnOptions struct {
	Host any              // Turn.Host
	Now  func() time.Time // what scripts are told; nil = the engine's
	Seed uint64           // of Turn.Random
	Job  bool             // the limits of jobs count: job_time, job_wechat_calls

	Observe Observer // of the turn's effects; nil = nobody

	// Outside is told when the turn begins to wait for somebody outside (WeChat, another server, time.sleep) and when it
	// is back, on the turn's goroutine; nil = nobody.
	Outside func(waits bool)
}

// Turn is all that happens for one message. It belongs to one goroutine and ends with Do.
type Turn struct {
	Host any // the package above keeps its own state of the turn here

	vm     *vm
	engine *Engine
	build  *Build
	limits *Limits
	now    func() time.Time
	env    *lua.LTable

	outside func(waits bool) // TurnOptions.Outside

	loading   bool
	modules   []loaded // what require has run, or is running
	requiring int
	added     map[string]*lua.LTable // libraries with the names that scripts have added, whole

	ctx     context.Context
	derived context.Context // Context, once somebody asked
	cancel  context.CancelFunc
	suspend bool
	dirty   bool // the VM cannot be proven clean
	passing bool // something was made that must not outlive the turn

	moments
	memory
	effects
	chance
	coroutines

	tear    Tear
	numbers map[lua.LValue]int // what tostring calls tables and functions
	report  *report
	notes   map[*chunk]*code.Notes // of files in which an error was named
}

// moments are times of a turn on the engine's clock.
type moments struct {
	began    time.Duration
	waited   time.Duration // without a slot, or not charged
	left     time.Duration // when the slot was given away
	sliced   time.Duration // when the slot was last handed on
	looked   time.Duration // when check last looked at the clock …
	checked  time.Duration // … and at more
	deadline time.Duration
	holds    bool // a slot
}

// TurnOf is how a native finds its turn: one function serves all VMs.
func TurnOf(L *lua.LState) *Turn { return L.Context().(*meter).turn }

// begin makes the turn of a VM ready.
func (t *Turn) begin(ctx context.Context, b *Build, o TurnOptions) {
	v, e := t.vm, t.engine
	now := e.clock()
	*t = Turn{
		Host: o.Host, vm: v, engine: e, build: b, limits: &b.Limits, now: o.Now, ctx: ctx, outside: o.Outside,
		moments: moments{began: now, looked: now, sliced: now, deadline: after(now, b.Limits.TotalTime), holds: true},
		memory:  memory{probed: now}, effects: effects{observer: o.Observe}, chance: chance{seed: o.Seed},
	}
	if o.Job {
		t.limits = &b.jobLimits
		t.deadline = after(now, b.Limits.JobTime)
	}
	if t.now == nil {
		t.now = e.now
	}
	b.share.turns.Add(1)
	t.heap, t.allocs = e.heap.read(now)
	v.meter.arm()
}

// after is d later; a limit without bound is as late as can be.
func after(now, d time.Duration) time.Duration { return now + min(d, math.MaxInt64-now) }

// end gives everything of the turn up and reports whether its VM may serve another.
func (t *Turn) end() bool {
	if t.cancel != nil {
		t.cancel()
	}
	t.noteHeld(0)
	t.build.share.turns.Add(-1)
	v := t.vm
	v.uses++
	clean := v.clean()
	if clean {
		v.forget()
	}
	v.meter.disarm()
	if t.passing && v.kept != nil {
		v.kept = nil
		t.build.doubted.Store(true) // the next turn would do the same
	}
	*t = Turn{vm: v, engine: t.engine}
	return clean
}

func (t *Turn) Build() *Build { return t.build }

func (t *Turn) Set() *Set { return t.engine.set }

// Limits are those of the turn.
func (t *Turn) Limits() Limits { return *t.limits }

// L is the thread of the turn's VM that runs. A native must use the L it was called with instead.
func (t *Turn) L() *lua.LState { return t.vm.L.G.CurrentThread }

// Loading reports whether the top level is running.
func (t *Turn) Loading() bool { return t.loading }

// Now is the time that scripts are told, in the zone in which they see it. A test may hold it; budgets run on.
func (t *Turn) Now() time.Time { return t.now() }

// Used tells what the turn has cost so far: instructions, time spent computing, bytes of strings made.
func (t *Turn) Used() (instructions int64, script time.Duration, bytes int64) {
	return t.vm.meter.n, t.engine.clock() - t.began - t.waited, t.strings
}

// Context ends when the turn is stopped or its time is over: for calls of Go functions. The VM's own
// context must never be given to anybody.
func (t *Turn) Context() context.Context {
	if t.derived == nil {
		t.derived, t.cancel = context.WithTimeout(t.ctx, t.deadline-t.engine.clock())
	}
	return t.derived
}

// Steps charges n instructions' worth of work. It raises when the budget is spent, the time is over or
// the turn was stopped. A native that loops calls it at least every thousand steps.
func (t *Turn) Steps(L *lua.LState, n int) {
	m := t.vm.meter
	m.n += int64(n)
	if m.n >= m.next && m.look() != nil {
		t.raiseStop(L)
	}
}

// Owe charges like Steps, for small work where no native runs: it raises nothing, the next instruction does.
func (t *Turn) Owe(n int) { t.vm.meter.n += int64(n) }

// Bytes charges n bytes of string that are about to be made, and what it takes to write them: a step for 64. It raises
// before anything is allocated when one string, or all of the turn together, would be too long.
func (t *Turn) Bytes(L *lua.LState, n int) {
	t.Owe(n / 64)
	if int64(n) > t.limits.String {
		t.stopFor(L, "string", int64(n), t.limits.String)
	}
	t.strings += int64(n)
	if t.strings > t.limits.Strings {
		t.stopFor(L, "strings", t.strings, t.limits.Strings)
	}
}

// ChargeTable charges for going over a table once.
func (t *Turn) ChargeTable(L *lua.LState, tb *lua.LTable) {
	v := reflect.ValueOf(tb).Elem()
	t.Steps(L, 1+(v.Field(private.items).Len()+v.Field(private.keys).Len())/4)
}

// stopFor ends the turn because the limit of that name is spent; no pcall catches it. It does not return.
func (t *Turn) stopFor(L *lua.LState, limit string, used, allowed int64) {
	t.vm.meter.kill(overLimit(limit, used, allowed))
	t.raiseStop(L)
}

func (t *Turn) raiseStop(L *lua.LState) {
	L.Error(lua.LString(position(L, 0)+t.vm.meter.stop.msg), 0)
}

// stopped reports whether nothing of the script may run any more.
func (t *Turn) stopped() bool { return t.suspend || t.vm.meter.stop != nil }

// check is the meter's slow path: budgets of time, the end of the context, the heap, the slot. slow says that
// much time has passed since the last.
func (t *Turn) check() (slow bool) {
	now, m := t.engine.clock(), t.vm.meter
	slow = now-t.looked > slowWindow
	t.looked = now
	switch {
	case m.n > t.limits.Instructions:
		m.kill(overLimit("instructions", m.n, t.limits.Instructions))
	case now-t.began-t.waited > t.limits.ScriptTime:
		m.kill(overLimit("script_time", int64(now-t.began-t.waited), int64(t.limits.ScriptTime)))
	case now > t.deadline:
		m.kill(t.overtime(now))
	case now-t.checked >= checkEvery:
		t.checked = now
		t.checkMore(now)
		t.looked = t.engine.clock()
	}
	return slow
}

func (t *Turn) checkMore(now time.Duration) {
	if t.ctx.Err() != nil {
		t.vm.meter.kill(stoppedBy(context.Cause(t.ctx)))
		return
	}
	t.checkHeap(now)
	t.shareSlot(t.engine.clock())
}

func (t *Turn) overtime(now time.Duration) *stop {
	allowed := t.deadline - t.began
	name := "total_time"
	if t.job() {
		name = "job_time"
	}
	return overLimit(name, int64(now-t.began), int64(allowed))
}

func (t *Turn) job() bool { return t.limits == &t.build.jobLimits }

func (t *Turn) shareSlot(now time.Duration) {
	if !t.holds || now-t.sliced < handOnAfter {
		return
	}
	if err := t.engine.slots.handOn(t.ctx, t.build.share); err != nil {
		t.holds = false
		t.vm.meter.kill(stoppedBy(err))
		return
	}
	t.sliced = t.engine.clock()
	t.waited += t.sliced - now
}

// Where is the place in the script that called the running native; "", 0 when Go called it.
func (t *Turn) Where(L *lua.LState) (file string, line int) {
	f, ok := scriptFrame(L, 0)
	if !ok {
		return "", 0
	}
	return f.fn.Proto.SourceName, f.line
}

// Fail raises an error in the form `file:line: function: message`, where file and line are those of the
// script that called the running native and function is the native's name. It does not return.
func (t *Turn) Fail(L *lua.LState, format string, args ...any) {
	for i, arg := range args {
		if s, ok := arg.(string); ok {
			args[i] = shorten(s, maxMessage)
		}
	}
	raiseVerbatim(L, lua.LString(position(L, 0)+t.nativeName(L)+sprintf(format, args)))
}

// FailIn raises an error in a line of a file that the native reads, not of the script that calls it.
func (t *Turn) FailIn(L *lua.LState, file string, line int, msg string) {
	raiseVerbatim(L, lua.LString(position(L, 0)+file+":"+strconv.Itoa(line)+": "+shorten(msg, maxMessage)))
}

// nativeName is the running native's name and a colon, "" when it has none.
func (t *Turn) nativeName(L *lua.LState) string {
	f, _ := frameAt(L, 0)
	if name := t.engine.set.nameOf[f.fn]; name != "" {
		return name + ": "
	}
	return ""
}
