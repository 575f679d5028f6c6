package transcript

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"moonwire/account"
	"moonwire/bot"
	"moonwire/chat"
	"moonwire/llm/standin"
	"moonwire/wechat/sim"
)

// world is all that a test has: a copy of the folder, a clock, a platform, other servers, and the programs that serve.
type world struct {
	runner   *Runner
	account  string
	dir      string // its own: scripts/ and the store
	config   *account.Config
	clock    *clock
	platform *sim.Platform
	model    *standin.Model
	web      *web
	delay    *delay
	chance   *chance
	pushes   traffic // from the platform to the callback
	others   traffic // all else
	life     context.Context
	end      context.CancelFunc

	mu       sync.Mutex
	nodes    map[int]*node
	serving  int
	turns    []bot.TurnReport // not looked at yet
	refused  []string         // what else went wrong
	slowAPIs map[string][]time.Duration
}

// errScripts is why a test cannot begin: the words are the account's.
type errScripts struct{ msg, box string }

func (e *errScripts) Error() string { return e.msg }

// noSecrets is what a test finds of the machine: nothing.
func noSecrets() account.Resolver {
	return account.Resolver{
		Env:      func(string) (string, bool) { return "", false },
		ReadFile: func(string) ([]byte, error) { return nil, fs.ErrNotExist },
	}
}

// newWorld makes the world of a test and starts the first program in it. begin is the time of the account's zone at which
// it begins, as if it were UTC.
func (r *Runner) newWorld(ctx context.Context, f File, begin time.Time) (w *world, err error) {
	w = &world{runner: r, account: f.Account, nodes: map[int]*node{}, serving: 1, slowAPIs: map[string][]time.Duration{}}
	if w.dir, err = os.MkdirTemp("", "moonwire-test-"); err != nil {
		return nil, err
	}
	w.life, w.end = context.WithCancel(context.WithoutCancel(ctx))
	defer func() {
		if err != nil {
			w.close()
			w = nil
		}
	}()
	if err = copyScripts(f.Scripts, w.scripts(), f.Account); err != nil {
		return w, err
	}
	if err = w.readConfig(); err != nil {
		return w, err
	}
	w.clock = newClock(inZone(begin, w.config.Location))
	w.chance = newChance(f.Account)
	w.delay = &delay{Reader: w.chance, clock: w.clock, life: w.life}
	w.web = &web{clock: w.clock, under: &w.others}
	w.model = standin.New(standin.Options{Sleep: w.clock.Sleep})
	w.platform = sim.New(sim.Options{
		Now: w.clock.Now, AfterFunc: w.clock.After, Rand: newChance(f.Account + " platform"),
		Client: &http.Client{Transport: carrier{handler: w.callback, under: &w.pushes}},
	})
	return w, w.open(ctx, 1)
}

func (w *world) scripts() string { return filepath.Join(w.dir, "scripts") }

// inZone is the same time on a clock in another zone.
func inZone(t time.Time, zone *time.Location) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone)
}

// readConfig reads the account.yaml of the copy.
func (w *world) readConfig() error {
	body, err := os.ReadFile(filepath.Join(w.scripts(), w.account, account.FileName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	w.config, _, err = account.Load(w.account, body, noSecrets(), account.Options{Dev: true, Ceilings: w.runner.ceilings})
	if err != nil {
		return &errScripts{msg: err.Error()}
	}
	return nil
}

// callback is where the platform's pushes go: to the program that serves at the moment.
func (w *world) callback() http.Handler {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := w.nodes[w.serving]; n != nil {
		return n.callback
	}
	return http.NotFoundHandler()
}

// api is the platform's API, for the programs.
func (w *world) api() carrier {
	return carrier{handler: w.platform.Handler, under: &w.others, before: func(r *http.Request) error {
		if d := w.slowness(r.URL.Path); d > 0 {
			return w.clock.Sleep(r.Context(), d)
		}
		return nil
	}}
}

// slowness is how long the next call of a path takes.
func (w *world) slowness(path string) time.Duration {
	path = strings.TrimPrefix(strings.TrimPrefix(path, "/"), "cgi-bin/")
	w.mu.Lock()
	defer w.mu.Unlock()
	waits := w.slowAPIs[path]
	if len(waits) == 0 {
		return 0
	}
	w.slowAPIs[path] = waits[1:]
	return waits[0]
}

// events are told by the programs.
func (w *world) events() bot.Events {
	note := func(add func()) {
		w.mu.Lock()
		defer w.mu.Unlock()
		add()
	}
	return bot.Events{
		Turn: func(r bot.TurnReport) { note(func() { w.turns = append(w.turns, r) }) },
		Account: func(r bot.AccountReport) {
			if r.Gone {
				return
			}
			if err := w.platform.SetAccount(chat.Stranger(r.Config, "http://callback.test/wx/"+r.Name)); err != nil {
				note(func() { w.refused = append(w.refused, err.Error()) })
			}
		},
		Menu: func(r bot.MenuReport) {
			if r.Err != nil {
				note(func() { w.refused = append(w.refused, "the menu could not be pushed: "+r.Err.Error()) })
			}
		},
	}
}

// reports takes what the programs have told since the last time.
func (w *world) reports() (turns []bot.TurnReport, refused []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	turns, refused = w.turns, w.refused
	w.turns, w.refused = nil, nil
	return turns, refused
}

// all are the programs that run.
func (w *world) all() []*node {
	w.mu.Lock()
	defer w.mu.Unlock()
	numbers := make([]int, 0, len(w.nodes))
	for n := range w.nodes {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	all := make([]*node, len(numbers))
	for i, n := range numbers {
		all[i] = w.nodes[n]
	}
	return all
}

// close ends all and takes the folder away.
func (w *world) close() {
	for _, n := range w.all() {
		n.close()
	}
	w.end()
	if w.platform != nil {
		w.platform.Close()
	}
	_ = os.RemoveAll(w.dir)
}

// Bounds of what is copied.
const (
	mostFiles = 20_000
	mostBytes = 1 << 30
)

// copyScripts copies an account's folder, without its tests, and shared/.
func copyScripts(from, to, name string) error {
	root, err := os.OpenRoot(from)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if err := os.MkdirAll(filepath.Join(to, name), 0o755); err != nil {
		return err
	}
	c := copier{root: root, to: to}
	for _, top := range []string{name, "shared"} {
		if err := c.folder(top); err != nil {
			return err
		}
	}
	return nil
}

type copier struct {
	root  *os.Root
	to    string
	files int
	bytes int64
}

func (c *copier) folder(top string) error {
	return fs.WalkDir(c.root.FS(), top, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if name == top && errors.Is(err, fs.ErrNotExist) {
				return fs.SkipDir
			}
			return err
		}
		skip := d.Name()[0] == '.' || name == top+"/tests"
		switch {
		case skip && d.IsDir():
			return fs.SkipDir
		case skip:
			return nil
		case d.IsDir():
			return os.MkdirAll(filepath.Join(c.to, filepath.FromSlash(name)), 0o755)
		}
		return c.file(name)
	})
}

// file copies one file; what is none, as a pipe, stays behind.
func (c *copier) file(name string) error {
	info, err := c.root.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil //nolint:nilerr // a link that leads nowhere is no part of the account; what is, the load says
	}
	c.files, c.bytes = c.files+1, c.bytes+info.Size()
	if c.files > mostFiles || c.bytes > mostBytes {
		return fmt.Errorf("the folder has more than %d files or %d bytes", mostFiles, mostBytes)
	}
	body, err := c.root.ReadFile(name)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.to, filepath.FromSlash(name)), body, 0o644)
}
