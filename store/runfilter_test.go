package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// fanRecords writes messages of so many fans, one after the other, numbered from n on.
func fanRecords(t *testing.T, s *store.Store, fans, n, records int) {
	for i := n; i < n+records; i++ {
		r := store.Record{
			Account: "demo", OpenID: fmt.Sprint("fan", i%fans), MsgID: fmt.Sprint(24000000000000000 + i), Type: "text", CreateTime: int64(1_700_000_000 + i),
			Received: time.Unix(int64(1_700_000_000+i), 0), FanAct: true, Status: store.Answered,
		}
		require.Eventually(t, func() bool { return s.Record(r) }, patient, time.Millisecond)
	}
	require.NoError(t, s.Flush(context.Background()))
}

// lastOf is when the last message of a fan of fanRecords came.
func lastOf(fans, n, fan int) int64 { return int64(1_700_000_000 + (n-1-fan)/fans*fans + fan) }

func requireLast(t *testing.T, s *store.Store, fans, n int) {
	t.Helper()
	for fan := 0; fan < fans; fan += max(1, fans/500) {
		m, ok, err := s.LastMessage(t.Context(), "demo", fmt.Sprint("fan", fan))
		require.NoError(t, err)
		require.True(t, ok, "fan %d", fan)
		require.Equal(t, lastOf(fans, n, fan), m.CreateTime, "fan %d", fan)
	}
	_, ok, err := s.LastMessage(t.Context(), "demo", "nobody")
	require.NoError(t, err)
	require.False(t, ok)
}

// TestFewRunsAreReadForAFan, with few fans, since their heads are in few runs, and with many, since filters keep from the others.
func TestFewRunsAreReadForAFan(t *testing.T) {
	for _, tt := range []struct {
		fans, records int
		runs          int // at most
	}{
		{5, 6_000, 5}, {300, 6_000, 20}, {5_000, 6_000, 40}, {20_000, 20_000, 60},
	} {
		t.Run(fmt.Sprintf("%d fans", tt.fans), func(t *testing.T) {
			s := sqliteBackend(t, nil).open(t)
			store.SmallRecords(s)
			fanRecords(t, s, tt.fans, 0, tt.records)
			requireLast(t, s, min(tt.fans, tt.records), tt.records)
			beside := 0
			for fan := range 300 {
				all, may, has := store.HeadRuns(t, s, "demo", fmt.Sprint("fan", fan*tt.fans/300))
				require.LessOrEqual(t, all, tt.runs)
				beside += may - has
			}
			// One run is read in any case: that of all fans has no filter.
			require.LessOrEqual(t, beside, 300+300*tt.runs/100)
		})
	}
}

// TestHeadsOfFewFansAreFolded long before there are as many runs as would be merged for their number.
func TestHeadsOfFewFansAreFolded(t *testing.T) {
	s := sqliteBackend(t, nil).open(t)
	fanRecords(t, s, 5, 0, 30_000) // some fifteen runs
	all, _, _ := store.HeadRuns(t, s, "demo", "fan1")
	require.LessOrEqual(t, all, 5)
	requireLast(t, s, 5, 30_000)
}

// TestFiltersOutliveTheProcess, forgetting and merges; a run without filters is read.
func TestFiltersOutliveTheProcess(t *testing.T) {
	const fans = 3_000
	b := sqliteBackend(t, nil)
	s := b.open(t)
	store.SmallRecords(s)
	fanRecords(t, s, fans, 0, 4_000)
	requireLast(t, s, fans, 4_000)
	require.NoError(t, s.Forget(t.Context(), "demo", "fan7"))
	_, ok, err := s.LastMessage(t.Context(), "demo", "fan7")
	require.NoError(t, err)
	require.False(t, ok)
	fanRecords(t, s, fans, 4_000, 3_100) // fan7 is back
	requireLast(t, s, fans, 7_100)
	require.NoError(t, s.Close())

	s = b.open(t)
	requireLast(t, s, fans, 7_100)
	require.NotZero(t, store.FilterBytes(s))
	require.Less(t, store.FilterBytes(s), 2*7_100+9*1_000, "about 12 bits a head")
	store.Exec(t, s, fmt.Sprintf(`DELETE FROM record_pages WHERE no %% 16777216 >= %d`, store.FilterPlace))
	require.NoError(t, s.Close())

	s = b.open(t)
	requireLast(t, s, fans, 7_100)
	require.Zero(t, store.FilterBytes(s))
}

// TestAFilterOfAnotherRunIsNotBelieved: an older program leaves the filters of a run that it removes, and the number may be used again.
func TestAFilterOfAnotherRunIsNotBelieved(t *testing.T) {
	const fans = 2_000
	b := sqliteBackend(t, nil)
	s := b.open(t)
	store.SmallRecords(s)
	fanRecords(t, s, fans, 0, 2_500)
	store.Exec(t, s, `UPDATE record_runs SET first_block = first_block - 1 WHERE kind = 2`)
	require.NoError(t, s.Close())
	s = b.open(t)
	requireLast(t, s, fans, 2_500)
	require.Zero(t, store.FilterBytes(s))
}

// TestNoFilterIsLeftOfARun once it is merged.
func TestNoFilterIsLeftOfARun(t *testing.T) {
	s := sqliteBackend(t, nil).open(t)
	store.SmallRecords(s)
	fanRecords(t, s, 2_000, 0, 8_000)
	require.Eventually(t, func() bool {
		fanRecords(t, s, 2_000, 8_000, 50)
		runs := map[int64]bool{}
		for _, r := range store.Rows(t, s, "record_runs") {
			runs[r["no"].(int64)] = true
		}
		for _, p := range store.Rows(t, s, "record_pages") {
			if no := p["no"].(int64); !runs[no>>24] {
				return false
			}
		}
		return true
	}, patient, time.Millisecond)
}
