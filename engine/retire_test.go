package engine_test

import (
	"context"
	"runtime"
	"testing"
	"weak"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

// TestNothingHoldsABuildThatServesNoMore is about the data of its folder, which may be 32 MiB: whoever saves every
// second would fill the machine with what idle VMs hold.
func TestNothingHoldsABuildThatServesNoMore(t *testing.T) {
	files := map[string]string{"main.lua": `rule(function() return 1 end)`, "data/faq.csv": "a,b"}
	for _, c := range []struct {
		name string
		live func(w *world, b *engine.Build)
	}{
		{"it never served", func(*world, *engine.Build) {}},
		{"it has served", func(w *world, b *engine.Build) {
			got, err := w.ask(b)
			require.NoError(w.t, err)
			require.Equal(w.t, "1", got)
			w.engine.Retire(b)
		}},
		{"its last turn ends later", func(w *world, b *engine.Build) {
			require.NoError(w.t, w.engine.Do(context.Background(), b, engine.TurnOptions{Host: &kept{}}, func(*engine.Turn) error {
				w.engine.Retire(b)
				return nil
			}))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, nil)
			held := func() weak.Pointer[engine.Build] {
				b, err := w.compile(files, engine.Limits{})
				require.NoError(t, err)
				c.live(w, b)
				return weak.Make(b)
			}()
			runtime.GC()
			require.Nil(t, held.Value())
			runtime.KeepAlive(w)
		})
	}
}
