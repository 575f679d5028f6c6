package store_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func TestAMenuIsPushedOncePerContent(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		s, ctx := b.open(t), context.Background()
		claim := func(hash string, again bool) *store.MenuClaim {
			t.Helper()
			got, until, err := s.ClaimMenu(ctx, "wx1", hash, again)
			require.NoError(t, err)
			require.Zero(t, until)
			return got
		}
		first := claim("a", false)
		require.NotNil(t, first)
		require.NoError(t, s.FinishMenu(ctx, first, true))
		require.Nil(t, claim("a", false), "pushed already")

		failed := claim("b", false)
		require.NotNil(t, failed)
		require.NoError(t, s.FinishMenu(ctx, failed, false))
		require.Nil(t, claim("a", false), "what was pushed last is still there")
		second := claim("b", false)
		require.NotNil(t, second, "a failed push is tried again")
		require.NoError(t, s.FinishMenu(ctx, second, true))
		require.NotNil(t, claim("b", true), "again")

		other, _, err := s.ClaimMenu(ctx, "wx2", "b", false)
		require.NoError(t, err)
		require.NotNil(t, other, "another account's menu is another")
	})
}

func TestAMenuIsClaimedByOneProcess(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx := context.Background()
		var won atomic.Int64
		var wg sync.WaitGroup
		for range 4 {
			s := b.open(t)
			wg.Go(func() {
				claim, until, err := s.ClaimMenu(ctx, "wx1", "a", false)
				switch {
				case err != nil:
					t.Error(err)
				case claim != nil:
					won.Add(1)
				case !until.Equal(c.Now().Add(store.MenuLease)):
					t.Errorf("until %s", until)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 1, won.Load())
	})
}

func TestADeadProcessBlocksNoMenu(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx := context.Background()
		dead, alive := b.open(t), b.open(t)
		old, _, err := dead.ClaimMenu(ctx, "wx1", "a", false)
		require.NoError(t, err)
		require.NotNil(t, old)
		c.Move(store.MenuLease - time.Second)
		none, until, err := alive.ClaimMenu(ctx, "wx1", "b", false)
		require.NoError(t, err)
		require.Nil(t, none)
		require.False(t, until.IsZero())
		c.Move(time.Second)
		mine, _, err := alive.ClaimMenu(ctx, "wx1", "b", false)
		require.NoError(t, err)
		require.NotNil(t, mine)

		require.NoError(t, dead.FinishMenu(ctx, old, true), "it comes back too late")
		_, until, err = dead.ClaimMenu(ctx, "wx1", "a", false)
		require.NoError(t, err)
		require.False(t, until.IsZero(), "and has ended nobody's claim")
		require.NoError(t, alive.FinishMenu(ctx, mine, true))
		last, until, err := dead.ClaimMenu(ctx, "wx1", "b", false)
		require.NoError(t, err)
		require.Nil(t, last)
		require.Zero(t, until)
	})
}
