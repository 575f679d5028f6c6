package engine

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

const (
	callDepth    = 200     // calls in calls on the main thread
	coDepth      = 100     // the same inside a coroutine
	registrySize = 256     // values on the stack at first …
	registryMax  = 1 << 16 // … and at most
	registryStep = 1 << 10 // each step copies the stack

	vmUses    = 10_000 // turns of one VM before it is replaced
	vmIdle    = time.Minute
	vmsIdleOf = 8 // warm VMs that one build keeps
)

// vm is one Lua state with all that hangs on it for its life.
type vm struct {
	L     *lua.LState
	meter *meter
	turn  Turn
	uses  int
	kept  *kept         // nil: the top level runs
	since time.Duration // on the engine's clock, when it was put back

	enter *lua.LFunction // calls a function with the full report of errors
	guard *lua.LFunction // the same, with only the words translated: for pcall
	cut   func(i int) (mend func(), ok bool)

	onReport, onTranslate func(*lua.LState)
	verbatim              bool   // the error being raised is not to be translated
	told                  string // the text of the last error raised in a coroutine
}

func newVM(e *Engine) *vm {
	v := &vm{L: lua.NewState(lua.Options{
		SkipOpenLibs: true, CallStackSize: callDepth, IncludeGoStackTrace: true,
		RegistrySize: registrySize, RegistryMaxSize: registryMax, RegistryGrowStep: registryStep,
	})}
	v.turn.vm, v.turn.engine = v, e
	v.meter = newMeter(&v.turn)
	L := v.L
	L.G.MainThread, L.G.CurrentThread = L, L
	L.G.Global, L.G.Registry = newTable(0, 0), newTable(0, 0) // nothing is ever in them, and they start large
	L.Env = L.G.Global
	L.Options.CallStackSize, L.Options.RegistrySize = coDepth, registrySize/2 // coroutines inherit these
	L.SetMetatable(lua.LString(""), e.set.stringMeta)
	L.SetContext(v.meter)
	v.enter = newNative(v.callReporting)
	v.guard = newNative(v.callTranslating)
	v.onReport, v.onTranslate = v.panicReporting, v.panicTranslating
	return v
}

func newNative(fn lua.LGFunction) *lua.LFunction { return &lua.LFunction{IsG: true, GFunction: fn} }

// clean reports whether the VM is provably as it was before the turn. What is left to prove is the stack:
// nothing else in it can be written by a script.
func (v *vm) clean() bool {
	L := v.L
	return !v.turn.dirty && v.uses < vmUses &&
		L.G.CurrentThread == L && L.Parent == nil && !L.Dead &&
		stackDepth(L) == 0 && L.GetTop() == 0 && registryLen(L) <= registrySize+registryStep &&
		v.turn.made == v.turn.ended
}

// forget lets go of the functions of calls that are over. The library leaves them in its call stack, and with
// them hangs all that the last turn held: as much as a turn may hold, for each idle VM.
func (v *vm) forget() {
	v.told = ""
	frames := reflect.ValueOf(v.L).Elem().Field(private.stack).Elem().Elem().Field(private.frames)
	at := frames.UnsafePointer()
	for i := range frames.Len() {
		fn := (**lua.LFunction)(unsafe.Add(at, uintptr(i)*private.frameSize+private.frameFn))
		if *fn == nil {
			return // no call was deeper since the last time
		}
		*fn = nil
	}
}

// internals are the private fields of the library that are read by their place; only forget writes
// one.
type internals struct {
	stack, reg, array, sp, keys, places, strdict, dict, items, frames, fn, pc int

	frameSize, frameFn uintptr
}

var private, errPrivate = findInternals()

// findInternals fails when the library has changed; the self-test then refuses to run.
func findInternals() (in internals, err error) {
	at := func(of reflect.Type, name string) int {
		f, ok := of.FieldByName(name)
		if !ok {
			err = errors.Join(err, fmt.Errorf("%s has no field %s", of, name))
			return 0
		}
		return f.Index[0]
	}
	state, table := reflect.TypeFor[lua.LState](), reflect.TypeFor[lua.LTable]()
	in.stack, in.reg = at(state, "stack"), at(state, "reg")
	in.keys, in.places, in.strdict, in.dict, in.items = at(table, "keys"), at(table, "k2i"), at(table, "strdict"), at(table, "dict"), at(table, "array")
	if err != nil {
		return in, err
	}
	L := reflect.ValueOf(lua.NewState(lua.Options{SkipOpenLibs: true, CallStackSize: 1, RegistrySize: 128})).Elem()
	calls := L.Field(in.stack).Elem().Elem().Type()
	in.sp, in.frames = at(calls, "sp"), at(calls, "array")
	frame := calls.Field(in.frames).Type
	if frame.Kind() != reflect.Slice || frame.Elem().Kind() != reflect.Struct {
		return in, errors.Join(err, fmt.Errorf("the call stack is a %s", frame))
	}
	fn, ok := frame.Elem().FieldByName("Fn")
	if !ok || fn.Type != reflect.TypeFor[*lua.LFunction]() {
		return in, errors.Join(err, fmt.Errorf("%s has no Fn", frame.Elem()))
	}
	in.frameSize, in.frameFn = frame.Elem().Size(), fn.Offset
	in.fn, in.pc = fn.Index[0], at(frame.Elem(), "Pc")
	in.array = at(L.Field(in.reg).Elem().Type(), "array")
	return in, err
}

// stackDepth is the number of call frames of a thread.
func stackDepth(L *lua.LState) int {
	return int(reflect.ValueOf(L).Elem().Field(private.stack).Elem().Elem().Field(private.sp).Int())
}

func registryLen(L *lua.LState) int {
	return reflect.ValueOf(L).Elem().Field(private.reg).Elem().Field(private.array).Len()
}

// pool keeps the warm VMs of one build.
type pool struct {
	mu      sync.Mutex
	idle    []*vm
	listed  bool // in Engine.warm
	retired bool // the build serves no more: nothing is kept
}

func (p *pool) get() *vm {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	v := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	return v
}

// put keeps a VM for the next turn, unless there are enough. first says that the caller must list the pool.
func (p *pool) put(v *vm, now time.Duration) (first bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.retired || len(p.idle) >= vmsIdleOf {
		return false
	}
	v.since = now
	p.idle = append(p.idle, v)
	first, p.listed = !p.listed, true
	return first
}

func (p *pool) isListed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.listed
}

// empty drops all VMs. The pool is listed no more.
func (p *pool) empty(retire bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle, p.listed, p.retired = nil, false, p.retired || retire
}

// sweep drops VMs that nobody has needed since before, and reports whether any are left. The one used last
// is taken first, so the idle ones are in order of their age.
func (p *pool) sweep(before time.Duration) (left bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	old := 0
	for old < len(p.idle) && p.idle[old].since < before {
		old++
	}
	p.idle = append([]*vm(nil), p.idle[old:]...) // a new array: the old one would hold on to what is dropped
	p.listed = len(p.idle) > 0
	return p.listed
}
