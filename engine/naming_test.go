package engine_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

// failThrough fails in the last of n modules, each of which holds a list of so many numbers.
func failThrough(t *testing.T, n, numbers int) []engine.Frame {
	t.Helper()
	files := map[string]string{"main.lua": "rule(function() local r = require('m0').go() return r end)"}
	for i := range n {
		next := fmt.Sprintf("local r = require('m%d').go() return r", i+1)
		if i == n-1 {
			next = "local q = nil local r = q.x return r"
		}
		files[fmt.Sprintf("m%d.lua", i)] = fmt.Sprintf("local M = {}\nlocal function list() return {%d,%s} end\nfunction M.go() %s end\nreturn M", i, counted(numbers, "%d,"), next)
	}
	w := newWorld(t, nil)
	b, err := w.compile(files, engine.Limits{})
	require.NoError(t, err)
	_, err = w.ask(b)
	var e *engine.ScriptError
	require.ErrorAs(t, err, &e)
	require.Equal(t, fmt.Sprintf("m%d.lua:3: attempt to index local 'q' (a nil value)", n-1), e.Error())
	require.Equal(t, []engine.Local{{Name: "q", Value: "nil"}}, e.Locals)
	require.Len(t, e.Frames, n+1)
	return e.Frames
}

// The names of the functions that called are looked for as long as that is quick.
func TestNamesInLargeFiles(t *testing.T) {
	for _, f := range failThrough(t, 7, 100)[:7] {
		require.Equal(t, "M.go()", f.Func)
	}
	large := failThrough(t, 7, 12_000)
	require.Equal(t, "M.go()", large[0].Func)
	require.Equal(t, "function at line 3", large[6].Func)
}

// What an error keeps of its file is names, nothing of the compiler's.
func TestDetailsAreSmall(t *testing.T) {
	files := map[string]string{"main.lua": "rule(function() for i = 1, 5 do pcall(require, 'm' .. i) end return 'done' end)"}
	for i := range 5 {
		files[fmt.Sprintf("m%d.lua", i+1)] = fmt.Sprintf("local q = nil\nq.x = %d\nreturn {%s}", i, strings.Repeat("function(a)return a end,", 950))
	}
	w := newWorld(t, nil)
	b, err := w.compile(files, engine.Limits{})
	require.NoError(t, err)
	before := liveBytes()
	answer, err := w.ask(b)
	require.NoError(t, err)
	require.Equal(t, "done", answer)
	require.Less(t, liveBytes(), before+12<<20)
	runtime.KeepAlive(b)
}

func liveBytes() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
