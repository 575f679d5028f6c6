package folder_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/folder"
)

func TestWatchHoldsForGit(t *testing.T) {
	for _, lock := range []string{"../.git/index.lock", ".git/index.lock", "demo/.git/index.lock"} {
		t.Run(lock, func(t *testing.T) {
			inBubble(t, map[string]string{"demo/main.lua": "", path(lock): ""}, folder.WatchOptions{}, func(b *bench) {
				b.take()
				require.NoError(t, os.WriteFile(b.path(lock), nil, 0o644))
				b.write("demo/main.lua")
				b.wait(3 * time.Second)
				require.Empty(t, b.take())
				require.NoError(t, os.Remove(b.path(lock)))
				b.wait(time.Second)
				got := b.take()
				require.Len(t, got, 1)
				require.LessOrEqual(t, got[0].at, 100*ms)
			})
		})
	}
	t.Run("a lock left behind", func(t *testing.T) {
		inBubble(t, map[string]string{"demo/main.lua": "", "demo/.git/index.lock": ""}, folder.WatchOptions{}, func(b *bench) {
			b.take()
			b.write("demo/main.lua")
			b.wait(time.Minute)
			got := b.take()
			require.Len(t, got, 1)
			require.InDelta(t, 10.1, got[0].at.Seconds(), 0.06)
			b.write("demo/main.lua")
			b.wait(time.Minute)
			require.Equal(t, []report{{at: 100 * ms, dirty: []string{"demo"}}}, b.take(), "holds nothing up twice")
		})
	})
}

// path is the folder of a lock, made before the watcher looks for repositories.
func path(lock string) string { return strings.TrimSuffix(lock, "index.lock") }
