package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

// doer is an engine whose scripts have do(label, …), an effect that answers with its label, fails for "fail", and
// hash(…), the hash of its arguments.
func doer(t *testing.T) *world {
	set, err := engine.NewSet(append(natives(), engine.Native{Name: "act", Fn: func(L *lua.LState) int {
		turn, label := engine.TurnOf(L), L.CheckString(1)
		e := engine.Effect{Kind: engine.KindStore, Weight: engine.Acts, Function: "act", Label: label, Args: turn.HashArgs(L, L.GetTop())}
		v, err := turn.Effect(L, e, func(context.Context) (any, error) {
			if label == "fail" {
				return nil, errors.New("the disk is gone")
			}
			return label, nil
		})
		if err != nil {
			turn.Fail(L, "%s", err.Error())
		}
		L.Push(turn.Push(L, v))
		return 1
	}}, engine.Native{Name: "secret", Fn: func(L *lua.LState) int {
		v, _ := engine.TurnOf(L).Effect(L, engine.Effect{Kind: engine.KindSecret, Function: "secret"}, func(context.Context) (any, error) { return "s3cret", nil })
		L.Push(lua.LString(v.(string)))
		return 1
	}}, engine.Native{Name: "hash", Fn: func(L *lua.LState) int {
		keptOf(L).hashes = append(keptOf(L).hashes, engine.TurnOf(L).HashArgs(L, L.GetTop()))
		return 0
	}}, engine.Native{Name: "data", Value: (*engine.Turn).Lock(nil, "data", map[string]any{"a": []any{1.0, 2.0}})}), map[string]engine.Proxy{"msg": {Name: "msg", All: func(*engine.Turn) *lua.LTable { panic("filled by a hash") }}})
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{Limits: unhurried(engine.Limits{})})
	require.NoError(t, err)
	return &world{t, e}
}

// observe runs a script whose handler is rule(…) and answers all that an observer was told.
func (w *world) observe(t *testing.T, main string, l engine.Limits) (seen []engine.Observed, err error) {
	t.Helper()
	b, err := w.compile(map[string]string{"main.lua": main}, unhurried(l))
	require.NoError(t, err)
	k := &kept{}
	err = w.engine.Do(t.Context(), b, engine.TurnOptions{Host: k, Observe: func(o engine.Observed) { seen = append(seen, o) }}, func(turn *engine.Turn) error {
		_, err := turn.Call(k.rules[0])
		return err
	})
	return seen, err
}

func TestAnObserverIsToldOfEveryEffect(t *testing.T) {
	w := doer(t)
	seen, err := w.observe(t, `rule(function() act("a") pcall(act, "fail") secret() math.random(3) os.time() act("b") end)`, engine.Limits{})
	require.NoError(t, err)
	type row struct {
		function, label string
		weight          engine.Weight
		value           any
		fails           bool
	}
	var got []row
	for _, o := range seen {
		require.False(t, o.Refused)
		got = append(got, row{o.Function, o.Label, o.Weight, o.Value, o.Err != nil})
	}
	require.Equal(t, []row{
		{"act", "a", engine.Acts, "a", false},
		{"act", "fail", engine.Acts, nil, true},
		{"secret", "", engine.Reads, nil, false},
		{"math.random", "1 3", engine.Reads, seen[3].Value, false},
		{"os.time", "", engine.Reads, seen[4].Value, false},
		{"act", "b", engine.Acts, "b", false},
	}, got)
	require.EqualError(t, seen[1].Err, "the disk is gone")
	require.IsType(t, 1.0, seen[3].Value)
	require.NotEqual(t, seen[0].Args, seen[5].Args)
}

func TestAnObserverHearsHowLongItTook(t *testing.T) {
	seen, err := doer(t).observe(t, `rule(function() wait() act("a") end)`, engine.Limits{})
	require.NoError(t, err)
	require.GreaterOrEqual(t, seen[0].Took, aWait)
	require.Less(t, seen[1].Took, aWait)
}

// TestAnObserverHearsWhatWasRefused: what never began, and why.
func TestAnObserverHearsWhatWasRefused(t *testing.T) {
	w := doer(t)
	seen, err := w.observe(t, `rule(function() act("a") act("b") act("c") end)`, engine.Limits{StoreCalls: 2})
	require.ErrorContains(t, err, "over the limit store_calls")
	require.Len(t, seen, 3)
	require.True(t, seen[2].Refused)
	require.Equal(t, "c", seen[2].Label)
	require.ErrorContains(t, seen[2].Err, "over the limit store_calls of 2 by 1")

	seen, err = w.observe(t, `pcall(act, "early") rule(function() end)`, engine.Limits{})
	require.NoError(t, err)
	require.Len(t, seen, 1)
	require.True(t, seen[0].Refused)
	require.EqualError(t, seen[0].Err, "not allowed at the top level: put it in a handler")
}

// TestLongLabelsStayApart though an observer is told only so much of them.
func TestLongLabelsStayApart(t *testing.T) {
	w := doer(t)
	seen, err := w.observe(t, `rule(function() local s = ("茶"):rep(300) act(s .. "a") act(s .. "b") act(("x"):rep(256)) end)`, engine.Limits{})
	require.NoError(t, err)
	require.Len(t, seen, 3)
	require.NotEqual(t, seen[0].Label, seen[1].Label)
	for _, o := range seen {
		require.LessOrEqual(t, len(o.Label), 256)
		require.Equal(t, strings.ToValidUTF8(o.Label, ""), o.Label)
	}
	require.Equal(t, strings.Repeat("x", 256), seen[2].Label)
}

// TestHashesOfArguments are the same for the same content, whatever made it, and else different.
func TestHashesOfArguments(t *testing.T) {
	w := doer(t)
	hashes := func(body string) []uint64 {
		b, err := w.compile(map[string]string{"main.lua": "rule(function() " + body + " end)"}, unhurried(engine.Limits{}))
		require.NoError(t, err)
		k := &kept{}
		require.NoError(t, w.engine.Do(t.Context(), b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
			_, err := turn.Call(k.rules[0])
			return err
		}))
		return k.hashes
	}
	t.Run("known", func(t *testing.T) {
		require.Equal(t, []uint64{0x8a7b64026111fa92}, hashes(`hash("k", 1, true, nil, {1, {x = "y"}})`), "journals of other processes hold it")
	})
	for _, tt := range []struct{ name, body string }{
		{"order of fields", `local a, b = {}, {} for i = 1, 50 do a["k" .. i] = i end for i = 50, 1, -1 do b["k" .. i] = i end hash(a) hash(b)`},
		{"a list grown from both ends", `local a, b = {1, 2, 3}, {} b[3] = 3 b[2] = 2 b[1] = 1 hash(a) hash(b)`},
		{"holes that were filled", `local a = {x = 1, y = 2} a.y = nil hash(a) hash{x = 1}`},
		{"zeros", `hash(0) hash(-0)`},
		{"functions", `hash(function() end) hash(tostring)`},
		{"metatables", `hash(setmetatable({1}, {__index = {2}})) hash{1}`},
		{"a proxy", `hash(msg) hash(msg)`},
		{"keys without an order", `hash{[{}] = 1, [{}] = 2, [function() end] = 3} hash{[{}] = 3, [function() end] = 2, [{}] = 1}`},
		{"beyond the bounds", `local t = {} for i = 1, 20000 do t[i] = i end hash(t, 1) t[7] = 0 hash(t, 2)`},
		{"deeper than is looked at", `local a, b = {1}, {2} for i = 1, 40 do a, b = {a}, {b} end hash(a) hash(b)`},
		{"below the last table that is looked into", `local a, b = {1}, {2} for i = 1, 32 do a, b = {a}, {b} end hash(a) hash(b)`},
		{"around in a circle", `local a, b = {}, {} a[1] = a b[1] = b hash(a) hash(b)`},
		{"keys of all sorts", `local a, b = {}, {} a[2.5] = 1 a[true] = 2 a.x = 3 a[false] = 4 a[0.5] = 5 b.x = 3 b[0.5] = 5 b[false] = 4 b[2.5] = 1 b[true] = 2 hash(a) hash(b)`},
		{"read-only data and a copy", `hash(data) hash{a = {1, 2}}`},
	} {
		t.Run(tt.name+" is the same", func(t *testing.T) {
			h := hashes(tt.body)
			require.Equal(t, h[0], h[1])
		})
	}
	for _, tt := range []struct{ name, body string }{
		{"values", `hash("a") hash("b")`},
		{"what is read-only", `hash(data) hash(data.a)`},
		{"types", `hash("1") hash(1)`},
		{"how many", `hash("a") hash("a", nil)`},
		{"where one ends", `hash("ab", "c") hash("a", "bc")`},
		{"nesting", `hash{1, {2}} hash{{1}, 2}`},
		{"keys", `hash{a = 1} hash{b = 1}`},
		{"keys and values", `hash{a = "b"} hash{b = "a"}`},
		{"booleans as keys", `hash{[true] = 1, [false] = 2} hash{[true] = 2, [false] = 1}`},
		{"as deep as is looked", `local a, b = {1}, {2} for i = 1, 31 do a, b = {a}, {b} end hash(a) hash(b)`},
		{"deep down", `hash{{{{{{{{{{1}}}}}}}}}} hash{{{{{{{{{{2}}}}}}}}}}`},
		{"sizes beyond the bounds", `local t = {} for i = 1, 20000 do t[i] = i end hash(t) t[20001] = 0 hash(t)`},
		{"read-only data", `hash(msg) hash{}`},
	} {
		t.Run(tt.name+" tell apart", func(t *testing.T) {
			h := hashes(tt.body)
			require.NotEqual(t, h[0], h[1])
		})
	}
	t.Run("a thousand times a large table costs no more than once", func(t *testing.T) {
		require.Len(t, hashes(`local big, all = {}, {} for i = 1, 9000 do big[i] = i end for i = 1, 9000 do all[i] = big end hash(all)`), 1)
	})
}

// TestNoObserverNoCost: an effect allocates nothing for observers that are not there.
func TestNoObserverNoCost(t *testing.T) {
	w := doer(t)
	per := func(observe engine.Observer) float64 {
		b, err := w.compile(map[string]string{"main.lua": "rule(function(f) for i = 1, 100 do touch() end end)"}, unhurried(engine.Limits{}))
		require.NoError(t, err)
		return testing.AllocsPerRun(50, func() {
			k := &kept{}
			err := w.engine.Do(context.Background(), b, engine.TurnOptions{Host: k, Observe: observe}, func(turn *engine.Turn) error {
				_, err := turn.Call(k.rules[0])
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
	n := 0
	with, without := per(func(engine.Observed) { n++ }), per(nil)
	require.Positive(t, n)
	require.Less(t, without, 100.0, "with an observer %v", with)
}
