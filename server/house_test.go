package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/bot"
	"moonwire/engine"
	"moonwire/server"
	"moonwire/store"
	"moonwire/wechat"
	"moonwire/wechat/sim"
)

// patient bounds waits for what other goroutines do.
const patient = time.Minute

const (
	apiKey   = "kestrel-key-one-4711"
	otherKey = "kestrel-key-two-4711"
	appID    = "wx1a2b3c4d5e6f7081"
	secret   = "0123456789abcdef0123456789abcdef"
	token    = "kestrel2026"
	amy      = "oXbY0amy0000000000000000009f" // the fan of the document's examples
)

// accountYAML is the shop's, as serve wants it: no secret stands in the file.
const accountYAML = `app_id: ` + appID + `
kind: service
mode: plain
token: ${env:TOKEN}
app_secret: ${env:SECRET}
api_keys: [ "${env:API_KEY}", "${env:OTHER_KEY}" ]
templates: { order_paid: TPL_ORDER_PAID }
`

// environment is what account.yaml may refer to.
func environment(name string) (string, bool) {
	v, ok := map[string]string{"TOKEN": token, "SECRET": secret, "API_KEY": apiKey, "OTHER_KEY": otherKey}[name]
	return v, ok
}

const mainLua = `
on.text("broken", function(msg) return nothing.here end)
on.text(function(msg) return "you said " .. msg.content end)
on.click("TODAY", "green tea")
`

// house is a real fleet with a real store over a folder of accounts, the stand-in platform as its WeChat,
// and the server in front of it.
type house struct {
	t        *testing.T
	platform *sim.Platform
	store    *store.Store
	fleet    *bot.Fleet
	server   *server.Server
	web      *web             // Public
	wechat   *httptest.Server // the stand-in's API
	log      *lockedBuffer
}

// newHouse opens a house with the account shop; change may alter the server's options.
func newHouse(t *testing.T, change ...func(*server.Options)) *house {
	t.Helper()
	return newHouseOf(t, map[string]string{"shop/account.yaml": accountYAML, "shop/main.lua": mainLua}, change...)
}

// newHouseBy opens a house with the account shop whose pushes by reads.
func newHouseBy(t *testing.T, by reader) *house {
	t.Helper()
	return openHouse(t, by, map[string]string{"shop/account.yaml": accountYAML, "shop/main.lua": mainLua})
}

func newHouseOf(t *testing.T, files map[string]string, change ...func(*server.Options)) *house {
	t.Helper()
	return openHouse(t, fast, files, change...)
}

func openHouse(t *testing.T, by reader, files map[string]string, change ...func(*server.Options)) *house {
	t.Helper()
	dir := t.TempDir()
	names := map[string]bool{}
	for name, body := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(body), 0o644))
		names[filepath.Dir(name)] = true
	}
	h := &house{t: t, log: &lockedBuffer{}}
	log := slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.platform = sim.New(sim.Options{})
	t.Cleanup(h.platform.Close)
	h.wechat = httptest.NewServer(h.platform.Handler())
	t.Cleanup(h.wechat.Close)

	ctx, cancel := context.WithCancel(context.Background())
	var err error
	h.store, err = store.Open(ctx, store.Options{Path: filepath.Join(t.TempDir(), "bot.db"), ReadWait: patient})
	require.NoError(t, err)
	set, err := bindings.NewSet()
	require.NoError(t, err)
	eng, err := engine.New(set, engine.Options{})
	require.NoError(t, err)
	loaded := make(chan bot.SaveReport, 16)
	h.fleet = bot.NewFleet(bot.Options{
		Scripts: dir, Engine: eng, Store: h.store, APIBase: h.wechat.URL, Ceilings: engine.DefaultLimits(), Log: log,
		Resolver: account.Resolver{Env: environment},
		Events:   bot.Events{Save: func(r bot.SaveReport) { loaded <- r }},
	})
	var runs sync.WaitGroup
	runs.Go(func() { _ = eng.Run(ctx) })
	runs.Go(func() { _ = h.fleet.Run(ctx) })
	t.Cleanup(func() {
		grace, done := context.WithTimeout(context.Background(), patient)
		defer done()
		_ = h.fleet.Drain(grace)
		cancel()
		runs.Wait()
		_ = h.store.Close()
	})
	for range names {
		select {
		case r := <-loaded:
			require.Equal(t, !strings.Contains(files[r.Account+"/account.yaml"], "mood:"), r.Live, "%s: %v", r.Account, r.Err)
		case <-time.After(patient):
			t.Fatal("the accounts were not loaded")
		}
	}
	o := server.Options{Log: log, Store: h.store, APIRate: 10000, APIBurst: 10000}
	for _, c := range change {
		c(&o)
	}
	h.server = server.New(h.fleet, o)
	h.web = by.serve(t, h.server)
	require.NoError(t, h.platform.AddAccount(sim.Account{
		Name: "shop", AppID: appID, Secret: secret, Kind: "service", Verified: true, Mode: wechat.Plain, Token: token,
		CallbackURL: h.web.URL + "/wx/shop",
		Templates:   []sim.Template{{ID: "TPL_ORDER_PAID", Title: "paid", Content: "{{thing1.DATA}}"}},
	}))
	return h
}

// says lets amy act on her phone and returns the delivery, once all that follows the answer is done: its record, too.
func (h *house) says(act sim.Act) *sim.Delivery {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), patient)
	defer cancel()
	d := h.platform.Push(ctx, "shop", amy, act)
	require.NoError(h.t, d.Err)
	require.True(h.t, d.Answered(), "%+v", d.Attempts)
	require.Eventually(h.t, func() bool {
		idle, err := h.fleet.Idle(ctx)
		return err == nil && idle
	}, patient, time.Millisecond)
	return d
}

// answer is what the general interface answered.
type answer struct {
	status int
	header http.Header
	body   string
}

// failed is the error in an answer.
type failed struct {
	Kind, Message, Field, Hint, Trace string
	Errcode                           int
}

func (a answer) failure(t *testing.T) failed {
	t.Helper()
	var body struct{ Error failed }
	require.NoError(t, json.Unmarshal([]byte(a.body), &body), "%d %s", a.status, a.body)
	return body.Error
}

func (a answer) into(t *testing.T, v any) {
	t.Helper()
	require.Equal(t, http.StatusOK, a.status, a.body)
	require.NoError(t, json.Unmarshal([]byte(a.body), v), a.body)
}

// call calls a method of the account shop with its first key.
func (h *house) call(name, body string) answer {
	h.t.Helper()
	return h.request(http.MethodPost, "/api/v1/shop/"+name, body, "Authorization", "Bearer "+apiKey)
}

// request sends a request with headers given in pairs.
func (h *house) request(method, path, body string, headers ...string) answer {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.web.URL+path, strings.NewReader(body))
	require.NoError(h.t, err)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	res, err := h.web.Client().Do(req)
	require.NoError(h.t, err)
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	require.NoError(h.t, err)
	return answer{res.StatusCode, res.Header, string(read)}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(body)
}

// lockedBuffer is a log that tests read.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
