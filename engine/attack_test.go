package engine_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

// TestAttacks runs hostile scripts in one process, one after the other. A script that gets through says
// ESCAPED; one that kills the process or hangs fails the whole test. After each, an honest turn must still
// be served.
func TestAttacks(t *testing.T) {
	files, err := filepath.Glob("testdata/attacks/*.lua")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	w := newWorld(t, nil)
	honest := w.build(`rule(function() local t = {} for i = 1, 100 do t[#t+1] = i .. "," end return #table.concat(t) end)`)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".lua"), func(t *testing.T) {
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			before := allocated()
			answer, err := attack(w, string(source))
			t.Logf("%s %v, %d MiB allocated", answer, err, (allocated()-before)>>20)
			require.NotContains(t, answer, "ESCAPED")
			require.NotContains(t, answer, "0xc0", "an address of Go's")
			if strings.Contains(string(source), "expect: deny") {
				require.NotEmpty(t, answer, "%v", err)
			}
			require.Less(t, allocated()-before, uint64(3<<30))
			sane, err := w.ask(honest)
			require.NoError(t, err)
			require.Equal(t, "292", sane)
		})
	}
}

// attack compiles and runs; a script that is refused at compile time is stopped, too.
func attack(w *world, source string) (string, error) {
	limits := engine.Limits{ScriptTime: 300 * time.Millisecond} // what only time can stop need not take long
	if strings.Contains(source, "expect: deny") || strings.Contains(source, "expect: value") {
		limits.ScriptTime = time.Hour // those need the time they take
	}
	b, err := w.compile(map[string]string{"main.lua": "rule(function()\n" + source + "\nend)"}, limits)
	var refused *engine.ScriptError
	if errors.As(err, &refused) {
		return "", err
	}
	return w.ask(b)
}

func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
