package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func TestTokensAreReservedAndSettled(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *clock) {
		ctx, s := context.Background(), b.open(t)
		amy := store.SpendingKey{Account: "demo", OpenID: "amy", Day: 20260301}
		bob := store.SpendingKey{Account: "demo", OpenID: "bob", Day: 20260301}
		steps := []struct {
			name                 string
			key                  store.SpendingKey
			reserve, settle      int64
			whose                string
			ofFan, ofAccount     int64
			askedFan, askedInAll int64
		}{
			{"the first", amy, 60, 0, "", 60, 60, 1, 1},
			{"it took less", amy, 0, -20, "", 40, 40, 1, 1},
			{"to the brim", amy, 60, 0, "", 100, 100, 2, 2},
			{"one more", amy, 1, 0, "fan", 100, 100, 2, 2},
			{"another fan", bob, 50, 0, "", 50, 150, 1, 3},
			{"the account is full first", bob, 51, 0, "account", 50, 150, 1, 3},
			{"it took more", bob, 0, 30, "", 80, 180, 1, 3},
			{"never below nothing", bob, 0, -500, "", 0, 0, 1, 3},
			{"the next day", store.SpendingKey{Account: "demo", OpenID: "amy", Day: 20260302}, 100, 0, "", 100, 100, 1, 1},
			{"another account", store.SpendingKey{Account: "other", OpenID: "amy", Day: 20260301}, 100, 0, "", 100, 100, 1, 1},
			{"nobody's", store.SpendingKey{Account: "third", Day: 20260301}, 200, 0, "", 200, 200, 1, 1},
		}
		for _, st := range steps {
			t.Run(st.name, func(t *testing.T) {
				if st.reserve > 0 {
					whose, err := s.ReserveTokens(ctx, st.key, st.reserve, store.SpendingBounds{Fan: 100, Account: 200})
					require.NoError(t, err)
					require.Equal(t, st.whose, whose)
				}
				require.NoError(t, s.SettleTokens(ctx, st.key, st.settle))
				fan, err := s.SpendingOf(ctx, st.key)
				require.NoError(t, err)
				st.key.OpenID = ""
				all, err := s.SpendingOf(ctx, st.key)
				require.NoError(t, err)
				require.Equal(t, store.Spending{Tokens: st.ofFan, Asked: st.askedFan}, fan)
				require.Equal(t, store.Spending{Tokens: st.ofAccount, Asked: st.askedInAll}, all)
			})
		}
	})
}

// TestTokensHoldAcrossProcesses: two stores on one file together reserve no more than there is.
func TestTokensHoldAcrossProcesses(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *clock) {
		stores := []*store.Store{b.open(t), b.open(t)}
		k := store.SpendingKey{Account: "demo", OpenID: "amy", Day: 20260301}
		var wg sync.WaitGroup
		var mu sync.Mutex
		granted := 0
		for i := range 40 {
			wg.Go(func() {
				whose, err := stores[i%2].ReserveTokens(context.Background(), k, 10, store.SpendingBounds{Fan: 150, Account: 1000})
				mu.Lock()
				defer mu.Unlock()
				if err == nil && whose == "" {
					granted++
				}
			})
		}
		wg.Wait()
		require.Equal(t, 15, granted)
		spent, err := stores[0].SpendingOf(context.Background(), k)
		require.NoError(t, err)
		require.Equal(t, store.Spending{Tokens: 150, Asked: 15}, spent)
	})
}

func TestOldSpendingsGo(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		k := store.SpendingKey{Account: "demo", OpenID: "amy", Day: store.SpendingDay(c.Now())}
		_, err := s.ReserveTokens(ctx, k, 10, store.SpendingBounds{Fan: 100, Account: 100})
		require.NoError(t, err)
		for _, step := range []struct {
			after time.Duration
			want  int64
		}{{39 * 24 * time.Hour, 0}, {3 * 24 * time.Hour, 2}, {0, 0}} {
			c.Move(step.after)
			p, err := s.Prune(ctx, store.Retention{})
			require.NoError(t, err)
			require.Equal(t, step.want, p.Spendings)
		}
	})
}

func TestSpendingDay(t *testing.T) {
	at := time.Date(2026, 3, 1, 17, 0, 0, 0, time.UTC)
	require.Equal(t, int64(20260301), store.SpendingDay(at))
	require.Equal(t, int64(20260302), store.SpendingDay(at.In(time.FixedZone("CST", 8*60*60))), "midnight is that of the zone")
}
