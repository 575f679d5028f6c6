package folder_test

import (
	"os"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/stretchr/testify/require"

	"moonwire/folder"
)

// hang lets a path, or its watch, hang in the kernel until let is called.
func (b *bench) hang(name string) (let func()) {
	c := make(chan struct{})
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hangs[b.path(name)] = c
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.hangs, b.path(name))
		close(c)
	}
}

// TestGitLocksThatHangHoldUpNobody has the file of a lock not answer: its account waits a moment for it, and the others
// no longer than that.
func TestGitLocksThatHangHoldUpNobody(t *testing.T) {
	inBubble(t, manyAccounts(2), folder.WatchOptions{SafetyScan: time.Hour}, func(b *bench) {
		b.take()
		let := b.hang("a00/.git/index.lock")
		defer let()
		for range 3 {
			b.write("a00/main.lua")
			b.write("shop/main.lua")
			b.wait(time.Second)
			dirty := map[string]bool{}
			for _, r := range b.take() {
				require.LessOrEqual(t, r.at, 500*ms)
				for _, name := range r.dirty {
					dirty[name] = true
				}
			}
			require.Equal(t, map[string]bool{"a00": true, "shop": true}, dirty)
		}
	})
}

// TestWatchesThatHangHoldUpNobody has the system keep the watch of one folder, and with it, as fsnotify is made, every
// other watch and all events.
func TestWatchesThatHangHoldUpNobody(t *testing.T) {
	for _, tt := range []struct {
		name string
		stir func(b *bench) // has the folder watched
	}{
		{"of a new folder", func(b *bench) {
			require.NoError(t, os.MkdirAll(b.path("a00/new"), 0o755))
			b.event(fsnotify.Create, "a00/new")
		}},
		{"of a folder that is looked at", func(b *bench) {
			require.NoError(t, os.MkdirAll(b.path("a00/new"), 0o755))
			b.write("a00/main.lua")
		}},
		{"of a folder that moves", func(b *bench) {
			require.NoError(t, os.MkdirAll(b.path("a00/new"), 0o755))
			b.event(fsnotify.Create, "a00/new")
			b.event(fsnotify.Rename, "a01")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, manyAccounts(2), folder.WatchOptions{SafetyScan: time.Hour}, func(b *bench) {
				b.take()
				let := b.hang("a00/new")
				tt.stir(b)
				b.wait(10 * time.Second)
				b.take()
				for range 2 { // no event tells of it
					lay(t, b.dir, map[string]string{"shop/main.lua": time.Now().String()})
					b.wait(5 * time.Second)
					got := b.take()
					require.NotEmpty(t, got)
					require.Contains(t, got[len(got)-1].dirty, "shop")
				}

				before, _ := b.watches()
				let()
				b.wait(5 * time.Second)
				again, _ := b.watches()
				require.Subset(t, again[len(before):], []string{b.path("shop"), b.path("a00"), b.path("a00/new"), b.dir})
				b.take()
				lay(t, b.dir, map[string]string{"shop/main.lua": time.Now().String()})
				b.wait(5 * time.Second)
				require.Empty(t, b.take(), "events are relied on again")
				b.event(fsnotify.Write, "shop/main.lua")
				b.wait(time.Second)
				require.Equal(t, []report{{at: 100 * ms, dirty: []string{"shop"}}}, b.take())
			})
		})
	}
}
