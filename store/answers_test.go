package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func TestKeptAnswers(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		take := func(account, openid string) string {
			answer, ok, err := s.TakeAnswer(ctx, account, openid)
			require.NoError(t, err)
			require.Equal(t, ok, answer != nil)
			return string(answer)
		}
		require.NoError(t, s.KeepAnswer(ctx, "demo", "amy", []byte("one")))
		c.Move(time.Hour)
		require.NoError(t, s.KeepAnswer(ctx, "demo", "amy", []byte("two")))
		require.Empty(t, take("demo", "bob"))
		require.Empty(t, take("other", "amy"))
		require.Equal(t, "one", take("demo", "amy"), "the oldest first")
		require.Equal(t, "two", take("demo", "amy"))
		require.Empty(t, take("demo", "amy"))

		require.NoError(t, s.KeepAnswer(ctx, "demo", "amy", []byte("old")))
		c.Move(store.AnswerLife)
		require.Empty(t, take("demo", "amy"), "run out")
		require.ErrorIs(t, s.KeepAnswer(ctx, "demo", "amy", make([]byte, store.MaxReply+1)), store.ErrTooLarge)

		for n := range store.MaxAnswers + 5 {
			c.Move(time.Millisecond)
			require.NoError(t, s.KeepAnswer(ctx, "demo", "amy", fmt.Append(nil, n)))
		}
		require.Equal(t, "5", take("demo", "amy"), "the oldest went")
	})
}

func TestOneTakerGetsTheAnswer(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx := context.Background()
		stores := []*store.Store{b.open(t), b.open(t), b.open(t)}
		require.NoError(t, stores[0].KeepAnswer(ctx, "demo", "amy", nil))
		var wg sync.WaitGroup
		got := make(chan bool, 30)
		for n := range cap(got) {
			wg.Go(func() {
				_, ok, err := stores[n%3].TakeAnswer(ctx, "demo", "amy")
				got <- ok && err == nil
			})
		}
		wg.Wait()
		close(got)
		takers := 0
		for ok := range got {
			if ok {
				takers++
			}
		}
		require.Equal(t, 1, takers)
	})
}

func TestTokens(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx := context.Background()
		one, two := b.open(t), b.open(t)
		row, err := one.LoadToken(ctx, "wx1")
		require.NoError(t, err)
		require.Zero(t, row)
		swap := func(s *store.Store, stale, next string) string {
			row, err := s.SwapToken(ctx, "wx1", stale, store.TokenRow{Token: next, Expires: c.Now().Add(time.Hour)})
			require.NoError(t, err)
			return row.Token
		}
		require.Equal(t, "a", swap(one, "", "a"))
		require.Equal(t, "a", swap(two, "", "b"), "another was first")
		require.Equal(t, "c", swap(two, "a", "c"))
		require.Equal(t, "c", swap(one, "a", "d"))
		row, err = one.LoadToken(ctx, "wx1")
		require.NoError(t, err)
		require.Equal(t, "c", row.Token)
		require.True(t, row.Expires.Equal(c.Now().Add(time.Hour)))
		row, err = one.LoadToken(ctx, "wx2")
		require.NoError(t, err)
		require.Zero(t, row)
	})
}
