package outside_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/outside"
)

// TestRepeats are made where the next time may go better, as often as was asked.
func TestRepeats(t *testing.T) {
	for _, tc := range []struct {
		name   string
		status int
		fails  int // times, before it goes well
		retry  outside.Retry
		asked  int
		want   int // the status in the end
		rests  []time.Duration
	}{
		{"never asked for", 503, 1, outside.Retry{}, 1, 503, nil},
		{"once", 503, 1, outside.Retry{Times: 2}, 2, 200, []time.Duration{200 * time.Millisecond}},
		{"in vain", 502, 9, outside.Retry{Times: 2}, 3, 502, []time.Duration{200 * time.Millisecond, 400 * time.Millisecond}},
		{"too many asked", 504, 9, outside.Retry{Times: 99}, 4, 504, []time.Duration{200 * time.Millisecond, 400 * time.Millisecond, 800 * time.Millisecond}},
		{"too many requests", 429, 1, outside.Retry{Times: 1}, 2, 200, []time.Duration{3 * time.Second}},
		{"an answer", 500, 1, outside.Retry{Times: 2}, 1, 500, nil},
		{"not found", 404, 1, outside.Retry{Times: 2}, 1, 404, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var asked atomic.Int32
			keys := sync.Map{}
			host := serve(t, func(w http.ResponseWriter, r *http.Request) {
				keys.Store(r.Header.Get("Idempotency-Key"), true)
				if asked.Add(1) <= int32(tc.fails) {
					if tc.status == 429 {
						w.Header().Set("Retry-After", "3")
					}
					w.WriteHeader(tc.status)
				}
			})
			var rests []time.Duration
			c := outside.NewClient(outside.Options{Sleep: func(_ context.Context, d time.Duration) error {
				rests = append(rests, d)
				return nil
			}})
			a := c.Account(policy(t, host))
			target, err := a.Locate("http://" + host)
			require.NoError(t, err)
			tc.retry.Key = "order-7"
			answer, err := a.Do(t.Context(), outside.Request{Method: http.MethodPost, Target: target, Retry: tc.retry, Body: []byte("x")})
			require.NoError(t, err)
			require.Equal(t, tc.want, answer.Status)
			require.EqualValues(t, tc.asked, asked.Load())
			require.Equal(t, tc.rests, rests)
			_, same := keys.Load("order-7")
			require.True(t, same)
		})
	}
}

// TestNoTimeForARepeat ends with what there is.
func TestNoTimeForARepeat(t *testing.T) {
	host := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(503)
	})
	a := outside.NewClient(outside.Options{}).Account(policy(t, host))
	target, err := a.Locate("http://" + host)
	require.NoError(t, err)
	answer, err := a.Do(t.Context(), outside.Request{Method: http.MethodGet, Target: target, Retry: outside.Retry{Times: 3}})
	require.NoError(t, err)
	require.Equal(t, 503, answer.Status)
}

// TestANameThatComesBack is asked for again.
func TestANameThatComesBack(t *testing.T) {
	host := serve(t, func(http.ResponseWriter, *http.Request) {})
	p := policy(t, "x.example.com:"+portText(host))
	r := &names{known: map[string][][]string{"x.example.com": {{}, {"127.0.0.1"}}}}
	c := outside.NewClient(outside.Options{Resolver: r, Sleep: func(context.Context, time.Duration) error { return nil }})
	a := c.Account(p)
	target, err := a.Locate("http://x.example.com:" + portText(host))
	require.NoError(t, err)
	_, err = a.Do(t.Context(), outside.Request{Method: http.MethodGet, Target: target, Retry: outside.Retry{Times: 1}})
	require.NoError(t, err)
}

// hanging is a server that answers nobody before it is let.
func hanging(t *testing.T) (host string, arrived *atomic.Int32, let func()) {
	t.Helper()
	arrived, gate := new(atomic.Int32), make(chan struct{})
	host = serve(t, func(_ http.ResponseWriter, r *http.Request) {
		arrived.Add(1)
		select {
		case <-gate:
		case <-r.Context().Done():
		}
	})
	var once sync.Once
	let = func() { once.Do(func() { close(gate) }) }
	t.Cleanup(let)
	return host, arrived, let
}

// TestOneAccountDoesNotTakeAll: calls that hang, of however many accounts, leave each other account its own.
func TestOneAccountDoesNotTakeAll(t *testing.T) {
	host, arrived, let := hanging(t)
	c := outside.NewClient(outside.Options{Calls: 4, Each: 3})
	call := func(a *outside.Account, d time.Duration) error {
		target, err := a.Locate("http://" + host)
		require.NoError(t, err)
		_, err = a.Do(t.Context(), outside.Request{Method: http.MethodGet, Target: target, Timeout: d})
		return err
	}
	var all sync.WaitGroup
	errs := make(chan error, 64)
	for range 8 { // of each account, two are its own, one is of the four of all; the rest wait
		a := c.Account(policy(t, host))
		for range 5 {
			all.Go(func() { errs <- call(a, outside.MaxTimeout) })
		}
	}
	require.Eventually(t, func() bool { return arrived.Load() == 8*2+4 }, patient, time.Millisecond)
	require.Equal(t, 8*2+4, c.UnderWay())
	late := c.Account(policy(t, host))
	for range 2 {
		all.Go(func() { errs <- call(late, outside.MaxTimeout) })
	}
	require.Eventually(t, func() bool { return arrived.Load() == 8*2+4+2 }, patient, time.Millisecond, "an account that comes late has calls of its own")
	err := call(late, 100*time.Millisecond)
	require.Equal(t, outside.Timeout, kind(t, err))
	require.ErrorContains(t, err, "too many calls are under way")
	let()
	all.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	require.Zero(t, c.UnderWay())
}

// TestIdleConnectionsMakeRoom for new ones, and never more are open than there may be.
func TestIdleConnectionsMakeRoom(t *testing.T) {
	c := outside.NewClient(outside.Options{Calls: 1, Idle: 2})
	var hosts []string
	for i := range 11 {
		hosts = append(hosts, serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, i) }))
	}
	a := c.Account(policy(t, hosts...))
	for i, host := range hosts {
		answer, err := get(t, a, "http://"+host)
		require.NoError(t, err)
		require.Equal(t, fmt.Sprint(i), answer.Body)
		require.LessOrEqual(t, c.Open(), 1+2+2)
	}
	require.Positive(t, c.Open())
	a.Close()
	require.Eventually(t, func() bool { return c.Open() == 0 }, patient, time.Millisecond)
}
