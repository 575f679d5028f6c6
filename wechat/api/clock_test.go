package api_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/api"
)

// wall is real time as a test has it.
type wall struct{ passed atomic.Int64 }

func (w *wall) now() time.Time       { return time.Now().Add(time.Duration(w.passed.Load())) }
func (w *wall) pass(d time.Duration) { w.passed.Add(int64(d)) }

// TestHowLongACallTook is told by real time, and so is how long the caller can still wait.
func TestHowLongACallTook(t *testing.T) {
	w := &wall{}
	busy := func(rw http.ResponseWriter, r *http.Request) {
		w.pass(3 * time.Second)
		say(`{"errcode":-1,"errmsg":"system error"}`)(rw, r)
	}
	r := newRig(t, busy, busy, busy, busy, busy)
	var took []time.Duration
	client, err := api.NewClient(api.ClientConfig{
		BaseURL: r.server.URL, AppID: "wx1a2b3c4d5e6f7081", Secret: appSecret, Tokens: r.tokens, Now: r.Now, Sleep: r.Sleep, Clock: w.now,
		Observe: func(_ string, _ error, d time.Duration) { took = append(took, d.Truncate(time.Second)) },
	})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(bg(), time.Hour)
	defer cancel()
	w.pass(-time.Hour) // to the caller's deadline are two hours
	_, err = client.Call(ctx, api.Request{Path: "/cgi-bin/tags/get"})
	require.Error(t, err)
	tries := len(took)
	require.Greater(t, tries, 1, "it is tried again while there is time")
	for _, d := range took {
		require.Equal(t, 3*time.Second, d)
	}

	late := func(rw http.ResponseWriter, r *http.Request) {
		w.pass(3 * time.Hour)
		say(`{"errcode":-1,"errmsg":"system error"}`)(rw, r)
	}
	took = nil
	r2 := newRig(t, late, late)
	client, err = api.NewClient(api.ClientConfig{
		BaseURL: r2.server.URL, AppID: "wx1a2b3c4d5e6f7081", Secret: appSecret, Tokens: r2.tokens, Now: r2.Now, Sleep: r2.Sleep, Clock: w.now,
		Observe: func(_ string, _ error, d time.Duration) { took = append(took, d.Truncate(time.Hour)) },
	})
	require.NoError(t, err)
	_, err = client.Call(ctx, api.Request{Path: "/cgi-bin/tags/get"})
	require.Error(t, err)
	require.Equal(t, []time.Duration{3 * time.Hour}, took, "no pause fits any more")
}

// TestThePageIsSignedWithTheGivenNonce, and without one with another each time.
func TestThePageIsSignedWithTheGivenNonce(t *testing.T) {
	r := newRig(t, say(`{"errcode":0,"ticket":"TICKET-1","expires_in":7200}`), say(`{"errcode":0,"ticket":"TICKET-1","expires_in":7200}`))
	client, err := api.NewClient(api.ClientConfig{
		BaseURL: r.server.URL, AppID: "wx1a2b3c4d5e6f7081", Secret: appSecret, Tokens: r.tokens, Now: r.Now, Sleep: r.Sleep,
		Nonce: func() string { return "Wm3WZYTPz0wzccnW" },
	})
	require.NoError(t, err)
	s, err := client.SignJS(bg(), "https://e.test/")
	require.NoError(t, err)
	require.Equal(t, "Wm3WZYTPz0wzccnW", s.NonceStr)
	require.Equal(t, api.JSSign("TICKET-1", "Wm3WZYTPz0wzccnW", r.Now().Unix(), "https://e.test/"), s.Signature)
	one, err := r.client.SignJS(bg(), "https://e.test/")
	require.NoError(t, err)
	two, err := r.client.SignJS(bg(), "https://e.test/")
	require.NoError(t, err)
	require.NotEqual(t, one.NonceStr, two.NonceStr)
}
