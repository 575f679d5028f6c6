package engine_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/folder"
)

// lab runs pieces of Lua in an engine and hands out what they give to emit.
type lab struct {
	eng *engine.Engine
}

// sink is Turn.Host of a lab's turns.
type sink struct {
	rows  [][]lua.LValue
	cases []luaCase
}

func newLab(t testing.TB, natives ...engine.Native) *lab {
	t.Helper()
	natives = append(natives, engine.Native{Name: "emit", Fn: func(L *lua.LState) int {
		s := engine.TurnOf(L).Host.(*sink)
		row := make([]lua.LValue, L.GetTop())
		for i := range row {
			row[i] = L.Get(i + 1)
		}
		s.rows = append(s.rows, row)
		return 0
	}})
	set, err := engine.NewSet(natives, nil)
	require.NoError(t, err)
	eng, err := engine.New(set, engine.Options{Limits: unhurried(engine.Limits{})})
	require.NoError(t, err)
	return &lab{eng}
}

func (l *lab) compile(t testing.TB, source string, host *sink) *engine.Build {
	t.Helper()
	return l.compileIn(t, time.Hour, source, host)
}

// compileIn compiles a file of Lua whose turns may compute for so long.
func (l *lab) compileIn(t testing.TB, d time.Duration, source string, host *sink) *engine.Build {
	t.Helper()
	snap := &folder.Snapshot{Account: "lab", Hash: "h", Files: []folder.File{{Name: "main.lua", Data: []byte(source)}}}
	b, err := l.eng.Compile(context.Background(), snap, engine.BuildOptions{Account: "lab", Host: host, Limits: unhurried(engine.Limits{ScriptTime: d})})
	require.NoError(t, err)
	return b
}

// run runs a file of Lua as the top level of a turn and returns what it emitted and how it failed. It has
// time: what counts here is what the script says, on a busy machine with the race detector too.
func (l *lab) run(t testing.TB, source string) ([][]lua.LValue, error) {
	t.Helper()
	host := &sink{}
	snap := &folder.Snapshot{Account: "lab", Hash: "h", Files: []folder.File{{Name: "main.lua", Data: []byte(source)}}}
	_, err := l.eng.Compile(context.Background(), snap, engine.BuildOptions{Account: "lab", Host: host, Limits: unhurried(engine.Limits{})})
	return host.rows, err
}

// eval returns the values of one expression list, in one line of text.
func (l *lab) eval(t testing.TB, expr string) string {
	t.Helper()
	rows, err := l.run(t, "emit("+expr+")")
	if err != nil {
		return "error: " + strings.TrimPrefix(err.Error(), "main.lua:1: ")
	}
	require.Len(t, rows, 1)
	var words []string
	for _, v := range rows[0] {
		if s, ok := v.(lua.LString); ok {
			words = append(words, `"`+string(s)+`"`)
			continue
		}
		words = append(words, v.String())
	}
	return strings.Join(words, " ")
}
