package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// roomy is a turn of an account that may keep so many bytes.
func roomy(s *store.Store, account string, n int, c *clock, room int64) *store.Turn {
	return s.Turn(store.TurnKey{Account: account, OpenID: "amy", Key: [16]byte{byte(n), byte(n >> 8), 9}, At: c.Now(), Quota: room})
}

func TestRoomIsBounded(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		turn := roomy(s, "demo", 1, c, 100)
		full := func(err error, used int64) {
			t.Helper()
			var f *store.FullError
			require.ErrorAs(t, err, &f)
			require.Equal(t, store.FullError{Used: used, Quota: 100}, *f)
		}
		require.NoError(t, turn.Set(ctx, "k", make([]byte, 99), time.Minute), "keys count, and 100 of 100 fit")
		full(turn.Set(ctx, "n", nil, 0), 101)
		full(turn.Set(ctx, "k", make([]byte, 100), 0), 101)
		_, err := turn.Incr(ctx, "n", 1)
		full(err, 102)
		_, err = turn.CAS(ctx, "n", nil, []byte("abc"))
		full(err, 104)
		got, ok, err := turn.Get(ctx, "k")
		require.NoError(t, err)
		require.True(t, ok)
		require.Len(t, got, 99, "what did not fit changed nothing")
		require.NoError(t, roomy(s, "other", 1, c, 100).Set(ctx, "k", make([]byte, 99), 0), "each account has its own")
		require.NoError(t, roomy(s, "demo", 2, c, 0).Set(ctx, "free", make([]byte, 500), 0), "no bound is one of the plan")
		require.NoError(t, turn.Set(ctx, "k", make([]byte, 98), time.Minute), "less always fits")
		_, err = turn.Delete(ctx, "free")
		require.NoError(t, err)
		require.NoError(t, turn.Set(ctx, "k", make([]byte, 99), time.Minute))
		require.NoError(t, turn.Finish(ctx, store.Result{}))

		c.Move(2 * time.Minute)
		turn = roomy(s, "demo", 3, c, 100)
		full(turn.Set(ctx, "n", nil, 0), 101)
		_, err = s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.NoError(t, turn.Set(ctx, "n", make([]byte, 99), 0), "what has run out makes room once it is pruned")
	})
}

// Whatever is done to values, the bytes that are counted are those that are there.
func TestRoomIsCountedRight(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		r := rand.New(rand.NewPCG(1, 2))
		for n := range 2_000 {
			turn := roomy(s, fmt.Sprint("account", r.IntN(3)), n, c, 400)
			key, val := strings.Repeat("k", 1+r.IntN(6)), make([]byte, r.IntN(120))
			var err error
			switch r.IntN(6) {
			case 0:
				_, err = turn.Delete(ctx, key)
			case 1:
				_, err = turn.CAS(ctx, key, nil, val)
			case 2:
				if old, ok, _ := turn.Get(ctx, key); ok {
					_, err = turn.CAS(ctx, key, old, nil)
				}
			case 3:
				c.Move(time.Second)
				_, err = s.Prune(ctx, store.Retention{})
			default:
				err = turn.Set(ctx, key, val, time.Duration(r.IntN(3))*time.Second)
			}
			var full *store.FullError
			if err != nil && !errors.As(err, &full) {
				require.NoError(t, err)
			}
			require.NoError(t, turn.Finish(ctx, store.Result{}))
		}
		counted, real := store.Rooms(t, s)
		require.Len(t, real, 3)
		require.Equal(t, real, counted)
	})
}
