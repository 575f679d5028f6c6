package engine_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/folder"
)

// defaults are those of the plan of the house; a change is a decision.
var defaults = map[string]int64{
	"instructions": 20_000_000, "script_time": int64(time.Second), "total_time": int64(time.Minute), "strings": 64 << 20, "string": 4 << 20,
	"memory": 32 << 20, "wechat_calls": 20, "http_calls": 10, "llm_calls": 10, "store_calls": 200, "store": 256 << 20, "job_wechat_calls": 2_000, "job_time": int64(10 * time.Minute),
	"log": 64 << 10, "answer": 64 << 10, "turns": 64, "queue": 1_000, "waiting": 1_000, "source_file": 128 << 10, "source_files": 64, "source": 1 << 20,
	"data_file": 8 << 20, "data": 32 << 20,
}

func TestDefaultsAreThoseOfThePlan(t *testing.T) {
	require.Len(t, defaults, len(engine.LimitNames()))
	for _, name := range engine.LimitNames() {
		l := engine.Limits{}
		require.NoError(t, l.Set(name, text(name, defaults[name]), engine.Limits{}), "the default is the ceiling where the operator says nothing")
		require.Error(t, l.Set(name, text(name, defaults[name]+1), engine.Limits{}))
		require.Error(t, l.Set(name, 0, engine.Limits{}))
		require.Error(t, l.Set(name, -1, engine.Limits{}))
		require.NoError(t, l.Set(name, text(name, defaults[name]+1), engine.Boundless()))
	}
}

// The pages about the cage tell the same limits and defaults.
func TestThePagesTellTheLimits(t *testing.T) {
	for _, page := range []string{"../docs/cage.md", "../docs/cage.zh-CN.md"} {
		body, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, name := range engine.LimitNames() {
			row := regexp.MustCompile("(?m)^\\| `" + name + "` \\| ([^ ]+) \\|").FindSubmatch(body)
			require.NotNil(t, row, "%s does not tell %s", page, name)
			l := engine.Limits{}
			told := strings.ReplaceAll(string(row[1]), ",", "")
			require.NoError(t, l.Set(name, told, engine.Boundless()))
			want := engine.Limits{}
			require.NoError(t, want.Set(name, text(name, defaults[name]), engine.Boundless()))
			require.Equal(t, want, l, "%s tells another default for %s", page, name)
		}
	}
}

// text is a value as account.yaml may have it.
func text(name string, n int64) any {
	if strings.HasSuffix(name, "_time") {
		return time.Duration(n).String()
	}
	return n
}

// spender is an engine whose scripts have effect(kind) and take limits without a ceiling.
func spender(t *testing.T) *world {
	set, err := engine.NewSet(append(natives(), engine.Native{Name: "effect", Fn: func(L *lua.LState) int {
		k := engine.Kind(L.CheckInt(1))
		_, _ = engine.TurnOf(L).Effect(L, engine.Effect{Kind: k}, func(context.Context) (any, error) { return nil, nil })
		return 0
	}}, engine.Native{Name: "leap", Fn: func(L *lua.LState) int { // to the last moment of ten minutes
		engine.LeapOf(engine.TurnOf(L), 10*time.Minute-20*time.Millisecond)
		return 0
	}}), nil)
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{Limits: engine.Boundless()})
	require.NoError(t, err)
	return &world{t, e}
}

// spend runs a handler under one limit and returns the name of the limit that stopped it, "" for none.
func spend(t *testing.T, w *world, name string, limit any, job bool, body string) string {
	t.Helper()
	l := engine.DefaultLimits()
	l.ScriptTime, l.TotalTime, l.JobTime = 0, 0, 0
	require.NoError(t, l.Set(name, limit, engine.Boundless()))
	b, err := w.compile(map[string]string{"main.lua": "rule(function()\n" + body + "\nend)"}, l)
	require.NoError(t, err)
	k := &kept{}
	err = w.engine.Do(t.Context(), b, engine.TurnOptions{Host: k, Job: job}, func(turn *engine.Turn) error {
		_, err := turn.Call(k.rules[0])
		return err
	})
	var e *engine.ScriptError
	if err == nil {
		return ""
	}
	require.True(t, errors.As(err, &e), "%v", err)
	require.Equal(t, engine.ErrorLimit, e.Kind, "%v", err)
	require.Regexp(t, `^over the limit `+e.Limit+` of \S.* by \S.*; account\.yaml limits: \{ `+e.Limit+`: … \} raises it$`, e.Msg)
	require.Equal(t, "main.lua", e.File)
	require.Equal(t, 2, e.Line)
	return e.Limit
}

// TestEdgesOfCounts spends limits that are counted: at the limit and just below nothing happens, one more is over.
func TestEdgesOfCounts(t *testing.T) {
	w := spender(t)
	repeat := func(what string) func(n int64) string {
		return func(n int64) string { return fmt.Sprintf("for i = 1, %d do %s end", n, what) }
	}
	effect := func(k engine.Kind) func(n int64) string { return repeat(fmt.Sprintf("effect(%d)", k)) }
	for _, c := range []struct {
		limit string
		at    int64
		job   bool
		body  func(n int64) string
	}{
		{"string", 1000, false, func(n int64) string { return fmt.Sprintf(`local s = ("x"):rep(%d)`, n) }},
		{"string", 1000, false, func(n int64) string { return fmt.Sprintf(`local s = ("x"):rep(%d) s = s .. "y"`, n-1) }},
		{"string", 1000, false, func(n int64) string {
			return fmt.Sprintf(`local s = ("x"):rep(%d) s = s:gsub("x", "xx", 1)`, n-1)
		}},
		{"strings", 1000, false, func(n int64) string {
			return fmt.Sprintf(`for i = 1, 9 do local s = ("x"):rep(100) end local s = ("x"):rep(%d)`, n-900)
		}},
		{"store_calls", 200, false, effect(engine.KindStore)},
		{"http_calls", 10, false, effect(engine.KindHTTP)},
		{"llm_calls", 10, false, effect(engine.KindModel)},
		{"wechat_calls", 20, false, effect(engine.KindWeChat)},
		{"wechat_calls", 20, false, effect(engine.KindMedia)},
		{"wechat_calls", 20, false, effect(engine.KindSecret)},
		{"job_wechat_calls", 2000, true, effect(engine.KindWeChat)},
	} {
		t.Run(fmt.Sprintf("%s %s", c.limit, c.body(7)), func(t *testing.T) {
			require.Empty(t, spend(t, w, c.limit, c.at, c.job, c.body(c.at-1)), "just below")
			require.Empty(t, spend(t, w, c.limit, c.at, c.job, c.body(c.at)), "at the limit")
			require.Equal(t, c.limit, spend(t, w, c.limit, c.at, c.job, c.body(c.at+1)), "just above")
		})
	}
}

func TestEdgeOfInstructions(t *testing.T) {
	w := spender(t)
	cost := int64(0)
	body := "for i = 1, 1000 do end"
	b, err := w.compile(map[string]string{"main.lua": "rule(function()\n" + body + "\nend)"}, engine.Limits{})
	require.NoError(t, err)
	k := &kept{}
	require.NoError(t, w.engine.Do(t.Context(), b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
		_, err := turn.Call(k.rules[0])
		cost, _, _ = turn.Used()
		return err
	}))
	require.Greater(t, cost, int64(1000))
	require.Empty(t, spend(t, w, "instructions", cost+1, false, body))
	require.Empty(t, spend(t, w, "instructions", cost, false, body))
	require.Equal(t, "instructions", spend(t, w, "instructions", cost-10, false, body), "the last lines of a handler are cheap")
	b, err = w.compile(map[string]string{"main.lua": "rule(function()\n" + body + "\nend)"}, engine.Limits{Instructions: cost - 10})
	require.NoError(t, err)
	_, err = w.ask(b)
	require.ErrorContains(t, err, "by 1;", "it is stopped at the very first that is too many")
}

// Time and memory have no exact edge: well below passes, well above does not.
func TestEdgesOfMeasures(t *testing.T) {
	w := spender(t)
	for _, c := range []struct {
		limit       string
		at          any
		job         bool
		below, over string
	}{
		{"script_time", "10m", false, `for i = 1, 100000 do end`, `leap() while true do end`},
		{"script_time", "1m", false, `wait()`, ""}, // waits do not count
		{"total_time", "10m", false, `wait()`, `leap() hang()`},
		{"job_time", "10m", true, `wait()`, `leap() hang()`},
		{"memory", 8 << 20, false, `local t = {} for i = 1, 30000 do t[i] = {} end for i = 1, 60000 do local g = {i} end`, `local t = {} for i = 1, 100000 do t[i] = {} end for i = 1, 1e6 do local g = {i} end`},
	} {
		t.Run(fmt.Sprint(c.limit, c.at, c.job), func(t *testing.T) {
			if c.below != "" {
				require.Empty(t, spend(t, w, c.limit, c.at, c.job, c.below))
			}
			if c.over != "" {
				require.Equal(t, c.limit, spend(t, w, c.limit, c.at, c.job, c.over))
			}
		})
	}
}

// TestEdgesOfFolders has folders of exactly what is allowed, and of one byte or file more.
func TestEdgesOfFolders(t *testing.T) {
	l := engine.Limits{SourceFile: 2000, SourceFiles: 3, Source: 5000, DataFile: 3000, Data: 4000}.Folder()
	comment := func(n int) string { return "--" + strings.Repeat("x", n-2) }
	for _, c := range []struct {
		limit string
		files map[string]int
	}{
		{"source_file", map[string]int{"main.lua": 2000}},
		{"source", map[string]int{"main.lua": 2000, "a.lua": 2000, "b.lua": 1000}},
		{"data_file", map[string]int{"main.lua": 10, "data/a.csv": 3000}},
		{"data", map[string]int{"main.lua": 10, "data/a.csv": 3000, "data/b.json": 1000}},
	} {
		t.Run(c.limit, func(t *testing.T) {
			for _, more := range []int{-1, 0, 1} {
				files := map[string]string{}
				for name, n := range c.files {
					files[name] = comment(n)
				}
				last := map[string]string{"source_file": "main.lua", "source": "b.lua", "data_file": "data/a.csv", "data": "data/b.json"}[c.limit]
				files[last] = comment(c.files[last] + more)
				err := readFolder(t, files, l)
				if more > 0 {
					require.Error(t, err)
				} else {
					require.NoError(t, err)
				}
			}
		})
	}
	files := map[string]string{"main.lua": "--", "a.lua": "", "b.lua": ""}
	require.NoError(t, readFolder(t, files, l))
	files["c.lua"] = ""
	require.ErrorContains(t, readFolder(t, files, l), "3")
}

func readFolder(t *testing.T, files map[string]string, l folder.Limits) error {
	t.Helper()
	dir := t.TempDir()
	for name, body := range files {
		path := filepath.Join(dir, "demo", name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(body), 0o644))
	}
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	defer func() { require.NoError(t, root.Close()) }()
	_, err = folder.Read(root, "demo", l)
	return err
}

// TestEdgesOfSources is about what a file may be made of, whatever its size.
func TestEdgesOfSources(t *testing.T) {
	w := newWorld(t, nil)
	nested := func(open, middle, end string) func(n int) string {
		return func(n int) string { return strings.Repeat(open, n) + middle + strings.Repeat(end, n) }
	}
	for _, c := range []struct {
		name    string
		ok, bad int
		source  func(n int) string
		want    string
	}{
		{"brackets", 200, 221, func(n int) string { return "x = " + nested("(", "1", ")")(n) }, "nested too deeply"},
		{"blocks", 200, 221, nested("do ", "", "end "), "nested too deeply"},
		{"not", 200, 221, func(n int) string { return "x = " + nested("not ", "1", "")(n) }, "nested too deeply"},
		{"functions", 1000, 1001, func(n int) string { return "x = {" + strings.Repeat("function()end,", n) + "}" }, "too many functions"},
		{"operands", 180, 181, func(n int) string { return "x = 'a'" + strings.Repeat(" .. 'a'", n-1) }, "more than 180 texts joined by .. in one expression"},
		{"operators", 1_000, 1_001, func(n int) string { return "x = 0 assert(x" + strings.Repeat(" + 0", n-1) + " == 0)" }, "more than 1,000 operators after one another"},
		{"calls", 1_000, 1_001, func(n int) string {
			return "local function f() return f2 end f2 = f assert(f" + strings.Repeat("()", n-1) + "() == f)"
		}, "more than 1,000 operators after one another"},
		{"local variables", 199, 200, func(n int) string { return "local l" + strings.Repeat(", l", n) }, "main.lua:1: more than 200 local variables in one function"},
		{"outer variables", 255, 256, outer(""), "main.lua:4: a function uses more than 255 outer variables (locals of the functions around it)"},
		{"outer variables beside the library", 255, 256, outer("assert(type(tostring(math.floor(#string.rep('x', 3)))) == 'string' and 'x' .. v1 == 'x1')"), "more than 255 outer variables"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.compile(map[string]string{"main.lua": c.source(c.ok)}, engine.Limits{})
			require.NoError(t, err)
			_, err = w.compile(map[string]string{"main.lua": c.source(c.bad)}, engine.Limits{})
			require.ErrorContains(t, err, c.want)
		})
	}
	many := map[string]string{"main.lua": ""}
	for i := range 5 {
		many[fmt.Sprintf("m%d.lua", i)] = "return {" + strings.Repeat("function()end,", 1000) + "}"
	}
	_, err := w.compile(many, engine.Limits{})
	require.NoError(t, err)
	many["m5.lua"] = "return function() end"
	_, err = w.compile(many, engine.Limits{})
	require.ErrorContains(t, err, "m5.lua:1: too much code: 5,001 functions")
}

// outer writes a function that uses n variables of two functions around it, and does more.
func outer(more string) func(n int) string {
	return func(n int) string {
		var first, second, sum strings.Builder
		for i := range n {
			to := &first
			if i >= 150 {
				to = &second
			}
			fmt.Fprintf(to, "local v%d = %d ", i, i)
			fmt.Fprintf(&sum, "s = s + v%d ", i)
		}
		return fmt.Sprintf("%s\nlocal function f()\n%s\nlocal function g() local s = 0 %s %s return s end\nreturn g() end\nif f() ~= %d then error(f()) end",
			first.String(), second.String(), sum.String(), more, n*(n-1)/2)
	}
}

// counted writes the numbers below n, each in a format.
func counted(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// Other compilers have limits here, or lose what is beyond without a word.
func TestLongSources(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range []struct{ name, source string }{
		{"a list in braces", "x = {" + strings.Repeat("7,", 30_000) + "8} assert(#x == 30001 and x[30000] == 7 and x[30001] == 8)"},
		{"different numbers", "x = {" + counted(15_000, "%d,") + "} assert(x[15000] == 14999)"},
		{"different texts", "x = {" + counted(11_000, "'%d',") + "} assert(x[11000] == '10999')"},
		{"different names", "x = {" + counted(9_000, "a%d=1,") + "} assert(x.a8999 == 1)"},
		{"methods of many names", "x = {" + counted(300, "a%d=1,") + "go = function(self, n) return n end} assert(x:go(5) == 5)"},
		{"elseif", "local k, x = 'a' .. 1999\nif k == '' then " + counted(2_000, "elseif k == 'a%[1]d' then x = %[1]d\n") + "end assert(x == 1999)"},
		{"or", "local k = 'a1999' assert(k == 'x'" + counted(2_000, " or k == 'a%d'") + ")"},
		{"names among locals", strings.Repeat("local function f() local a"+strings.Repeat(",a", 188)+" ", 20) +
			strings.Repeat("f(b,b,b,b,b,b,b,b)", 2_600) + strings.Repeat("end ", 20)},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.compile(map[string]string{"main.lua": c.source}, engine.Limits{SourceFile: 1 << 20})
			require.NoError(t, err)
		})
	}
}

// Where each limit is tried at its edge; a new one must be tried somewhere.
func TestEveryLimitHasAnEdge(t *testing.T) {
	const here, bindings, bot = "here", "bindings", "bot"
	tried := map[string]string{
		"instructions": here, "script_time": here, "total_time": here, "strings": here, "string": here, "memory": here,
		"wechat_calls": here, "http_calls": here, "llm_calls": here, "store_calls": here, "store": bot, "job_wechat_calls": here, "job_time": here,
		"log": bindings, "answer": bindings, "turns": bot, "queue": bot, "waiting": bot,
		"source_file": here, "source_files": here, "source": here, "data_file": here, "data": here,
	}
	require.Len(t, tried, len(engine.LimitNames()))
	for _, name := range engine.LimitNames() {
		require.NotEmpty(t, tried[name], name)
	}
}
