package engine_test

import (
	"fmt"
	"runtime/metrics"
	"testing"

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
