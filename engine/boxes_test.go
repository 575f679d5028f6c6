package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

// TestBoxesOfEveryShape: what is not known leaves no trace of itself.
func TestBoxesOfEveryShape(t *testing.T) {
	frames := []engine.Frame{{Func: "f(a)", File: "main.lua", Line: 3}, {Func: "main chunk", File: "main.lua", Line: 9}}
	locals := []engine.Local{{Name: "a", Value: "1"}, {Name: "b", Value: `"x"`}}
	for _, tt := range []struct {
		name string
		err  engine.ScriptError
		info engine.BoxInfo
		want string
	}{
		{"words alone", engine.ScriptError{Msg: "oh"}, engine.BoxInfo{}, "✗  oh"},
		{"an account", engine.ScriptError{Msg: "oh"}, engine.BoxInfo{Account: "shop"}, "✗ shop  oh"},
		{"a file", engine.ScriptError{File: "main.lua", Msg: "oh"}, engine.BoxInfo{}, "✗  main.lua  oh"},
		{"a line", engine.ScriptError{File: "main.lua", Line: 1, Msg: "oh"}, engine.BoxInfo{}, "✗  main.lua:1  oh"},
		{"several lines of words", engine.ScriptError{Msg: "oh\nno"}, engine.BoxInfo{}, "✗  oh no"},
		{"a hint", engine.ScriptError{Msg: "oh", Hint: "try it"}, engine.BoxInfo{}, "✗  oh\n  hint  try it"},
		{"a trace", engine.ScriptError{Msg: "oh"}, engine.BoxInfo{Trace: "0123456789"}, "✗  oh" + strings.Repeat(" ", 102-5-11) + "trace …6789"},
		{"a short trace", engine.ScriptError{Msg: "oh"}, engine.BoxInfo{Trace: "xyz"}, "✗  oh" + strings.Repeat(" ", 102-5-10) + "trace …xyz"},
		{"a trace that just fits", engine.ScriptError{Msg: strings.Repeat("m", 84)}, engine.BoxInfo{Trace: "0123"}, "✗  " + strings.Repeat("m", 84) + "    trace …0123"},
		{"a trace that does not", engine.ScriptError{Msg: strings.Repeat("m", 120)}, engine.BoxInfo{Trace: "0123"}, "✗  " + strings.Repeat("m", 120) + "    trace …0123"},
		{"frames", engine.ScriptError{Msg: "oh", Frames: frames}, engine.BoxInfo{}, "✗  oh\n  in    f(a)  main.lua:3\n  from  main chunk  main.lua:9"},
		{"the main chunk alone", engine.ScriptError{Msg: "oh", Frames: frames[1:]}, engine.BoxInfo{}, "✗  oh"},
		{"the main chunk of a rule", engine.ScriptError{Msg: "oh", Frames: frames[1:]}, engine.BoxInfo{Rule: "main.lua:1 on.text"}, "✗  oh\n  in    main chunk  main.lua:9\n  from  main.lua:1 on.text"},
		{"locals", engine.ScriptError{Msg: "oh", Frames: frames[:1], Locals: locals}, engine.BoxInfo{}, "✗  oh\n  in    f(a)  main.lua:3      a = 1    b = \"x\""},
		{"locals that are hidden", engine.ScriptError{Msg: "oh", Frames: frames[:1], Locals: locals}, engine.BoxInfo{Hide: true}, "✗  oh\n  in    f(a)  main.lua:3"},
		{"a fan", engine.ScriptError{Msg: "oh"}, engine.BoxInfo{Fan: "oX…9f"}, "✗  oh\n  fan   oX…9f"},
		{"what a fan did", engine.ScriptError{Msg: "oh"}, engine.BoxInfo{Did: "said"}, "✗  oh\n  turn  said"},
		{"a build", engine.ScriptError{Msg: "oh"}, engine.BoxInfo{Build: "b1"}, "✗  oh\n  turn  build b1"},
		{"all of it", engine.ScriptError{Msg: "oh"}, engine.BoxInfo{Fan: "oX", Did: "said", Build: "b1", Saved: time.Second, FanSaw: "sorry"}, "✗  oh\n  fan   oX said · build b1, saved 1 s ago\n  fan saw  sorry"},
		{"what serves on", engine.ScriptError{Msg: "oh"}, engine.BoxInfo{Account: "shop", Serving: "b0"}, "✗ shop  oh\n  shop keeps serving build b0"},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, tt.err.Box(tt.info)) })
	}
	e := engine.ScriptError{Msg: "oh", Frames: frames[:1], Locals: locals, Hint: "try"}
	require.Equal(t, "  in    f(a)  main.lua:3      a = 1    b = \"x\"\n  hint  try", e.Excerpt())
	require.Empty(t, (&engine.ScriptError{Msg: "oh"}).Excerpt())
	for saved, want := range map[time.Duration]string{
		time.Millisecond: "0 s", 59 * time.Second: "59 s", 60 * time.Second: "1 min", 3599 * time.Second: "59 min", time.Hour: "1 h",
		48*time.Hour - 1: "47 h", 48 * time.Hour: "2 days", 95 * time.Hour: "3 days", 100 * time.Hour: "4 days",
	} {
		box := (&engine.ScriptError{Msg: "oh"}).Box(engine.BoxInfo{Build: "b", Saved: saved})
		require.Equal(t, "✗  oh\n  turn  build b, saved "+want+" ago", box)
	}
}

// TestTheLinesOfABox: two before the failing one and one after, at both ends of a file.
func TestTheLinesOfABox(t *testing.T) {
	l := newLab(t)
	box := func(source string) string {
		_, err := l.run(t, source)
		var e *engine.ScriptError
		require.ErrorAs(t, err, &e)
		return e.Excerpt()
	}
	for _, tt := range []struct{ name, source, want string }{
		{"the only line", `error("x")`, "  ▸  1 │ error(\"x\")"},
		{"the first", "error('x')\nlocal a\nlocal b", "  ▸  1 │ error('x')\n     2 │ local a"},
		{"the last", "local a\nlocal b\nlocal c\nerror('x')", "     2 │ local b\n     3 │ local c\n  ▸  4 │ error('x')"},
		{"the last before an end of line", "local a\nerror('x')\n", "     1 │ local a\n  ▸  2 │ error('x')"},
		{"in the middle", "local a\nlocal b\nlocal c\nerror('x')\nlocal d\nlocal e", "     2 │ local b\n     3 │ local c\n  ▸  4 │ error('x')\n     5 │ local d"},
		{"tabs", "if true then\n\terror('x')\nend", "     1 │ if true then\n  ▸  2 │   error('x')\n     3 │ end"},
		{"ends of line as Windows has them", "local a\r\nerror('x')\r\nlocal b\r\n", "     1 │ local a\n  ▸  2 │ error('x')\n     3 │ local b"},
		{"an empty line", "\n\nerror('x')\n\nlocal b", "     1 │\n     2 │\n  ▸  3 │ error('x')\n     4 │"},
		{"a long line", "error('" + strings.Repeat("x", 300) + "')", "  ▸  1 │ error('" + strings.Repeat("x", 150) + "…"},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, box(tt.source)) })
	}
}

// TestEdgesOfCoroutines: so many of one message, so many inside one another.
func TestEdgesOfCoroutines(t *testing.T) {
	l := newLab(t)
	for _, tt := range []struct{ name, expr, want string }{
		{"two thousand", `(function() for i = 1, 2000 do coroutine.create(print or tostring) end return "made" end)()`, "made"},
		{"one more", `select(2, pcall(function() for i = 1, 2001 do coroutine.create(tostring) end end))`, "too many coroutines; at most 2,000 are allowed for one message"},
		{"wrapped ones too", `select(2, pcall(function() for i = 1, 2001 do coroutine.wrap(tostring) end end))`, "too many coroutines; at most 2,000 are allowed for one message"},
		{"eight inside one another", `(function() local function deep(n) if n == 0 then return "deep" end return select(2, coroutine.resume(coroutine.create(deep), n - 1)) end return deep(8) end)()`, "deep"},
		{"nine", `(function() local function deep(n) if n == 0 then return "deep" end return select(2, coroutine.resume(coroutine.create(deep), n - 1)) end return deep(9) end)()`, "coroutines are nested too deeply; at most 8 may run inside one another"},
		{"statuses", `(function()
			local a, b
			local seen = {}
			a = coroutine.create(function() seen[#seen + 1] = coroutine.status(a) coroutine.resume(b) coroutine.yield() end)
			b = coroutine.create(function() seen[#seen + 1] = coroutine.status(a) seen[#seen + 1] = coroutine.status(b) end)
			seen[1] = coroutine.status(a)
			coroutine.resume(a)
			seen[#seen + 1] = coroutine.status(a) seen[#seen + 1] = coroutine.status(b)
			coroutine.resume(a)
			seen[#seen + 1] = coroutine.status(a)
			return table.concat(seen, " ") end)()`, "suspended running normal running suspended dead dead"},
		{"a dead one", `(function() local c = coroutine.create(function() end) coroutine.resume(c) return select(2, coroutine.resume(c)) end)()`, "cannot resume dead coroutine"},
		{"oneself", `(function() local c c = coroutine.create(function() return coroutine.resume(c) end) local _, ok, why = coroutine.resume(c) return tostring(ok) .. " " .. why end)()`, "false cannot resume running coroutine"},
		{"who waits for one", `(function() local a a = coroutine.create(function() return select(2, coroutine.resume(coroutine.create(function() return coroutine.resume(a) end))) end) local _, ok = coroutine.resume(a) return tostring(ok) end)()`, "false"},
		{"values there and back", `(function() local c = coroutine.wrap(function(a, b) local d, e = coroutine.yield(a + b) return d, e end) return c(1, 2) .. tostring(select("#", c())) end)()`, "32"},
		{"running", `(function() local c c = coroutine.create(function() return coroutine.running() == c end) return tostring(coroutine.running()) .. tostring(select(2, coroutine.resume(c))) end)()`, "niltrue"},
		{"an error of a wrapped one", `select(2, pcall(coroutine.wrap(function() error("oh", 0) end)))`, "oh"},
		{"an error that is a table", `select(2, pcall(coroutine.wrap(function() error({ n = 7 }) end))).n`, "7"},
		{"yield outside", `select(2, pcall(coroutine.yield))`, "attempt to yield from outside a coroutine"},
		{"yield across pcall", `select(2, coroutine.resume(coroutine.create(function() return select(2, pcall(coroutine.yield)) end)))`, "attempt to yield across a function that is not Lua (pcall, table.sort, string.gsub, a metamethod or an iterator)"},
		{"create of nothing", `select(2, pcall(coroutine.create))`, "bad argument #1 to 'create' (Lua function expected)"},
		{"wrap of a text", `select(2, pcall(coroutine.wrap, "x"))`, "bad argument #1 to 'wrap' (Lua function expected)"},
		{"resume of a function", `select(2, pcall(coroutine.resume, tostring))`, "bad argument #1 to 'resume' (coroutine expected)"},
		{"status of nothing", `select(2, pcall(coroutine.status))`, "bad argument #1 to 'status' (coroutine expected)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, err := l.run(t, "emit("+tt.expr+")")
			require.NoError(t, err)
			require.Equal(t, tt.want, strings.TrimPrefix(rows[0][0].String(), "main.lua:1: "))
		})
	}
}

// TestWideLimits are thirty-two times the usual ones, and boundless ones nobody reaches.
func TestWideLimits(t *testing.T) {
	usual, wide, none := engine.DefaultLimits(), engine.WideLimits(), engine.Boundless()
	require.Equal(t, 32*usual.Instructions, wide.Instructions)
	require.Equal(t, 32*usual.ScriptTime, wide.ScriptTime)
	require.Equal(t, 32*usual.WeChatCalls, wide.WeChatCalls)
	require.Equal(t, 32*usual.Data, wide.Data)
	require.Greater(t, none.Instructions, int64(1)<<60)
	require.Greater(t, none.Queue, 1<<60)
	var l engine.Limits
	require.NoError(t, l.Set("queue", 1<<50, none))
	require.Equal(t, 1<<50, l.Queue)
	require.NoError(t, l.Set("queue", wide.Queue, wide))
	require.ErrorContains(t, l.Set("queue", wide.Queue+1, wide), "is above the operator's ceiling of 32,000")
	require.ErrorContains(t, l.Set("queues", 1, wide), "queues is not a limit, did you mean queue?; limits are instructions, script_time, ")
	for _, odd := range []any{0, -1, 1.5, "1.5x", "", true, nil, "3s", 1e300} {
		require.ErrorContains(t, l.Set("queue", odd, none), "want a whole number, above zero", "%v", odd)
	}
	for _, odd := range []any{0, 5, "0s", "-1s", "5", "5 apples", true} {
		require.ErrorContains(t, l.Set("script_time", odd, none), "want text like 500ms, 2s or 1m, above zero", "%v", odd)
	}
	for _, odd := range []any{0, -5, "-5", "5GiBs", "MiB", 2.5} {
		require.ErrorContains(t, l.Set("memory", odd, none), "want a number of bytes, or text like 4MiB, above zero", "%v", odd)
	}
	for value, want := range map[any]int64{7: 7, int64(8): 8, uint64(9): 9, 10.0: 10, "11": 11, "1KiB": 1024, "2 MiB": 2 << 20, "1_000": 1000, "1GiB": 1 << 30} {
		require.NoError(t, l.Set("memory", value, none), "%v", value)
		require.Equal(t, want, l.Memory, "%v", value)
	}
}
