package bot_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/account"
	"moonwire/bot"
)

// tarpit makes the reading of some secrets hang until it is let go.
type tarpit struct {
	mu    sync.Mutex
	let   chan struct{}
	sunk  int
	heard chan struct{}
}

func newTarpit() *tarpit { return &tarpit{let: make(chan struct{}), heard: make(chan struct{}, 1000)} }

func (p *tarpit) read(path string) ([]byte, error) {
	if filepath.Dir(path) != "/hung" {
		return []byte("tokentoken"), nil
	}
	p.mu.Lock()
	p.sunk++
	let := p.let
	p.mu.Unlock()
	p.heard <- struct{}{}
	<-let
	return []byte("tokentoken"), nil
}

func (p *tarpit) free() { close(p.let) }

func echoing(token string) files {
	return files{"account.yaml": "app_id: wx" + filepath.Base(token) + "\nmode: plain\ntoken: ${file:" + token + "}\n", "main.lua": `on.text(function(m) return m.content end)`}
}

// short is how long a load may take that hangs: any other has ended by then, on a slow machine too.
const short = 3 * time.Second

func hanging(p *tarpit, limit time.Duration) func(*bot.Options) {
	return func(o *bot.Options) {
		o.Resolver.ReadFile, o.LoadTime = p.read, limit
	}
}

// saved waits until an account was reported as live, or not.
func (h *house) saved(account string, live bool) (found bot.SaveReport) {
	h.t.Helper()
	h.until(fmt.Sprintf("%s live: %v", account, live), func() bool {
		for _, r := range h.saves {
			if r.Account == account && r.Live == live {
				found = r
				return true
			}
		}
		return false
	})
	return found
}

func TestLoadThatHangsHoldsUpNobody(t *testing.T) {
	pit := newTarpit()
	accounts := map[string]files{"good": echoing("/run/good")}
	const hung = 30 // more than there are loaders, and loads beside them
	for i := range hung {
		name := fmt.Sprintf("a%02d", i) // looked at first
		accounts[name] = echoing("/hung/" + name)
	}
	h := newHouse(t, accounts, hanging(pit, short))
	free := sync.OnceFunc(pit.free)
	defer free()
	h.saved("good", true)
	for i := range hung {
		r := h.saved(fmt.Sprintf("a%02d", i), false)
		require.ErrorContains(t, r.Err, "loading has not ended after 3s and is given up")
		require.True(t, r.First)
	}
	require.Len(t, h.fleet.Hanging(), hung)
	require.Contains(t, h.fleet.Account("a00").Status().Err, "does not answer")
	require.True(t, h.fleet.Account("a00").Status().Loaded, "its messages are refused and do not wait")

	h.write("good", files{"main.lua": `on.text(function(m) return "saved while others hang" end)`})
	h.until("the other save", func() bool { return countLive(h.saves, "good") == 2 })

	h.write("a00", echoing("/run/mended"))
	h.saved("a00", true)
	require.Empty(t, h.fleet.Account("a00").Status().Err, "the repair is picked up while the first load still hangs")
	build := h.fleet.Account("a00").Status().Build

	free()
	for i := range hung {
		h.saved(fmt.Sprintf("a%02d", i), true) // what answers again is looked at again by itself
	}
	h.until("nothing hangs any more", func() bool { return len(h.fleet.Hanging()) == 0 })
	require.Equal(t, build, h.fleet.Account("a00").Status().Build, "what was given up counts for nothing")
}

func countLive(saves []bot.SaveReport, account string) (n int) {
	for _, r := range saves {
		if r.Account == account && r.Live {
			n++
		}
	}
	return n
}

// A folder that cannot be read may be one that is being written: that is told only when it is so again a moment later.
func TestATroubleIsToldWhenItLasts(t *testing.T) {
	held := make(chan func(), 100)
	h := newHouse(t, map[string]files{"demo": saying("one")}, func(o *bot.Options) {
		o.After = func(d time.Duration, fn func()) (stop func() bool) {
			if d == 100*time.Millisecond {
				held <- fn
				return func() bool { return true }
			}
			return time.AfterFunc(d, fn).Stop
		}
	})
	h.save(0)
	await := func() (again func()) {
		select {
		case again = <-held:
		case <-time.After(patient):
			t.Fatal("nobody waits")
		}
		return again
	}
	link := filepath.Join(h.dir, "demo/a.lua")
	require.NoError(t, os.Symlink("main.lua", link))
	again := await()
	require.NoError(t, os.Remove(link))
	h.write("demo", files{"a.lua": "return 1"})
	require.NoError(t, h.save(1).Err)
	again()
	coming := filepath.Join(t.TempDir(), "coming") // nobody sees the folder without the file
	require.NoError(t, os.Symlink("main.lua", coming))
	require.NoError(t, os.Rename(coming, link))
	await()()
	require.ErrorContains(t, h.save(2).Err, "a.lua: is a symbolic link")
	require.Equal(t, "one", h.hears("demo"))
	require.Len(t, h.saves, 3)
}

func TestLoadThatHangsKeepsWhatServes(t *testing.T) {
	pit := newTarpit()
	h := newHouse(t, map[string]files{"demo": echoing("/run/demo")}, hanging(pit, short))
	defer pit.free()
	first := h.saved("demo", true)
	h.write("demo", echoing("/hung/demo"))
	r := h.saved("demo", false)
	require.Equal(t, first.Build, r.Build)
	require.True(t, h.fleet.Account("demo").Status().Serving)
	require.Equal(t, []string{"demo"}, h.fleet.Hanging())
}

func TestProcessEndsWhileALoadHangs(t *testing.T) {
	for _, tt := range []struct {
		name    string
		limit   time.Duration
		givenUp bool
	}{
		{"before it is given up", time.Hour, false},
		{"after it was given up", short, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pit := newTarpit()
			h := newHouse(t, map[string]files{"demo": echoing("/hung/demo")}, hanging(pit, tt.limit))
			defer pit.free()
			h.wait("the load hangs", pit.heard)
			if tt.givenUp {
				h.saved("demo", false)
			}
			closed := make(chan struct{})
			go func() {
				defer close(closed)
				ctx, cancel := context.WithTimeout(context.Background(), patient)
				defer cancel()
				_ = h.fleet.Drain(ctx)
				h.end()
			}()
			h.wait("the end of the process", closed)
			h.end = nil
		})
	}
}

func TestSecretThatWasMendedIsPickedUp(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "token")
	reader := &account.FileReader{Limit: account.MaxSecretFile}
	h := newHouse(t, map[string]files{"demo": echoing(path)}, func(o *bot.Options) {
		o.Dev, o.Resolver.ReadFile = false, reader.Read
	})
	require.ErrorContains(t, h.saved("demo", false).Err, "account.yaml:3: token: ${file:"+path+"} is not set or empty")
	require.NoError(t, os.WriteFile(path, []byte("tokentoken"), 0o600))
	now := time.Now()
	require.NoError(t, os.Chtimes(filepath.Join(h.dir, "demo/account.yaml"), now, now), "the folder says the same as before")
	h.saved("demo", true)
}

func TestLoadQueue(t *testing.T) {
	take := func(q bot.LoadQueue, n int) (names []string) {
		for range n {
			names = append(names, q.Take())
		}
		return names
	}
	t.Run("who waits comes first, who took long comes last and alone", func(t *testing.T) {
		q := bot.NewLoadQueue()
		for _, name := range []string{"slow", "slow2"} {
			q.Put(name, false)
			require.Equal(t, name, q.Take())
			q.Done(name, true)
		}
		for _, name := range []string{"slow", "slow2", "a", "b", "c"} {
			q.Put(name, false)
		}
		q.Put("c", true)
		require.Equal(t, []string{"c", "a", "b", "slow", ""}, take(q, 5))
		q.Done("slow", false)
		require.Equal(t, "slow2", q.Take())
		q.Done("slow2", false)
		q.Put("slow", false)
		q.Put("d", false)
		require.Equal(t, []string{"slow", "d"}, take(q, 2), "it did not take long any more")
	})
	t.Run("who took long is not forgotten over the others", func(t *testing.T) {
		q := bot.NewLoadQueue()
		q.Put("slow", false)
		q.Take()
		q.Done("slow", true)
		q.Put("slow", false)
		for i := range 20 {
			q.Put(fmt.Sprint(i), false)
		}
		require.Contains(t, take(q, 8), "slow")
	})
	t.Run("once at a time, and again when it was put meanwhile", func(t *testing.T) {
		q := bot.NewLoadQueue()
		q.Put("a", false)
		q.Put("a", false)
		require.Equal(t, []string{"a", ""}, take(q, 2))
		q.Put("a", false)
		require.Empty(t, q.Take())
		q.Done("a", false)
		require.Equal(t, []string{"a", ""}, take(q, 2))
	})
	t.Run("later, at the earliest wish", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			q := bot.NewLoadQueue()
			for range 100 {
				q.PutAfter("a", time.Minute)
			}
			q.PutAfter("a", time.Second)
			q.PutAfter("a", time.Hour)
			time.Sleep(time.Second)
			synctest.Wait()
			require.Equal(t, []string{"a", ""}, take(q, 2))
			q.Done("a", false)
			time.Sleep(2 * time.Hour)
			synctest.Wait()
			require.Empty(t, q.Take(), "the later wishes are gone")
		})
	})
	t.Run("one holder after the other", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			q := bot.NewLoadQueue()
			q.Put("a", false)
			require.Equal(t, "a", q.Take())
			q.Put("a", false)
			holds := make(chan bool, 2)
			for range 2 {
				go func() { holds <- q.Hold(t.Context(), "a") }()
			}
			for range 2 {
				synctest.Wait()
				require.Empty(t, holds, "somebody is busy with it")
				q.Done("a", false)
				synctest.Wait()
				require.Len(t, holds, 1)
				require.True(t, <-holds)
			}
			q.Done("a", false)
			ended, cancel := context.WithCancel(t.Context())
			cancel()
			require.False(t, q.Hold(ended, "a"))
		})
	})
}
