package bindings

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/wechat"
)

// talkName is what c is called in errors; no other locked table is.
const talkName = "c"

// talkTable is c of every flow: what is in it hangs on the turn.
var talkTable = engine.NewProxy(engine.Proxy{
	Name: talkName,
	Index: func(t *engine.Turn, key lua.LValue) lua.LValue {
		name, _ := key.(lua.LString)
		return stateOf(t).talkField(t, string(name))
	},
	All: func(t *engine.Turn) *lua.LTable {
		tb := t.L().CreateTable(0, 16)
		for name := range talkMethods {
			tb.RawSetString(name, talkMethods[name])
		}
		for _, name := range []string{"id", "msg"} {
			tb.RawSetString(name, stateOf(t).talkField(t, name))
		}
		return tb
	},
})

// talkMethods are the methods of c, by name.
var talkMethods = func() map[string]*lua.LFunction {
	all := talkEntries()
	methods := make(map[string]*lua.LFunction, len(all))
	for i := range all {
		methods[strings.TrimPrefix(all[i].Name, "c:")] = methodOf(&all[i])
	}
	return methods
}()

// talkField is one field of c.
func (s *state) talkField(t *engine.Turn, name string) lua.LValue {
	if fn := talkMethods[name]; fn != nil {
		return fn
	}
	switch {
	case s.talk == nil:
		return lua.LNil
	case name == "id":
		return lua.LString(s.talk.id)
	case name == "msg":
		return s.talkMessage(t)
	}
	return lua.LNil
}

// talkMessage is the message that was just answered, as a table of its own: it stays what it is when the next is there.
func (s *state) talkMessage(t *engine.Turn) lua.LValue {
	k := s.talk
	if k.message == nil {
		return lua.LNil
	}
	if k.shown == nil {
		of := &state{p: s.p, in: &Input{Message: k.message}}
		k.shown = messageCopy(of, t)
	}
	return k.shown
}

// messageCopy is a message as a table, with all that msg has but the session.
func messageCopy(s *state, t *engine.Turn) *lua.LTable {
	tb := t.L().CreateTable(0, 16)
	set := func(name string) {
		if v := s.field(t, name); name != "session" && v != lua.LNil {
			tb.RawSetString(name, v)
		}
	}
	for _, f := range s.tree() {
		set(wechat.SnakeCase(f.Name))
	}
	for _, name := range ownFields {
		set(name)
	}
	return tb
}

func talkBecome(c call) int {
	k := c.askable()
	n, _ := flowOf(c.arg(2))
	next := &becoming{flow: n}
	if c.has(3) {
		next.args = []any{c.plainArg(3, maxFlowArgs)}
	}
	if k.replaying && k.strict {
		k.why = "it becomes another flow before it comes to the question " + quietly(k.waiting.question.Text)
		c.stopTalk(TalkDiffers)
	}
	c.state.sayHeld(k)
	k.next = next
	c.stopTalk(TalkEnded)
	return 0
}

func talkStop(c call) int {
	k := c.running()
	k.last = lua.LNil
	if c.has(2) {
		k.last = c.arg(2)
	}
	c.stopTalk(TalkEnded)
	return 0
}
