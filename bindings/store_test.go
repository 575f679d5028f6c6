package bindings_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

func TestStore(t *testing.T) {
	tests := []struct{ name, act, want string }{
		{"set and get", `store.set("k", {n = 1, l = {"a"}}) local v = store.get("k") return v.n .. v.l[1]`, "1a"},
		{"get of nothing", `return tostring(store.get("k"))`, "nil"},
		{"set to nil", `store.set("k", 1) store.set("k", nil) return tostring(store.get("k"))`, "nil"},
		{"false lasts", `store.set("k", false) return tostring(store.get("k"))`, "false"},
		{"large numbers", `store.set("k", 2^60) return tostring(store.get("k") == 2^60)`, "true"},
		{"delete", `store.set("k", 1) return tostring(store.delete("k")) .. tostring(store.delete("k"))`, "truefalse"},
		{"incr", `store.incr("n") store.incr("n", 4) return tostring(store.incr("n", -2))`, "3"},
		{"cas on nothing", `return tostring(store.cas("k", nil, "a")) .. tostring(store.cas("k", nil, "b")) .. store.get("k")`, "truefalsea"},
		{"cas on a table", `store.set("k", {b = 2, a = 1}) return tostring(store.cas("k", {a = 1, b = 2}, nil)) .. tostring(store.get("k"))`, "truenil"},
		{"list", `store.set("o:2", "b") store.set("o:1", "a") store.set("p", 1) local l = store.list("o:") return #l .. l[1].key .. l[1].value .. l[2].value`, "2o:1ab"},
		{"list, limited", `store.set("o:2", "b") store.set("o:1", "a") return tostring(#store.list("", 1))`, "1"},
		{"list by pages", `for i = 1, 5 do store.set("o:" .. i, i) end store.set("p", 1)
			local said, after = "" repeat local page page, after = store.list("o:", {after = after, limit = 2}) said = said .. #page .. tostring(after) .. " " until not after return said`, "2o:2 2o:4 1nil "},
		{"list from the last", `for i = 1, 5 do store.set("o:" .. i, i) end local page, after = store.list("o:", {limit = 2, reverse = true}) return page[1].key .. page[2].key .. after .. store.list("o:", {after = after, reverse = true})[1].key`, "o:5o:4o:4o:3"},
		{"list with a number has one result", `store.set("a", 1) store.set("b", 1) return json.encode(store.list("", 1)) .. select("#", store.list(""))`, `[{"key":"a","value":1}]1`},
		{"list of nothing", `local page, after = store.list("x", {}) return json.encode(page) .. tostring(after)`, "[]nil"},
		{"a key of any bytes as cursor", `store.set("a\255", 1) store.set("a\254", 1) local page, after = store.list("a", {limit = 1}) return tostring(store.list("a", {after = after})[1].key == "a\255")`, "true"},
		{"count", `store.set("o:2", "b") store.set("o:1", "a") store.set("p", 1) return store.count("o:") .. " " .. store.count("") .. " " .. store.count("x")`, "2 3 0"},
		{"top", `store.set("p:amy", 3) store.set("p:bob", 7) store.set("p:cat", 5) local t = store.top("p:", 2) return #t .. t[1].key .. t[1].value + 1 .. t[2].key`, "2p:bob8p:cat"},
		{"top of nothing", `return json.encode(store.top("p:"))`, "[]"},
		{"ttl", `store.set("k", 1, {ttl = "10m"}) return store.get("k") .. ""`, "1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, says(t, `on.text(function() `+tt.act+` end)`, "x"))
		})
	}
}

func TestStoreLetsExpire(t *testing.T) {
	in := input(text(t, "x"))
	_, err := program(t, `on.text(function() store.set("k", 1, {ttl = "1h30m"}) store.set("l", 1, {ttl = 90}) store.set("m", 1, {ttl = " 2d\n"}) end)`).Answer(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, map[string]time.Duration{"k": 90 * time.Minute, "l": 90 * time.Second, "m": 48 * time.Hour}, in.Memory.(*memory).ttls)
}

func TestStoreRefuses(t *testing.T) {
	tests := []struct{ name, act, want string }{
		{"a number for a key", `store.get(7)`, "main.lua:1: store.get: argument 1 (key) is a number; want a string"},
		{"an empty key", `store.get("")`, "argument 1 (key) is 0 bytes long; want 1 to 256 bytes"},
		{"a function", `store.set("k", print)`, "store.set: argument 2 (value) is a function; want plain data"},
		{"a function inside", `store.set("k", {a = {print}})`, "store.set: argument 2 (value): a[1]: is a function"},
		{"no value", `store.set("k")`, "store.set: argument 2 (value) is missing"},
		{"a ttl", `store.set("k", 1, {ttl = "soon"})`, `options: ttl is "soon"; want a duration`},
		{"an option", `store.set("k", 1, {tll = "1m"})`, "options: has no field tll; did you mean ttl?"},
		{"too large", `store.set("k", ("a"):rep(300000))`, "more than 65536 bytes of JSON"},
		{"incr of a text", `store.set("k", "a") store.incr("k")`, `store.incr: the value of "k" is not a number`},
		{"incr beyond all numbers", `store.set("k", 1.7e308) store.incr("k", 1.7e308)`, `store.incr: the value of "k" would become larger than any number: `},
		{"a limit", `store.list("", 5000)`, "store.list: argument 2 (options) is 5000; want 1 to 1000"},
		{"a limit of a page", `store.list("", {limit = 5000})`, "store.list: options: limit is 5000; want 1 to 1000"},
		{"a long cursor", `store.list("", {after = ("x"):rep(257)})`, "store.list: options: after is a string; want a string of at most 256 bytes"},
		{"an option of a list", `store.list("", {rverse = true})`, "store.list: options: has no field rverse; did you mean reverse?"},
		{"a long prefix", `store.count(("x"):rep(257))`, "store.count: argument 1 (prefix) is 257 bytes long; want at most 256 bytes"},
		{"a number of the top", `store.top("p:", 101)`, "store.top: argument 2 (n) is 101; want 1 to 100"},
		{"more than 200 calls", `for i = 1, 300 do pcall(store.get, "k") end`, "store"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Contains(t, fails(t, `on.text(function() `+tt.act+` end)`), tt.want)
		})
	}
}

func TestAMemoryThatFailsEndsTheTurn(t *testing.T) {
	broken := errors.New("disk on fire")
	for _, act := range []string{`store.set("k", 1)`, `pcall(store.set, "k", 1)`, `pcall(function() return msg.session.n end)`} {
		t.Run(act, func(t *testing.T) {
			in := input(text(t, "x"))
			in.Memory.(*memory).broken = broken
			out, err := program(t, `on.text(function(msg) `+strings.ReplaceAll(act, "msg.", "msg.")+` return "fine" end)`).Answer(t.Context(), in)
			require.ErrorIs(t, err, broken)
			require.Nil(t, out.Reply)
		})
	}
}

func TestWithoutMemory(t *testing.T) {
	in := input(text(t, "x"))
	in.Memory = nil
	_, err := program(t, `on.text(function() return store.get("k") end)`).Answer(t.Context(), in)
	require.ErrorContains(t, err, "store.get: nothing can be stored in this run")
}

// TestTooManyKeysAreAnErrorOfTheLine that a script can catch, and no failure beneath it.
func TestTooManyKeysAreAnErrorOfTheLine(t *testing.T) {
	for _, act := range []string{`store.count("p")`, `store.top("p")`} {
		t.Run(act, func(t *testing.T) {
			in := input(text(t, "x"))
			in.Memory.(*memory).broken = bindings.ErrTooMany
			out, err := program(t, `on.text(function() local ok, err = pcall(function() `+act+` end) return err end)`).Answer(t.Context(), in)
			require.NoError(t, err)
			require.Contains(t, out.Reply.Content, `too many keys begin with "p" to go over them; a prefix that ends with the last colon of its keys costs the same however many there are`)
		})
	}
}

// TestALongListWithoutOptionsIsAnError, as it was: what is left of it would be lost without a word.
func TestALongListWithoutOptionsIsAnError(t *testing.T) {
	in := input(text(t, "x"))
	in.Memory = &fullPages{in.Memory.(*memory)}
	_, err := program(t, `on.text(function()
		store.set("a", 1) store.set("b", 1)
		local page, after = store.list("", {}) assert(#page == 1 and after == "a")
		store.list("")
	end)`).Answer(t.Context(), in)
	require.ErrorContains(t, err, "main.lua:4: store.list: the values of the first 1 items have 8 MiB together, and more are there; go by pages")
}

// fullPages is a memory whose pages hold one item.
type fullPages struct{ *memory }

func (f *fullPages) List(ctx context.Context, prefix string, p bindings.Page) ([]bindings.Item, bool, error) {
	p.Limit = 1
	return f.memory.List(ctx, prefix, p)
}
