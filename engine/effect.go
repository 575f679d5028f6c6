package engine

import (
	"context"
	"errors"

	lua "github.com/yuin/gopher-lua"
)

// Kind says what an effect or an outside view touches; each kind has its budget.
type Kind uint8

// The kinds of effects. KindClock, KindRandom and KindLog keep the compute slot and have no budget of calls.
const (
	KindStore Kind = iota
	KindWeChat
	KindHTTP
	KindClock
	KindRandom
	KindWait
	KindMedia // counts as KindWeChat
	KindLog
	KindSecret // counts as KindWeChat; its answer must never be written down, so a replay asks again
	KindModel

	kinds = iota
)

// waits reports whether the slot is free meanwhile.
func (k Kind) waits() bool { return k != KindClock && k != KindRandom && k != KindLog }

// outward reports whether what is waited for is somebody else's: WeChat, another server, time itself. That may take long.
func (k Kind) outward() bool { return k.waits() && k != KindStore }

// budget is the limit that counts calls of a kind, "" if none does.
func (k Kind) budget(l *Limits) (name string, allowed int) {
	switch k {
	case KindStore:
		return "store_calls", l.StoreCalls
	case KindWeChat, KindMedia, KindSecret:
		return "wechat_calls", l.WeChatCalls
	case KindHTTP:
		return "http_calls", l.HTTPCalls
	case KindModel:
		return "llm_calls", l.LLMCalls
	}
	return "", 0
}

// Weight says whether an effect changes something.
type Weight uint8

const (
	// Reads changes nothing that lasts or that a fan can notice: looking, waiting, a line in the log. It may be made again.
	Reads Weight = iota
	// Acts changes something that lasts or that others see.
	Acts
)

func (w Weight) String() string {
	if w == Acts {
		return "acts"
	}
	return "reads"
}

// Effect is what a script intends to do outside of its turn, or to learn from there.
type Effect struct {
	Kind     Kind
	Weight   Weight
	Function string // that the script called: store.get
	// Label is what recognises the call among others of its function: the key, the path, the openid, the question.
	// It is empty where all calls are alike.
	Label string
	// Args is a hash of the arguments (HashArgs), 0 when nobody observes the turn.
	Args uint64
}

// Effect is the one door of every effect and every view of the outside. It refuses at the top level, charges
// the kind's budget, gives the compute slot away while fn waits, and tells the turn's observer; what the turn's journal
// knows already is not made again. fn's value is plain data (nil, bool, float64, string, []any, map[string]any); its error is for the caller to turn into nil, err.
func (t *Turn) Effect(L *lua.LState, e Effect, fn func(ctx context.Context) (any, error)) (any, error) {
	if t.loading || t.requiring > 0 {
		t.refuse(e, errTopLevel)
		t.Fail(L, "%s", errTopLevel.Error())
	}
	t.Steps(L, 50)
	if v, made := t.recall(L, e); made {
		return v, nil
	}
	t.charge(L, e)
	if !e.Kind.waits() {
		return t.perform(e, fn)
	}
	if t.weighBeforeWaiting(); t.vm.meter.stop != nil {
		t.refuse(e, t.vm.meter.stop)
		t.raiseStop(L)
	}
	t.leave()
	defer t.rejoin(L)
	if t.outside != nil && e.Kind.outward() {
		t.outside(true)
		defer t.outside(false)
	}
	return t.perform(e, fn)
}

var errTopLevel = errors.New("not allowed at the top level: put it in a handler")

func (t *Turn) charge(L *lua.LState, e Effect) {
	k := e.Kind
	if k == KindMedia || k == KindSecret {
		k = KindWeChat
	}
	t.spent[k]++
	name, allowed := k.budget(t.limits)
	if name != "" && t.spent[k] > allowed {
		if t.job() && k == KindWeChat {
			name = "job_wechat_calls"
		}
		used, most := int64(t.spent[k]), int64(allowed)
		t.refuse(e, overLimit(name, used, most))
		t.stopFor(L, name, used, most)
	}
}

// leave gives the slot away until rejoin.
func (t *Turn) leave() {
	t.left = t.engine.clock()
	t.holds = false
	t.engine.slots.release(t.build.share)
}

// rejoin waits for a slot again; without one the turn is over.
func (t *Turn) rejoin(L *lua.LState) {
	err := t.engine.slots.acquire(t.ctx, t.build.share)
	t.holds = err == nil
	t.sliced = t.engine.clock()
	t.waited += t.sliced - t.left
	switch {
	case err != nil:
		t.vm.meter.kill(stoppedBy(err))
	case t.sliced > t.deadline:
		t.vm.meter.kill(t.overtime(t.sliced))
	case t.ctx.Err() != nil:
		t.vm.meter.kill(stoppedBy(context.Cause(t.ctx)))
	}
	if t.vm.meter.stop != nil {
		t.raiseStop(L)
	}
}
