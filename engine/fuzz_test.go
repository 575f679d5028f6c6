package engine_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

// FuzzCompileAndRun lets any text be a script. Whatever it is, it compiles or is refused, ends within its limits, leaves
// the process alive and the next turn clean; no word of Go's reaches the author.
func FuzzCompileAndRun(f *testing.F) {
	files, err := filepath.Glob("testdata/attacks/*.lua")
	require.NoError(f, err)
	for _, name := range files {
		source, err := os.ReadFile(name)
		require.NoError(f, err)
		if len(source) < 2000 {
			f.Add("rule(function(...)\n" + string(source) + "\nend)")
		}
	}
	f.Add(tenRules)
	for _, m := range mistakes {
		f.Add("rule(function(...) " + m.body + "\nend)")
	}
	set, err := engine.NewSet(natives(), nil)
	require.NoError(f, err)
	limits := engine.Limits{
		Instructions: 200_000, ScriptTime: time.Minute, TotalTime: time.Minute,
		Strings: 4 << 20, String: 1 << 20, Memory: 4 << 20, StoreCalls: 5,
	}
	e, err := engine.New(set, engine.Options{Limits: limits})
	require.NoError(f, err)
	w := &world{f, e}
	honest := w.build(`list = {} rule(function() list[#list + 1] = 1 return #list .. ("x"):upper() .. tostring(x) end)`)
	runs := 0
	f.Fuzz(func(t *testing.T, source string) {
		began := time.Now()
		b, err := w.compile(map[string]string{"main.lua": source, "lib/m.lua": "return {}"}, limits)
		if err == nil {
			k := &kept{}
			err = e.Do(t.Context(), b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
				for _, r := range k.rules[:min(3, len(k.rules))] {
					if _, err := turn.Call(r); err != nil && !errors.Is(err, engine.ErrSuspended) {
						return err
					}
				}
				return nil
			})
		}
		judgeFuzz(t, err)
		require.Less(t, time.Since(began), 2*patience)
		got, err := w.ask(honest)
		require.NoError(t, err)
		require.Equal(t, "1Xnil", got)
		engine.Sweep(e)
		if runs++; runs%5_000 == 0 { // the fuzzer itself holds 100 MB at times
			require.Less(t, heap(), uint64(256<<20), "scripts that are over have left something behind")
		}
	})
}

func judgeFuzz(t *testing.T, err error) {
	var e *engine.ScriptError
	if err == nil {
		return
	}
	require.True(t, errors.As(err, &e), "%v", err)
	if strings.Contains(e.Msg, "the Lua machine cannot do this") {
		return // the VM panicked, was contained, and is thrown away
	}
	for _, word := range []string{"runtime error", "interface conversion", "goroutine ", "0xc0"} {
		require.NotContains(t, e.Box(engine.BoxInfo{Account: "fuzz"}), word)
	}
}
