package bindings_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

// TestEveryFunctionOfTheStoreEndsTheTurnWhenItBreaks and every one that says that the store is full raises.
func TestEveryFunctionOfTheStoreEndsTheTurnWhenItBreaks(t *testing.T) {
	broken := errors.New("disk on fire")
	full := &bindings.FullError{Used: 300 << 20, Quota: 256 << 20}
	for _, tt := range []struct {
		act    string
		writes bool
	}{
		{`store.get("k")`, false},
		{`store.set("k", 1)`, true},
		{`store.set("k", nil)`, false},
		{`store.delete("k")`, false},
		{`store.incr("k")`, true},
		{`store.cas("k", nil, 1)`, true},
		{`store.list("k")`, false},
		{`local n = msg.session.n`, false},
	} {
		t.Run(tt.act, func(t *testing.T) {
			main := `on.text(function(msg) pcall(function() ` + tt.act + ` end) return "fine" end)`
			in := input(text(t, "x"))
			in.Memory.(*memory).broken = broken
			out, err := program(t, main).Answer(t.Context(), in)
			require.ErrorIs(t, err, broken)
			require.Nil(t, out.Reply)
			if !tt.writes {
				return
			}
			in = input(text(t, "x"))
			in.Memory.(*memory).broken = full
			require.Contains(t, failsWith(t, tt.act, in), "over the limit store of 256.0 MiB by 44.0 MiB; account.yaml limits: { store: … } raises it; store.delete and a ttl make room")
			in = input(text(t, "x"))
			in.Memory.(*memory).broken = full
			out, err = program(t, main).Answer(t.Context(), in)
			require.NoError(t, err, "a script may catch that the store is full")
			require.Equal(t, "fine", out.Reply.Content)
		})
	}
}

// failsWith runs a handler's body with an input and gives the error.
func failsWith(t *testing.T, act string, in bindings.Input) string {
	t.Helper()
	_, err := program(t, `on.text(function(msg) `+act+` end)`).Answer(t.Context(), in)
	require.Error(t, err)
	return err.Error()
}

// TestAfterAFailureBeneathNothingIsDone any more in that turn, whatever the script catches.
func TestAfterAFailureBeneathNothingIsDone(t *testing.T) {
	in := input(text(t, "x"))
	in.Memory.(*memory).broken = errors.New("disk on fire")
	c := &clerk{}
	cfg := config()
	cfg.API = c
	p, err := compileFiles(t, files{"main.lua": `on.text(function(msg) pcall(store.get, "k") pcall(user.remark, "o1", "r") local _, e = pcall(time.now) log.info(e) end)`}, cfg)
	require.NoError(t, err)
	_, err = p.Answer(t.Context(), in)
	require.ErrorContains(t, err, "store.get: disk on fire")
	require.Empty(t, c.asked)
}

// TestWhatTheStoreGives of counters and lists, at their defaults.
func TestWhatTheStoreGives(t *testing.T) {
	for _, tt := range []struct{ name, act, want string }{
		{"incr of nothing", `return show{store.incr("n"), store.incr("n"), store.incr("n", 0.5), store.incr("n", 0)}`, "[1,2,2.5,2.5]"},
		{"incr of a text that is a number", `store.set("n", "7") return show(select(2, pcall(store.incr, "n")))`, `"store.incr: the value of \"n\" is not a number"`},
		{"a list of a hundred", `for i = 1, 150 do store.set("k" .. i, i) end return show{#store.list("k"), #store.list("k", 120), #store.list("k", 1), #store.list("none")}`, "[100,120,1,0]"},
		{"an empty list", `return show(store.list("none"))`, "[]"},
		{"an item", `store.set("k", {a = {1}}) return show(store.list("")[1])`, `{"key":"k","value":{"a":[1]}}`},
		{"cas of false", `store.set("k", false) return show{store.cas("k", nil, 1), store.cas("k", true, 1), store.cas("k", false, 1), store.get("k")}`, "[false,false,true,1]"},
		{"cas that deletes", `store.set("k", 1) return show{store.cas("k", 1, nil), tostring(store.get("k")), store.cas("k", nil, nil)}`, `[true,"nil",true]`},
		{"set of nil", `store.set("k", 1) store.set("k", nil) return show{tostring(store.get("k"))}`, `["nil"]`},
		{"null in it", `store.set("k", {a = json.null}) return show{store.get("k").a == json.null}`, "[true]"},
		{"ids stay numbers", `store.set("k", {msgid = 7}) return type(store.get("k").msgid)`, "number"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			main := "local show = json.encode on.text(function() " + tt.act + " end)"
			p := program(t, main)
			require.Equal(t, tt.want, answer(t, p, text(t, "x")).Reply.Content)
		})
	}
}

// TestTheLineOfAWrongSession is that of the assignment, not that of the rule.
func TestTheLineOfAWrongSession(t *testing.T) {
	for _, tt := range []struct{ act, want string }{
		{`msg.session.f = print`, "main.lua:2: msg.session: f: is a function"},
		{`msg.session.t = {a = {print}}`, "main.lua:2: msg.session: t.a[1]: is a function"},
		{`msg.session[1] = 1`, "main.lua:2: msg.session: the key is a number; want a string"},
		{`msg.session[true] = nil`, "main.lua:2: msg.session: the key is a boolean; want a string"},
		{`msg.session.t = {} msg.session.t.f = print`, "main.lua:1: msg.session: t.f: is a function"},
	} {
		t.Run(tt.act, func(t *testing.T) {
			require.Contains(t, fails(t, "on.text(function(msg)\n"+tt.act+"\nreturn 'ok' end)"), tt.want)
		})
	}
}

// TestWhatIsStoredForHowLong: for ever, unless a ttl is said.
func TestWhatIsStoredForHowLong(t *testing.T) {
	for options, want := range map[string]time.Duration{"": 0, ", nil": 0, ", {}": 0, ", {ttl = 0.5}": 500 * time.Millisecond, `, {ttl = "1ms"}`: time.Millisecond} {
		in := input(text(t, "x"))
		_, err := program(t, `on.text(function() store.set("k", 1`+options+`) end)`).Answer(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, map[string]time.Duration{"k": want}, in.Memory.(*memory).ttls, options)
	}
}
