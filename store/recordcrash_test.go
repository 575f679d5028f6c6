package store_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// childRecords records for ever, and says of each record when Flush promised that it is written.
func childRecords(path string, out io.Writer) error {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Path: path, RecordDelay: time.Millisecond})
	if err != nil {
		return err
	}
	store.SmallRecords(s)
	for n := 0; ; {
		var said []string
		for range 1 + n%40 {
			n++
			r := store.Record{
				Trace: s.Trace(), Account: fmt.Sprint("shop", n%3), OpenID: fmt.Sprint("fan", n%11), Type: "event", Event: "CLICK",
				EventKey: "k", MenuEvent: true, FanAct: true, CreateTime: time.Now().Unix(), Status: store.Answered,
			}
			if !s.Record(r) {
				return fmt.Errorf("a record was not taken")
			}
			if n%5 == 0 {
				s.Record(store.Record{Trace: r.Trace, Account: r.Account, Again: true, Status: store.AnsweredAsync})
			}
			said = append(said, r.Account+" "+r.Trace)
		}
		if err := s.Flush(ctx); err != nil {
			return err
		}
		for _, line := range said {
			fmt.Fprintln(out, line)
		}
	}
}

// Whenever a process is killed: what Flush promised is there, none of it twice, and the counters are those of the records.
func TestKilledRecords(t *testing.T) {
	b := sqliteBackend(t, time.Now)
	chance := rand.New(rand.NewPCG(7, 8))
	told := map[string]map[string]bool{}
	say := func(line string) {
		account, trace, whole := strings.Cut(line, " ")
		if !whole || len(trace) != 13 { // cut off by the kill
			return
		}
		if told[account] == nil {
			told[account] = map[string]bool{}
		}
		told[account][trace] = true
	}
	const kills = 50
	for round := range kills {
		c := startChild(t, "record", b.path)
		for range 1 + chance.IntN(120) {
			require.True(t, c.out.Scan(), "round %d", round)
			say(c.out.Text())
		}
		require.NoError(t, c.cmd.Process.Kill())
		for c.out.Scan() {
			say(c.out.Text())
		}
		_ = c.cmd.Wait()
		if round%10 == 9 {
			requireRecorded(t, b.open(t), told)
		}
	}
	s := b.open(t)
	require.NotZero(t, store.Count(t, s, "record_runs"), "the test itself must make some")
	require.EqualValues(t, 0, s.Stats().Dropped)
}

func requireRecorded(t *testing.T, s *store.Store, told map[string]map[string]bool) {
	t.Helper()
	ctx := context.Background()
	defer func() { require.NoError(t, s.Close()) }()
	for account, traces := range told {
		seen, byStatus := map[string]bool{}, map[store.Status]int64{}
		for f := (store.MessageFilter{Limit: 500}); ; {
			page, err := s.Messages(ctx, account, f)
			require.NoError(t, err)
			for _, m := range page {
				require.False(t, seen[m.Trace], "%s is there twice", m.Trace)
				seen[m.Trace] = true
				byStatus[m.Status]++
			}
			if len(page) == 0 {
				break
			}
			f.Before = page[len(page)-1].Cursor
		}
		for trace := range traces {
			require.True(t, seen[trace], "%s was promised", trace)
		}
		events, err := s.MenuEvents(ctx, account, store.MenuFilter{})
		require.NoError(t, err)
		counts := map[store.Status]int64{}
		for _, e := range events {
			for status, n := range e.Counts {
				counts[status] += n
			}
		}
		require.Equal(t, byStatus, counts, account)
	}
}

// A process that dies while it forgets a fan has hidden all of the fan, and the next Prune removes it.
func TestInterruptedForget(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		for n := range 300 {
			fan := []string{"amy", "bob"}[n%2]
			require.True(t, s.Record(store.Record{Account: "demo", OpenID: fan, Type: "text", MsgID: fmt.Sprint(n), Content: "words of " + fan}))
			if n == 200 {
				store.Seal(t, s)
			}
		}
		store.MaskFan(t, s, "demo", "bob")
		hidden := func(s *store.Store) {
			list, err := s.Messages(ctx, "demo", store.MessageFilter{Limit: 500})
			require.NoError(t, err)
			require.Len(t, list, 150)
			_, ok, err := s.Message(ctx, "demo", "101")
			require.NoError(t, err)
			require.False(t, ok)
			_, ok, err = s.Fan(ctx, "demo", "bob")
			require.NoError(t, err)
			require.False(t, ok)
			_, text := export(t, s, "demo")
			require.NotContains(t, text, "bob")
		}
		hidden(s)
		require.NotEmpty(t, mentions(t, s, "bob", "demo"), "the sealed ones are only hidden")
		require.NoError(t, s.Close())
		s = b.open(t)
		hidden(s)
		_, err := s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.Empty(t, mentions(t, s, "bob", "demo"))
		hidden(s)
		require.True(t, s.Record(store.Record{Account: "demo", OpenID: "bob", Type: "text"}), "who comes back is seen")
		list, err := s.Messages(ctx, "demo", store.MessageFilter{OpenID: "bob"})
		require.NoError(t, err)
		require.Len(t, list, 1)
	})
}
