package engine_test

import (
	"fmt"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
	"moonwire/folder"
)

// gogc is the setting that Go's garbage collector works by now.
func gogc() uint64 {
	s := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

func TestManyBuildsTightenTheCollector(t *testing.T) {
	before := gogc()
	set, err := engine.NewSet(nil, nil)
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{Collector: &engine.Collector{}})
	require.NoError(t, err)
	build := func(n int) {
		for i := range n {
			main := folder.File{Name: "main.lua", Data: fmt.Appendf(nil, "local n = %d", i)}
			_, err := e.Compile(t.Context(), &folder.Snapshot{Account: "demo", Hash: "h", Files: []folder.File{main}}, engine.BuildOptions{})
			require.NoError(t, err)
		}
	}
	build(99)
	require.Equal(t, before, gogc(), "an author's saves are no reason")
	engine.Relax(e)
	build(99)
	require.Equal(t, before, gogc(), "those before the last look do not count")
	build(1)
	require.Less(t, gogc(), before)
	engine.Relax(e)
	require.Equal(t, before, gogc())
}

// tightened is an engine that has made so many builds that the collector works harder.
func tightened(t *testing.T, c *engine.Collector) *engine.Engine {
	t.Helper()
	set, err := engine.NewSet(nil, nil)
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{Collector: c})
	require.NoError(t, err)
	for range 100 {
		_, err := e.Compile(t.Context(), snapshotOf(map[string]string{"main.lua": ""}), engine.BuildOptions{})
		require.NoError(t, err)
	}
	return e
}

// TestTheCollectorIsTightForEachOfItsEngines: it works as usual again when the last has no reason any more.
func TestTheCollectorIsTightForEachOfItsEngines(t *testing.T) {
	before := gogc()
	c := &engine.Collector{}
	one, other := tightened(t, c), tightened(t, c)
	tight := gogc()
	require.Less(t, tight, before)
	engine.Relax(one)
	require.Equal(t, tight, gogc())
	engine.Relax(one)
	require.Equal(t, tight, gogc())
	engine.RelaxSince(other, time.Hour)
	require.Equal(t, tight, gogc(), "the reason is younger")
	engine.Relax(other)
	require.Equal(t, before, gogc())
}

// TestACollectorThatWorksHarderAnyway is left alone.
func TestACollectorThatWorksHarderAnyway(t *testing.T) {
	before := debug.SetGCPercent(20)
	defer debug.SetGCPercent(before)
	e := tightened(t, &engine.Collector{})
	require.Equal(t, uint64(20), gogc())
	engine.Relax(e)
	require.Equal(t, uint64(20), gogc())
}

// TestACollectorThatIsSwitchedOff by its owner works while there is a reason.
func TestACollectorThatIsSwitchedOff(t *testing.T) {
	before := debug.SetGCPercent(-1)
	defer debug.SetGCPercent(before)
	off := gogc()
	e := tightened(t, &engine.Collector{})
	require.Equal(t, uint64(70), gogc())
	engine.Relax(e)
	require.Equal(t, off, gogc())
}
