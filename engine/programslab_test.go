package engine_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
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
	"moonwire/folder"
)

// programLab runs programs of internal/luaprogram in the engine. What they observe is written as
// testdata/programs51.lua writes it. For one goroutine.
type programLab struct{ eng *engine.Engine }

// programLimits stop by counts, well above what testdata/programs51.lua lets a program do.
func programLimits() engine.Limits {
	return engine.Limits{Instructions: 1_000_000, ScriptTime: time.Minute, TotalTime: time.Hour}
}

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
	eng, err := engine.New(set, engine.Options{Limits: programLimits()})
	require.NoError(t, err)
	return &programLab{eng}
}

// run is what a program observes and how it ends, a line each.
func (l *programLab) run(text string) (answer string) {
	host := &observed{}
	defer func() { // one such fault must not hide the others
		if v := recover(); v != nil {
			answer = fmt.Sprint("panic ", v)
		}
	}()
	snap := &folder.Snapshot{Account: "lab", Hash: "h", Files: []folder.File{{Name: "main.lua", Data: []byte(text)}}}
	_, err := l.eng.Compile(context.Background(), snap, engine.BuildOptions{Account: "lab", Host: host, Limits: programLimits()})
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

// realLua51 is a lua5.1 of this machine that answers one program after the other. For one goroutine.
type realLua51 struct {
	exe, dir string
	loads    bool     // only say whether a text is Lua
	strays   []string // globals that the last program read and nothing had assigned
	cmd      *exec.Cmd
	in       io.Writer
	out      *bufio.Reader
}

// tooLong is what a program gives that does not end.
const tooLong = "too long"

// newRealLua51 answers nil where there is no lua5.1.
func newRealLua51(t testing.TB) *realLua51 {
	t.Helper()
	exe, err := exec.LookPath("lua5.1")
	if err != nil {
		return nil
	}
	r := &realLua51{exe: exe, dir: t.TempDir()}
	t.Cleanup(r.stop)
	return r
}

// start panics where a test fails, since a fuzz target must not be asked for its test here.
func (r *realLua51) start() {
	// lua5.1 has no bounds of its own: a program may want more memory than the machine has
	r.cmd = exec.Command("sh", "-c", `ulimit -v 2097152; exec "$0" "$@"`, r.exe, "testdata/programs51.lua")
	if r.loads {
		r.cmd.Args = append(r.cmd.Args, "load", filepath.Join(r.dir, "main.lua"))
	}
	in, err1 := r.cmd.StdinPipe()
	out, err2 := r.cmd.StdoutPipe()
	if err := errors.Join(err1, err2, r.cmd.Start()); err != nil {
		panic(err)
	}
	r.in, r.out = in, bufio.NewReader(out)
}

func (r *realLua51) stop() {
	if r.cmd != nil {
		_ = r.cmd.Process.Kill()
		_ = r.cmd.Wait()
		r.cmd = nil
	}
}

// run is what a program observes in lua5.1. One that does not end, nor raises when it is told to, takes the process
// with it.
func (r *realLua51) run(text string) string {
	if r.cmd == nil {
		r.start()
	}
	impatient := time.AfterFunc(5*time.Second, func() { _ = r.cmd.Process.Kill() })
	defer impatient.Stop()
	_, err := fmt.Fprintf(r.in, "%d\n%s\n", len(text), text)
	var answer strings.Builder
	for err == nil {
		var line string
		line, err = r.out.ReadString('\n')
		if strays, last := strings.CutPrefix(line, "--"); last {
			r.strays = strings.Fields(strays)
			return strings.TrimSuffix(answer.String(), "\n")
		}
		answer.WriteString(line)
	}
	r.stop()
	return tooLong
}
