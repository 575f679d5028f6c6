package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func TestPrune(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		const day = 24 * time.Hour
		for n := range 1200 {
			turn := turnOf(s, fmt.Sprintf("acc%d", n), "amy", 1, c)
			require.NoError(t, turn.Set(ctx, "short", nil, time.Hour))
			if n == 0 {
				require.NoError(t, turn.Set(ctx, "long", nil, 0))
				require.NoError(t, turn.Finish(ctx, store.Result{Session: []byte("s"), SessionChanged: true, SessionTTL: time.Hour}))
				require.NoError(t, s.KeepAnswer(ctx, "demo", "amy", nil))
			}
		}
		for _, account := range []string{"demo", "keeper"} {
			for range 1100 {
				require.True(t, s.Record(store.Record{Account: account, OpenID: "amy", Type: "event", Event: "CLICK", MenuEvent: true}))
			}
		}
		require.NoError(t, s.Flush(ctx))
		got, err := s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.Zero(t, got, "nothing has run out")

		c.Move(31 * day)
		require.True(t, s.Record(store.Record{Account: "demo", OpenID: "amy", Type: "text", Content: "young"}))
		require.NoError(t, s.Flush(ctx))
		keep := func(account string) time.Duration {
			if account == "keeper" {
				return 60 * day
			}
			return 0
		}
		got, err = s.Prune(ctx, store.Retention{Messages: keep})
		require.NoError(t, err)
		require.Equal(t, store.Pruned{Messages: 1100, Values: 1200, Sessions: 1, Claims: 1200, Answers: 1}, got)
		_, ok, err := turnOf(s, "acc0", "amy", 2, c).Get(ctx, "long")
		require.NoError(t, err)
		require.True(t, ok)
		for account, want := range map[string]int{"demo": 1, "keeper": 500} {
			list, err := s.Messages(ctx, account, store.MessageFilter{OpenID: "amy", Limit: 500})
			require.NoError(t, err)
			require.Len(t, list, want, account)
		}

		c.Move(399 * day)
		got, err = s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.Equal(t, store.Pruned{Messages: 1101, MenuHours: 2}, got)
		fan, ok, err := s.Fan(ctx, "demo", "amy")
		require.NoError(t, err)
		require.True(t, ok, "fans stay")
		require.False(t, fan.FirstSeen.IsZero())
	})
}
