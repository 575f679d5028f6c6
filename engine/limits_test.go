package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// TestLimitsOfATurn spends each budget, from inside a pcall that must not catch it.
func TestLimitsOfATurn(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range []struct {
		limit  string
		limits engine.Limits
		body   string
	}{
		{"instructions", engine.Limits{Instructions: 10_000}, `while true do end`},
		{"instructions", engine.Limits{Instructions: 10_000}, `local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end}) while true do pcall(function() return t[1] end) end`},
		{"instructions", engine.Limits{Instructions: 10_000}, `coroutine.wrap(function() while true do end end)()`},
		{"instructions", engine.Limits{Instructions: 10_000}, `while true do xpcall(error, function() while true do end end) end`},
		{"instructions", engine.Limits{Instructions: 10_000}, `table.sort({3, 2, 1, 4}, function(a, b) while true do end end)`},
		{"instructions", engine.Limits{Instructions: 10_000}, `("abc"):gsub(".", function() while true do end end)`},
		{"instructions", engine.Limits{Instructions: 10_000}, `tostring(setmetatable({}, {__tostring = function() while true do end end}))`},
		{"script_time", engine.Limits{ScriptTime: time.Minute, Instructions: 1 << 40}, `while true do end`},
		{"string", engine.Limits{String: 1000}, `local s = "x" while true do s = s .. s end`},
		{"string", engine.Limits{String: 1000}, `return ("x"):rep(1001)`},
		{"strings", engine.Limits{Strings: 10_000}, `while true do local s = ("x"):rep(100) .. "y" end`},
		{"memory", engine.Limits{Memory: 1 << 20}, `local t = {} for i = 1, 1e9 do t[i] = {i} end`},
		{"memory", engine.Limits{Memory: 1 << 20}, `all = {} local function keep(n) local x = {n, all} all = function() return x end end for i = 1, 1e9 do keep(i) end`},
		{"memory", engine.Limits{Memory: 1 << 20}, `coroutine.wrap(function() local t = {} for i = 1, 1e9 do t["k" .. i % 1e5] = {} t[i] = {i} end end)()`},
		{"store_calls", engine.Limits{StoreCalls: 3}, `while true do touch() end`},
	} {
		t.Run(c.limit+" "+c.body, func(t *testing.T) {
			b, err := w.compile(map[string]string{"main.lua": "rule(function()\npcall(function() " + c.body + " end)\ngive('escaped')\nend)"}, c.limits)
			require.NoError(t, err)
			k := &kept{}
			err = w.engine.Do(context.Background(), b, engine.TurnOptions{Host: k}, func(t *engine.Turn) error {
				if c.limit == "script_time" {
					engine.Leap(w.engine, time.Minute-5*time.Millisecond) // that is left, however long it took up to here
				}
				_, err := t.Call(k.rules[0])
				return err
			})
			var e *engine.ScriptError
			require.True(t, errors.As(err, &e), "%v", err)
			require.Equal(t, engine.ErrorLimit, e.Kind, "%v", err)
			require.Equal(t, c.limit, e.Limit)
			require.Contains(t, e.Msg, "over the limit "+c.limit+" of ")
			require.Contains(t, e.Msg, "account.yaml limits: { "+c.limit+": … } raises it")
			require.Equal(t, "main.lua", e.File)
			require.Equal(t, 2, e.Line)
			require.Empty(t, k.given, "the script went on after the end of its budget")
		})
	}
}

func TestAStoppedTurnCallsNothingMore(t *testing.T) {
	w := newWorld(t, nil)
	b, err := w.compile(map[string]string{"main.lua": `rule(function() while true do end end) rule(function() give(1) end)`}, engine.Limits{Instructions: 10_000})
	require.NoError(t, err)
	k := &kept{}
	err = w.engine.Do(context.Background(), b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
		_, err := turn.Call(k.rules[0])
		require.Error(t, err)
		_, err = turn.Call(k.rules[1])
		return err
	})
	var e *engine.ScriptError
	require.ErrorAs(t, err, &e)
	require.Equal(t, engine.ErrorLimit, e.Kind)
	require.Equal(t, "instructions", e.Limit)
	require.Contains(t, e.Msg, "over the limit instructions of 10,000")
	require.Empty(t, k.given)
}

func TestGarbageIsNotHeld(t *testing.T) {
	w := newWorld(t, nil)
	rounds := 200_000
	if raceEnabled {
		rounds = 20_000 // ten times slower, and still many times the limit
	}
	b, err := w.compile(map[string]string{"main.lua": fmt.Sprintf(`rule(function() local n = 0 for i = 1, %d do local t = {i, i, i} n = n + #t end return n end)`, rounds)}, engine.Limits{Memory: 1 << 20})
	require.NoError(t, err)
	got, err := w.ask(b)
	require.NoError(t, err)
	require.Equal(t, strconv.Itoa(3*rounds), got)
}

func TestTurnIsStoppedFromOutside(t *testing.T) {
	w := newWorld(t, nil)
	b := w.build(`rule(function() give(1) while true do pcall(function() while true do end end) end end)`)
	ctx, cancel := context.WithCancel(context.Background())
	k := &kept{}
	err := w.engine.Do(ctx, b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
		cancel()
		_, err := turn.Call(k.rules[0])
		require.ErrorIs(t, turn.Context().Err(), context.Canceled)
		return err
	})
	var e *engine.ScriptError
	require.True(t, errors.As(err, &e))
	require.Equal(t, engine.ErrorStopped, e.Kind)
}

// TestWaitsAreNotScriptTime lets a handler wait longer than it may compute.
func TestWaitsAreNotScriptTime(t *testing.T) {
	w := newWorld(t, nil)
	b, err := w.compile(map[string]string{"main.lua": `rule(function() wait() for i = 1, 1000 do end return "done" end)`}, engine.Limits{ScriptTime: aWait / 2})
	require.NoError(t, err)
	k := &kept{}
	err = w.engine.Do(context.Background(), b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
		v, err := turn.Call(k.rules[0])
		require.Equal(t, "done", v.String())
		return err
	})
	require.NoError(t, err)
}

// TestTotalTime has the whole turn end while it waits; the context that the effect was given ends in time.
func TestTotalTime(t *testing.T) {
	w := newWorld(t, nil)
	b, err := w.compile(map[string]string{"main.lua": `rule(function() hang() give(1) end)`}, engine.Limits{TotalTime: time.Minute})
	require.NoError(t, err)
	k := &kept{}
	err = w.engine.Do(context.Background(), b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
		engine.Leap(w.engine, time.Minute-20*time.Millisecond)
		_, err := turn.Call(k.rules[0])
		return err
	})
	require.Empty(t, k.given)
	var e *engine.ScriptError
	require.True(t, errors.As(err, &e), "%v", err)
	require.Equal(t, "total_time", e.Limit)
}

func TestLimitsOfASource(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range []struct{ name, source, want string }{
		{"depth of calls", "x = " + strings.Repeat("f(", 300) + "1" + strings.Repeat(")", 300), "nested too deeply"},
		{"depth of tables", "x = " + strings.Repeat("{", 300) + strings.Repeat("}", 300), "nested too deeply"},
		{"depth of not", "x = " + strings.Repeat("not ", 300) + "1", "nested too deeply"},
		{"depth of minus", "x = " + strings.Repeat("- ", 300) + "a", "nested too deeply"},
		{"long sum", "x = a" + strings.Repeat("+a", 1_300), "more than 1,000 operators after one another"},
		{"depth of blocks", strings.Repeat("do ", 300) + strings.Repeat("end ", 300), "nested too deeply"},
		{"depth of functions", strings.Repeat("f(function() ", 300) + strings.Repeat("end) ", 300), "nested too deeply"},
		{"functions", "x = {" + strings.Repeat("function()end,", 1100) + "}", "too many functions; at most 1,000"},
		{"code", strings.Repeat("a=1 ", 21_000), "too much code; at most 40,000"},
		{"operands", "x = a" + strings.Repeat("..a", 200), "more than 180 texts joined by .. in one expression"},
		{"local variables", "local " + strings.Repeat("a,", 250) + "b", "more than 200 local variables in one function"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.compile(map[string]string{"main.lua": c.source}, engine.Limits{})
			require.ErrorContains(t, err, c.want)
			require.Contains(t, err.Error(), "main.lua:1: ")
		})
	}
	_, err := w.compile(map[string]string{"main.lua": "x = 'a'" + strings.Repeat("..'a'", 170)}, engine.Limits{})
	require.NoError(t, err)
}

func TestTopLevelThatCostsMuchIsWarnedOf(t *testing.T) {
	w := newWorld(t, nil)
	b := w.build(`for i = 1, 60000 do local x = i * 2 end function count() n = n + 1 end`)
	require.Len(t, b.Warnings, 1)
	require.Contains(t, b.Warnings[0].Error(), "instructions, and it runs for every message")
	require.Empty(t, w.build(`for i = 1, 100 do local x = i * 2 end function count() n = n + 1 end`).Warnings)
	require.Empty(t, w.build(`for i = 1, 60000 do local x = i * 2 end function count() return 1 end`).Warnings, "it does not")
}

func TestSetLimit(t *testing.T) {
	ceiling := engine.Limits{ScriptTime: 2 * time.Second, Memory: 64 << 20}
	for _, c := range []struct {
		name  string
		value any
		want  string
	}{
		{"script_time", "1500ms", ""},
		{"memory", "48MiB", ""},
		{"memory", 1024, ""},
		{"store_calls", 100.0, ""},
		{"store_calls", uint64(100), ""},
		{"store_calls", int64(100), ""},
		{"script_time", time.Second / 2, ""},
		{"store_calls", time.Second, "store_calls: 1s: want a whole number, above zero"},
		{"store_calls", uint64(math.MaxUint64), "is above the operator's ceiling of 200"},
		{"script_time", uint64(1), "script_time: 1: want text like 500ms, 2s or 1m, above zero"},
		{"store_calls", float64(1 << 53), "store_calls: 9.007199254740992e+15: want a whole number, above zero"},
		{"script_time", "3s", "script_time: 3s is above the operator's ceiling of 2s (ceilings in moonwire.yaml)"},
		{"wechat_calls", 21, "wechat_calls: 21 is above the operator's ceiling of 20 (ceilings in moonwire.yaml)"},
		{"script_time", 3, "script_time: 3: want text like 500ms, 2s or 1m, above zero"},
		{"memory", "much", "memory: much: want a number of bytes, or text like 4MiB, above zero"},
		{"store_calls", 1.5, "store_calls: 1.5: want a whole number, above zero"},
		{"store_calls", -1, "store_calls: -1: want a whole number, above zero"},
		{"http_call", 1, "http_call is not a limit, did you mean http_calls?; limits are instructions, script_time, "},
		{"teapots", 1, "teapots is not a limit; limits are instructions, script_time, "},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := engine.DefaultLimits()
			err := l.Set(c.name, c.value, ceiling)
			if c.want == "" {
				require.NoError(t, err)
				require.NotEqual(t, engine.DefaultLimits(), l)
				return
			}
			require.ErrorContains(t, err, c.want)
			require.Equal(t, engine.DefaultLimits(), l)
		})
	}
}

func TestEffectsAtTheTopLevelAreRefused(t *testing.T) {
	w := newWorld(t, nil)
	_, err := w.compile(map[string]string{"main.lua": "\ntouch()"}, engine.Limits{})
	require.EqualError(t, err, "main.lua:2: touch: not allowed at the top level: put it in a handler")
	_, err = w.compile(map[string]string{"main.lua": `require "m"`, "m.lua": "touch()"}, engine.Limits{})
	require.EqualError(t, err, "m.lua:1: touch: not allowed at the top level: put it in a handler")
	b, err := w.compile(map[string]string{"main.lua": `rule(function() require "m" end)`, "m.lua": "touch()"}, engine.Limits{})
	require.NoError(t, err)
	_, err = w.ask(b)
	require.EqualError(t, err, "m.lua:1: touch: not allowed at the top level: put it in a handler")
}

func TestSuspension(t *testing.T) {
	w := newWorld(t, nil)
	for _, body := range []string{
		`suspend()`,
		`pcall(suspend)`,
		`xpcall(suspend, function() give("handler") end)`,
		`pcall(function() pcall(suspend) give("after pcall") end)`,
		`coroutine.resume(coroutine.create(suspend)) give("after resume")`,
		`coroutine.wrap(suspend)()`,
		`table.sort({2, 1, 3}, function() suspend() end)`,
		`("abc"):gsub(".", suspend)`,
		`local x = setmetatable({}, {__index = suspend}).x`,
		`for x in suspend do end`,
	} {
		t.Run(body, func(t *testing.T) {
			b := w.build("rule(function() " + body + " give('went on') end) rule(function() return 'next' end)")
			k := &kept{}
			err := w.engine.Do(context.Background(), b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
				_, err := turn.Call(k.rules[0])
				require.ErrorIs(t, err, engine.ErrSuspended)
				v, err := turn.Call(k.rules[1])
				require.Equal(t, lua.LString("next"), v)
				return err
			})
			require.NoError(t, err)
			require.Empty(t, k.given)
		})
	}
}
