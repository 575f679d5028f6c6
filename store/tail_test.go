package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// Two processes that write of the same fans in turn, and forget some, never lose a message of a fan's chain.
func TestFamiliarFansAreNeverStale(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx := context.Background()
		stores := []*store.Store{b.open(t), b.open(t)}
		r := rand.New(rand.NewPCG(3, 4))
		sent, seen := map[string][]string{}, map[string]time.Time{}
		for n := range 400 {
			c.Move(time.Second)
			s, fan := stores[r.IntN(2)], fmt.Sprint("fan", r.IntN(5))
			if r.IntN(40) == 0 {
				require.NoError(t, s.Forget(ctx, "demo", fan))
				sent[fan], seen[fan] = nil, time.Time{}
			}
			for range 1 + r.IntN(3) {
				text := fmt.Sprint(n, "-", len(sent[fan]))
				require.True(t, s.Record(store.Record{Account: "demo", OpenID: fan, Type: "text", Content: text}))
				sent[fan] = append(sent[fan], text)
			}
			if seen[fan].IsZero() {
				seen[fan] = c.Now()
			}
			require.NoError(t, s.Flush(ctx))
			f, ok, err := s.Fan(ctx, "demo", fan)
			require.NoError(t, err)
			require.True(t, ok)
			require.True(t, seen[fan].Equal(f.FirstSeen), "what was forgotten stays so")
		}
		for fan, want := range sent {
			page, err := stores[0].Messages(ctx, "demo", store.MessageFilter{OpenID: fan, Limit: 500})
			require.NoError(t, err)
			var got []string
			for i := len(page) - 1; i >= 0; i-- {
				got = append(got, page[i].Content)
			}
			require.Equal(t, want, got, fan)
		}
	})
}
