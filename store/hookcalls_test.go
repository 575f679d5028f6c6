package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func TestCallsOfHooksAreKept(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		key := [16]byte{7}
		call := &store.HookCall{Hook: "paid", ID: key, Type: "text/plain", Body: []byte("thanks")}
		turn := s.Turn(store.TurnKey{Account: "demo", Key: key, At: c.Now()})
		require.NoError(t, turn.Finish(ctx, store.Result{Hook: call})) // though it has written nothing
		found := func(account, hook string, id [16]byte) bool {
			_, found, err := s.HookCall(ctx, account, hook, id)
			require.NoError(t, err)
			return found
		}
		got, is, err := s.HookCall(ctx, "demo", "paid", key)
		require.NoError(t, err)
		require.True(t, is)
		require.Equal(t, *call, got)
		require.False(t, found("other", "paid", key))
		require.False(t, found("demo", "orders", key))
		require.False(t, found("demo", "paid", [16]byte{8}))

		again := s.Turn(store.TurnKey{Account: "demo", Key: key, At: c.Now()})
		require.ErrorIs(t, again.Claim(ctx), store.ErrClaimed, "it has been done")

		c.Move(store.HookLife)
		require.False(t, found("demo", "paid", key))
		p, err := s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.EqualValues(t, 1, p.HookCalls)
	})
}

// A turn that failed and may be run anew leaves no claim, whatever it has written.
func TestATurnThatMayBeRunAnew(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		key := store.TurnKey{Account: "demo", Key: [16]byte{7}, At: c.Now()}
		for range 2 {
			turn := s.Turn(key)
			_, err := turn.Incr(ctx, "n", 1)
			require.NoError(t, err)
			require.NoError(t, turn.Finish(ctx, store.Result{Again: true, Hook: &store.HookCall{Hook: "paid", ID: key.Key}}))
		}
		_, found, err := s.HookCall(ctx, "demo", "paid", key.Key)
		require.NoError(t, err)
		require.False(t, found)
		claims, err := s.Claims(ctx, time.Time{})
		require.NoError(t, err)
		require.Empty(t, claims)
	})
}

// A call that has acted stands in the store until it is answered, or may be done anew.
func TestCallsOfHooksThatHaveActed(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		for n, end := range []store.Result{
			{Hook: &store.HookCall{Hook: "paid", ID: [16]byte{1}, Type: "text/plain"}},
			{Again: true},
		} {
			key := [16]byte{byte(n + 1)}
			turn := s.Turn(store.TurnKey{Account: "demo", Key: key, At: c.Now()})
			turn.CallsHook("paid")
			_, found, err := s.HookCall(ctx, "demo", "paid", key)
			require.NoError(t, err)
			require.False(t, found, "it has not acted")
			require.NoError(t, turn.Claim(ctx))
			got, found, err := s.HookCall(ctx, "demo", "paid", key)
			require.NoError(t, err)
			require.True(t, found && got.Begun())
			hook, err := s.HookOf(ctx, store.Claim{Account: "demo", Key: key})
			require.NoError(t, err)
			require.Equal(t, "paid", hook)
			require.NoError(t, turn.Finish(ctx, end))
			got, found, err = s.HookCall(ctx, "demo", "paid", key)
			require.NoError(t, err)
			require.Equal(t, !end.Again, found)
			require.False(t, got.Begun())
		}
	})
}
