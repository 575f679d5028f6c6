package bot_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/store"
)

// crowd is fans who write all the time, and what they got.
type crowd struct {
	h       *house
	stopped chan struct{}
	all     sync.WaitGroup
	n       atomic.Int64
	mu      sync.Mutex
	heard   map[string]int
}

// gather lets so many fans write at once until they are told to stop.
func (h *house) gather(fans int) *crowd {
	c := &crowd{h: h, stopped: make(chan struct{}), heard: map[string]int{}}
	for fan := range fans {
		c.all.Go(func() {
			for {
				select {
				case <-c.stopped:
					return
				default:
				}
				d := h.deliver(h.text(fmt.Sprintf("fan%d", fan), fmt.Sprint(c.n.Add(1)), "hi"))
				<-d.answered
				c.mu.Lock()
				c.heard[d.seen()]++
				c.mu.Unlock()
			}
		})
	}
	return c
}

// more waits until the fans have got some answers more.
func (c *crowd) more(n int64) {
	before := c.n.Load()
	c.h.until("the fans write", func() bool { return c.n.Load() >= before+n })
}

func (c *crowd) stop() (words []string) {
	close(c.stopped)
	c.all.Wait()
	for word := range c.heard {
		words = append(words, word)
	}
	slices.Sort(words)
	return words
}

// An author and an operator, beside sixteen fans who write all the time.
func TestRollback(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": saying("one")})
	busy := h.gather(16)
	saves := func(word string) func() error {
		return func() error {
			h.write("demo", saying(word))
			err := h.load("demo").Err
			h.built("demo")
			h.clock.Add(time.Second) // one build is newer than the other
			return err
		}
	}
	back := func(id string) func() error {
		return func() error {
			_, err := h.fleet.Rollback(t.Context(), "demo", id, operator)
			return err
		}
	}
	idOf := func(word string) string {
		for _, id := range h.built("demo") {
			files, err := h.fleet.BuildFiles(t.Context(), "demo", id[:4])
			require.NoError(t, err)
			if strings.Contains(string(files[0].Bytes), `"`+word+`"`) {
				return id
			}
		}
		return "none"
	}
	rescan := func() error {
		now := time.Now()
		_ = os.Chtimes(filepath.Join(h.dir, "demo/main.lua"), now, now)
		return h.load("demo").Err
	}
	require.NoError(t, saves("one")())
	for _, step := range []struct {
		name  string
		do    func() error
		err   string
		says  string
		state bot.State
	}{
		{"the second save", saves("two"), "", "two", bot.StateServing},
		{"the third save", saves("three"), "", "three", bot.StateServing},
		{"back", back(""), "", "two", bot.StateRolledBack},
		{"a rescan", rescan, "", "two", bot.StateRolledBack},
		{"further back", back(""), "", "one", bot.StateRolledBack},
		{"there is nothing older", back(""), "no older build", "one", bot.StateRolledBack},
		{"a restart", func() error { return nil }, "", "one", bot.StateRolledBack},
		{"a rescan after it", rescan, "", "one", bot.StateRolledBack},
		{"a changed save", saves("four"), "", "four", bot.StateServing},
		{"back from that", back(""), "", "three", bot.StateRolledBack},
		{"a broken save", func() error { h.write("demo", files{"main.lua": "on.text("}); return h.load("demo").Err }, "main.lua:1", "three", bot.StateRolledBack},
		{"a restart with it", func() error { return nil }, "", "three", bot.StateRolledBack},
		{"back while the folder is broken", back(""), "", "two", bot.StateRolledBack},
		{"another restart", func() error { return nil }, "", "two", bot.StateRolledBack},
		{"the next save", saves("five"), "", "five", bot.StateServing},
		{"to a certain one", func() error { return back(idOf("one"))() }, "", "one", bot.StateRolledBack},
		{"to what the folder has", func() error { return back(idOf("five")[:6])() }, "", "five", bot.StateServing},
		{"a restart after that", func() error { return nil }, "", "five", bot.StateServing},
	} {
		busy.more(20)
		if strings.Contains(step.name, "restart") {
			require.NotContains(t, busy.stop(), "抱歉，出了点问题，我们已收到通知")
			h.beginAnew()
			busy = h.gather(16)
		}
		err := step.do()
		if step.err == "" {
			require.NoError(t, err, step.name)
		} else {
			require.ErrorContains(t, err, step.err, step.name)
		}
		require.Equal(t, step.says, h.hears("demo"), step.name)
		require.Equal(t, step.state, h.status("demo").State, step.name)
	}
	require.NotContains(t, busy.stop(), "抱歉，出了点问题，我们已收到通知")
	log, err := h.store.AuditLog(t.Context(), store.AuditFilter{Account: "demo"})
	require.NoError(t, err)
	require.Len(t, log, 6, "each rollback that did something, and nothing else")
	require.Equal(t, operator, log[0].Who)
}

func TestRollbackThatChangesNothing(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": saying("one"), "refused": {"main.lua": "", "account.yaml": "mode: ["}})
	h.built("demo")
	h.clock.Add(time.Second)
	_, err := h.store.SaveBuild(t.Context(), "demo", []store.File{{Name: "main.lua", Bytes: []byte("loops(")}}, store.BuildMeta{State: store.BuildGood})
	require.NoError(t, err)
	old, err := h.store.Builds(t.Context(), "demo")
	require.NoError(t, err)
	h.clock.Add(time.Second)
	h.write("demo", saying("two"))
	require.NoError(t, h.load("demo").Err)
	h.built("demo")
	before, err := h.store.Current(t.Context(), "demo")
	require.NoError(t, err)
	for _, tt := range []struct{ name, account, id, want string }{
		{"no such account", "nobody", "", `there is no such account: "nobody"`},
		{"no such build", "demo", "ffffffff", `there is no such build: "ffffffff"`},
		{"too short to name one", "demo", old[0].ID[:3], "there is no such build"},
		{"one that no longer loads", "demo", old[0].ID, "build " + old[0].ID + " cannot serve with this program, so nothing has changed: main.lua:1"},
		{"the last one no longer loads", "demo", "", "so nothing has changed"},
		{"account.yaml is refused", "refused", "", "its account.yaml cannot be used"},
	} {
		_, err := h.fleet.Rollback(t.Context(), tt.account, tt.id, operator)
		require.ErrorContains(t, err, tt.want, tt.name)
	}
	now, err := h.store.Current(t.Context(), "demo")
	require.NoError(t, err)
	require.Equal(t, before, now)
	require.Equal(t, "two", h.hears("demo"))
	require.Equal(t, bot.StateServing, h.status("demo").State)
	log, err := h.store.AuditLog(t.Context(), store.AuditFilter{})
	require.NoError(t, err)
	require.Empty(t, log)
}

// polling lets the processes of a test look what others have decided until something holds.
func (h *house) polling(what string, polls chan time.Time, holds func() bool) {
	h.t.Helper()
	h.until(what, func() bool {
		select {
		case polls <- time.Time{}:
		default:
		}
		return holds()
	})
}

// A save of what another process has gone back from goes back by itself, before anybody looks what others have decided.
func TestASaveThatAnotherProcessHasGoneBackFrom(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": saying("one")}, func(o *bot.Options) { o.Polls = make(chan time.Time) })
	save := func(word string) {
		h.clock.Add(time.Second)
		h.write("demo", saying(word))
		require.NoError(t, h.load("demo").Err)
	}
	h.built("demo")
	save("two")
	h.built("demo")
	_, err := h.fleet.Rollback(t.Context(), "demo", "", operator)
	require.NoError(t, err)
	h.damage("CREATE TABLE pins AS SELECT * FROM current")
	save("three")
	h.built("demo")
	require.Equal(t, "three", h.hears("demo"))
	h.damage("UPDATE current SET pinned_over = (SELECT pinned_over FROM pins), build = (SELECT build FROM pins), seq = seq + 1")
	save("two")
	h.until("it goes back", func() bool { return h.status("demo").State == bot.StateRolledBack })
	require.Equal(t, "one", h.hears("demo"))
}

// What one process is told, the other follows.
func TestAnotherProcessFollows(t *testing.T) {
	polls := make(chan time.Time)
	h := newHouse(t, map[string]files{"demo": saying("one")}, func(o *bot.Options) { o.Polls = polls })
	h.built("demo")
	h.clock.Add(time.Second)
	h.write("demo", saying("two"))
	require.NoError(t, h.load("demo").Err)
	h.built("demo")
	twin := h.twin()
	require.Equal(t, "two", twin.hears("demo"))
	ids := twin.built("demo")

	_, err := h.fleet.Rollback(t.Context(), "demo", "", operator)
	require.NoError(t, err)
	h.polling("the other goes back", polls, func() bool { return twin.status("demo").State == bot.StateRolledBack })
	require.Equal(t, "one", twin.hears("demo"))
	_, err = twin.fleet.Rollback(t.Context(), "demo", ids[0], operator)
	require.NoError(t, err)
	h.polling("the first follows the folder again", polls, func() bool { return h.status("demo").State == bot.StateServing })
	require.Equal(t, "two", h.hears("demo"))

	require.NoError(t, h.fleet.Disable(t.Context(), "demo", operator))
	require.Equal(t, "refused", h.hears("demo"))
	h.polling("the other has heard of it", polls, func() bool { return twin.status("demo").State == bot.StateDisabled })
	require.Equal(t, "refused", twin.hears("demo"))
	require.NoError(t, twin.fleet.Enable(t.Context(), "demo", operator))
	h.polling("and of its end", polls, func() bool { return h.status("demo").State == bot.StateServing })
	require.Equal(t, "two", h.hears("demo"))
	require.Equal(t, "two", twin.hears("demo"))
}
