package bot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

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
	media   string // the last upload
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
	if strings.HasSuffix(r.URL.Path, "upload") {
		return a.upload(r), nil
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

func (a *api) upload(r *http.Request) *http.Response {
	raw, _ := io.ReadAll(r.Body)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.media = string(raw)
	return answerJSON(`{"type":"image","media_id":"m1","created_at":1}`)
}

// uploaded is the body of the last upload.
func (a *api) uploaded() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.media
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
