package folder_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/folder"
)

// patience is how long a real event may take on a busy machine.
const patience = time.Minute

// live is a watcher on real events.
type live struct {
	t       *testing.T
	dir     string
	changed chan struct{}

	mu    sync.Mutex
	dirty map[string]int
	gone  map[string]int
}

func watchLive(t *testing.T, dir string) *live {
	t.Helper()
	l := &live{t: t, dir: dir, changed: make(chan struct{}, 1), dirty: map[string]int{}, gone: map[string]int{}}
	count := func(m *map[string]int) func([]string) {
		return func(names []string) {
			l.mu.Lock()
			for _, n := range names {
				(*m)[n]++
			}
			l.mu.Unlock()
			select {
			case l.changed <- struct{}{}:
			default:
			}
		}
	}
	w := folder.NewWatcher(dir, folder.WatchOptions{
		OnDirty: count(&l.dirty), OnGone: count(&l.gone), Absence: 300 * time.Millisecond, SafetyScan: time.Hour, Poll: -1,
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
	})
	<-l.changed // everything is watched
	l.reset()
	return l
}

func (l *live) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.dirty)
	clear(l.gone)
}

// expect waits until these accounts were reported, since the last call. Others may have been too: what a
// busy machine delays past the debounce is reported twice.
func (l *live) expect(dirty, gone []string) {
	l.t.Helper()
	deadline := time.After(patience)
	for {
		l.mu.Lock()
		d, g := slices.Sorted(maps.Keys(l.dirty)), slices.Sorted(maps.Keys(l.gone))
		l.mu.Unlock()
		if holds(d, dirty) && holds(g, gone) {
			l.reset()
			return
		}
		select {
		case <-l.changed:
		case <-deadline:
			require.Failf(l.t, "not reported", "dirty %v and gone %v; want %v and %v", d, g, dirty, gone)
		}
	}
}

func holds(got, want []string) bool {
	return !slices.ContainsFunc(want, func(name string) bool { return !slices.Contains(got, name) })
}

func (l *live) path(name string) string { return filepath.Join(l.dir, filepath.FromSlash(name)) }

func liveTree(t *testing.T) *live {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "scripts")
	lay(t, dir, map[string]string{"demo/main.lua": "1", "demo/lib/a.lua": "1", "shop/main.lua": "1", "shared/x.lua": "1"})
	return watchLive(t, dir)
}

func TestNotifySaves(t *testing.T) {
	t.Parallel()
	l := liveTree(t)
	for _, c := range []struct {
		name string
		save func(where string) error
	}{
		{"a plain write", func(where string) error { return os.WriteFile(where, []byte("2"), 0o644) }},
		{"an atomic rename", func(where string) error {
			if err := os.WriteFile(where+".tmp", []byte("3"), 0o644); err != nil {
				return err
			}
			return os.Rename(where+".tmp", where)
		}},
		{"the way vim saves", func(where string) error {
			for _, step := range []func() error{
				func() error { return os.WriteFile(filepath.Join(filepath.Dir(where), "4913"), nil, 0o644) },
				func() error { return os.Remove(filepath.Join(filepath.Dir(where), "4913")) },
				func() error { return os.Rename(where, where+"~") },
				func() error { return os.WriteFile(where, []byte("4"), 0o644) },
				func() error { return os.Remove(where + "~") },
			} {
				if err := step(); err != nil {
					return err
				}
			}
			return nil
		}},
		{"once more after all that", func(where string) error { return os.WriteFile(where, []byte("5"), 0o644) }},
	} {
		for _, file := range []string{"demo/main.lua", "demo/lib/a.lua"} {
			require.NoError(t, c.save(l.path(file)), c.name)
			l.expect([]string{"demo"}, nil)
		}
	}
	require.NoError(t, os.WriteFile(l.path("shared/x.lua"), []byte("2"), 0o644))
	l.expect([]string{"demo", "shop"}, nil)
}

func TestNotifyFolders(t *testing.T) {
	t.Parallel()
	l := liveTree(t)
	lay(t, l.dir, map[string]string{"new/main.lua": "", "new/lib/deep/x.lua": ""})
	l.expect([]string{"new"}, nil)
	require.NoError(t, os.WriteFile(l.path("new/lib/deep/x.lua"), []byte("2"), 0o644))
	l.expect([]string{"new"}, nil)

	require.NoError(t, os.Rename(l.path("new"), l.path("newer")))
	l.expect([]string{"newer"}, []string{"new"})
	require.NoError(t, os.WriteFile(l.path("newer/lib/deep/x.lua"), []byte("3"), 0o644))
	l.expect([]string{"newer"}, nil)

	require.NoError(t, os.Rename(l.path("newer/lib"), l.path("newer/flows")))
	l.expect([]string{"newer"}, nil)
	require.NoError(t, os.WriteFile(l.path("newer/flows/deep/x.lua"), []byte("4"), 0o644))
	l.expect([]string{"newer"}, nil)

	require.NoError(t, os.RemoveAll(l.path("newer")))
	l.expect(nil, []string{"newer"})
	lay(t, l.dir, map[string]string{"newer/main.lua": ""})
	l.expect([]string{"newer"}, nil)
}

func TestNotifyConfigMap(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "scripts")
	m := configMap{dir: filepath.Join(dir, "demo")}
	require.NoError(t, os.MkdirAll(m.dir, 0o755))
	require.NoError(t, m.swap(map[string]string{"main.lua": "1"}))
	l := watchLive(t, dir)
	for i := range 3 {
		require.NoError(t, m.swap(map[string]string{"main.lua": fmt.Sprint(i)}))
		l.expect([]string{"demo"}, nil)
	}
}

func TestNotifyCheckout(t *testing.T) {
	t.Parallel()
	l := liveTree(t)
	files := map[string]string{}
	for i := range 300 {
		files[fmt.Sprintf("demo/m%d/x%d.lua", i%10, i)] = "1"
		files[fmt.Sprintf("acc%d/main.lua", i%20)] = "1"
	}
	var want []string
	for i := range 20 {
		want = append(want, fmt.Sprintf("acc%d", i))
	}
	want = append(want, "demo")
	slices.Sort(want)
	lay(t, l.dir, files)
	l.expect(want, nil)
	require.NoError(t, os.WriteFile(l.path("demo/m3/x3.lua"), []byte("2"), 0o644))
	l.expect([]string{"demo"}, nil)
}

func TestNotifyScriptsIsALink(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	lay(t, base, map[string]string{"r1/demo/main.lua": "1", "r2/demo/main.lua": "2", "r2/shop/main.lua": "2"})
	dir := filepath.Join(base, "scripts")
	require.NoError(t, os.Symlink("r1", dir))
	l := watchLive(t, dir)
	require.NoError(t, os.WriteFile(filepath.Join(base, "r1/demo/main.lua"), []byte("1b"), 0o644))
	l.expect([]string{"demo"}, nil)

	require.NoError(t, os.Symlink("r2", dir+".next"))
	require.NoError(t, os.Rename(dir+".next", dir))
	l.expect([]string{"demo", "shop"}, nil)
	require.NoError(t, os.WriteFile(filepath.Join(base, "r2/shop/main.lua"), []byte("3"), 0o644))
	l.expect([]string{"shop"}, nil)
}

func TestNotifyScriptsGoesAndComes(t *testing.T) {
	t.Parallel()
	l := liveTree(t)
	require.NoError(t, os.RemoveAll(l.dir))
	l.expect(nil, []string{"demo", "shop"})
	lay(t, l.dir, map[string]string{"demo/main.lua": "2"})
	l.expect([]string{"demo"}, nil)
	require.NoError(t, os.WriteFile(l.path("demo/main.lua"), []byte("3"), 0o644))
	l.expect([]string{"demo"}, nil)
}
