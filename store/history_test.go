package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func TestHistoryIsKeptForADay(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s, other := context.Background(), b.open(t), b.open(t)
		read := func(s *store.Store, account, openid string) string {
			t.Helper()
			v, err := s.History(ctx, account, openid)
			require.NoError(t, err)
			return string(v)
		}
		require.Empty(t, read(s, "demo", "amy"))
		require.NoError(t, s.KeepHistory(ctx, "demo", "amy", []byte("one")))
		require.Equal(t, "one", read(other, "demo", "amy"), "another process sees it")
		require.Empty(t, read(s, "demo", "bob"))
		require.Empty(t, read(s, "other", "amy"))
		c.Move(23 * time.Hour)
		require.NoError(t, s.KeepHistory(ctx, "demo", "amy", []byte("two")))
		c.Move(23 * time.Hour)
		require.Equal(t, "two", read(s, "demo", "amy"), "each word keeps it for another day")
		c.Move(time.Hour)
		require.Empty(t, read(s, "demo", "amy"))
		p, err := s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.EqualValues(t, 1, p.Histories)
		require.NoError(t, s.KeepHistory(ctx, "demo", "amy", []byte("three")))
		require.NoError(t, s.KeepHistory(ctx, "demo", "amy", nil))
		require.Empty(t, read(s, "demo", "amy"))
		require.ErrorIs(t, s.KeepHistory(ctx, "demo", "amy", make([]byte, store.MaxHistory+1)), store.ErrTooLarge)
	})
}
