package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func TestTurnWritesAreSeenAtOnce(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		one, two := turnOf(s, "demo", "amy", 1, c), turnOf(s, "demo", "bob", 2, c)
		require.NoError(t, one.Set(ctx, "k", []byte("v"), 0))
		val, ok, err := two.Get(ctx, "k")
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, "v", string(val))
		require.False(t, two.Wrote(), "reading is not writing")
		entries, _, err := two.List(ctx, "", store.Page{})
		require.NoError(t, err)
		require.Len(t, entries, 1)
	})
}

func TestTurnThatWritesNothingLeavesNoClaim(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		turn := turnOf(s, "demo", "amy", 1, c)
		_, _, err := turn.Get(ctx, "k")
		require.NoError(t, err)
		_, err = turn.Session(ctx)
		require.NoError(t, err)
		require.NoError(t, turn.Finish(ctx, store.Result{Reply: []byte("hi")}))
		claims, err := s.Claims(ctx, time.Time{})
		require.NoError(t, err)
		require.Empty(t, claims)
	})
}

func TestClaim(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		first := turnOf(s, "demo", "amy", 1, c)
		require.NoError(t, first.Claim(ctx))
		require.NoError(t, first.Claim(ctx), "claiming again is no harm")
		require.True(t, first.Wrote())

		second := turnOf(s, "demo", "amy", 1, c)
		require.ErrorIs(t, second.Claim(ctx), store.ErrClaimed)
		require.ErrorIs(t, second.Set(ctx, "k", []byte("second"), 0), store.ErrClaimed)
		require.False(t, second.Wrote())
		_, ok, err := first.Get(ctx, "k")
		require.NoError(t, err)
		require.False(t, ok, "the loser writes nothing")

		claim, ok, err := s.Claim(ctx, "demo", [16]byte{1})
		require.NoError(t, err)
		require.True(t, ok)
		require.False(t, claim.Finished)
		require.Equal(t, "amy", claim.OpenID)

		require.NoError(t, first.Finish(ctx, store.Result{Reply: []byte("<xml/>")}))
		require.ErrorIs(t, turnOf(s, "demo", "amy", 1, c).Claim(ctx), store.ErrClaimed)
		claims, err := s.Claims(ctx, c.Now())
		require.NoError(t, err)
		require.Len(t, claims, 1)
		require.True(t, claims[0].Finished)
		require.Equal(t, "<xml/>", string(claims[0].Reply))
		require.Equal(t, [16]byte{1}, claims[0].Key)
		require.True(t, claims[0].At.Equal(c.Now()))

		require.NoError(t, turnOf(s, "other", "amy", 1, c).Claim(ctx), "accounts do not meet")
	})
}

// What is for no message may be done any number of times: it claims nothing, and what it writes is as durable as ever.
func TestAnUnclaimedTurnIsDoneAgain(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		key := store.TurnKey{Account: "demo", OpenID: "amy", At: c.Now(), Unclaimed: true}
		one, two := s.Turn(key), s.Turn(key)
		for n, turn := range []*store.Turn{one, two} {
			require.NoError(t, turn.Claim(ctx))
			got, err := turn.Incr(ctx, "n", 1)
			require.NoError(t, err)
			require.Equal(t, float64(n+1), got)
		}
		require.NoError(t, one.Finish(ctx, store.Result{Session: []byte(`{"a":1}`), SessionChanged: true}))
		require.NoError(t, two.Finish(ctx, store.Result{}))
		s = b.open(t)
		again := s.Turn(key)
		n, err := again.Incr(ctx, "n", 1)
		require.NoError(t, err)
		require.Equal(t, float64(3), n)
		kept, err := again.Session(ctx)
		require.NoError(t, err)
		require.Equal(t, `{"a":1}`, string(kept))
		claims, err := s.Claims(ctx, time.Time{})
		require.NoError(t, err)
		require.Empty(t, claims)
	})
}

func TestAClaimPastItsLife(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		slow, done := turnOf(s, "demo", "amy", 1, c), turnOf(s, "demo", "amy", 2, c)
		require.NoError(t, slow.Set(ctx, "k", []byte("slow"), 0))
		require.NoError(t, done.Claim(ctx))
		require.NoError(t, done.Finish(ctx, store.Result{Reply: []byte("done")}))
		c.Move(store.ClaimLife - time.Millisecond)
		require.ErrorIs(t, turnOf(s, "demo", "amy", 2, c).Claim(ctx), store.ErrClaimed)
		c.Move(time.Millisecond)
		claims, err := s.Claims(ctx, time.Time{})
		require.NoError(t, err)
		require.Empty(t, claims)
		next := turnOf(s, "demo", "amy", 2, c)
		require.NoError(t, next.Claim(ctx), "an answer is forgotten")
		require.ErrorIs(t, done.Finish(ctx, store.Result{Reply: []byte("done"), Session: []byte("done"), SessionChanged: true}), store.ErrClaimed)
		require.NoError(t, next.Finish(ctx, store.Result{Reply: []byte("next")}))
		claim, ok, err := s.Claim(ctx, "demo", [16]byte{2})
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, "next", string(claim.Reply))
		session, err := turnOf(s, "demo", "amy", 3, c).Session(ctx)
		require.NoError(t, err)
		require.Nil(t, session, "who lost the message saves no session")

		require.ErrorIs(t, turnOf(s, "demo", "amy", 1, c).Claim(ctx), store.ErrClaimed, "a turn that runs is nobody else's, however long")
		store.Kill(t, s)
		other := b.open(t)
		require.NoError(t, turnOf(other, "demo", "amy", 1, c).Claim(ctx), "unless its process is dead")
	})
}

func TestSession(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		session := func(account, openid string) string {
			val, err := turnOf(s, account, openid, 99, c).Session(ctx)
			require.NoError(t, err)
			return string(val)
		}
		turn := turnOf(s, "demo", "amy", 1, c)
		require.NoError(t, turn.Finish(ctx, store.Result{Session: []byte("one"), SessionChanged: true, SessionTTL: time.Hour}))
		require.Equal(t, "one", session("demo", "amy"))
		require.Empty(t, session("demo", "bob"))
		require.Empty(t, session("other", "amy"))
		_, ok, err := s.Claim(ctx, "demo", [16]byte{1})
		require.NoError(t, err)
		require.True(t, ok, "a session is a write")

		require.NoError(t, turnOf(s, "demo", "amy", 2, c).Set(ctx, "k", nil, 0))
		require.NoError(t, turnOf(s, "demo", "amy", 3, c).Finish(ctx, store.Result{Session: []byte("two")}))
		require.Equal(t, "one", session("demo", "amy"), "saved only when changed")

		c.Move(time.Hour)
		require.Empty(t, session("demo", "amy"), "run out")
		turn = turnOf(s, "demo", "amy", 4, c)
		require.NoError(t, turn.Finish(ctx, store.Result{Session: []byte("three"), SessionChanged: true}))
		require.Equal(t, "three", session("demo", "amy"))
		turn = turnOf(s, "demo", "amy", 5, c)
		require.NoError(t, turn.Finish(ctx, store.Result{SessionChanged: true}))
		require.Empty(t, session("demo", "amy"), "removed")

		turn = turnOf(s, "demo", "", 6, c)
		require.NoError(t, turn.Finish(ctx, store.Result{Session: []byte("nobody's"), SessionChanged: true}))
		require.Empty(t, session("demo", ""))

		turn = turnOf(s, "demo", "amy", 7, c)
		err = turn.Finish(ctx, store.Result{Session: make([]byte, store.MaxSession+1), SessionChanged: true})
		require.ErrorIs(t, err, store.ErrTooLarge)
	})
}

func TestTurnsSideBySide(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		const turns, each = 40, 5
		var wg sync.WaitGroup
		errs := make(chan error, turns)
		for n := range turns {
			wg.Go(func() {
				turn := turnOf(s, "demo", "amy", byte(n), c)
				var err error
				for range each {
					_, e := turn.Incr(ctx, "n", 1)
					err = errors.Join(err, e)
				}
				errs <- errors.Join(err, turn.Finish(ctx, store.Result{Reply: []byte{byte(n)}}))
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			require.NoError(t, err)
		}
		sum, err := turnOf(s, "demo", "amy", 200, c).Incr(ctx, "n", 0)
		require.NoError(t, err)
		require.Equal(t, float64(turns*each), sum)
		claims, err := s.Claims(ctx, time.Time{})
		require.NoError(t, err)
		finished := 0
		for _, claim := range claims {
			if claim.Finished {
				require.Equal(t, claim.Key[0], claim.Reply[0])
				finished++
			}
		}
		require.Equal(t, turns, finished)
		require.Less(t, s.Stats().Commits, int64(turns), "turns share commits")
	})
}

func TestOneOfManyClaimsTheMessage(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		const runs = 32
		results := make(chan error, runs)
		for range runs {
			go func() {
				turn := turnOf(s, "demo", "amy", 1, c)
				_, err := turn.Incr(ctx, "n", 1)
				if err == nil {
					err = turn.Finish(ctx, store.Result{})
				}
				results <- err
			}()
		}
		won := 0
		for range runs {
			if err := <-results; err == nil {
				won++
			} else {
				require.ErrorIs(t, err, store.ErrClaimed)
			}
		}
		require.Equal(t, 1, won)
	})
}

func TestClosedStoreSaysSo(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		turn := turnOf(s, "demo", "amy", 1, c)
		require.NoError(t, s.Close())
		require.ErrorIs(t, turn.Set(ctx, "k", nil, 0), store.ErrClosed)
		_, _, err := turn.Get(ctx, "k")
		require.Error(t, err)
		require.False(t, s.Record(store.Record{Account: "demo"}))
		require.ErrorIs(t, s.Flush(ctx), store.ErrClosed)
		require.NoError(t, s.Close(), "closing twice is no harm")
	})
}

func TestCancelledCallerWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		s := b.open(t)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		require.ErrorIs(t, turnOf(s, "demo", "amy", 1, c).Set(ctx, "k", nil, 0), context.Canceled)
		_, ok, err := turnOf(s, "demo", "amy", 2, c).Get(context.Background(), "k")
		require.NoError(t, err)
		require.False(t, ok)
	})
}
