package engine_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
	"moonwire/folder"
)

// world is an engine whose scripts have one function of ours, `rule(fn)`, which keeps what it is given, and
// `give(v)`, which keeps a value of the turn.
type world struct {
	t      testing.TB
	engine *engine.Engine
}

type kept struct {
	rules    []lua.LValue
	given    []lua.LValue
	hashes   []uint64
	measured int // how often the turn was: only a suspected one is
}

func keptOf(L *lua.LState) *kept { return engine.TurnOf(L).Host.(*kept) }

func natives() []engine.Native {
	return []engine.Native{
		{Name: "rule", Fn: func(L *lua.LState) int {
			k := keptOf(L)
			k.rules = append(k.rules, L.Get(1))
			return 0
		}},
		{Name: "give", Fn: func(L *lua.LState) int {
			k := keptOf(L)
			k.given = append(k.given, L.Get(1))
			return 0
		}},
		{Name: "on.text", Fn: func(L *lua.LState) int {
			k := keptOf(L)
			k.rules = append(k.rules, L.Get(L.GetTop()))
			return 0
		}},
		{Name: "touch", Fn: func(L *lua.LState) int {
			_, _ = engine.TurnOf(L).Effect(L, engine.Effect{Kind: engine.KindStore, Function: "touch", Label: "x"}, func(context.Context) (any, error) { return nil, nil })
			return 0
		}},
		{Name: "wait", Fn: func(L *lua.LState) int {
			turn := engine.TurnOf(L)
			_, _ = turn.Effect(L, engine.Effect{Kind: engine.KindWait}, func(ctx context.Context) (any, error) {
				engine.LeapOf(turn, aWait)
				return nil, nil
			})
			return 0
		}},
		{Name: "hang", Fn: func(L *lua.LState) int {
			_, _ = engine.TurnOf(L).Effect(L, engine.Effect{Kind: engine.KindWait}, func(ctx context.Context) (any, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			})
			return 0
		}},
		{Name: "bug", Fn: func(*lua.LState) int {
			panic("a nil map of ours")
		}},
		{Name: "suspend", Fn: func(L *lua.LState) int {
			engine.TurnOf(L).Suspend(L)
			return 0
		}},
	}
}

func newWorld(t testing.TB, proxies map[string]engine.Proxy) *world {
	t.Helper()
	set, err := engine.NewSet(natives(), proxies)
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{Limits: unhurried(engine.Limits{})})
	require.NoError(t, err)
	return &world{t, e}
}

// aWait is how much time wait() takes on the engine's clock.
const aWait = 2 * time.Minute

// unhurried are limits with all the time in the world, unless they say otherwise: the machine may be slow.
func unhurried(l engine.Limits) engine.Limits {
	for _, d := range []*time.Duration{&l.ScriptTime, &l.TotalTime, &l.JobTime} {
		if *d == 0 {
			*d = time.Hour
		}
	}
	return l
}

func snapshotOf(files map[string]string) *folder.Snapshot {
	s := &folder.Snapshot{Account: "demo"}
	h := sha256.New()
	for _, name := range sorted(files) {
		s.Files = append(s.Files, folder.File{Name: name, Data: []byte(files[name])})
		h.Write([]byte(name + files[name]))
	}
	s.Hash = hex.EncodeToString(h.Sum(nil))
	return s
}

func (w *world) compile(files map[string]string, l engine.Limits) (*engine.Build, error) {
	return w.engine.Compile(context.Background(), snapshotOf(files), engine.BuildOptions{Limits: unhurried(l), Host: &kept{}})
}

func (w *world) build(main string) *engine.Build {
	w.t.Helper()
	b, err := w.compile(map[string]string{"main.lua": main}, engine.Limits{})
	require.NoError(w.t, err)
	return b
}

// ask runs one turn: the first rule of the build is called, and its answer shown as text.
func (w *world) ask(b *engine.Build, args ...lua.LValue) (string, error) {
	answer := ""
	k := &kept{}
	err := w.engine.Do(context.Background(), b, engine.TurnOptions{Host: k}, func(t *engine.Turn) error {
		v, err := t.Call(k.rules[0], args...)
		answer = v.String()
		return err
	})
	return answer, err
}

// run is ask for a script that is the body of one rule.
func (w *world) run(body string) (string, error) {
	b, err := w.compile(map[string]string{"main.lua": "rule(function(...) " + body + "\nend)"}, engine.Limits{})
	if err != nil {
		return "", err
	}
	return w.ask(b)
}

func TestTurn(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range []struct{ name, body, want string }{
		{"a string", `return "hi"`, "hi"},
		{"concatenation", `local a, b = "x", 2 return a .. b .. "y" .. 0.1 + 0.2`, "x2y0.3"},
		{"concatenation with metamethods", `local t = setmetatable({}, {__concat = function(a, b) return "T" end}) return "a" .. "b" .. t .. "c"`, "abT"},
		{"a call of several values in a concatenation", `local function f() return "1", "2" end return "a" .. f()`, "a1"},
		{"append", `local t = {} for i = 1, 5 do t[#t+1] = i * 2 end return #t .. "/" .. t[5]`, "5/10"},
		{"append of a call of several values", `local t = {} local function f() return 1, 2 end t[#t+1] = f() return #t .. t[1]`, "11"},
		{"library names as values", `local f = string.format return f("%d", 3) .. tostring(pairs ~= nil)`, "3true"},
		{"shadowed library", `local string = {format = function() return "mine" end} return string.format("%d", 3)`, "mine"},
		{"assigned global function", `tostring = function() return "mine" end return tostring(3)`, "mine"},
		{"tail calls", `local function f(n) if n == 0 then return "done" end return f(n - 1) end return f(50)`, "done"},
		{"closures keep their variables after a caught error", `local n = 0 local function add() n = n + 1 end
			add() pcall(function() error("x") end) add() pcall(function() local y; return y.z end) add() return n`, "3"},
		{"the same in nested pcalls", `local n = 0 local function add() n = n + 1 end
			pcall(function() local m = 0 local function inc() m = m + 1 n = n + 1 end inc() pcall(error) inc() n = n + m * 10 end) add() return n`, "23"},
		{"the same in a coroutine", `return coroutine.wrap(function() local n = 0 local function add() n = n + 1 end add() pcall(error) add() coroutine.yield(n) end)()`, "2"},
		{"coroutines", `local co = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) return b * 2 end) return co(1) .. "," .. co(21)`, "2,42"},
		{"pcall", `local ok, e = pcall(error, {code = 7}) return tostring(ok) .. e.code`, "false7"},
		{"xpcall", `local ok, e = xpcall(function() error("a", 0) end, function(e) return e .. "!" end) return tostring(ok) .. e`, "falsea!"},
		{"select", `return select("#", 1, nil, nil) .. select(-1, "a", "b") .. select(2, "a", "b")`, "3bb"},
		{"unpack", `return table.concat({unpack({1, 2, 3}, 2)}, ",")`, "2,3"},
		{"pairs of a library", `local n = 0 for k, v in pairs(string) do if type(v) == "function" then n = n + 1 end end return n > 10 and "many" or n`, "many"},
		{"_G", `x = 5 return _G.x + rawget(_G, "x")`, "10"},
		{"nil globals", `return nosuchthing`, "nil"},
		{"numeric for, while, repeat", `local n = 0 for i = 10, 1, -3 do n = n + i end while n < 100 do n = n * 2 end repeat local k = n n = n - 1 until k < 99 return n`, "97"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := w.run(c.body)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

// TestPanicOfANative is a bug of ours in the middle of a script: the author gets an error without Go's
// words, a pcall goes on, and the VM is thrown away.
func TestPanicOfANative(t *testing.T) {
	w := newWorld(t, nil)
	_, err := w.run(`bug()`)
	require.ErrorContains(t, err, "the Lua machine cannot do this")
	require.NotContains(t, err.Error(), "nil map")
	got, err := w.run(`local ok, e = pcall(bug) return tostring(ok) .. tostring(e:find("nil map"))`)
	require.NoError(t, err)
	require.Equal(t, "falsenil", got)
	got, err = w.run(`local ok, e = coroutine.resume(coroutine.create(bug)) return tostring(ok) .. e`)
	require.NoError(t, err)
	require.Contains(t, got, "falsethe Lua machine cannot do this")
	_, err = w.run(`coroutine.wrap(function() pcall(error, "assignment to entry in nil map", 0) bug() end)()`)
	require.ErrorContains(t, err, "the Lua machine cannot do this")
}

// TestGosWordsOfAScript: a script may say what Go says, and its VM serves on.
func TestGosWordsOfAScript(t *testing.T) {
	var log bytes.Buffer
	set, err := engine.NewSet(natives(), nil)
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	require.NoError(t, err)
	w := &world{t, e}
	for _, text := range []string{"runtime error: no stock", "interface conversion: to pdf", "assignment to entry in nil map", ""} {
		for _, body := range []string{
			`local ok, e = pcall(error, "TEXT", 0) return e`,
			`local ok, e = coroutine.resume(coroutine.create(function() error("TEXT", 0) end)) return e`,
			`local ok, e = pcall(coroutine.wrap(function() error("TEXT", 0) end)) return e`,
			`local e = select(2, coroutine.resume(coroutine.create(function() return "TEXT" end))) return e`,
			`local f = coroutine.wrap(function() coroutine.wrap(function() error("TEXT", 0) end)() end) local ok, e = pcall(f) return (e:gsub("^main.lua:1: ", ""))`, // wrap adds its place
		} {
			got, err := w.run(strings.ReplaceAll(body, "TEXT", text))
			require.NoError(t, err)
			require.Equal(t, text, got, body)
		}
	}
	_, err = w.run(`error("runtime error: no stock")`)
	require.EqualError(t, err, "main.lua:1: runtime error: no stock")
	require.Empty(t, log.String())
	_, err = w.run(`for i = 1, 100 do pcall(bug) pcall(coroutine.wrap(bug)) end`)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(log.String(), "the Lua VM panicked"))
}
