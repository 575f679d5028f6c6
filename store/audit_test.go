package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func TestAudit(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		start := c.Now()
		for n := range 7 {
			require.NoError(t, s.Audit(ctx, store.AuditEntry{
				Account: []string{"demo", "other", ""}[n%3], Who: store.Actor{Kind: store.ActorKey, Name: "shop"},
				Act: fmt.Sprint("act", n), Object: "茶", Hashes: "a b",
			}))
			c.Move(time.Hour)
		}
		require.NoError(t, s.Close())
		s = b.open(t)
		list := func(f store.AuditFilter) []store.AuditEntry {
			t.Helper()
			log, err := s.AuditLog(ctx, f)
			require.NoError(t, err)
			return log
		}
		all := list(store.AuditFilter{})
		require.Len(t, all, 7)
		first := all[6]
		require.True(t, first.At.Equal(start))
		first.Cursor, first.At = 0, time.Time{}
		require.Equal(t, store.AuditEntry{
			Account: "demo", Who: store.Actor{Kind: "key", Name: "shop"}, Act: "act0", Object: "茶", Hashes: "a b",
		}, first)
		for _, test := range []struct {
			name   string
			filter store.AuditFilter
			want   []string
		}{
			{"the newest", store.AuditFilter{Limit: 2}, []string{"act6", "act5"}},
			{"the page behind", store.AuditFilter{Limit: 2, Before: all[1].Cursor}, []string{"act4", "act3"}},
			{"of an account", store.AuditFilter{Account: "demo"}, []string{"act6", "act3", "act0"}},
			{"its second page", store.AuditFilter{Account: "demo", Before: all[0].Cursor, Limit: 1}, []string{"act3"}},
			{"since", store.AuditFilter{Since: start.Add(5 * time.Hour)}, []string{"act6", "act5"}},
			{"of an account since", store.AuditFilter{Account: "demo", Since: start.Add(3 * time.Hour)}, []string{"act6", "act3"}},
			{"of nobody", store.AuditFilter{Account: "nobody"}, nil},
		} {
			require.Equal(t, test.want, acts(list(test.filter)), test.name)
		}
	})
}

func TestAuditIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("many rows by one goroutine, of which the race detector learns nothing")
	}
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		long := strings.Repeat("茶", 5000)
		require.NoError(t, s.Audit(ctx, store.AuditEntry{Who: store.Actor{Kind: "user", Name: long}, Act: long, Object: long, Hashes: long}))
		require.NoError(t, s.Audit(ctx, store.AuditEntry{Act: "by the program itself"}))
		log, err := s.AuditLog(ctx, store.AuditFilter{})
		require.NoError(t, err)
		require.Len(t, log, 1)
		for text, most := range map[string]int{log[0].Who.Name: 256, log[0].Act: 256, log[0].Object: 2048, log[0].Hashes: 2048} {
			require.LessOrEqual(t, len(text), most)
			require.Greater(t, len(text), most-3)
			require.True(t, utf8.ValidString(text))
		}
		c.Move(store.KeepAudit - time.Hour)
		require.NoError(t, s.Audit(ctx, store.AuditEntry{Who: operator, Act: "young"}))
		pruned, err := s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.Zero(t, pruned.Audit)
		c.Move(2 * time.Hour)
		pruned, err = s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.EqualValues(t, 1, pruned.Audit)

		newest := log[0].Cursor
		log, err = s.AuditLog(ctx, store.AuditFilter{})
		require.NoError(t, err)
		require.Equal(t, []string{"young"}, acts(log))
		require.Greater(t, log[0].Cursor, newest)
		store.Exec(t, s, fmt.Sprintf(`INSERT INTO audit (id, at, account, who_kind, who, act, object, hashes)
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT %d + i, 0, '', 'cli', '', '', '', '' FROM n`, store.MaxAudit+600, log[0].Cursor))
		pruned, err = s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.EqualValues(t, 601, pruned.Audit, "the oldest go")
		log, err = s.AuditLog(ctx, store.AuditFilter{})
		require.NoError(t, err)
		require.NotContains(t, acts(log), "young")
	})
}

func TestTokensRunOut(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		row := store.TokenRow{Token: "t", Expires: c.Now().Add(2 * time.Hour)}
		_, err := s.SwapToken(ctx, "k", "", row)
		require.NoError(t, err)
		c.Move(25 * time.Hour)
		pruned, err := s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.Zero(t, pruned.Tokens)
		c.Move(time.Hour)
		pruned, err = s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.EqualValues(t, 1, pruned.Tokens)
		// Who has slept meanwhile finds none, and has its own accepted at the second try.
		now, err := s.SwapToken(ctx, "k", "t", store.TokenRow{Token: "u", Expires: c.Now()})
		require.NoError(t, err)
		require.Zero(t, now.Token)
		now, err = s.SwapToken(ctx, "k", now.Token, store.TokenRow{Token: "u", Expires: c.Now()})
		require.NoError(t, err)
		require.Equal(t, "u", now.Token)
	})
}
