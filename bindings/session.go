package bindings

import (
	"bytes"
	"context"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

const (
	// maxSession is how many bytes of JSON a fan's session may have.
	maxSession = 64 << 10
	// sessionDepth is how deep tables may be nested in it.
	sessionDepth = 16
)

// session is msg.session in one turn: read when a script first looks, written when the turn succeeds.
type session struct {
	table  *lua.LTable // nil until somebody looks
	stored []byte      // what was read
}

// sessionProxy is msg.session: a table of the fan that checks each assignment.
func sessionProxy() engine.Proxy {
	return engine.Proxy{
		Name: "msg.session",
		Index: func(t *engine.Turn, key lua.LValue) lua.LValue {
			return stateOf(t).sessionTable(t).RawGet(key)
		},
		NewIndex: func(L *lua.LState, t *engine.Turn, key, v lua.LValue) {
			c := sessionCall(L, t)
			if key.Type() != lua.LTString {
				c.fail("the key is %s; want a string", describe(key))
			}
			if v != lua.LNil {
				if _, err := c.encodeJSON(v, sessionDepth, maxSession); err != nil {
					c.fail("%s: %s", keyPath(err, keyText(key)), err.reason)
				}
			}
			stateOf(t).sessionTable(t).RawSet(key, v)
		},
		All: func(t *engine.Turn) *lua.LTable { return stateOf(t).sessionTable(t) },
	}
}

// sessionFunction is the name under which errors of msg.session appear.
var sessionFunction = Function{Name: "msg.session", Forms: params(), apart: true}

func sessionCall(L *lua.LState, t *engine.Turn) call {
	return callOf(L, t, &sessionFunction)
}

// sessionTable reads the session on first use.
func (s *state) sessionTable(t *engine.Turn) *lua.LTable {
	if s.session.table != nil {
		return s.session.table
	}
	c := sessionCall(t.L(), t)
	v := c.remember(reads, "", func(ctx context.Context, m Memory) (any, error) {
		b, err := m.Session(ctx)
		return string(b), err
	})
	text := v.(string)
	s.session.table = t.L().CreateTable(0, 4)
	if text == "" {
		return s.session.table
	}
	s.session.stored = []byte(text)
	value, err := c.decodeJSON(text, plainIDs)
	if tb, ok := value.(*lua.LTable); ok && err == nil {
		s.session.table = tb
	}
	return s.session.table
}

// packSession puts the session into the outcome if it was changed. Something that is no plain data and was
// smuggled in deeper is an error here, and the session stays as it was.
func (s *state) packSession(c call) error {
	b, err := c.encodeJSON(s.session.table, sessionDepth+1, maxSession)
	if err != nil {
		return &engine.ScriptError{Msg: "msg.session: " + err.Error() + "; the session was not saved"}
	}
	if string(b) == "{}" {
		b = nil
	}
	if !bytes.Equal(b, s.session.stored) {
		s.out.Session, s.out.SessionChanged = b, true
	}
	return nil
}
