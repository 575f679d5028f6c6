package engine_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// programLab runs programs of internal/luaprogram in the engine. What they observe is written as
// testdata/programs51.lua writes it. For one goroutine.
type programLab struct{ eng *engine.Engine }

// observed is Turn.Host of a program's turn.
type observed struct{ lines []string }

func newProgramLab(t testing.TB) *programLab {
	t.Helper()
	set, err := engine.NewSet([]engine.Native{
		{Name: "observe", Fn: func(L *lua.LState) int {
			words := make([]string, L.GetTop())
			for i := range words {
				words[i] = showValue(L.Get(i+1), 3)
			}
			seen := engine.TurnOf(L).Host.(*observed)
			seen.lines = append(seen.lines, strings.Join(words, " "))
			return 0
		}},
		{Name: "small", Fn: func(L *lua.LState) int {
			n, ok := L.Get(1).(lua.LNumber)
			if !ok || !(n > -1e9 && n < 1e9) || n == 0 {
				n = 0
			}
			L.Push(n)
			return 1
		}},
	}, nil)
	require.NoError(t, err)
	limits := engine.Limits{ScriptTime: 10 * time.Second, TotalTime: time.Minute, Instructions: 20_000_000}
	eng, err := engine.New(set, engine.Options{Limits: limits})
	require.NoError(t, err)
	return &programLab{eng}
}

// run is what a program observes and how it ends, a line each.
func (l *programLab) run(text string) string {
	host := &observed{}
	snap := &engine.Snapshot{Account: "lab", Hash: "h", Files: []engine.File{{Name: "main.lua", Data: []byte(text)}}}
	limits := engine.Limits{ScriptTime: 10 * time.Second, TotalTime: time.Minute, Instructions: 20_000_000}
	_, err := l.eng.Compile(context.Background(), snap, engine.BuildOptions{Account: "lab", Host: host, Limits: limits})
	var e *engine.ScriptError
	switch {
	case err == nil:
	case !errors.As(err, &e):
		host.lines = append(host.lines, "failed "+err.Error())
	case e.Kind == engine.ErrorSyntax:
		return "refused: " + e.Error()
	case e.Kind != engine.ErrorRun:
		host.lines = append(host.lines, e.Kind.String()+" "+e.Error())
	case e.Value != nil:
		host.lines = append(host.lines, "error "+valueType(e.Value))
	default:
		host.lines = append(host.lines, "error "+showValue(lua.LString(e.Error()), 3))
	}
	return strings.Join(host.lines, "\n")
}

func valueType(v any) string {
	switch v.(type) {
	case bool:
		return "boolean"
	case float64, int:
		return "number"
	}
	return "table"
}

// showValue is show of testdata/programs51.lua.
func showValue(v lua.LValue, depth int) string {
	switch v := v.(type) {
	case lua.LNumber:
		return showNumber(float64(v))
	case lua.LString:
		var b strings.Builder
		for _, c := range []byte(v) {
			if c < ' ' || c > '~' || c == '"' || c == '\\' {
				fmt.Fprintf(&b, "\\%03d", c)
			} else {
				b.WriteByte(c)
			}
		}
		return `"` + b.String() + `"`
	case *lua.LTable:
		if depth == 0 {
			return "{...}"
		}
		all := []string{}
		v.ForEach(func(k, x lua.LValue) { all = append(all, showValue(k, depth-1)+"="+showValue(x, depth-1)) })
		slices.Sort(all)
		return "{" + strings.Join(all, ",") + "}"
	case lua.LBool, *lua.LNilType:
		return v.String()
	}
	return v.Type().String()
}

func showNumber(n float64) string {
	switch {
	case math.IsNaN(n):
		return "nan"
	case n == 0:
		return "0"
	case math.IsInf(n, 0):
		return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(n, 'g', 17, 64), "+"))
	}
	return strconv.FormatFloat(n, 'g', 17, 64)
}

// realLua51 runs programs in the lua5.1 of this machine. For one goroutine.
type realLua51 struct {
	exe, dir string
}

// tooLong is what a program gives that does not end.
const tooLong = "too long"

func newRealLua51(t testing.TB) (realLua51, bool) {
	t.Helper()
	exe, err := exec.LookPath("lua5.1")
	if err != nil {
		return realLua51{}, false
	}
	harness, err := filepath.Abs("testdata/programs51.lua")
	require.NoError(t, err)
	body, err := os.ReadFile(harness)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "programs51.lua"), body, 0o644))
	return realLua51{exe, dir}, true
}

// run gives the answer of each program. One that stops the whole process is too long; the rest is run without it.
func (r realLua51) run(t testing.TB, texts []string) []string {
	t.Helper()
	var answers []string
	for len(answers) < len(texts) {
		got := r.process(t, texts[len(answers):])
		answers = append(answers, got...)
		if len(answers) < len(texts) {
			answers = append(answers, tooLong)
		}
	}
	return answers
}

// process runs programs in one process, and gives the answers that it came to.
func (r realLua51) process(t testing.TB, texts []string) []string {
	t.Helper()
	var in bytes.Buffer
	for _, text := range texts {
		fmt.Fprintf(&in, "%d\n%s\n", len(text), text)
	}
	require.NoError(t, os.WriteFile(filepath.Join(r.dir, "programs.txt"), in.Bytes(), 0o644))
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second+time.Duration(len(texts))*50*time.Millisecond)
	defer cancel()
	cmd := exec.CommandContext(ctx, r.exe, "programs51.lua", "programs.txt")
	cmd.Dir = r.dir
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil && ctx.Err() == nil {
		require.NoError(t, err, "%s\n%s", said.Bytes(), out.Bytes()[:min(out.Len(), 2000)])
	}
	answers := strings.Split(out.String(), "\n--\n")
	return answers[:len(answers)-1]
}
