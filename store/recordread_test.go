package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// Several messages with one ending are all found, the newest first, up to a bound; those of other accounts are not.
func TestEndingsListsTheNewest(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		store.SmallRecords(s)
		for n := range 45 {
			trace := fmt.Sprintf("01234%02d89ABCD", n)
			require.True(t, s.Record(store.Record{Account: []string{"demo", "other"}[n%2], Trace: trace, Content: trace}))
			for range 4 {
				require.True(t, s.Record(store.Record{Account: "demo"}))
			}
		}
		found, err := s.Endings(ctx, "demo", "9abcd")
		require.NoError(t, err)
		require.Len(t, found, store.MaxEndings)
		for i, m := range found {
			require.Equal(t, fmt.Sprintf("01234%02d89ABCD", 44-2*i), m.Content)
		}
		for ending, want := range map[string]int{"89ABCD": store.MaxEndings, "0789ABCD": 0, "0889ABCD": 1, "123408889ABCD": 0, "0123408" + "89ABCD": 1, "BCD": 0, "": 0, "9ABCE": 0} {
			found, err := s.Endings(ctx, "demo", ending)
			require.NoError(t, err)
			require.Len(t, found, want, ending)
		}
		_, _, err = s.Message(ctx, "demo", "9ABCD")
		require.ErrorIs(t, err, store.ErrAmbiguous)
	})
}

// FuzzBlock: whatever stands in a block or on a page, it is read without harm.
func FuzzBlock(f *testing.F) {
	r := store.Record{OpenID: "amy", MsgID: "1", Type: "text", Content: "hello", Sends: []store.Send{{Kind: "template", MsgID: "2"}}}
	accounts, body := store.BlockBody(&r)
	f.Add(accounts, body)
	f.Add([]byte{}, []byte{})
	f.Add([]byte{1}, []byte{2, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Add([]byte{0xff}, []byte{0x80})
	f.Fuzz(func(t *testing.T, accounts, body []byte) {
		records, keys, err := store.ReadBlockBody(accounts, body)
		if err == nil {
			require.GreaterOrEqual(t, keys, records)
		}
		store.ReadPage(body)
	})
}

// readRows is how many records are in the file that is read, MOONWIRE_BENCH_ROWS or this.
const readRows = 100_000

// BenchmarkRead is what it takes to find messages among many, of 100,000 fans.
func BenchmarkRead(b *testing.B) {
	rows, _ := strconv.Atoi(os.Getenv("MOONWIRE_BENCH_ROWS"))
	if rows == 0 {
		rows = readRows
	}
	s, ctx := openForBench(b), context.Background()
	first := s.Trace()
	benchRecords(b, s, 100_000, 0, rows)
	all, err := s.Messages(ctx, "demo", store.MessageFilter{Limit: 500})
	require.NoError(b, err)
	fan := func() string {
		return fmt.Sprintf("oABCDEFGHIJKLMNOPQ%010d", rand.IntN(100_000))
	}
	for _, way := range []struct {
		name string
		read func(n int) error
	}{
		{"the last six of a trace", func(n int) error {
			_, err := s.Endings(ctx, "demo", all[n%len(all)].Trace[7:])
			return err
		}},
		{"a trace", func(n int) error { _, _, err := s.Message(ctx, "demo", all[n%len(all)].Trace); return err }},
		{"a trace that is not there", func(int) error { _, _, err := s.Message(ctx, "demo", first); return err }},
		{"a message id", func(int) error {
			_, ok, err := s.Message(ctx, "demo", strconv.Itoa(24000000000000000+1+rand.IntN(rows)))
			if !ok {
				b.Error("not found")
			}
			return err
		}},
		{"the last message of a fan", func(int) error { _, _, err := s.LastMessage(ctx, "demo", fan()); return err }},
		{"a fan's newest ten", func(int) error {
			_, err := s.Messages(ctx, "demo", store.MessageFilter{OpenID: fan(), Limit: 10})
			return err
		}},
		{"the newest fifty", func(int) error { _, err := s.Messages(ctx, "demo", store.MessageFilter{}); return err }},
		{"an account without any", func(int) error { _, err := s.Messages(ctx, "none", store.MessageFilter{}); return err }},
	} {
		b.Run(way.name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				n++
				require.NoError(b, way.read(n))
			}
		})
	}
}

// BenchmarkLastMessage is what user.last_message_time asks, of few fans and of a million, when there are nearly as many runs of
// heads as there can be: 49 with MOONWIRE_BENCH_ROWS=1200000, the default.
func BenchmarkLastMessage(b *testing.B) {
	rows, _ := strconv.Atoi(os.Getenv("MOONWIRE_BENCH_ROWS"))
	if rows == 0 {
		rows = 1_200_000
	}
	for _, fans := range []int{100, 1_000_000} {
		b.Run(fmt.Sprintf("%dfans", fans), func(b *testing.B) {
			s, ctx := openForBench(b), context.Background()
			benchRecords(b, s, fans, 0, rows)
			b.ResetTimer()
			before := cpu()
			for range b.N {
				_, _, err := s.LastMessage(ctx, "demo", fmt.Sprintf("oABCDEFGHIJKLMNOPQ%010d", rand.IntN(fans)))
				require.NoError(b, err)
			}
			reportCPU(b, before, b.N)
		})
	}
}

// BenchmarkPrune is what the end of a record costs.
func BenchmarkPrune(b *testing.B) {
	c := newClock()
	s, err := store.Open(context.Background(), store.Options{Path: sqliteBackend(b, nil).path, Now: c.Now})
	require.NoError(b, err)
	b.Cleanup(func() { s.Close() })
	benchRecords(b, s, 100_000, 0, b.N)
	c.Move(31 * 24 * time.Hour)
	b.ResetTimer()
	before := cpu()
	gone, err := s.Prune(context.Background(), store.Retention{})
	require.NoError(b, err)
	reportCPU(b, before, b.N)
	require.EqualValues(b, b.N, gone.Messages)
}
