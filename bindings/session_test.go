package bindings_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

// withSession runs a script over the text "x" with a kept session.
func withSession(t *testing.T, main, kept string) (bindings.Outcome, error) {
	t.Helper()
	in := input(text(t, "x"))
	in.Memory.(*memory).session = kept
	return program(t, main).Answer(t.Context(), in)
}

func TestSession(t *testing.T) {
	tests := []struct {
		name, act, kept string
		changed         bool
		want            string
	}{
		{"a counter", `msg.session.n = (msg.session.n or 0) + 1`, `{"n":7}`, true, `{"n":8}`},
		{"the first time", `msg.session.n = (msg.session.n or 0) + 1`, ``, true, `{"n":1}`},
		{"read alone", `local n = msg.session.n`, `{"n":7}`, false, ``},
		{"the same again", `msg.session.n = 7`, `{"n":7}`, false, ``},
		{"emptied", `msg.session.n = nil`, `{"n":7}`, true, ``},
		{"deeper", `msg.session.cart.items[2] = "b"`, `{"cart":{"items":["a"]}}`, true, `{"cart":{"items":["a","b"]}}`},
		{"an empty list stays one", `msg.session.n = 1`, `{"l":[]}`, true, `{"l":[],"n":1}`},
		{"nobody looks", ``, `{"n":7}`, false, ``},
		{"walked", `for k in pairs(msg.session) do msg.session[k] = 2 end`, `{"a":1}`, true, `{"a":2}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := withSession(t, `on.text(function(msg) `+tt.act+` return "ok" end)`, tt.kept)
			require.NoError(t, err)
			require.Equal(t, tt.changed, out.SessionChanged)
			require.Equal(t, tt.want, string(out.Session))
		})
	}
}

func TestSessionRefuses(t *testing.T) {
	tests := []struct{ name, act, want string }{
		{"a function", `msg.session.f = print`, "main.lua:1: msg.session: f: is a function; want plain data"},
		{"a function inside", `msg.session.cart = {items = {1, print}}`, "main.lua:1: msg.session: cart.items[2]: is a function"},
		{"a reply", `msg.session.r = reply.none()`, "r: is a reply"},
		{"the message", `msg.session.m = msg`, "main.lua:1: msg.session: m"},
		{"holes", `msg.session.l = {1, nil, 3}`, "l: is a list with a hole: [2] is nil and [3] is not"},
		{"mixed keys", `msg.session.l = {1, a = 2}`, "l: is a list and has the key a too"},
		{"itself", `local a = {} a.a = a msg.session.a = a`, "nested too deep; does one contain itself?"},
		{"not a number", `msg.session.n = 0/0`, "n: is not a finite number"},
		{"bytes", `msg.session.s = "\255"`, "s: is not UTF-8 text"},
		{"a number as key", `msg.session[7] = 1`, "main.lua:1: msg.session: the key is a number; want a string"},
		{"smuggled in", `msg.session.t = {} msg.session.t.f = print`, "msg.session: t.f: is a function; want plain data (nil, boolean, number, string, or a table of these); the session was not saved"},
		{"too large", `local t = {} for i = 1, 70 do t[i] = ("a"):rep(1000) end msg.session.t = t`, "more than 65536 bytes of JSON"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := withSession(t, `on.text(function(msg) `+tt.act+` return "ok" end)`, `{"kept":true}`)
			require.ErrorContains(t, err, tt.want)
			require.False(t, out.SessionChanged)
			require.Nil(t, out.Reply)
		})
	}
}

func TestSessionOfAFailedTurnIsNotKept(t *testing.T) {
	out, err := withSession(t, `on.text(function(msg) msg.session.n = 1 error("no") end)`, ``)
	require.Error(t, err)
	require.False(t, out.SessionChanged)
}

// TestSessionsAreWeighed fills tables that only the session holds.
func TestSessionsAreWeighed(t *testing.T) {
	p := program(t, `on.text(function(msg)
  for i = 1, 100 do
    local t = {}
    msg.session["t" .. i] = t
    for j = 1, 10 do t[j] = ("x"):rep(10000) .. j end
  end
  store.get("k")
  return "ESCAPED"
end)`)
	p.Build().Limits.Memory = 4 << 20
	_, err := p.Answer(t.Context(), input(text(t, "x")))
	require.ErrorContains(t, err, "over the limit memory of 4.0 MiB")
}

func TestSessionTablesAreTheScripts(t *testing.T) {
	out, err := withSession(t, `on.text(function(msg)
  local t = {1} msg.session.t = t
  t[2] = 2
  return tostring(msg.session.t == t)
end)`, ``)
	require.NoError(t, err)
	require.Equal(t, "true", out.Reply.Content)
	require.Equal(t, `{"t":[1,2]}`, string(out.Session))
}
