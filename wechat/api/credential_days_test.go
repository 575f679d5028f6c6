package api_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/api"
)

// TestTokenCallsStayWithinOneOfTheLeast plays random days: callers on two processes with one store,
// expiry, a third party that forces or fetches. Every caller must get a token that works after at most
// one renewal, and in all the platform must have been asked at most once more than was unavoidable.
// The third party strikes again only after both processes have noticed: a shared token that died unseen
// is one that nobody can know to be dead without asking.
func TestTokenCallsStayWithinOneOfTheLeast(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { playDays(t, seed) })
	}
}

func playDays(t *testing.T, seed uint64) {
	chance := rand.New(rand.NewPCG(seed, 1))
	stable := seed%2 == 0
	w := newWorld()
	sources := []*api.Tokens{w.source(t, stable, true, io.Discard), w.source(t, stable, true, io.Discard)}
	least := 0
	inUse := "" // the token that the two hold
	noticed := [2]bool{true, true}
	for range 300 {
		w.advance(time.Duration(chance.IntN(1800)) * time.Second)
		if chance.IntN(6) == 0 && noticed[0] && noticed[1] {
			noticed = [2]bool{}
			w.set(func() {
				if stable {
					w.serveStable(true)
					w.forces--
				} else {
					w.issuePlain()
				}
			})
		}
		for range 1 + chance.IntN(20) {
			who := chance.IntN(2)
			s := sources[who]
			noticed[who] = true
			before, _ := w.counted()
			token, err := s.Token(bg())
			require.NoError(t, err)
			if !w.good(token) {
				token, err = s.Renew(bg(), token)
				require.NoError(t, err)
			}
			require.True(t, w.good(token), "one renewal is enough")
			after, _ := w.counted()
			if token != inUse {
				least++
				inUse = token
			}
			require.LessOrEqual(t, after-before, 1)
		}
	}
	calls, forces := w.counted()
	require.LessOrEqual(t, calls, least+1)
	require.Zero(t, forces)
}

// TestTokenCallsOfACrowd is the same at one moment: both processes' callers at once.
func TestTokenCallsOfACrowd(t *testing.T) {
	for _, stable := range []bool{true, false} {
		w := newWorld()
		w.alive = true
		sources := []*api.Tokens{w.source(t, stable, true, io.Discard), w.source(t, stable, true, io.Discard)}
		old := ""
		for round := range 20 {
			var all sync.WaitGroup
			tokens := make([]string, 20)
			for i := range tokens {
				all.Go(func() { tokens[i], _ = sources[i%2].Renew(bg(), old) })
			}
			all.Wait()
			require.NotContains(t, tokens, old)
			require.NotContains(t, tokens, "")
			token, err := sources[round%2].Token(bg())
			require.NoError(t, err)
			old = token
			if stable {
				w.set(func() { w.serveStable(true); w.forces-- })
			}
			w.advance(time.Minute)
		}
		calls, forces := w.counted()
		require.LessOrEqual(t, calls, 20+1)
		require.Zero(t, forces)
	}
}

func TestOutagesCostOneCallAPause(t *testing.T) {
	w := newWorld()
	w.down = true
	s := w.source(t, true, true, io.Discard)
	for range 3600 {
		_, err := s.Token(bg())
		require.Error(t, err)
		w.advance(time.Second)
	}
	calls, _ := w.counted()
	require.Less(t, calls, 130, "an hour's outage under constant use: a call every 45 s or so")
	w.set(func() { w.down = false })
	w.advance(time.Minute)
	_, err := s.Token(bg())
	require.NoError(t, err)
}

// TestNoCallerNoticesAThirdParty lets a crowd on two processes call an API while somebody else takes
// the token away again and again: every call succeeds, with at most one repeat.
func TestNoCallerNoticesAThirdParty(t *testing.T) {
	for _, stable := range []bool{true, false} {
		w := newWorld()
		w.alive = true
		var clients []*api.Client
		for range 2 {
			c, err := api.NewClient(api.ClientConfig{
				AppID: "wx1", Secret: appSecret, Tokens: w.source(t, stable, true, io.Discard), Doer: w, Now: w.Now, Sleep: w.Sleep,
			})
			require.NoError(t, err)
			clients = append(clients, c)
		}
		const rounds, crowd = 20, 20
		for range rounds {
			var all sync.WaitGroup
			errs := make([]error, crowd)
			for i := range errs {
				all.Go(func() { _, errs[i] = clients[i%2].Call(bg(), api.Request{Path: "/cgi-bin/tags/get"}) })
			}
			all.Wait()
			require.NoError(t, errors.Join(errs...))
			w.set(func() {
				if stable {
					w.serveStable(true)
				} else {
					w.issuePlain()
				}
			})
			w.advance(6 * time.Minute)
		}
		calls, _ := w.counted()
		require.LessOrEqual(t, calls, rounds+1)
		require.LessOrEqual(t, w.served, 2*rounds*crowd)
	}
}
