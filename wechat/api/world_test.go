package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/api"
)

// world is a platform's token service, a store and a clock in one: it counts token calls and knows at
// every moment which tokens are good.
type world struct {
	mu       sync.Mutex
	now      time.Time
	serial   int
	stable   string    // the present stable token
	ends     time.Time // its end
	overlap  string    // the one before, good until overlapEnds
	overEnds time.Time
	forced   time.Time
	plain    map[string]time.Time
	calls    int // of the token APIs
	served   int // of all others
	forces   int
	down     bool
	errcode  int
	life     time.Duration
	stuck    bool // a forced refresh changes nothing
	lazy     bool // an ordinary one neither
	arrived  chan struct{}
	hold     chan struct{} // when not nil, token calls wait for it

	rows      map[string]api.TokenRow
	storeDown bool
	asleep    chan struct{}
	alive     bool       // lease holders finish what they began
	changed   *sync.Cond // rows
}

func newWorld() *world {
	w := &world{
		now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), life: 2 * time.Hour,
		plain: map[string]time.Time{}, rows: map[string]api.TokenRow{},
	}
	w.changed, w.asleep = sync.NewCond(&w.mu), make(chan struct{}, 1)
	return w
}

func (w *world) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// Sleep moves the clock. While a living process fetches, it first waits for that process to finish:
// else a sleeper's seconds would pass in no time, and no fetch could ever be as quick.
func (w *world) Sleep(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	for w.alive && w.leased() {
		select {
		case w.asleep <- struct{}{}:
		default:
		}
		w.changed.Wait()
	}
	w.mu.Unlock()
	w.advance(d)
	return ctx.Err()
}

func (w *world) leased() bool {
	for key, row := range w.rows {
		if strings.HasSuffix(key, ":lease") && w.now.Before(row.Expires) {
			return true
		}
	}
	return false
}

func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) LoadToken(_ context.Context, key string) (api.TokenRow, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.storeDown {
		return api.TokenRow{}, errors.New("store is down")
	}
	return w.rows[key], nil
}

func (w *world) SwapToken(_ context.Context, key, stale string, next api.TokenRow) (api.TokenRow, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.storeDown {
		return api.TokenRow{}, errors.New("store is down")
	}
	if w.rows[key].Token.Reveal() == stale {
		w.rows[key] = next
		w.changed.Broadcast()
	}
	return w.rows[key], nil
}

// Do answers the two token APIs, and every other with 40001 unless its token is good.
func (w *world) Do(r *http.Request) (*http.Response, error) {
	body := new(bytes.Buffer)
	if _, err := body.ReadFrom(r.Body); err != nil {
		return nil, err
	}
	w.mu.Lock()
	hold := w.hold
	w.mu.Unlock()
	if hold != nil {
		w.arrived <- struct{}{}
		select {
		case <-hold:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		w.calls++
		return nil, errors.New("connection refused")
	}
	if r.URL.Path != "/cgi-bin/token" && r.URL.Path != "/cgi-bin/stable_token" {
		w.served++
		if w.goodNow(r.URL.Query().Get("access_token")) {
			return answer(`{"errcode":0}`), nil
		}
		return answer(`{"errcode":40001,"errmsg":"invalid credential, access_token is invalid or not latest"}`), nil
	}
	w.calls++
	if w.errcode != 0 {
		return answer(fmt.Sprintf(`{"errcode":%d,"errmsg":"no rid: 1-2"}`, w.errcode)), nil
	}
	if r.URL.Path == "/cgi-bin/token" {
		token := w.issuePlain()
		return answer(fmt.Sprintf(`{"access_token":%q,"expires_in":%d}`, token, int(w.life.Seconds()))), nil
	}
	var asked struct {
		Force bool `json:"force_refresh"`
	}
	if err := json.Unmarshal(body.Bytes(), &asked); err != nil {
		return nil, err
	}
	w.serveStable(asked.Force)
	return answer(fmt.Sprintf(`{"access_token":%q,"expires_in":%d}`, w.stable, int(w.ends.Sub(w.now).Seconds()))), nil
}

// issuePlain makes a new token; the one before lives five minutes more.
func (w *world) issuePlain() string {
	for token, ends := range w.plain {
		if short := w.now.Add(5 * time.Minute); ends.After(short) {
			w.plain[token] = short
		}
	}
	w.serial++
	token := fmt.Sprintf("PLAIN_%06d", w.serial)
	w.plain[token] = w.now.Add(w.life)
	return token
}

func (w *world) serveStable(force bool) {
	if force {
		w.forces++
	}
	switch {
	case force && !w.stuck && (w.forced.IsZero() || w.now.Sub(w.forced) >= 30*time.Second):
		w.forced = w.now
		w.overlap = ""
	case w.lazy && w.stable != "":
		return
	case w.stable == "" || !w.now.Before(w.ends):
		w.overlap = ""
	case w.ends.Sub(w.now) <= 5*time.Minute:
		w.overlap, w.overEnds = w.stable, w.now.Add(5*time.Minute)
	default:
		return
	}
	w.serial++
	w.stable, w.ends = fmt.Sprintf("STABLE_%06d", w.serial), w.now.Add(w.life)
}

func (w *world) good(token string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.goodNow(token)
}

func (w *world) goodNow(token string) bool {
	return token == w.stable && w.now.Before(w.ends) || token != "" && token == w.overlap && w.now.Before(w.overEnds) ||
		w.now.Before(w.plain[token])
}

func (w *world) set(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
}

func (w *world) counted() (calls, forces int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls, w.forces
}

func answer(body string) *http.Response {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

func (w *world) source(t *testing.T, stable, shared bool, log io.Writer) *api.Tokens {
	cfg := api.TokenConfig{
		AppID: "wx1", Secret: appSecret, Stable: stable, Doer: w, Now: w.Now, Sleep: w.Sleep,
		Jitter: func() float64 { return 0.5 }, Log: slog.New(slog.NewTextHandler(log, nil)),
	}
	if shared {
		cfg.Store = w
	}
	source, err := api.NewTokenSource(cfg)
	require.NoError(t, err)
	return source
}
