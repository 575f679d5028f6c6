package folder_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/stretchr/testify/require"

	"moonwire/folder"
)

// bench watches a folder in a bubble of its own time: real files, events sent by the test, and hours
// that pass at once.
type bench struct {
	t     *testing.T
	dir   string // resolved
	src   *folder.FakeSource
	began time.Time

	mu      sync.Mutex
	reports []report
	watched []string
	dropped []string
	refuse  error                    // of watches
	hangs   map[string]chan struct{} // paths that answer when the channel is closed

	lock chan struct{} // held during a call, as fsnotify does
}

type report struct {
	at    time.Duration
	dirty []string
	gone  []string
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, filepath.FromSlash(name)) }

func (b *bench) event(op fsnotify.Op, name string) {
	b.src.Events <- fsnotify.Event{Name: b.path(name), Op: op}
}

func (b *bench) write(name string) {
	lay(b.t, b.dir, map[string]string{name: time.Now().String()})
	b.event(fsnotify.Write, name)
}

func (b *bench) wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// take returns what was reported since the last call; at counts from then, too.
func (b *bench) take() []report {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	list := b.reports
	b.reports, b.began = nil, time.Now()
	return list
}

func (b *bench) report(dirty, gone []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reports = append(b.reports, report{time.Since(b.began), slices.Clone(dirty), slices.Clone(gone)})
}

// watches returns the folders that were watched and given up so far.
func (b *bench) watches() (watched, dropped []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.watched), slices.Clone(b.dropped)
}

func (b *bench) add(dir string) error {
	b.lock <- struct{}{}
	defer func() { <-b.lock }()
	b.pass(dir)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.watched = append(b.watched, dir)
	return b.refuse
}

// pass waits where a path hangs.
func (b *bench) pass(path string) {
	b.mu.Lock()
	hangs := b.hangs[path]
	b.mu.Unlock()
	if hangs != nil {
		<-hangs
	}
}

func (b *bench) remove(dir string) error {
	b.lock <- struct{}{}
	defer func() { <-b.lock }()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dropped = append(b.dropped, dir)
	return nil
}

func inBubble(t *testing.T, files map[string]string, o folder.WatchOptions, body func(b *bench)) {
	t.Helper()
	inBubbleOf(t, files, o, func(string) {}, body)
}

// inBubbleOf is inBubble where each look at an account's folder is preceded by something.
func inBubbleOf(t *testing.T, files map[string]string, o folder.WatchOptions, before func(account string), body func(b *bench)) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	scripts := filepath.Join(dir, "scripts")
	require.NoError(t, os.Mkdir(scripts, 0o755))
	lay(t, scripts, files)
	synctest.Test(t, func(t *testing.T) {
		b := &bench{t: t, dir: scripts, began: time.Now(), hangs: map[string]chan struct{}{}, lock: make(chan struct{}, 1), src: &folder.FakeSource{
			Events: make(chan fsnotify.Event), Errors: make(chan error),
		}}
		b.src.Add, b.src.Remove = b.add, b.remove
		o.OnDirty = func(names []string) { b.report(names, nil) }
		o.OnGone = func(names []string) { b.report(nil, names) }
		w := folder.NewWatcher(scripts, o)
		w.Use(b.src)
		w.BeforeLooks(before)
		w.BeforeLocks(b.pass)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		ended := make(chan error, 1)
		go func() { ended <- w.Run(ctx) }()
		body(b)
		cancel()
		require.NoError(t, <-ended)
	})
}

var twoAccounts = map[string]string{"demo/main.lua": "", "demo/lib/a.lua": "", "demo/tests/a.chat": "", "shop/main.lua": "", "shared/x.lua": "", "Bad/": ""}

const ms = time.Millisecond

func TestWatchReportsEverythingAtFirst(t *testing.T) {
	inBubble(t, twoAccounts, folder.WatchOptions{}, func(b *bench) {
		require.Equal(t, []report{{dirty: []string{"demo", "shop"}}}, b.take())
		watched, _ := b.watches()
		for _, dir := range []string{"", "demo", "demo/lib", "shop", "shared"} {
			require.Contains(t, watched, b.path(dir))
		}
		require.NotContains(t, watched, b.path("demo/tests"))
		require.NotContains(t, watched, b.path("Bad"))
	})
	inBubble(t, nil, folder.WatchOptions{}, func(b *bench) {
		require.Equal(t, []report{{dirty: nil}}, b.take(), "even none is a report")
	})
}

func TestWatchDebounces(t *testing.T) {
	inBubble(t, twoAccounts, folder.WatchOptions{}, func(b *bench) {
		b.take()
		b.write("demo/main.lua")
		b.wait(60 * ms)
		b.write("demo/lib/a.lua")
		b.wait(time.Minute)
		require.Equal(t, []report{{at: 160 * ms, dirty: []string{"demo"}}}, b.take())
	})
}

func TestWatchDoesNotWaitForEver(t *testing.T) {
	inBubble(t, twoAccounts, folder.WatchOptions{}, func(b *bench) {
		b.take()
		for range 30 {
			b.write("demo/main.lua")
			b.wait(50 * ms)
		}
		b.write("shop/main.lua")
		b.wait(5 * time.Second)
		require.Equal(t, []report{
			{at: 1000 * ms, dirty: []string{"demo"}}, // and what came after it, counted anew:
			{at: 1550 * ms, dirty: []string{"demo"}},
			{at: 1600 * ms, dirty: []string{"shop"}},
		}, b.take())
	})
}

func TestWatchPassesOver(t *testing.T) {
	inBubble(t, twoAccounts, folder.WatchOptions{}, func(b *bench) {
		b.take()
		b.event(fsnotify.Chmod, "demo/main.lua")
		for _, name := range []string{
			"demo/main.lua~", "demo/.main.lua.swp", "demo/4913", "demo/x.tmp", "demo/tests", ".types", ".luarc.json",
			"Bad", "readme.md", "../elsewhere",
		} {
			b.event(fsnotify.Create|fsnotify.Write, name)
		}
		b.wait(20 * time.Second)
		require.Empty(t, b.take())
	})
}

func TestWatchSharedDirtiesAll(t *testing.T) {
	inBubble(t, twoAccounts, folder.WatchOptions{}, func(b *bench) {
		b.take()
		b.write("shared/x.lua")
		b.wait(time.Minute)
		require.Equal(t, []report{{at: 100 * ms, dirty: []string{"demo", "shop"}}}, b.take())
	})
}

func TestWatchConfigMapSwap(t *testing.T) {
	inBubble(t, twoAccounts, folder.WatchOptions{}, func(b *bench) {
		b.take()
		b.event(fsnotify.Create, "demo/..data")
		b.wait(time.Second)
		require.Equal(t, []report{{at: 100 * ms, dirty: []string{"demo"}}}, b.take())
		b.event(fsnotify.Create, "..data")
		b.wait(time.Second)
		require.Equal(t, []report{{at: 100 * ms, dirty: []string{"demo", "shop"}}}, b.take())
	})
}

func TestWatchFolderTakenAway(t *testing.T) {
	inBubble(t, twoAccounts, folder.WatchOptions{}, func(b *bench) {
		b.take()
		require.NoError(t, os.RemoveAll(b.path("demo")))
		b.event(fsnotify.Remove, "demo")
		b.wait(time.Minute)
		require.Equal(t, []report{{at: 2100 * ms, gone: []string{"demo"}}}, b.take())

		lay(t, b.dir, map[string]string{"demo/main.lua": ""})
		b.event(fsnotify.Create, "demo")
		b.wait(time.Minute)
		require.Equal(t, []report{{at: 100 * ms, dirty: []string{"demo"}}}, b.take())
	})
}

func TestWatchFolderSwapped(t *testing.T) {
	inBubble(t, twoAccounts, folder.WatchOptions{}, func(b *bench) {
		b.take()
		require.NoError(t, os.Rename(b.path("demo"), b.path(".old")))
		b.event(fsnotify.Rename, "demo")
		b.wait(time.Second)
		_, dropped := b.watches()
		require.Contains(t, dropped, b.path("demo/lib"), "a moved folder's watch would report under its old name")
		require.NoError(t, os.Rename(b.path(".old"), b.path("demo")))
		b.event(fsnotify.Create, "demo")
		b.wait(time.Minute)
		require.Equal(t, []report{{at: 1100 * ms, dirty: []string{"demo"}}}, b.take(), "never gone")
	})
	t.Run("without an event of its return", func(t *testing.T) {
		inBubble(t, twoAccounts, folder.WatchOptions{}, func(b *bench) {
			b.take()
			require.NoError(t, os.Rename(b.path("demo"), b.path(".old")))
			b.event(fsnotify.Rename, "demo")
			b.wait(time.Second)
			require.NoError(t, os.Rename(b.path(".old"), b.path("demo")))
			b.wait(10 * time.Second)
			require.Equal(t, []report{{at: 2100 * ms, dirty: []string{"demo"}}}, b.take())
		})
	})
}

func TestWatchNewFolderIsWatchedAtOnce(t *testing.T) {
	inBubble(t, twoAccounts, folder.WatchOptions{}, func(b *bench) {
		b.take()
		lay(t, b.dir, map[string]string{"new/main.lua": "", "new/lib/deep/x.lua": "", "new/tests/a.chat": "", "new/.git/x": ""})
		b.event(fsnotify.Create, "new")
		synctest.Wait()
		watched, _ := b.watches()
		require.Subset(t, watched, []string{b.path("new"), b.path("new/lib"), b.path("new/lib/deep")})
		require.NotContains(t, watched, b.path("new/tests"))
		require.NotContains(t, watched, b.path("new/.git"))
		b.wait(50 * ms)
		b.write("new/lib/deep/x.lua")
		b.wait(time.Minute)
		require.Equal(t, []report{{at: 150 * ms, dirty: []string{"new"}}}, b.take())
	})
}

func TestWatchScansWhenEventsAreLost(t *testing.T) {
	for _, c := range []struct {
		name string
		lose func(b *bench)
		want time.Duration
	}{
		{"overflow", func(b *bench) { b.src.Errors <- fsnotify.ErrEventOverflow }, 100 * ms},
		{"a watch error", func(b *bench) { b.src.Errors <- errors.New("bad file descriptor") }, 100 * ms},
		{"the slow scan", func(*bench) {}, 30_100 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, twoAccounts, folder.WatchOptions{}, func(b *bench) {
				b.take()
				lay(t, b.dir, map[string]string{"demo/lib/a.lua": "changed", "new/main.lua": ""})
				require.NoError(t, os.RemoveAll(b.path("shop")))
				c.lose(b)
				b.wait(40 * time.Second)
				got := b.take()
				require.Equal(t, []report{
					{at: c.want, dirty: []string{"demo", "new"}},
					{at: c.want + 2*time.Second, gone: []string{"shop"}},
				}, got)
				b.wait(5 * time.Minute)
				require.Empty(t, b.take(), "what was seen once is not reported again")
			})
		})
	}
}

func TestWatchPolls(t *testing.T) {
	for _, c := range []struct {
		name string
		poll time.Duration
		src  error
		want time.Duration
	}{
		{"on request", 3 * time.Second, nil, 3100 * ms},
		{"without events", 0, errors.New("too many open files"), 2100 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			lay(t, dir, twoAccounts)
			synctest.Test(t, func(t *testing.T) {
				b := &bench{began: time.Now(), lock: make(chan struct{}, 1)}
				w := folder.NewWatcher(dir, folder.WatchOptions{Poll: c.poll, OnDirty: func(names []string) { b.report(names, nil) }})
				w.Use(&folder.FakeSource{OpenErr: c.src, Add: b.add, Remove: b.remove})
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- w.Run(ctx) }()
				synctest.Wait()
				lay(t, dir, map[string]string{"demo/lib/a.lua": "half"})
				time.Sleep(c.want - 50*ms) // between the look and the report
				synctest.Wait()
				lay(t, dir, map[string]string{"demo/lib/a.lua": "half and half"})
				time.Sleep(20 * time.Second)
				cancel()
				require.NoError(t, <-ended)
				require.Equal(t, []report{{dirty: []string{"demo", "shop"}}, {at: c.want + 100*ms, dirty: []string{"demo"}}}, b.reports, "a file still being written is waited for")
			})
		})
	}
}

func TestWatchPollsWhereFoldersCannotBeWatched(t *testing.T) {
	inBubble(t, twoAccounts, folder.WatchOptions{}, func(b *bench) {
		b.take()
		b.mu.Lock()
		b.refuse = errors.New("no space left on device")
		b.mu.Unlock()
		b.src.Errors <- errors.New("begin anew")
		b.wait(time.Second)
		lay(t, b.dir, map[string]string{"demo/lib/a.lua": "changed"})
		b.take()
		b.wait(5 * time.Second)
		got := b.take()
		require.Len(t, got, 1)
		require.LessOrEqual(t, got[0].at, 2100*ms)
	})
}

func TestWatchScriptsFolderGoesAndComes(t *testing.T) {
	inBubble(t, twoAccounts, folder.WatchOptions{}, func(b *bench) {
		b.take()
		require.NoError(t, os.Rename(b.dir, b.dir+".old"))
		b.src.Events <- fsnotify.Event{Name: b.dir, Op: fsnotify.Rename}
		b.wait(time.Minute)
		require.Equal(t, []report{{at: 2100 * ms, gone: []string{"demo", "shop"}}}, b.take())

		lay(t, b.dir, map[string]string{"new/main.lua": ""})
		b.wait(time.Minute)
		got := b.take()
		require.Len(t, got, 1)
		require.Equal(t, []string{"new"}, got[0].dirty)
		require.LessOrEqual(t, got[0].at, 400*ms)
		watched, _ := b.watches()
		require.Contains(t, watched, b.path("new"))
	})
}

func TestWatchScriptsFolderReplaced(t *testing.T) {
	inBubble(t, twoAccounts, folder.WatchOptions{}, func(b *bench) {
		b.take()
		lay(t, b.dir+".next", map[string]string{"demo/main.lua": "2"})
		require.NoError(t, os.Rename(b.dir, b.dir+".old"))
		require.NoError(t, os.Rename(b.dir+".next", b.dir))
		b.src.Events <- fsnotify.Event{Name: b.dir, Op: fsnotify.Create}
		b.wait(time.Minute)
		require.Equal(t, []report{{at: 100 * ms, dirty: []string{"demo"}}, {at: 2100 * ms, gone: []string{"shop"}}}, b.take())
	})
}
