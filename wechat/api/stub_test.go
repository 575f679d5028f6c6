package api_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/api"
)

// What must never be read in an error, a log or an answer.
const (
	liveToken  = "LIVE_TOKEN_57_aaaaaaaaaaaaaaaa"
	freshToken = "FRESH_TOKEN_58_bbbbbbbbbbbbbbb"
	appSecret  = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
)

// asked is one request as the stub saw it.
type asked struct {
	method, path, token, body string
	header                    http.Header
	query                     map[string][]string
}

// stub is a platform that says what a test wants, in turn; the last answer stays.
type stub struct {
	t       *testing.T
	server  *httptest.Server
	mu      sync.Mutex
	seen    []asked
	answers []http.HandlerFunc
}

func say(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

// hangUp closes the connection after the request was read.
func hangUp(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

func newStub(t *testing.T, answers ...http.HandlerFunc) *stub {
	s := &stub{t: t, answers: answers}
	s.server = httptest.NewServer(s)
	t.Cleanup(s.server.Close)
	return s
}

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	q := r.URL.Query()
	s.seen = append(s.seen, asked{r.Method, r.URL.Path, q.Get("access_token"), string(body), r.Header, q})
	answer := s.answers[min(len(s.seen), len(s.answers))-1]
	s.mu.Unlock()
	answer(w, r)
}

func (s *stub) calls() []asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]asked(nil), s.seen...)
}

func (s *stub) last() asked {
	calls := s.calls()
	require.NotEmpty(s.t, calls)
	return calls[len(calls)-1]
}

// fixedTokens gives liveToken, and freshToken after a renewal.
type fixedTokens struct {
	mu      sync.Mutex
	token   string
	stales  []string
	renewal error
}

func (f *fixedTokens) Token(context.Context) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.token == "" {
		f.token = liveToken
	}
	return f.token, nil
}

func (f *fixedTokens) Renew(_ context.Context, stale string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stales = append(f.stales, stale)
	if f.renewal != nil {
		return "", f.renewal
	}
	f.token = freshToken
	return freshToken, nil
}

// rig is a client against a stub, with a clock that only sleeping moves.
type rig struct {
	*stub
	client *api.Client
	tokens *fixedTokens
	log    *bytes.Buffer
	mu     sync.Mutex
	now    time.Time
	slept  []time.Duration
}

func (r *rig) Now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) Sleep(ctx context.Context, d time.Duration) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
	r.slept = append(r.slept, d)
	return ctx.Err()
}

func newRig(t *testing.T, answers ...http.HandlerFunc) *rig {
	r := &rig{stub: newStub(t, answers...), tokens: &fixedTokens{}, log: &bytes.Buffer{}}
	r.now = time.Date(2026, 3, 2, 15, 30, 0, 0, time.UTC)
	client, err := api.NewClient(api.ClientConfig{
		BaseURL: r.server.URL, AppID: "wx1a2b3c4d5e6f7081", Secret: appSecret, Tokens: r.tokens,
		Now: r.Now, Sleep: r.Sleep, Log: slog.New(slog.NewTextHandler(r.log, nil)),
	})
	require.NoError(t, err)
	r.client = client
	return r
}
