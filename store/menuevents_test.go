package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func TestMenuEvents(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		click := func(account, key, menu string, status store.Status, latency time.Duration, attempts int) string {
			r := store.Record{
				Account: account, Trace: s.Trace(), OpenID: "amy", Type: "event", Event: "CLICK", EventKey: key, MenuID: menu,
				MenuEvent: true, CreateTime: c.Now().Unix(), Status: status, Latency: latency, Attempts: attempts, Error: "e" + status.String(),
			}
			require.True(t, s.Record(r))
			return r.Trace
		}
		click("demo", "a", "1", store.Answered, 2*time.Millisecond, 1)
		click("demo", "a", "1", store.Answered, 4*time.Millisecond, 2)
		click("demo", "a", "2", store.Answered, 0, 1)
		click("other", "a", "1", store.Answered, 0, 1)
		require.NoError(t, s.Flush(ctx))
		c.Move(2 * time.Hour)
		newest := click("demo", "a", "1", store.Failed, 9*time.Millisecond, 3)
		click("demo", "b", "1", store.Unhandled, 0, 1)
		require.True(t, s.Record(store.Record{Account: "demo", Type: "text", Content: "no click"}))

		keys := func(f store.MenuFilter) (got []string) {
			events, err := s.MenuEvents(ctx, "demo", f)
			require.NoError(t, err)
			for _, e := range events {
				got = append(got, e.EventKey+e.MenuID)
			}
			return got
		}
		require.Equal(t, []string{"a1", "b1", "a2"}, keys(store.MenuFilter{}))
		require.Equal(t, []string{"a1", "a2"}, keys(store.MenuFilter{EventKey: "a"}))
		require.Equal(t, []string{"a2"}, keys(store.MenuFilter{EventKey: "a", MenuID: "2"}))
		require.Equal(t, []string{"a1", "b1"}, keys(store.MenuFilter{Since: c.Now().Add(-20 * time.Minute)}))
		require.Equal(t, []string{"a1", "b1", "a2"}, keys(store.MenuFilter{Since: c.Now().Add(-150 * time.Minute)}), "the hour counts as a whole")

		events, err := s.MenuEvents(ctx, "demo", store.MenuFilter{EventKey: "a", MenuID: "1"})
		require.NoError(t, err)
		require.Len(t, events, 1)
		got := events[0]
		require.True(t, c.Now().Equal(got.Last.Received))
		got.Last.Received = time.Time{}
		require.Equal(t, store.MenuEvent{
			Event: "CLICK", EventKey: "a", MenuID: "1",
			Counts:  map[store.Status]int64{store.Answered: 2, store.Failed: 1},
			Repeats: 3, MeanLatency: 5 * time.Millisecond, MaxLatency: 9 * time.Millisecond,
			Last: store.MenuLast{Trace: newest, OpenID: "amy", CreateTime: c.Now().Unix(), Status: store.Failed, Error: "efailed"},
		}, got)
	})
}

func TestStatusWords(t *testing.T) {
	words := map[store.Status]string{
		store.Pending: "pending", store.Answered: "answered", store.Acknowledged: "acknowledged", store.AnsweredAsync: "answered_async",
		store.Failed: "failed", store.Late: "late", store.Unhandled: "unhandled", 200: "unknown",
	}
	for status, word := range words {
		require.Equal(t, word, status.String())
	}
	for kind := store.MessageWindow; kind <= store.PayWindow; kind++ {
		require.Equal(t, kind, store.ParseWindowKind(kind.String()))
	}
	require.Equal(t, store.NoWindow, store.ParseWindowKind("door"))
}
