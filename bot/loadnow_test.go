package bot_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

// held are timers that pass only when the test says so.
type held struct {
	mu  sync.Mutex
	all map[int]func()
	n   int
}

func (h *held) after(d time.Duration, fn func()) (stop func() bool) {
	if d > time.Second {
		return func() bool { return true } // jobs wait, too, and never come
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.all == nil {
		h.all = map[int]func(){}
	}
	n := h.n
	h.n++
	h.all[n] = fn
	return func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		_, waits := h.all[n]
		delete(h.all, n)
		return waits
	}
}

// pass lets all timers pass.
func (h *held) pass() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for n, fn := range h.all {
		delete(h.all, n)
		go fn()
	}
}

func (h *held) waiting() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.all)
}

// savedNow writes a file as if it had been written at this moment of the house's clock.
func (h *house) savedNow(account, name, text string) {
	h.t.Helper()
	coming := filepath.Join(filepath.Dir(h.dir), "coming")
	require.NoError(h.t, os.MkdirAll(filepath.Join(h.dir, account), 0o755))
	require.NoError(h.t, os.WriteFile(coming, []byte(text), 0o644))
	require.NoError(h.t, os.Chtimes(coming, h.clock.Now(), h.clock.Now()))
	require.NoError(h.t, os.Rename(coming, filepath.Join(h.dir, account, name)))
}

// Load reads a folder at once: on a clock that stands still, with timers that never pass, and though the last write is
// younger than a save that has settled.
func TestLoadReadsAFolderNow(t *testing.T) {
	timers := &held{}
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text(function() return "one" end)`}}, func(o *bot.Options) { o.After = timers.after })
	load := func(account string) bot.SaveReport { return h.fleet.Load(t.Context(), account) }
	say := func(account, id string) string {
		p := h.text("amy", id, "hi")
		p.account = account
		return h.say(p).seen()
	}
	require.Equal(t, "one", say("demo", "1"))
	first := load("demo")
	require.NoError(t, first.Err)
	require.True(t, first.Live)
	require.Equal(t, h.fleet.Account("demo").Status().Build, first.Build, "nothing has changed")

	h.savedNow("demo", "main.lua", `on.text(function() return "two" end)`)
	second := load("demo")
	require.NoError(t, second.Err)
	require.True(t, second.Live)
	require.NotEqual(t, first.Build, second.Build)
	require.Equal(t, "two", say("demo", "2"))

	h.savedNow("demo", "main.lua", "on.text(function() return")
	for range 2 {
		broken := load("demo")
		require.ErrorContains(t, broken.Err, "main.lua:1")
		require.False(t, broken.Live)
		require.Equal(t, second.Build, broken.Build)
	}
	require.Equal(t, "two", say("demo", "3"))

	h.savedNow("new", "main.lua", `on.text(function() return "new" end)`)
	fresh := load("new")
	require.NoError(t, fresh.Err)
	require.True(t, fresh.Live)
	require.Equal(t, "new", say("new", "4"))
	require.False(t, strings.Contains(h.fleet.Account("new").Status().Err, "main.lua"))
}

func TestLoadOfWhatIsNotThere(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": "on.text(\"hi\", \"ho\")"}})
	require.NoError(t, os.WriteFile(filepath.Join(h.dir, "file"), nil, 0o644))
	for _, name := range []string{"nobody", "..", "demo/media", "file", ""} {
		r := h.fleet.Load(t.Context(), name)
		require.Error(t, r.Err, "%q", name)
		require.Equal(t, name, r.Account)
		require.False(t, r.Live)
		require.Nil(t, h.fleet.Account(name))
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, h.fleet.Load(ended, "demo").Err, context.Canceled)
	require.NoError(t, h.fleet.Load(t.Context(), "demo").Err, "nothing was left held")
}

// Many loads of a folder at once, and its watcher, end in the newest build.
func TestLoadsOfOneFolderFollowOneAnother(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text(function() return "0" end)`}})
	for n := range 5 {
		h.write("demo", files{"main.lua": `on.text(function() return "` + strings.Repeat("x", n+1) + `" end)`})
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() { require.NoError(t, h.fleet.Load(t.Context(), "demo").Err) })
		}
		all.Wait()
		require.Equal(t, strings.Repeat("x", n+1), h.say(h.text("amy", strings.Repeat("1", n+1), "hi")).seen())
	}
}

func TestATestHoldsTheTimers(t *testing.T) {
	timers := &held{}
	h := newHouse(t, map[string]files{"demo": {"account.yaml": "kind: service", "main.lua": `on.text(function() return ("hello world. "):rep(200) end)`}},
		func(o *bot.Options) { o.After = timers.after })
	require.NotEmpty(t, h.say(h.text("amy", "1", "long")).seen())
	h.until("what follows waits", func() bool { return timers.waiting() == 1 })
	require.Empty(t, h.api.messages())
	timers.pass()
	h.report(0)
	require.Len(t, h.api.messages(), 1)
}

// A folder that does not answer is given up when nobody waits any more; it is looked at again once it has come back.
func TestLoadOfAFolderThatHangs(t *testing.T) {
	pit := newTarpit()
	h := newHouse(t, map[string]files{"demo": echoing("/run/demo")}, hanging(pit, patient))
	require.NoError(t, h.fleet.Load(t.Context(), "demo").Err)
	build := h.fleet.Account("demo").Status().Build
	h.write("demo", echoing("/hung/demo"))
	ctx, cancel := context.WithCancel(t.Context())
	loaded := make(chan bot.SaveReport, 1)
	go func() { loaded <- h.fleet.Load(ctx, "demo") }()
	<-pit.heard
	cancel()
	require.ErrorIs(t, (<-loaded).Err, context.Canceled)
	require.Equal(t, build, h.fleet.Account("demo").Status().Build, "it goes on serving")
	pit.free()
	require.Eventually(t, func() bool {
		r := h.fleet.Load(t.Context(), "demo")
		return r.Err == nil && r.Build != "" && len(h.fleet.Hanging()) == 0
	}, patient, 10*time.Millisecond)
}
