package bot_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/server"
	"moonwire/wechat/sim"
)

// standIn is the stand-in platform over real HTTP, with a house's clock. It counts what reaches its
// door, also what a fault keeps from it.
type standIn struct {
	*sim.Platform
	t   testing.TB
	url string
	web *http.Client

	pushes   *http.Transport // carries the pushes
	windows  windows         // of the attempts
	patience atomic.Int64    // how long a call of user/info may take; 0 = as long as the client likes

	mu      sync.Mutex
	asked   map[string]int // path → requests
	slept   []time.Duration
	changed chan struct{} // closed when a request comes
}

// yaml is an account.yaml that serve takes and the stand-in knows.
const yaml = "app_id: wx1a2b3c4d5e6f7081\nkind: service\nmode: plain\ntoken: ${env:TOKEN}\napp_secret: ${env:SECRET}\n"

// newStandIn opens a house that serves for accounts of the stand-in platform.
func newStandIn(t testing.TB, accounts map[string]files, change ...func(*bot.Options)) (*house, *standIn) {
	t.Helper()
	s := &standIn{t: t, asked: map[string]int{}, changed: make(chan struct{})}
	var h *house
	opened := make(chan struct{})
	callback := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-opened
		server.New(h.fleet, server.Options{}).Public().ServeHTTP(w, r)
	}))
	t.Cleanup(callback.Close)
	wire := func(o *bot.Options) {
		s.start(o.Now)
		o.Dev, o.APIBase, o.Doer, o.APISleep = false, s.url, s, s.sleep
		told := o.Events.Account
		o.Events.Account = func(r bot.AccountReport) {
			s.register(r, callback.URL)
			told(r)
		}
	}
	h = newHouse(t, accounts, append([]func(*bot.Options){wire}, change...)...)
	close(opened)
	return h, s
}

func (s *standIn) start(now func() time.Time) {
	s.pushes = &http.Transport{}
	s.Platform = sim.New(sim.Options{Now: now, ReplyWindow: patient, AfterFunc: s.windows.open, Client: &http.Client{Transport: s.pushes}})
	s.t.Cleanup(s.Close)
	platform := s.Handler()
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.note(r.URL.Path)
		platform.ServeHTTP(w, r)
	}))
	s.t.Cleanup(api.Close)
	s.url, s.web = api.URL, api.Client()
}

// register makes an account known to the platform, as `moonwire dev` does.
func (s *standIn) register(r bot.AccountReport, callback string) {
	if r.Gone {
		s.RemoveAccount(r.Name)
		return
	}
	c := r.Config
	if err := s.SetAccount(sim.Account{
		Name: c.Name, AppID: c.AppID, Secret: c.Secret, OriginalID: c.OriginalID, Kind: c.Kind, Verified: c.Verified,
		Mode: c.Mode, Token: c.Keys.Token, EncodingAESKey: c.Keys.EncodingAESKey, CallbackURL: callback + "/wx/" + c.Name,
		Templates: []sim.Template{{ID: "NOTICE", Title: "notice", Content: "{{thing1.DATA}}"}},
	}); err != nil {
		s.t.Error(err)
	}
}

// Do carries a house's calls to the platform.
func (s *standIn) Do(r *http.Request) (*http.Response, error) {
	web := *s.web
	if r.URL.Path == userInfo {
		web.Timeout = time.Duration(s.patience.Load())
	}
	return web.Do(r)
}

func (s *standIn) note(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[path]++
	close(s.changed)
	s.changed = make(chan struct{})
}

// sleep passes at once, save the moments in which one process waits for what another is about to share.
func (s *standIn) sleep(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	s.slept = append(s.slept, d)
	s.mu.Unlock()
	if d >= time.Second {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// count is how many requests for a path have come.
func (s *standIn) count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path]
}

// await waits until n requests for a path have come.
func (s *standIn) await(path string, n int) {
	s.t.Helper()
	deadline := time.After(patient)
	for {
		s.mu.Lock()
		got, changed := s.asked[path], s.changed
		s.mu.Unlock()
		if got >= n {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			s.t.Fatalf("waited in vain for request %d of %s", n, path)
		}
	}
}

// windows are the reply windows of the attempts that wait: they end when the test says so.
type windows struct {
	mu  sync.Mutex
	ofs map[*func()]bool
}

func (w *windows) open(d time.Duration, end func()) (stop func() bool) {
	if d != patient { // no window: a fault that is slow
		return time.AfterFunc(d, end).Stop
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ofs == nil {
		w.ofs = map[*func()]bool{}
	}
	w.ofs[&end] = true
	return func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		was := w.ofs[&end]
		delete(w.ofs, &end)
		return was
	}
}

// end ends those that are open.
func (w *windows) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for end := range w.ofs {
		delete(w.ofs, end)
		go (*end)()
	}
}

// does lets a fan act and returns what the phone shows of the answer.
func (s *standIn) does(fan string, act sim.Act) string {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patient)
	defer cancel()
	d := s.Push(ctx, "demo", fan, act)
	require.NoError(s.t, d.Err)
	if d.Reply == nil {
		return d.Notice
	}
	return d.Reply.String()
}

// twin is a second process on the same folders, the same store file and the same clock. Its pushes of menus are
// reported to the first, too.
func (h *house) twin() *house {
	h.t.Helper()
	n := &house{t: h.t, dir: h.dir, db: h.db, clock: h.clock, api: newAPI(), changed: make(chan struct{}, 1), family: h.family, options: h.options}
	told := h.options.Events.Account
	n.options.Events = n.events()
	n.options.Events.Account = told
	mine := n.options.Events.Menu
	n.options.Events.Menu = func(r bot.MenuReport) {
		mine(r)
		h.options.Events.Menu(r)
	}
	n.open()
	*h.family = append(*h.family, n)
	h.t.Cleanup(n.close)
	return n
}
