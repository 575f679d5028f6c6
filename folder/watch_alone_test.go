package folder_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/stretchr/testify/require"

	"moonwire/folder"
)

// Nothing that one account's folder is or does may hold up the reports of the others.

// manyAccounts are a00, a01, … with a main.lua each, and shop.
func manyAccounts(n int) map[string]string {
	files := map[string]string{"shop/main.lua": ""}
	for i := range n {
		files[fmt.Sprintf("a%02d/main.lua", i)] = ""
	}
	return files
}

func TestWatchLooksThatHangHoldUpNobody(t *testing.T) {
	for _, n := range []int{1, 20} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			var hangs atomic.Bool
			var let sync.Map // made in the bubble
			hang := func(account string) {
				if c, ok := let.Load("let"); ok && hangs.Load() && account[0] == 'a' {
					<-c.(chan struct{})
				}
			}
			inBubbleOf(t, manyAccounts(n), folder.WatchOptions{}, hang, func(b *bench) {
				b.take()
				c := make(chan struct{})
				let.Store("let", c)
				hangs.Store(true)
				var all []string
				for i := range n {
					all = append(all, fmt.Sprintf("a%02d", i))
					b.write(all[i] + "/main.lua")
				}
				b.wait(5 * time.Second)
				require.Empty(t, b.take())
				b.write("shop/main.lua")
				b.wait(time.Minute)
				got := b.take()
				require.Len(t, got, 1)
				require.Equal(t, []string{"shop"}, got[0].dirty)
				require.LessOrEqual(t, got[0].at, 5*time.Second+150*ms)

				hangs.Store(false)
				close(c)
				b.wait(time.Second)
				var late []string
				for _, r := range b.take() {
					late = append(late, r.dirty...)
				}
				require.ElementsMatch(t, all, late, "they are seen when they answer")
			})
		})
	}
}

func TestWatchLooksThatHangDoNotKeepTheProcess(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{"demo/main.lua": ""})
	let, looked := make(chan struct{}), make(chan struct{}, 100)
	defer close(let)
	w := folder.NewWatcher(dir, folder.WatchOptions{Poll: -1})
	w.BeforeLooks(func(string) {
		looked <- struct{}{}
		<-let
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	<-looked
	cancel()
	select {
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(patience):
		t.Fatal("the watcher waits for what hangs")
	}
}

func TestWatchSlowFoldersGoByThemselves(t *testing.T) {
	slow := func(account string) {
		if account[0] == 'a' {
			time.Sleep(200 * time.Millisecond)
		}
	}
	inBubbleOf(t, manyAccounts(30), folder.WatchOptions{}, slow, func(b *bench) {
		b.wait(20 * time.Second)
		b.take()
		for range 5 {
			for i := range 30 {
				b.write(fmt.Sprintf("a%02d/main.lua", i))
			}
			b.write("shop/main.lua")
			b.wait(time.Second)
			for _, r := range b.take() {
				if r.dirty[0] == "shop" || r.dirty[len(r.dirty)-1] == "shop" {
					require.LessOrEqual(t, r.at, 150*ms)
				}
			}
		}
	})
}

func TestWatchFirstReportWaitsForNoHangingFolder(t *testing.T) {
	var stuck sync.Map
	hang := func(account string) {
		if account != "a00" {
			return
		}
		mine := make(chan struct{})
		if first, loaded := stuck.LoadOrStore("first", mine); !loaded {
			<-first.(chan struct{})
		}
	}
	inBubbleOf(t, manyAccounts(2), folder.WatchOptions{}, hang, func(b *bench) {
		b.wait(time.Minute)
		got := b.take()
		require.Len(t, got, 1)
		require.Equal(t, []string{"a00", "a01", "shop"}, got[0].dirty)
		require.Equal(t, 10*time.Second, got[0].at)
		mine, _ := stuck.Load("first")
		close(mine.(chan struct{}))
		b.wait(time.Second)
		require.Equal(t, []string{"a00"}, b.take()[0].dirty, "what it missed is looked at again")
	})
}

func TestWatchNestedFoldersAreBounded(t *testing.T) {
	deep := "a00" + strings.Repeat("/d", 120)
	inBubble(t, manyAccounts(1), folder.WatchOptions{}, func(b *bench) {
		b.take()
		before, _ := b.watches()
		require.NoError(t, os.MkdirAll(b.path(deep), 0o755))
		for at := "a00/d"; len(at) <= len(deep); at += "/d" {
			b.event(fsnotify.Create, at)
		}
		b.write("shop/main.lua")
		b.wait(time.Minute)
		for _, r := range b.take() {
			require.LessOrEqual(t, r.at, 150*ms)
		}
		after, _ := b.watches()
		distinct := map[string]bool{}
		for _, dir := range after[len(before):] {
			require.LessOrEqual(t, strings.Count(strings.TrimPrefix(dir, b.dir), "/"), 17, "deeper than a build may be nothing is watched")
			distinct[dir] = true
		}
		require.Less(t, len(distinct), 25)
	})
}

func TestWatchGitLockHoldsItsOwnAccountOnly(t *testing.T) {
	files := manyAccounts(1)
	files["a00/.git/index.lock"] = ""
	inBubble(t, files, folder.WatchOptions{}, func(b *bench) {
		b.take()
		lay(t, b.dir, map[string]string{"a00/.git/index.lock": "new"})
		b.write("a00/main.lua")
		b.write("shop/main.lua")
		b.wait(3 * time.Second)
		require.Equal(t, []report{{at: 100 * ms, dirty: []string{"shop"}}}, b.take())
	})
	t.Run("whatever is saved in shared", func(t *testing.T) {
		files := manyAccounts(1)
		files["a00/.git/index.lock"], files["shared/x.lua"] = "", ""
		inBubble(t, files, folder.WatchOptions{}, func(b *bench) {
			b.take()
			b.write("a00/main.lua")
			b.write("shared/x.lua")
			b.wait(3 * time.Second)
			got := b.take()
			require.Len(t, got, 1)
			require.NotContains(t, got[0].dirty, "a00")
			require.Contains(t, got[0].dirty, "shop")
			require.NoError(t, os.Remove(b.path("a00/.git/index.lock")))
			b.wait(3 * time.Second)
			got = b.take()
			require.Len(t, got, 1)
			require.Equal(t, []string{"a00"}, got[0].dirty)
		})
	})
	t.Run("and no longer than it may, however often it comes back", func(t *testing.T) {
		inBubble(t, files, folder.WatchOptions{}, func(b *bench) {
			b.take()
			b.write("a00/main.lua")
			for i := range 12 {
				require.NoError(t, os.Remove(b.path("a00/.git/index.lock")))
				lay(t, b.dir, map[string]string{"a00/.git/index.lock": fmt.Sprint(i), "a00/.git/other": ""})
				b.wait(time.Second)
			}
			got := b.take()
			require.Len(t, got, 1)
			require.InDelta(t, 10.1, got[0].at.Seconds(), 0.06)
		})
	})
}

func TestWatchScanReachesTheLastAccountUnderAStormOfEvents(t *testing.T) {
	var scanning atomic.Bool
	slow := func(string) {
		if scanning.Load() {
			time.Sleep(10 * time.Millisecond)
		}
	}
	files := manyAccounts(90)
	files["zz/main.lua"] = ""
	inBubbleOf(t, files, folder.WatchOptions{}, slow, func(b *bench) {
		b.take()
		scanning.Store(true)
		lay(t, b.dir, map[string]string{"zz/main.lua": "changed"})
		for range 100 {
			b.src.Errors <- fsnotify.ErrEventOverflow
			b.wait(20 * ms)
		}
		var dirty []string
		for _, r := range b.take() {
			dirty = append(dirty, r.dirty...)
		}
		require.Contains(t, dirty, "zz")
	})
}

func TestWatchPipesAreNotOpened(t *testing.T) {
	l := liveTree(t)
	pipe(t, l.path("demo/lua.lua"))
	pipe(t, l.path("demo/.git"))
	pipe(t, l.path("shared/p.lua"))
	pipe(t, l.path(".git"))
	require.NoError(t, os.WriteFile(l.path("shop/main.lua"), []byte("2"), 0o644))
	l.expect([]string{"shop"}, nil)
}
