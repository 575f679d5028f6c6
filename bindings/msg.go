package bindings

import (
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/wechat"
)

// msgTable and msgSession are msg and msg.session of every turn: what is in them hangs on the turn.
var msgTable, msgSession = engine.NewProxy(messageProxy()), engine.NewProxy(sessionProxy())

// messageProxy is msg: the push as a read-only table that is filled as it is read.
func messageProxy() engine.Proxy {
	return engine.Proxy{
		Name: "msg",
		Index: func(t *engine.Turn, key lua.LValue) lua.LValue {
			name, ok := key.(lua.LString)
			s := stateOf(t)
			if !ok || s == nil || s.in == nil {
				return lua.LNil
			}
			return s.field(t, string(name))
		},
		All: func(t *engine.Turn) *lua.LTable {
			s := stateOf(t)
			if s == nil || s.in == nil {
				return nil
			}
			if s.all != nil {
				return s.all
			}
			tb := t.L().CreateTable(0, 16)
			s.all = tb
			for _, f := range s.tree() {
				name := wechat.SnakeCase(f.Name)
				tb.RawSetString(name, s.field(t, name))
			}
			for _, name := range ownFields {
				tb.RawSetString(name, s.field(t, name))
			}
			return tb
		},
	}
}

// ownFields are the fields of msg that are no elements of the push. An element of the same name is seen where
// openid and scene have nothing of their own to say; beside the others it is found in msg.raw.
var ownFields = []string{"openid", "scene", "account", "trace", "raw", "session"}

// field is one field of msg; elements of the push in snake_case.
func (s *state) field(t *engine.Turn, name string) lua.LValue {
	m := s.in.Message
	switch name {
	case "content":
		if m != nil && m.Content != "" {
			return lua.LString(m.Content)
		}
	case "openid":
		if id := s.openID(); id != "" {
			return lua.LString(id)
		}
	case "scene":
		if m == nil {
			return lua.LNil
		}
		if scene := m.Scene(); scene != "" {
			return lua.LString(scene)
		}
	case "account":
		return lua.LString(s.p.config.Account)
	case "trace":
		return textOrNil(s.in.Trace)
	case "session":
		return msgSession
	}
	if v, ok := s.fields[name]; ok {
		return v
	}
	v := s.element(t, name)
	if s.fields == nil {
		s.fields = map[string]lua.LValue{}
	}
	s.fields[name] = v
	return v
}

func (s *state) element(t *engine.Turn, name string) lua.LValue {
	tree := s.tree()
	if name == "raw" {
		return t.Lock("msg.raw", rawNames.children("", tree))
	}
	v := snakeNames.gather("", tree, name)
	if v == nil {
		return lua.LNil
	}
	return t.Lock("msg."+name, v)
}

// tree are the elements of the push; none without one.
func (s *state) tree() []wechat.Field {
	if s.in.Message == nil {
		return nil
	}
	return s.in.Message.Tree()
}

// openID is the fan of the turn; "" when it has none.
func (s *state) openID() string {
	if s.in.Message == nil {
		return s.in.OpenID
	}
	return s.in.Message.OpenID()
}

func textOrNil(s string) lua.LValue {
	if s == "" {
		return lua.LNil
	}
	return lua.LString(s)
}
