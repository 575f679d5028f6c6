package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// What a turn waits for is known in other processes until its messages are over, and is no message itself.
func TestATurnThatAsks(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx := context.Background()
		one, two := b.open(t), b.open(t)
		first := turnOf(one, "demo", "amy", 1, c)
		begin(t, first)
		second := turnOf(two, "demo", "amy", 2, c)
		begin(t, second)
		other := turnOf(two, "demo", "bob", 3, c)
		begin(t, other)
		told := func(turn *store.Turn) string {
			b, err := turn.AskedAhead(ctx)
			require.NoError(t, err)
			return string(b)
		}
		require.Empty(t, told(second))
		require.NoError(t, first.Asks(ctx, []byte("busy")))
		require.NoError(t, first.Asks(ctx, []byte("still busy")))
		require.NoError(t, first.Claim(ctx)) // its commit has the one before it
		require.Equal(t, "still busy", told(second))
		require.Empty(t, told(other), "another fan")
		claims, err := one.Claims(ctx, time.Time{})
		require.NoError(t, err)
		require.Len(t, claims, 3, "the messages")

		require.NoError(t, first.Finish(ctx, store.Result{Reply: []byte("hi"), More: true}))
		require.Equal(t, "still busy", told(second), "messages follow")
		require.NoError(t, first.Leave(ctx))
		require.Empty(t, told(second))
		require.NoError(t, second.InOrder(ctx, nil))
	})
}

func TestWhoIsAloneTellsNobodyUntilOthersCome(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx := context.Background()
		s := b.open(t)
		turn := turnOf(s, "demo", "amy", 1, c)
		require.NoError(t, turn.Asks(ctx, []byte("busy")))
		require.NoError(t, turn.Finish(ctx, store.Result{Reply: []byte("hi")}))
		claims, err := s.Claims(ctx, time.Time{})
		require.NoError(t, err)
		require.Empty(t, claims, "it has written nothing")
	})
}
