package engine_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// Holds shows the measure of memory the rules that Go keeps.
func (k *kept) Holds(visit func(lua.LValue)) (bytes int) {
	k.measured++
	for _, r := range k.rules {
		visit(r)
	}
	return 0
}

// held is how many bytes are reachable in the process.
func held() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// hoards hold memory in every way there is, without end. The table all is what the script keeps.
var hoards = []struct{ name, body string }{
	{"numbers", `for i = 1, 1e9 do all[i % 260000 + 1] = i if i % 260000 == 0 then all = {all} end end`},
	{"empty tables", `for i = 1, 1e9 do all = {all} end`},
	{"lists", `for i = 1, 1e9 do all = {all, i, i, i, i} end`},
	{"tables with one field", `for i = 1, 1e9 do all = {x = all} end`},
	{"tables with ten fields", `for i = 1, 1e9 do all = {a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, j = all} end`},
	{"one large table", `for i = 1, 1e9 do all["k" .. i] = i end`},
	{"cleared keys", `for i = 1, 1e9 do all["k" .. i] = i all["k" .. i] = nil end`},
	{"sparse lists", `for i = 1, 1e9 do local t = {} t[20000] = i all[i] = t end`},
	{"texts", `local s = ("x"):rep(5000) for i = 1, 1e9 do all[i] = s .. i end`},
	{"short texts", `for i = 1, 1e9 do all[i % 260000 + 1] = "text " .. i if i % 260000 == 0 then all = {all} end end`},
	{"closures", `for i = 1, 1e9 do local a, b, c = all, i, {} all = function() return a, b, c end end`},
	{"coroutines", `for i = 1, 1900 do local co = coroutine.create(function() local t = {} for j = 1, 2000 do t[j] = {} end coroutine.yield() end) coroutine.resume(co) all[i] = co end`},
	{"wrapped coroutines", `for i = 1, 1900 do local co = coroutine.wrap(function() local t = {} for j = 1, 2000 do t[j] = {} end coroutine.yield() end) co() all[i] = co end`},
	{"stacks", `local v = {} for i = 1, 7000 do v[i] = i end
		local function fill(n, ...) if n == 0 then coroutine.yield() end return 1 + fill(n - 1, ...) end
		for i = 1, 1900 do all[i] = coroutine.create(function() fill(5, unpack(v)) end) coroutine.resume(all[i]) end`},
	{"iterators", `for i = 1, 1e9 do all = {all, ("x"):gmatch("x")} end`},
	{"large pieces", `for i = 1, 1e9 do local s = ("x"):rep(400000) .. i s = s:sub(2) all[i] = s:sub(1, 301000) end`},
	{"short pieces", `for i = 1, 1e9 do all[i % 260000 + 1] = (("x"):rep(240) .. i):sub(1, 2) end`},
	{"results of gsub under way", `local s = ("x"):rep(600000) .. "y" local function f() s:gsub("y", f) end f()`},
	{"subjects of iterators", `local s = ("x"):rep(100000) for i = 1, 1e9 do all = {all, (s .. i):gmatch("x")} end`},
	{"names", `for i = 1, 1e9 do tostring({}) end`},
	{"metatables", `for i = 1, 1e9 do all = setmetatable({}, {__index = all}) end`},
	{"keys that are tables", `for i = 1, 1e9 do all[{}] = i end`},
	{"userdata", `for i = 1, 1e9 do all = {all, box()} end`},
	{"globals", `for i = 1, 1e9 do _G["g" .. i] = {} end`},
	{"modules", `local m = require("lib.m") for i = 1, 1e9 do m[i % 200000 + 1] = {i} if i % 200000 == 0 then m = require("lib.m").next() end end`},
	{"handlers", `for i = 1, 1e9 do hoard(i) end`},
	{"arguments", `local function f(n, ...) if n == 0 then coroutine.yield() end return 1 + f(n - 1, {}, ...) end for i = 1, 1900 do all[i] = coroutine.wrap(function() f(80) end) all[i]() end`},
}

// TestHoardsAreConvicted holds more than is allowed in each way, with nothing else going on. The measure must find
// it before it is really much more than it says.
func TestHoardsAreConvicted(t *testing.T) {
	const limit = 8 << 20
	box := engine.Native{Name: "box", Fn: func(L *lua.LState) int {
		L.Push(&lua.LUserData{Value: &boxed{}, Metatable: lua.LNil})
		return 1
	}}
	w := boundless(t, box)
	for _, h := range hoards {
		t.Run(h.name, func(t *testing.T) {
			b, err := w.compile(map[string]string{
				"main.lua":  "local n = {} function hoard(i) n = {n} end\nrule(function()\nall = {} " + h.body + "\nend)",
				"lib/m.lua": "local M = {} function M.next() M = {old = M, next = M.next} return M end return M",
			}, engine.Limits{Memory: limit, Instructions: 1 << 40, ScriptTime: time.Hour, TotalTime: time.Hour, Strings: 1 << 40})
			require.NoError(t, err)
			k := &kept{}
			before := held()
			err = w.engine.Do(context.Background(), b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
				_, err := turn.Call(k.rules[0])
				grown := held() - before
				t.Logf("%d KiB are really held", grown>>10)
				require.Less(t, grown, int64(limit*9/4))
				return err
			})
			var over *engine.ScriptError
			require.ErrorAs(t, err, &over)
			require.Equal(t, "memory", over.Limit, "%v", err)
		})
	}
}

// boundless is a world whose operator bounds nothing.
func boundless(t *testing.T, more ...engine.Native) *world {
	t.Helper()
	set, err := engine.NewSet(append(natives(), more...), nil)
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{Limits: engine.Boundless()})
	require.NoError(t, err)
	return &world{t, e}
}

// TestPiecesPinLittle keeps pieces of pieces of long texts, and nothing else of them.
func TestPiecesPinLittle(t *testing.T) {
	w := boundless(t)
	for _, cut := range []string{
		`while #s > 100 do s = s:sub(1, math.floor(#s / 4) + 1) end`,
		`while #s > 100 do s = s:sub(1, math.floor(#s * 0.8)) end`,
		`while #s > 100 do s = s:match("^.(.*)...............$") end`,
		`s = s:sub(2):sub(2):sub(1, 1025):sub(1, 1024)`,
	} {
		b, err := w.compile(map[string]string{"main.lua": `rule(function() all = {} for i = 1, 40 do local s = ("x"):rep(400000) .. i ` + cut + ` all[i] = s end end)`},
			engine.Limits{Instructions: 1 << 40, ScriptTime: time.Hour, TotalTime: time.Hour, Strings: 1 << 40})
		require.NoError(t, err)
		k := &kept{}
		before := held()
		err = w.engine.Do(context.Background(), b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
			_, err := turn.Call(k.rules[0])
			require.Less(t, held()-before, int64(1<<20), cut)
			return err
		})
		require.NoError(t, err, cut)
	}
}

// TestIteratorsAreWeighed counts what Go keeps for an iterator besides its values.
func TestIteratorsAreWeighed(t *testing.T) {
	const limit, least = 16 << 20, 800
	w := newWorld(t, nil)
	b, err := w.compile(map[string]string{"main.lua": fmt.Sprintf(`rule(function()
		local all, s = {}, "x" for i = 1, %d do all[i] = s:gmatch("x") end wait() return "ESCAPED" end)`, limit/least)}, engine.Limits{Memory: limit})
	require.NoError(t, err)
	_, err = w.ask(b)
	require.ErrorContains(t, err, "over the limit memory")
}

// boxed is a value of Go's that is larger than its userdata.
type boxed struct{ content [1000]byte }

func (b *boxed) Holds(func(lua.LValue)) int { return len(b.content) }

// neighbourMakingGarbage allocates as fast as it can until stopped.
func neighbourMakingGarbage() (stop func()) {
	over := make(chan struct{})
	var work sync.WaitGroup
	work.Go(func() {
		var sink [][]byte
		for {
			select {
			case <-over:
				return
			default:
			}
			sink = append(sink[:0:0], make([]byte, 64<<10))
			for range 200 {
				sink = append(sink, make([]byte, 64<<10))
			}
			runtime.Gosched()
		}
	})
	return func() {
		close(over)
		work.Wait()
	}
}

// TestNobodyIsConvictedForAnother runs turns that hold nothing, that hold what is allowed, and that make only garbage,
// while the process around them grows and shrinks by hundreds of megabytes.
func TestNobodyIsConvictedForAnother(t *testing.T) {
	limits := engine.Limits{Memory: 4 << 20, Instructions: 1 << 40, ScriptTime: time.Hour, TotalTime: time.Hour, Strings: 1 << 40}
	set, err := engine.NewSet(natives(), nil)
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{Limits: limits})
	require.NoError(t, err)
	w := &world{t, e}
	for _, c := range []struct{ name, body string }{
		{"a turn that allocates nothing", `local n = 0 for i = 1, 3000000 do n = n + i % 7 end return "done"`},
		{"a turn that makes garbage", `local n = 0 for i = 1, 300000 do local t = {i, i} n = n + #t end return "done"`},
		{"a turn that joins texts", `local s = "" for i = 1, 60000 do s = ("x"):rep(100) .. i end return "done"`},
		{"a turn that holds what it may", `local t = {} for i = 1, 15000 do t[i] = {i} end local n = 0 for i = 1, 2000000 do n = n + i % 7 end return "done"`},
		{"a turn that holds one text often", `local s, t = ("x"):rep(10000), {} for i = 1, 50000 do t[i] = s end local n = 0 for i = 1, 2000000 do n = n + i % 7 end return "done"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer neighbourMakingGarbage()()
			b, err := w.compile(map[string]string{"main.lua": "rule(function()\n" + c.body + "\nend)"}, limits)
			require.NoError(t, err)
			got, err := w.ask(b)
			require.NoError(t, err)
			require.Equal(t, "done", got)
		})
	}
}

// TestWarmVMsHoldNothing looks at what is left of a turn in the VM that serves the next.
func TestWarmVMsHoldNothing(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range []struct{ name, body string }{
		{"locals", `local t = {} for i = 1, 50000 do t[i] = {i} end return #t`},
		{"upvalues", `local t = {} for i = 1, 50000 do t[i] = {i} end local function f() return #t end return f()`},
		{"deep calls", `local t = {} for i = 1, 50000 do t[i] = {i} end local function f(n) if n == 0 then return #t end return 1 + f(n - 1) end return f(90)`},
		{"globals", `all = {} for i = 1, 50000 do all[i] = {i} end`},
		{"an error", `local t = {} for i = 1, 50000 do t[i] = {i} end local function f() return t.x.y end f()`},
		{"a caught error", `local t = {} for i = 1, 50000 do t[i] = {i} end pcall(function() return t.x.y end)`},
		{"an error value", `local t = {} for i = 1, 50000 do t[i] = {i} end error(t)`},
		{"a finished coroutine", `local t = {} coroutine.wrap(function() for i = 1, 50000 do t[i] = {i} end end)()`},
		{"a coroutine left behind", `co = coroutine.wrap(function() local t = {} for i = 1, 50000 do t[i] = {i} end coroutine.yield() end) co()`},
		{"many arguments", `local t = {} for i = 1, 7000 do t[i] = {i} end return select("#", unpack(t))`},
		{"a budget", `local t = {} for i = 1, 50000 do t[i] = {i} end while true do end`},
		{"a sort", `local t = {} for i = 1, 50000 do t[i] = {i} end table.sort(t, function(a, b) return a[1] < b[1] end)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := w.compile(map[string]string{"main.lua": "rule(function()\n" + c.body + "\nend)"}, engine.Limits{Instructions: 5_000_000})
			require.NoError(t, err)
			before := held()
			for range 3 {
				_, _ = w.ask(b)
			}
			require.Less(t, held()-before, int64(256<<10))
			runtime.KeepAlive(b)
		})
	}
}

// TestManyTurnsLeaveNothing is the long run: good scripts and bad ones, and then as many goroutines and as much memory
// as at the start.
func TestManyTurnsLeaveNothing(t *testing.T) {
	turns := 100_000
	if testing.Short() {
		turns = 5_000
	}
	w := newWorld(t, nil)
	kinds := []string{
		`return "hi"`, `local t = {} for i = 1, 20 do t[#t + 1] = i .. "," end return table.concat(t)`, `error({})`, `local o return o.x`,
		`x = {} for i = 1, 50 do x[i] = {} end`, `coroutine.wrap(function() return 1 end)()`, `co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co)`,
		`return pcall(error, "x")`, `return ("abc"):gsub(".", string.upper)`, `touch() touch()`, `local function f() return f() + 1 end f()`,
		`require("lib.m").n = 1`, `return tostring({}) .. math.random()`, `if math.random(50) == 1 then while true do end end`,
	}
	builds := make([]*engine.Build, 40)
	for i := range builds {
		var main strings.Builder
		fmt.Fprintf(&main, "-- %d\n", i)
		for _, k := range kinds {
			main.WriteString("rule(function(...) " + k + " end)\n")
		}
		b, err := w.compile(map[string]string{"main.lua": main.String(), "lib/m.lua": "return {}"}, engine.Limits{Instructions: 20_000})
		require.NoError(t, err)
		builds[i] = b
	}
	run := func(n int) {
		var workers sync.WaitGroup
		for worker := range 4 {
			workers.Go(func() {
				for i := range n / 4 {
					k := &kept{}
					err := w.engine.Do(context.Background(), builds[(i+worker)%len(builds)], engine.TurnOptions{Host: k, Seed: uint64(i)}, func(turn *engine.Turn) error {
						_, err := turn.Call(k.rules[i%len(kinds)])
						return err
					})
					var e *engine.ScriptError
					if err != nil && !errors.As(err, &e) {
						t.Error(err)
					}
				}
			})
		}
		workers.Wait()
	}
	run(2_000)
	before, goroutines := held(), runtime.NumGoroutine()
	run(turns)
	grown := held() - before
	t.Logf("%d KiB more after %d turns", grown>>10, turns)
	require.Less(t, grown, int64(3<<20))
	require.LessOrEqual(t, runtime.NumGoroutine(), goroutines)
	runtime.KeepAlive(builds)
}

// TestSmallTurnsTogetherAreBounded has one turn after the other wait with less than makes a single turn suspect.
func TestSmallTurnsTogetherAreBounded(t *testing.T) {
	arrived, leave := make(chan struct{}), make(chan struct{})
	w := boundless(t, engine.Native{Name: "stay", Fn: func(L *lua.LState) int {
		_, _ = engine.TurnOf(L).Effect(L, engine.Effect{Kind: engine.KindWait}, func(context.Context) (any, error) {
			arrived <- struct{}{}
			<-leave
			return nil, nil
		})
		return 0
	}})
	b, err := w.compile(map[string]string{"main.lua": `rule(function() local s = ("x"):rep(1900000) stay() return #s end)`}, engine.Limits{Memory: 16 << 20})
	require.NoError(t, err)
	errs := make(chan error, 60)
	waiting := 0
	for range cap(errs) {
		go func() {
			_, err := w.ask(b)
			errs <- err
		}()
		select {
		case <-arrived:
			waiting++
		case err := <-errs:
			require.ErrorContains(t, err, "the turns of this account that run now hold ")
		}
	}
	close(leave)
	for range waiting {
		require.NoError(t, <-errs)
	}
	require.Less(t, waiting, 45, "sixty-four megabytes are allowed, and a quarter more that was not measured")
	require.Greater(t, waiting, 20)
}

// TestTurnsTogetherAreBounded has many turns of one account hold what one may, and wait with it.
func TestTurnsTogetherAreBounded(t *testing.T) {
	arrived, leave := make(chan struct{}, 20), make(chan struct{})
	w := boundless(t, engine.Native{Name: "stay", Fn: func(L *lua.LState) int {
		_, _ = engine.TurnOf(L).Effect(L, engine.Effect{Kind: engine.KindWait}, func(context.Context) (any, error) {
			arrived <- struct{}{}
			<-leave
			return nil, nil
		})
		return 0
	}})
	b, err := w.compile(map[string]string{"main.lua": `rule(function() local t = {} for i = 1, 50000 do t[i] = {} end stay() return #t end)`}, engine.Limits{Memory: 16 << 20})
	require.NoError(t, err)
	errs := make(chan error, 20)
	for range cap(errs) {
		go func() {
			_, err := w.ask(b)
			errs <- err
		}()
	}
	stopped, waiting := 0, 0
	for stopped+waiting < cap(errs) {
		select {
		case <-arrived:
			waiting++
		case err := <-errs:
			stopped++
			var e *engine.ScriptError
			require.ErrorAs(t, err, &e)
			require.Equal(t, "memory", e.Limit, "%v", err)
			require.Contains(t, e.Msg, "the turns of this account that run now hold ")
			require.Contains(t, e.Msg, " together, over the limit of 4 times memory by ")
			require.Regexp(t, `now hold (6[4-9]|7[0-9])\.\d MiB together, over the limit of 4 times memory by (\d\.\d MiB|1\d\.\d MiB|\d+(\.\d)? (KiB|bytes?));`, e.Msg)
		}
	}
	close(leave)
	for range waiting {
		require.NoError(t, <-errs)
	}
	require.Positive(t, stopped, "twenty turns of nine megabytes, and sixty-four are allowed")
	require.Positive(t, waiting)
	got, err := w.ask(b)
	require.NoError(t, err, "what is over does not count")
	require.Equal(t, "50000", got)
}
