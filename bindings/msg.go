package bindings

import (
	"strconv"

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
			for _, f := range s.in.Message.Tree() {
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

// ownFields are the fields of msg that are no elements of the push.
var ownFields = []string{"openid", "scene", "account", "trace", "raw", "session"}

// field is one field of msg; elements of the push in snake_case.
func (s *state) field(t *engine.Turn, name string) lua.LValue {
	m := s.in.Message
	switch name {
	case "content":
		if m.Content != "" {
			return lua.LString(m.Content)
		}
	case "openid":
		return textOrNil(m.OpenID())
	case "scene":
		return textOrNil(m.Scene())
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
	tree := s.in.Message.Tree()
	if name == "raw" {
		return t.Lock("msg.raw", children(tree, rawNames))
	}
	v, found := gather(tree, name, snakeNames)
	if !found {
		return lua.LNil
	}
	return t.Lock("msg."+name, v)
}

func textOrNil(s string) lua.LValue {
	if s == "" {
		return lua.LNil
	}
	return lua.LString(s)
}

// naming says under which names the elements of a push are shown, and whether known numbers become numbers.
type naming struct {
	name    func(string) string
	numbers bool
}

var (
	snakeNames = naming{name: wechat.SnakeCase, numbers: true}
	rawNames   = naming{name: func(s string) string { return s }}
)

// gather is the element of that name as plain data: a list when it is repeated or always a list.
func gather(fields []wechat.Field, name string, n naming) (v any, found bool) {
	var list []any
	always := false
	for i := range fields {
		f := &fields[i]
		if n.name(f.Name) != name {
			continue
		}
		always = always || wechat.ListField(f.Name)
		list = append(list, n.value(f))
	}
	switch {
	case len(list) == 0:
		return nil, false
	case len(list) == 1 && !always:
		return list[0], true
	}
	return list, true
}

// children is the content of an element as plain data.
func children(fields []wechat.Field, n naming) map[string]any {
	m := make(map[string]any, len(fields))
	for i := range fields {
		name := n.name(fields[i].Name)
		if _, done := m[name]; !done {
			m[name], _ = gather(fields, name, n)
		}
	}
	return m
}

func (n naming) value(f *wechat.Field) any {
	if len(f.Fields) > 0 {
		return children(f.Fields, n)
	}
	if n.numbers && wechat.NumberField(n.name(f.Name)) {
		if v, err := strconv.ParseFloat(f.Value, 64); err == nil {
			return v
		}
	}
	return f.Value
}
