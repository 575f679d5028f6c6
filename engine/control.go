package engine

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// ErrSuspended is what Call returns when the script waits for something (Suspend).
var ErrSuspended = errors.New("the script is suspended")

// Call calls a Lua function and returns its first result. Failures come back as *ScriptError, a
// suspension as ErrSuspended.
func (t *Turn) Call(fn lua.LValue, args ...lua.LValue) (lua.LValue, error) {
	v, _, err := t.CallTwo(fn, args...)
	return v, err
}

// CallTwo is Call with the second value that fn returns, nil when there is none.
func (t *Turn) CallTwo(fn lua.LValue, args ...lua.LValue) (first, second lua.LValue, err error) {
	L := t.L()
	if s := t.vm.meter.stop; s != nil {
		return lua.LNil, lua.LNil, t.stopError(s)
	}
	outermost := stackDepth(L) == 0
	mend := func() {}
	if !outermost {
		mend = t.cutBelow(L)
	}
	L.Push(t.vm.enter)
	L.Push(fn)
	for _, a := range args {
		L.Push(a)
	}
	err = contained(func() error { return L.PCall(len(args)+1, 2, nil) })
	mend()
	if err != nil {
		return lua.LNil, lua.LNil, t.failed(err, outermost)
	}
	first, second = L.Get(-2), L.Get(-1)
	L.Pop(2)
	return first, second, nil
}

// contained turns a panic that leaves PCall into the error that PCall should have made of it: the library panics once
// more where it cannot describe the stack.
func contained(call func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &lua.ApiError{Type: lua.ApiErrorPanic, Object: lua.LString(fmt.Sprint(r)), StackTrace: string(debug.Stack())}
		}
	}()
	return call()
}

func (t *Turn) failed(err error, outermost bool) error {
	if t.suspend {
		if outermost {
			t.suspend = false
			t.vm.meter.resume()
		}
		return ErrSuspended
	}
	var api *lua.ApiError
	if !errors.As(err, &api) {
		t.dirty = true
		return &ScriptError{Kind: ErrorInternal, Msg: err.Error()}
	}
	return t.scriptError(api)
}

// Suspend leaves the script here: neither pcall nor a coroutine nor any native holds it up, and Call
// returns ErrSuspended. It does not return.
func (t *Turn) Suspend(L *lua.LState) {
	t.suspend = true
	t.vm.meter.kill(&stop{kind: ErrorStopped, msg: "suspended"})
	raiseVerbatim(L, lua.LString("suspended"))
}

// raiseVerbatim raises a value as it stands; the words of any other error may be translated.
func raiseVerbatim(L *lua.LState, v lua.LValue) {
	TurnOf(L).vm.verbatim = true
	L.Error(v, 0)
}

// callReporting and callTranslating call their first argument with the rest, so that an error meets our
// hook while the stack still stands. PCall has set a hook of its own just before, and resets it after.
func (v *vm) callReporting(L *lua.LState) int {
	L.Panic = v.onReport
	wantCallable(L)
	L.Call(L.GetTop()-1, lua.MultRet)
	return L.GetTop()
}

func (v *vm) callTranslating(L *lua.LState) int {
	L.Panic = v.onTranslate
	wantCallable(L)
	L.Call(L.GetTop()-1, lua.MultRet)
	return L.GetTop()
}

// wantCallable raises, in Lua's words, what the library says without the type.
func wantCallable(L *lua.LState) {
	fn := L.Get(1)
	if fn.Type() == lua.LTFunction {
		return
	}
	if _, ok := L.GetMetaField(fn, "__call").(*lua.LFunction); !ok {
		raiseVerbatim(L, lua.LString("attempt to call a "+fn.Type().String()+" value"))
	}
}

// panicTranslating is the hook inside pcall and coroutines: only the words matter there, unless the turn
// is stopped.
func (v *vm) panicTranslating(L *lua.LState) {
	value := v.translated(L)
	if v.turn.stopped() && v.turn.report == nil {
		v.turn.report = v.turn.inspect(L, value)
	}
	panic(raised(value))
}

// panicReporting is the hook of Call: what it sees is what the author is shown.
func (v *vm) panicReporting(L *lua.LState) {
	value := v.translated(L)
	if !v.turn.stopped() || v.turn.report == nil || len(v.turn.report.frames) == 0 {
		v.turn.report = v.turn.inspect(L, value)
	}
	panic(raised(value))
}

// raised wraps a value for PCall. The trace is not empty so that PCall does not write one.
func raised(value lua.LValue) *lua.ApiError {
	return &lua.ApiError{Type: lua.ApiErrorRun, Object: value, StackTrace: "-"}
}

func (v *vm) translated(L *lua.LState) lua.LValue {
	verbatim := v.verbatim
	v.verbatim = false
	msg, ok := L.Get(-1).(lua.LString)
	if !ok {
		return L.Get(-1)
	}
	if !verbatim {
		msg = lua.LString(v.turn.words(L, string(msg)))
	}
	if L.Parent != nil {
		v.told = string(msg)
	}
	return msg
}

// pcall(fn, …) catches errors of the script, but neither a spent budget nor a suspension.
func pcall(L *lua.LState) int {
	L.CheckAny(1)
	t := TurnOf(L)
	if err := t.protect(L); err != nil {
		L.Push(lua.LFalse)
		L.Push(t.caught(L, err))
		return 2
	}
	L.Insert(lua.LTrue, 1)
	return L.GetTop()
}

// protect calls the function that stands at 1 with all that follows; the results take their place.
func (t *Turn) protect(L *lua.LState) error {
	L.Insert(t.vm.guard, 1)
	mend := t.cutBelow(L)
	err := L.PCall(L.GetTop()-1, lua.MultRet, nil)
	mend()
	if err != nil && t.stopped() {
		raiseVerbatim(L, lua.LString(t.vm.meter.stop.msg))
	}
	return err
}

// caught is the error value that a script sees.
func (t *Turn) caught(L *lua.LState, err error) lua.LValue {
	t.Steps(L, 200) // unwinding costs more than the instructions that led to it
	var api *lua.ApiError
	if !errors.As(err, &api) || api.Type == lua.ApiErrorPanic {
		return lua.LString(position(L, 0) + t.panicked(err))
	}
	return api.Object
}

// panicked notes that the VM itself failed, which leaves it in a state that nobody can vouch for. The operator
// is told once a turn.
func (t *Turn) panicked(err error) string {
	if !t.dirty {
		t.engine.log.Warn("the Lua VM panicked", "account", t.build.Account, "build", t.build.ID, "error", shorten(err.Error(), 4<<10))
	}
	t.dirty = true
	return "the Lua machine cannot do this (does something yield inside a metamethod or an iterator?)"
}

// masked hides Go's words where a coroutine has turned a panic into a message. What was raised is known by its
// place in memory: a script may raise the very same words.
func (t *Turn) masked(msg string) string {
	told := t.vm.told
	if unsafe.StringData(msg) == unsafe.StringData(told) && len(msg) == len(told) || strings.Contains(msg, "registry overflow") {
		return msg // nothing is told of a coroutine that has no room to begin
	}
	return t.panicked(errors.New(msg))
}

// xpcall(fn, handler) calls handler with the error after the stack is unwound: there is no debug library
// that could tell the difference.
func xpcall(L *lua.LState) int {
	t, handler := TurnOf(L), L.CheckAny(2)
	fn := L.CheckAny(1)
	L.SetTop(0)
	L.Push(fn)
	err := t.protect(L)
	if err == nil {
		L.Insert(lua.LTrue, 1)
		return L.GetTop()
	}
	L.SetTop(0)
	L.Push(handler)
	L.Push(t.caught(L, err))
	if err := t.protect(L); err != nil {
		t.caught(L, err)
		L.SetTop(0)
		L.Push(lua.LString("error in error handling"))
	}
	v := L.Get(1) // the handler's first result
	L.SetTop(0)
	L.Push(lua.LFalse)
	L.Push(v)
	return 2
}

// cutBelow hides the frames below the running native from the library's error handling until mend is
// called. Raising an error closes the upvalues of every frame it can see, also of those that a pcall
// keeps alive: their closures and they themselves would stop sharing their variables.
func (t *Turn) cutBelow(L *lua.LState) (mend func()) {
	top := stackDepth(L) - 1
	v := t.vm
	if L == v.L && v.cut != nil {
		if mend, ok := v.cut(top); ok {
			return mend
		}
	}
	if cut := findFrames(L); cut != nil {
		if L == v.L {
			v.cut = cut
		}
		if mend, ok := cut(top); ok {
			return mend
		}
	}
	return func() {}
}

// findFrames collects where a thread keeps its call frames, up to the running native's. The library hands
// out such a place only when a frame is removed, so one is called to be removed, and all is unwound. It
// returns nil where the stack has no room for that; the call to come will then fail by itself.
func findFrames(L *lua.LState) (cut func(i int) (mend func(), ok bool)) {
	remove := newNative(func(L *lua.LState) int {
		place := L.RemoveCallerFrame().Parent
		places := listOf(place)
		for ; place.Parent != nil; place = place.Parent {
			places = append(places, place.Parent)
		}
		cut = func(i int) (func(), bool) {
			for _, p := range places {
				if p.Idx == i {
					below := p.Parent
					p.Parent = nil
					return func() { p.Parent = below }, true
				}
			}
			return nil, false
		}
		panic(raised(lua.LNil))
	})
	L.Push(newNative(func(L *lua.LState) int {
		L.Push(remove)
		L.Call(0, 0)
		return 0
	}))
	_ = L.PCall(0, 0, nil) // fails by design
	return cut
}

// listOf begins a list of values whose type has no name outside its package.
func listOf[T any](v T) []T { return []T{v} }
