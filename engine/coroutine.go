package engine

import (
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/code"
	"moonwire/engine/syntax"
)

const (
	maxCoroutines = 2_000 // of one turn
	maxResumes    = 8     // coroutines running inside one another
)

func coroutineNatives() []Native {
	return []Native{
		{Name: "coroutine.create", Fn: coCreate},
		{Name: "coroutine.resume", Fn: coResume},
		{Name: "coroutine.wrap", Fn: coWrap},
		{Name: "coroutine.yield", Fn: coYield},
		{Name: "coroutine.status", Fn: coStatus},
		{Name: "coroutine.running", Fn: coRunning},
	}
}

// stockCoroutine are the library's own create and resume; ours decide when they may run.
var stockCoroutine = func() (stock struct{ create, resume lua.LGFunction }) {
	L := lua.NewState(lua.Options{SkipOpenLibs: true, CallStackSize: 8, RegistrySize: 128})
	L.Push(newNative(lua.OpenCoroutine))
	L.Call(0, 1)
	stock.create = L.GetField(L.Get(-1), "create").(*lua.LFunction).GFunction
	stock.resume = L.GetField(L.Get(-1), "resume").(*lua.LFunction).GFunction
	return stock
}()

// coroutineBody is what every coroutine runs: it sets our error hook, which resume has replaced, and calls
// the function. As it is Lua and no native, yields can pass through it.
var coroutineBody = func() *lua.FunctionProto {
	tree, err := syntax.Parse([]byte("local hook, fn\nreturn function(...) hook() return fn(...) end"))
	if err != nil {
		return nil
	}
	nothing := &code.Library{Value: func(string) lua.LValue { return nil }}
	proto, err := code.Generate(hidden+"coroutine", tree, nothing, nil)
	if err != nil {
		return nil
	}
	return proto.FunctionPrototypes[0]
}()

var hookCoroutine = newNative(func(L *lua.LState) int {
	L.Panic = TurnOf(L).vm.onTranslate
	return 0
})

// coroutines count a turn's: a VM serves no other turn while one hangs.
type coroutines struct {
	made   int
	ended  int                 // of them, that have run to their end
	wanted map[*lua.LState]int // how many values a yield of theirs waits for, if any
}

func (t *Turn) newThread(L *lua.LState, fn *lua.LFunction) *lua.LState {
	if t.made++; t.made > maxCoroutines {
		raise(L, "too many coroutines; at most 2,000 are allowed for one message")
	}
	body := &lua.LFunction{Proto: coroutineBody, Env: t.env, Upvalues: closedUpvalues(hookCoroutine, fn)}
	// With a context in place, the library would hang a child context on it for every thread.
	ctx := L.RemoveContext()
	top := L.GetTop()
	L.Insert(body, 1)
	stockCoroutine.create(L)
	th := L.Get(-1).(*lua.LState)
	L.SetTop(top + 1)
	L.Remove(1)
	L.SetContext(ctx)
	th.SetContext(ctx)
	return th
}

// coroutineFunction is the argument of create and wrap. Lua 5.1 takes no function of its library there; this does.
func coroutineFunction(L *lua.LState, name string) *lua.LFunction {
	fn, ok := L.Get(1).(*lua.LFunction)
	if !ok {
		args{L, name}.bad(1, "Lua function expected")
	}
	return fn
}

func coCreate(L *lua.LState) int {
	L.Push(TurnOf(L).newThread(L, coroutineFunction(L, "create")))
	return 1
}

func coResume(L *lua.LState) int {
	th, ok := L.Get(1).(*lua.LState)
	if !ok {
		args{L, "resume"}.bad(1, "coroutine expected")
	}
	return resume(L, th)
}

// resume runs th with the arguments from 2 on, and leaves true and its values, or false and the error.
func resume(L *lua.LState, th *lua.LState) int {
	t := TurnOf(L)
	if why := refuseResume(L, th); why != "" {
		L.Push(lua.LFalse)
		L.Push(lua.LString(why))
		return 2
	}
	t.answer(L, th)
	n := stockCoroutine.resume(L)
	if th.Dead {
		t.ended++
	}
	if t.stopped() {
		raiseVerbatim(L, lua.LString(t.vm.meter.stop.msg))
	}
	if msg, ok := L.Get(-1).(lua.LString); ok && n == 2 && L.Get(-2) == lua.LFalse {
		L.Pop(1)
		L.Push(lua.LString(t.masked(string(msg))))
	}
	t.vm.told = ""
	return n
}

// answer adds to the arguments of resume the nils that the call of yield, which they answer, wants beyond them: the
// library leaves its registers empty.
func (t *Turn) answer(L, th *lua.LState) {
	if len(t.wanted) == 0 {
		return
	}
	for have := L.GetTop() - 1; have < t.wanted[th]; have++ {
		L.Push(lua.LNil)
	}
	delete(t.wanted, th)
}

// refuseResume says why a coroutine cannot run now. The chain of parents is short, as it is bounded here.
func refuseResume(L, th *lua.LState) string {
	if th.Dead {
		return "cannot resume dead coroutine"
	}
	depth := 0
	for p := L; p != nil; p = p.Parent {
		if p == th {
			return "cannot resume " + statusOf(L, th) + " coroutine"
		}
		depth++
	}
	if depth > maxResumes {
		return "coroutines are nested too deeply; at most 8 may run inside one another"
	}
	return ""
}

// coWrap makes a function that resumes a coroutine and raises its errors.
func coWrap(L *lua.LState) int {
	th := TurnOf(L).newThread(L, coroutineFunction(L, "wrap"))
	L.Push(NewHolding(func(L *lua.LState) int {
		L.Insert(th, 1)
		n := resume(L, th)
		top := L.GetTop()
		if L.Get(top-n+1) == lua.LFalse {
			v := L.Get(-1)
			if lua.LVCanConvToString(v) {
				v = placed(L, 1, v)
			}
			raiseVerbatim(L, v)
		}
		return n - 1
	}, th))
	return 1
}

// coYield refuses where a native stands between here and resume: the library would lose its way.
func coYield(L *lua.LState) int {
	if L.Parent == nil {
		raise(L, "attempt to yield from outside a coroutine")
	}
	want, ok := yieldable(L)
	if !ok {
		raise(L, "attempt to yield across a function that is not Lua (pcall, table.sort, string.gsub, a metamethod or an iterator)")
	}
	if t := TurnOf(L); want > 0 {
		if t.wanted == nil {
			t.wanted = map[*lua.LState]int{}
		}
		t.wanted[L] = want
	}
	return -1
}

// yieldable reports whether every call between the running native and the bottom of its thread was made
// by a CALL instruction of Lua code: only those can be left and entered again. want is how many values the innermost
// expects.
func yieldable(L *lua.LState) (want int, ok bool) {
	for level := 1; ; level++ {
		f, found := frameAt(L, level)
		if !found {
			return want, true
		}
		if f.fn.IsG || code.Op(f.fn.Proto.Code[f.pc]) != lua.OP_CALL {
			return 0, false
		}
		if level == 1 {
			want = code.C(f.fn.Proto.Code[f.pc]) - 1
		}
	}
}

func coStatus(L *lua.LState) int {
	th, ok := L.Get(1).(*lua.LState)
	if !ok {
		args{L, "status"}.bad(1, "coroutine expected")
	}
	L.Push(lua.LString(statusOf(L, th)))
	return 1
}

func statusOf(L, th *lua.LState) string {
	if th.Dead {
		return "dead"
	}
	if th == L {
		return "running"
	}
	for p := L.Parent; p != nil; p = p.Parent {
		if p == th {
			return "normal"
		}
	}
	return "suspended"
}

func coRunning(L *lua.LState) int {
	if L.Parent == nil {
		L.Push(lua.LNil)
	} else {
		L.Push(L)
	}
	return 1
}
