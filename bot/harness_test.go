package bot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/bot"
	"moonwire/engine"
	"moonwire/store"
	"moonwire/wechat"
)

// patient bounds waits for what other goroutines do.
const patient = 20 * time.Second

// clock is a clock that only the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// house is a fleet with a real store and a real engine, a clock that the test moves, and a platform API whose
// answers the test decides.
type house struct {
	t       testing.TB
	dir     string
	db      string
	clock   *clock
	ticks   chan time.Time
	api     *api
	fleet   *bot.Fleet
	store   *store.Store
	options bot.Options
	end     func()

	mu      sync.Mutex
	turns   []bot.TurnReport
	saves   []bot.SaveReport
	who     []bot.AccountReport
	menus   []bot.MenuReport
	changed chan struct{} // a report came
}

// folder is what an account's folder holds.
type folder map[string]string

// newHouse opens a house over accounts; change may alter the options.
func newHouse(t testing.TB, accounts map[string]folder, change ...func(*bot.Options)) *house {
	t.Helper()
	dir := t.TempDir()
	h := &house{
		t: t, dir: filepath.Join(dir, "scripts"), db: filepath.Join(dir, "bot.db"),
		clock: &clock{now: noon}, api: newAPI(), changed: make(chan struct{}, 1),
	}
	require.NoError(t, os.Mkdir(h.dir, 0o755))
	for name, files := range accounts {
		h.write(name, files)
	}
	h.options = bot.Options{
		Scripts: h.dir, Dev: true, APIBase: "http://wechat.test", Doer: h.api, Resolver: resolver(), Now: h.clock.Now,
		Ceilings: engine.DefaultLimits(), Sleep: h.api.sleep, Events: h.events(),
	}
	for _, c := range change {
		c(&h.options)
	}
	h.open()
	t.Cleanup(h.close)
	return h
}

func (h *house) events() bot.Events {
	return bot.Events{
		Turn:    func(r bot.TurnReport) { h.note(func() { h.turns = append(h.turns, r) }) },
		Save:    func(r bot.SaveReport) { h.note(func() { h.saves = append(h.saves, r) }) },
		Account: func(r bot.AccountReport) { h.note(func() { h.who = append(h.who, r) }) },
		Menu:    func(r bot.MenuReport) { h.note(func() { h.menus = append(h.menus, r) }) },
	}
}

func (h *house) note(add func()) {
	h.mu.Lock()
	add()
	h.mu.Unlock()
	select {
	case h.changed <- struct{}{}:
	default:
	}
}

// open starts the process: store, engine, fleet.
func (h *house) open() {
	h.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var err error
	h.store, err = store.Open(ctx, store.Options{Path: h.db, Now: h.clock.Now})
	require.NoError(h.t, err)
	set, err := bindings.NewSet()
	require.NoError(h.t, err)
	eng, err := engine.New(set, engine.Options{Limits: h.options.Ceilings, Collector: &engine.Collector{}})
	require.NoError(h.t, err)
	h.ticks = make(chan time.Time)
	o := h.options
	o.Engine, o.Store, o.Ticks = eng, h.store, h.ticks
	h.fleet = bot.NewFleet(o)
	var runs sync.WaitGroup
	runs.Go(func() { _ = eng.Run(ctx) })
	runs.Go(func() { require.NoError(h.t, h.fleet.Run(ctx)) })
	st := h.store
	h.end = func() {
		cancel()
		runs.Wait()
		_ = st.Close()
	}
	h.wait("ready", h.fleet.Ready())
}

// close ends the process in good order.
func (h *house) close() {
	if h.end == nil {
		return
	}
	h.api.letAll()
	ctx, cancel := context.WithTimeout(context.Background(), patient)
	defer cancel()
	require.NoError(h.t, h.fleet.Drain(ctx))
	h.end()
	h.end = nil
}

// kill ends the process without any order, as kill -9 would: turns are cut off and nothing is flushed that
// was not committed.
func (h *house) kill() {
	h.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = h.fleet.Drain(ctx)
	h.end()
	h.end = nil
}

func (h *house) write(account string, files folder) {
	h.t.Helper()
	for name, text := range files {
		path := filepath.Join(h.dir, account, name)
		require.NoError(h.t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(h.t, os.WriteFile(path, []byte(text), 0o644))
	}
}

// pass moves the clock and lets the watchdog look.
func (h *house) pass(d time.Duration) {
	h.clock.Add(d)
	for range 2 { // the second is taken only after the first was dealt with
		select {
		case h.ticks <- h.clock.Now():
		case <-time.After(patient):
			h.t.Fatal("the watchdog does not look")
		}
	}
}

func (h *house) wait(what string, done <-chan struct{}) {
	h.t.Helper()
	select {
	case <-done:
	case <-time.After(patient):
		h.t.Fatalf("waited in vain: %s", what)
	}
}

// until waits for reports until enough have come. It also looks again now and then, for what follows a report
// without one of its own.
func (h *house) until(what string, enough func() bool) {
	h.t.Helper()
	deadline := time.After(patient)
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		h.mu.Lock()
		ok := enough()
		h.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-h.changed:
		case <-again.C:
		case <-deadline:
			h.t.Fatalf("waited in vain: %s\nturns %+v\nsaves %+v", what, h.turns, h.saves)
		}
	}
}

// report waits for the nth report of a turn (from 0).
func (h *house) report(n int) bot.TurnReport {
	h.t.Helper()
	h.until(fmt.Sprintf("turn report %d", n), func() bool { return len(h.turns) > n })
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.turns[n]
}

func (h *house) save(n int) bot.SaveReport {
	h.t.Helper()
	h.until(fmt.Sprintf("save report %d", n), func() bool { return len(h.saves) > n })
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.saves[n]
}

// push is one push of the platform; it can be delivered many times.
type push struct {
	account, fan, id, body string
}

func (h *house) text(fan, id, content string) push {
	return push{account: "demo", fan: fan, id: id, body: fmt.Sprintf(`<xml><ToUserName>gh_demo</ToUserName><FromUserName>%s</FromUserName><CreateTime>%d</CreateTime><MsgType>text</MsgType><Content>%s</Content><MsgId>%s</MsgId></xml>`, fan, h.clock.Now().Unix(), content, id)}
}

func (h *house) event(fan, event, key string) push {
	return push{account: "demo", fan: fan, body: fmt.Sprintf(`<xml><ToUserName>gh_demo</ToUserName><FromUserName>%s</FromUserName><CreateTime>%d</CreateTime><MsgType>event</MsgType><Event>%s</Event><EventKey>%s</EventKey></xml>`, fan, h.clock.Now().Unix(), event, key)}
}

// deliver lets the platform deliver a push once; it returns at once.
func (h *house) deliver(p push) *delivery {
	h.t.Helper()
	c, _, err := bot.LoadAccount(p.account, mustRead(h.t, filepath.Join(h.dir, p.account, "account.yaml")), resolver(), bot.AccountOptions{Dev: true})
	require.NoError(h.t, err)
	return h.deliverSigned(p, h.signature(c))
}

func (h *house) signature(c *bot.AccountConfig) wechat.Query {
	ts := strconv.FormatInt(h.clock.Now().Unix(), 10)
	return wechat.Query{Signature: wechat.Sign(c.Keys.Token, ts, "nonce"), Timestamp: ts, Nonce: "nonce"}
}

func (h *house) deliverSigned(p push, q wechat.Query) *delivery {
	return h.deliverTo(newDelivery(p), q)
}

func newDelivery(p push) *delivery {
	return &delivery{gone: make(chan struct{}), answered: make(chan struct{}), returned: make(chan struct{}), push: p}
}

func (h *house) deliverTo(d *delivery, q wechat.Query) *delivery {
	p, fleet := d.push, h.fleet
	go func() {
		defer close(d.returned)
		fleet.Receive(p.account, q, []byte(p.body), d)
	}()
	return d
}

func mustRead(t testing.TB, path string) []byte {
	b, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(t, err)
	return b
}

// say delivers a push and waits for its answer.
func (h *house) say(p push) *delivery {
	h.t.Helper()
	d := h.deliver(p)
	h.wait("an answer to "+p.body, d.answered)
	h.wait("the end of the turn, after which its report is there", d.returned)
	return d
}

// delivery is one attempt, and the Responder of it.
type delivery struct {
	push               push
	gone               chan struct{}
	answered, returned chan struct{}

	mu      sync.Mutex
	what    string // "answer", "refused", "dropped"
	body    string
	early   bool
	hung    bool
	writeOK bool
	failing func() // when set, the first write fails after this was called
}

func (d *delivery) set(what, body string, early bool) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.what != "" {
		return false
	}
	d.what, d.body, d.early, d.writeOK = what, body, early, !d.hung
	close(d.answered)
	return !d.hung
}

func (d *delivery) Respond(_ string, body []byte, early bool) bool {
	if d.failing != nil {
		d.failing()
		d.hangUp()
	}
	return d.set("answer", string(body), early)
}
func (d *delivery) Gone() <-chan struct{} { return d.gone }
func (d *delivery) Refuse()               { d.set("refused", "", false) }
func (d *delivery) Drop()                 { d.set("dropped", "", false) }

// hangUp is the platform that closes the connection.
func (d *delivery) hangUp() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.hung {
		d.hung = true
		close(d.gone)
	}
}

// seen is what the fan sees of this attempt: the text of the reply, "success", "refused", "dropped" or "" while
// it is open.
func (d *delivery) seen() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.what != "answer" {
		return d.what
	}
	return shown(d.body)
}

func shown(body string) string {
	var reply struct{ Content, MsgType string }
	if xml.Unmarshal([]byte(body), &reply) != nil {
		return body
	}
	if reply.MsgType != "text" {
		return "[" + reply.MsgType + "]"
	}
	return reply.Content
}

// api is the platform's API. A call of typing for a fan waits until the test lets it go: that is how a test
// makes a script slow. Errcodes answer custom messages.
type api struct {
	mu      sync.Mutex
	gates   map[string]chan struct{} // fan → closed to let its typing calls through
	open    bool
	began   map[string]int // typing calls that began, per fan
	running map[string]int
	most    map[string]int // the most at once, per fan
	sent    []message
	errcode int
	changed chan struct{}
}

type message struct{ To, Kind, Text string }

func newAPI() *api {
	return &api{
		gates: map[string]chan struct{}{}, began: map[string]int{}, running: map[string]int{}, most: map[string]int{},
		changed: make(chan struct{}),
	}
}

func (a *api) tell() {
	close(a.changed)
	a.changed = make(chan struct{})
}

func (a *api) gate(fan string) chan struct{} {
	if a.gates[fan] == nil {
		a.gates[fan] = make(chan struct{}, 1000)
	}
	return a.gates[fan]
}

// let lets one call of typing for a fan go on.
func (a *api) let(fan string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.gate(fan) <- struct{}{}
}

// letOne lets a call of typing go on if there is one.
func (a *api) letOne(fan string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if g := a.gate(fan); a.running[fan] > len(g) {
		g <- struct{}{}
	}
}

func (a *api) letAll() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.open {
		a.open = true
		for _, g := range a.gates {
			close(g)
		}
	}
}

// await waits until n typing calls for a fan have begun.
func (a *api) await(t testing.TB, fan string, n int) {
	t.Helper()
	a.until(t, func() bool { return a.began[fan] >= n })
}

func (a *api) until(t testing.TB, enough func() bool) {
	t.Helper()
	deadline := time.After(patient)
	for {
		a.mu.Lock()
		ok, changed := enough(), a.changed
		a.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatal("waited in vain for a call of the API")
		}
	}
}

func (a *api) messages() []message {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]message(nil), a.sent...)
}

func (a *api) Do(r *http.Request) (*http.Response, error) {
	var body struct {
		ToUser  string `json:"touser"`
		MsgType string `json:"msgtype"`
		Text    struct{ Content string }
		Image   struct {
			MediaID string `json:"media_id"`
		}
	}
	if r.Body != nil {
		_ = json.NewDecoder(r.Body).Decode(&body)
	}
	switch {
	case strings.HasSuffix(r.URL.Path, "token"):
		return answerJSON(`{"access_token":"TOKEN","expires_in":7200}`), nil
	case strings.HasSuffix(r.URL.Path, "typing"):
		return a.typing(r, body.ToUser)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	defer a.tell()
	if a.errcode != 0 {
		return answerJSON(fmt.Sprintf(`{"errcode":%d,"errmsg":"no"}`, a.errcode)), nil
	}
	a.sent = append(a.sent, message{body.ToUser, body.MsgType, body.Text.Content + body.Image.MediaID})
	return answerJSON(`{"errcode":0,"errmsg":"ok"}`), nil
}

// sleep is a script's time.sleep: it waits for the test as typing does, as if for a fan called sleep.
func (a *api) sleep(ctx context.Context, _ time.Duration) error { return a.pass(ctx, "sleep") }

func (a *api) typing(r *http.Request, fan string) (*http.Response, error) {
	if err := a.pass(r.Context(), fan); err != nil {
		return nil, err
	}
	return answerJSON(`{"errcode":0,"errmsg":"ok"}`), nil
}

func (a *api) pass(ctx context.Context, fan string) error {
	a.mu.Lock()
	gate, open := a.gate(fan), a.open
	a.began[fan]++
	a.running[fan]++
	a.most[fan] = max(a.most[fan], a.running[fan])
	a.tell()
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		a.running[fan]--
		a.tell()
		a.mu.Unlock()
	}()
	if !open {
		select {
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func answerJSON(s string) *http.Response {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewBufferString(s))}
}
