package bindings_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/wechat/api"
	"moonwire/wechat/sim"
)

const (
	shopAppID  = "wx1a2b3c4d5e6f7081"
	shopSecret = "0123456789abcdef0123456789abcdef"
	shopNotice = "NOTICE_TEMPLATE"
	picture    = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
)

// shop is an account on the stand-in platform with three fans and one that went, and what its scripts may reach.
type shop struct {
	t      *testing.T
	p      *sim.Platform
	config bindings.ProgramConfig
	fans   *strings.Replacer

	mu   sync.Mutex
	seen map[string]int // requests by path, and under "" all of them
	body string         // of the last request
}

func newShop(t *testing.T, change ...func(*sim.Account)) *shop {
	t.Helper()
	s := &shop{t: t, seen: map[string]int{}}
	callback := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "success") }))
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.FixedZone("", 8*3600))
	s.p = sim.New(sim.Options{Now: func() time.Time { return start }, ReplyWindow: time.Minute, UserPage: 2})
	account := sim.Account{
		Name: "demo", AppID: shopAppID, Secret: shopSecret, Kind: "service", Verified: true, Token: "kestrel2026",
		CallbackURL: callback.URL, MiniPrograms: []string{"wx00000000000000aa"},
		Templates: []sim.Template{
			{ID: "PAID_TEMPLATE", Title: "下单成功", Content: "{{thing1.DATA}} {{amount2.DATA}}"},
			{ID: shopNotice, Title: "到货", Content: "{{thing1.DATA}}", Notice: true, Type: 2},
		},
	}
	for _, c := range change {
		c(&account)
	}
	require.NoError(t, s.p.AddAccount(account))
	handler := s.p.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		s.mu.Lock()
		s.seen[r.URL.Path]++
		s.seen[""]++
		s.body = string(body)
		s.mu.Unlock()
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		s.p.Close()
		server.Close()
		callback.Close()
	})
	client, err := api.NewClient(api.ClientConfig{
		BaseURL: server.URL, AppID: shopAppID, Secret: shopSecret, Doer: server.Client(), Now: s.p.Now,
		Sleep: func(context.Context, time.Duration) error { return nil },
	})
	require.NoError(t, err)
	s.config = config()
	s.config.API, s.config.Templates = client, map[string]string{"order_paid": "PAID_TEMPLATE"}
	s.config.Media = fstest.MapFS{
		"cup.png": {Data: []byte(picture)}, "clip.mp4": {Data: []byte("mp4")}, "notes.txt": {Data: []byte("x")},
		"huge.png": {Data: make([]byte, 10<<20+1)}, "dir/tea.png": {Data: []byte(picture)},
	}
	var names []string
	for _, fan := range []string{"amy", "bob", "eve", "dan"} {
		s.push(fan, sim.Text("hi"))
		names = append(names, "$"+fan, sim.FanOpenID(shopAppID, fan))
	}
	s.push("dan", sim.Unsubscribe())
	s.fans = strings.NewReplacer(names...)
	return s
}

// asked is how often a path was called; "" means any.
// lastBody is what was sent last, as people read it.
func (s *shop) lastBody() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.ReplaceAll(s.body, `\"`, `"`)
}

func (s *shop) asked(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen[path]
}

func (s *shop) push(fan string, act sim.Act) {
	s.t.Helper()
	require.NoError(s.t, s.p.Push(s.t.Context(), "demo", fan, act).Err)
}

// compile makes a program of a main.lua in which $amy, $bob, $eve and $dan are openids.
func (s *shop) compile(main string) *bindings.Program {
	s.t.Helper()
	p, err := compileFiles(s.t, files{"main.lua": s.fans.Replace(main)}, s.config)
	require.NoError(s.t, err)
	return p
}

// run runs the body of a handler and gives the whole outcome.
func (s *shop) run(body string) (bindings.Outcome, error) {
	s.t.Helper()
	return s.compile("local show = json.encode\non.text(function(msg) "+body+" end)").Answer(s.t.Context(), input(text(s.t, "x")))
}

// says runs the body of a handler and gives the text it answers with.
func (s *shop) says(body string) string {
	s.t.Helper()
	out, err := s.run(body)
	require.NoError(s.t, err)
	require.NotNil(s.t, out.Reply, "no answer; tried %v", out.Tried)
	return out.Reply.Content
}

// raises runs the body of a handler and gives the error it ends with.
func (s *shop) raises(body string) string {
	s.t.Helper()
	_, err := s.run(body)
	require.Error(s.t, err)
	return err.Error()
}

// transcript is what a fan sees.
func (s *shop) transcript(fan string) []string {
	s.t.Helper()
	chat, err := s.p.Chat("demo", fan)
	require.NoError(s.t, err)
	var lines []string
	for _, e := range chat.Entries() {
		lines = append(lines, e.Via+" "+e.Text)
	}
	return lines
}
