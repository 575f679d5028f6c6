package bot_test

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/wechat/sim"
)

// openFolders is how many files and folders below a folder this process has open.
func openFolders(t *testing.T, below string) (n int) {
	t.Helper()
	const open = "/proc/self/fd"
	all, err := os.ReadDir(open)
	if err != nil {
		t.Skip("this system does not tell what is open: ", err)
	}
	for _, fd := range all {
		if name, err := os.Readlink(open + "/" + fd.Name()); err == nil && strings.HasPrefix(name, below) {
			n++
		}
	}
	return n
}

// requireClosed waits until no more is open than before: the watch of files may be looking at something now.
func requireClosed(t *testing.T, below string, before int) {
	t.Helper()
	require.Eventually(t, func() bool { return openFolders(t, below) <= before }, patient, time.Millisecond)
}

// TestNothingStaysOpen has accounts begin, saved, looked for and send media, with nobody to collect what was forgotten: a
// process may have so many files open and no more.
func TestNothingStaysOpen(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	h, s := mediaHouse(t)
	round := func(n int) {
		h.write("demo", files{"main.lua": fmt.Sprintf("on.text('cup', reply.image('media/cup.png')) -- %d", n), "media/cup.png": cup + fmt.Sprint(n)})
		require.NoError(t, h.load("demo").Err)
		h.built("demo")
		require.Error(t, h.load("nobody").Err)
		require.Contains(t, s.does("amy", sim.Text("cup")), "image")
		h.beginAnew()
	}
	round(0)
	before := openFolders(t, h.dir)
	for n := range 5 {
		round(n + 1)
	}
	requireClosed(t, h.dir, before)
}

// TestNothingStaysOpenOfWhatIsPublished does the same where the store says what is live.
func TestNothingStaysOpenOfWhatIsPublished(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	h := publishing(t, map[string]files{"demo": saying("one")}, make(chan time.Time))
	require.NoError(t, h.publish("", "demo").Err)
	before := openFolders(t, h.dir)
	for n := range 5 {
		h.write("demo", saying(fmt.Sprint(n)))
		require.NoError(t, h.publish("", "demo").Err)
	}
	requireClosed(t, h.dir, before)
}

// heard is a context that counts who listens for its end.
type heard struct {
	context.Context
	of    context.Context
	hears atomic.Int64
}

func hearing(ctx context.Context) *heard { return &heard{Context: context.WithoutCancel(ctx), of: ctx} }

func (c *heard) Done() <-chan struct{} { return c.of.Done() }
func (c *heard) Err() error            { return c.of.Err() }

// AfterFunc is what package context asks for.
func (c *heard) AfterFunc(f func()) (stop func() bool) {
	c.hears.Add(1)
	end := context.AfterFunc(c.of, f)
	over := sync.OnceFunc(func() { c.hears.Add(-1) })
	return func() bool { over(); return end() }
}

// A job is asked for by what lives as long as the process, and so does the fleet: of what is over nothing may hang on
// either, or each push and each job would cost a little memory for ever.
func TestWhatIsOverListensNoMore(t *testing.T) {
	chances := &gatedChance{}
	h := newHouse(t, map[string]files{"demo": {"main.lua": workScript, "account.yaml": "kind: service\nlimits: { turns: 1, script_time: 5m, total_time: 5m, job_time: 5m }"}},
		func(o *bot.Options) { o.Rand = chances })
	t.Cleanup(chances.letAll)
	var life *heard
	h.fleet.WatchLife(func(of context.Context) context.Context { life = hearing(of); return life })
	first := h.deliver(h.text("amy", "1", "one"))
	chances.await(t, 1)
	second := h.deliver(h.text("bob", "2", "two"))
	h.until("it waits for capacity", func() bool { return h.fleet.Account("demo").Status().Queued == 1 })
	require.Positive(t, life.hears.Load())
	chances.letAll()
	h.api.await(t, "amy", 1)
	h.api.await(t, "bob", 1)
	h.pass(window)
	h.api.letAll()
	h.wait("the end", first.returned)
	h.wait("the end", second.returned)
	h.api.until(t, func() bool { return len(h.api.sent) == 2 }) // late answers

	caller := hearing(t.Context())
	for range 3 {
		_, err := h.fleet.Work(caller, "demo", global("nightly"), bot.WorkOptions{OpenID: "amy", Job: true})
		require.NoError(t, err)
	}
	require.Zero(t, caller.hears.Load())
	require.Eventually(t, func() bool { return life.hears.Load() == 0 }, patient, time.Millisecond)
}
