package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// wholeRecord has a value in every field.
func wholeRecord(s *store.Store, c *clock) store.Record {
	now := c.Now()
	return store.Record{
		Trace: s.Trace(), Account: "demo", OpenID: "oAmy", MsgID: "25373744922163388", Type: "event", Event: "CLICK",
		EventKey: "MENU_TODAY", MenuID: "430112233", Content: "你好", Key: [16]byte{1, 2, 3}, CreateTime: now.Unix() - 1,
		Received: now, MenuEvent: true, FanAct: true,
		Opens:  store.Window{Kind: store.MenuWindow, Opened: now, Expires: now.Add(time.Minute), Left: 3},
		Status: store.Answered, Outcome: "ok", ReplyKind: "passive:text", Reply: "天气晴", Rule: `main.lua:12 on.click("MENU_TODAY")`,
		Build: "3f9c", Error: "none", Attempts: 2, Latency: 1500 * time.Microsecond, Handler: 900 * time.Microsecond, Written: true,
		Asked: []store.Asked{{Model: "small", Prompt: 30, Completion: 200, Took: 1500 * time.Millisecond}, {Failed: "timeout", Took: time.Second}},
		Sends: []store.Send{
			{Kind: "custom:text", At: now, Errcode: 0, Rid: "r1"},
			{Kind: "template", At: now, Errcode: 40037, Rid: "r2", MsgID: "200228332", State: "failed:user block"},
		},
		WindowClosed: true,
	}
}

func requireSame(t *testing.T, want, got store.Record) {
	t.Helper()
	require.True(t, want.Received.Equal(got.Received))
	require.True(t, want.Opens.Opened.Equal(got.Opens.Opened))
	require.True(t, want.Opens.Expires.Equal(got.Opens.Expires))
	require.Len(t, got.Sends, len(want.Sends))
	for i := range want.Sends {
		require.True(t, want.Sends[i].At.Equal(got.Sends[i].At))
		got.Sends[i].At = want.Sends[i].At
	}
	got.Received, got.Opens.Opened, got.Opens.Expires = want.Received, want.Opens.Opened, want.Opens.Expires
	require.Equal(t, want, got)
}

func TestRecordComesBackWhole(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		want := wholeRecord(s, c)
		require.True(t, s.Record(want))
		require.True(t, s.Record(store.Record{Account: "demo", MsgID: "1234567890", Type: "text"}))
		c.Move(20 * 24 * time.Hour)
		for _, ref := range []string{want.Trace, strings.ToLower(want.Trace), want.Trace[3:], want.Trace[2:], strings.ToLower(want.Trace[1:]), want.MsgID} {
			got, ok, err := s.Message(ctx, "demo", ref)
			require.NoError(t, err)
			require.True(t, ok, ref)
			requireSame(t, want, got.Record)
		}
		for _, ref := range []string{"", "x", "25373744922163389", s.Trace(), want.Trace + "0", want.Trace[10:], "1234567891"} {
			_, ok, err := s.Message(ctx, "demo", ref)
			require.NoError(t, err)
			require.False(t, ok, ref)
		}
		_, ok, err := s.Message(ctx, "other", want.Trace)
		require.NoError(t, err)
		require.False(t, ok, "accounts do not meet")
		got, ok, err := s.Message(ctx, "demo", "1234567890")
		require.NoError(t, err)
		require.True(t, ok, "an id as long as the end of a trace")
		require.Equal(t, "1234567890", got.MsgID)
		require.EqualValues(t, 2, s.Stats().Recorded)
		require.Zero(t, s.Stats().WaitingBytes)
	})
}

func TestMessageIDs(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		ids := []string{"1", "01", "+1", "-1", "9223372036854775807", "9223372036854775808", "18446744073709551615", "abc", "7250021412600020992"}
		for _, id := range ids {
			require.True(t, s.Record(store.Record{Account: "demo", MsgID: id, Type: "text", Content: "c" + id}))
		}
		for _, id := range ids {
			got, ok, err := s.Message(ctx, "demo", id)
			require.NoError(t, err)
			require.True(t, ok, id)
			require.Equal(t, "c"+id, got.Content)
		}
	})
}

func TestEndingsOfTraces(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		const one, two = "0123456789ABC", "0123456799ABC" // as though a day lay between them
		for _, trace := range []string{one, two} {
			require.True(t, s.Record(store.Record{Account: "demo", Trace: trace, Content: trace}))
		}
		require.True(t, s.Record(store.Record{Account: "other", Trace: "0123456689ABC"}))
		for ref, want := range map[string]string{"89ABC": one, "99abc": two, "789ABC": one} {
			m, ok, err := s.Message(ctx, "demo", ref)
			require.NoError(t, err)
			require.True(t, ok, ref)
			require.Equal(t, want, m.Content)
		}
		_, _, err := s.Message(ctx, "demo", "9ABC")
		require.ErrorIs(t, err, store.ErrAmbiguous)
		for _, ref := range []string{"ABC", "79ABC", "8?ABC", "8LABC", "ABCD"} {
			_, ok, err := s.Message(ctx, "demo", ref)
			require.NoError(t, err)
			require.False(t, ok, ref)
		}
	})
}

// patient bounds waits for what other goroutines do.
const patient = time.Minute

func TestRecordsAreBehindTheirDelay(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		s := b.openWith(t, store.Options{RecordDelay: time.Millisecond})
		require.True(t, s.Record(store.Record{Account: "demo"}))
		require.Eventually(t, func() bool { return s.Stats().Recorded == 1 }, patient, time.Millisecond, "written without Flush")
	})
}

func TestCloseWritesRecords(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		s := b.openWith(t, store.Options{RecordDelay: time.Hour})
		var traces []string
		for range 3000 {
			r := store.Record{Account: "demo", OpenID: "oAmy", Type: "text", Trace: s.Trace()}
			require.True(t, s.Record(r))
			traces = append(traces, r.Trace)
		}
		require.NoError(t, s.Close())
		again := b.open(t)
		for _, trace := range []string{traces[0], traces[1500], traces[2999]} {
			_, ok, err := again.Message(context.Background(), "demo", trace)
			require.NoError(t, err)
			require.True(t, ok)
		}
	})
}

func TestFullBufferDropsAndCounts(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.openWith(t, store.Options{RecordDelay: time.Hour, RecordBytes: 64 << 10})
		kept := 0
		for range 1000 {
			if s.Record(store.Record{Account: "demo", Content: strings.Repeat("x", 1000)}) {
				kept++
			}
		}
		require.Greater(t, kept, 50)
		require.Less(t, kept, 66)
		require.EqualValues(t, 1000-kept, s.Stats().Dropped)
		require.LessOrEqual(t, s.Stats().WaitingBytes, int64(64<<10))
		require.NoError(t, s.Flush(ctx))
		require.EqualValues(t, kept, s.Stats().Recorded)
		require.True(t, s.Record(store.Record{Account: "demo"}), "room again")
	})
}

// Durable turns that follow one another without a pause must not starve the records.
func TestRecordsKeepTheirShare(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.openWith(t, store.Options{RecordDelay: time.Hour, RecordBytes: 2 << 20})
		const turns, share = 20, 128
		fill := func() {
			for s.Record(store.Record{Account: "demo", OpenID: "amy", Type: "text", Content: strings.Repeat("x", 200)}) {
				continue
			}
		}
		fill()
		stop := make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() { // the records must not run out
			for {
				select {
				case <-stop:
					return
				case <-time.After(time.Millisecond):
					fill()
				}
			}
		})
		for worker := range 4 {
			wg.Go(func() {
				for n := 0; ; n++ {
					select {
					case <-stop:
						return
					default:
					}
					turn := s.Turn(store.TurnKey{Account: "demo", Key: [16]byte{byte(worker), byte(n), byte(n >> 8)}, At: c.Now()})
					if err := turn.Claim(ctx); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		before := s.Stats()
		require.Eventually(t, func() bool { return s.Stats().Commits-before.Commits >= turns }, patient, time.Millisecond)
		now := s.Stats()
		close(stop)
		wg.Wait()
		require.GreaterOrEqual(t, now.Recorded-before.Recorded, (now.Commits-before.Commits-2)*share)
	})
}

// A record that the database will never take must not keep the others from being written.
func TestBadRecordIsDroppedAlone(t *testing.T) {
	b := sqliteBackend(t, newClock().Now)
	ctx, s := context.Background(), b.openWith(t, store.Options{RecordDelay: time.Hour})
	db, err := sql.Open("sqlite", "file:"+strings.ReplaceAll(b.path, "?", "%3f"))
	require.NoError(t, err)
	_, err = db.Exec(`CREATE TRIGGER bad BEFORE INSERT ON record_blocks WHEN instr(NEW.body, 'bad words') > 0 BEGIN SELECT RAISE(ABORT, 'bad record'); END`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	hand := func() {
		for n := range 600 {
			words := "good words"
			if n == 100 || n == 500 {
				words = "bad words"
			}
			require.True(t, s.Record(store.Record{Account: "demo", OpenID: "amy", Type: "text", Content: words}))
		}
	}
	hand()
	for s.Flush(ctx) != nil {
		require.Less(t, s.Stats().RecordErrors, int64(10))
	}
	require.EqualValues(t, 598, s.Stats().Recorded)
	require.EqualValues(t, 2, s.Stats().Dropped)
	hand()
	require.NoError(t, s.Close(), "also at the end")
	require.EqualValues(t, 2*598, s.Stats().Recorded)
}

func TestRecordRefusesForeignTraces(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		s := b.open(t)
		for _, trace := range []string{"x", "7K2Q", strings.Repeat("U", 13), strings.Repeat("0", 13), strings.Repeat("Z", 13)} {
			require.False(t, s.Record(store.Record{Account: "demo", Trace: trace}), trace)
		}
		require.EqualValues(t, 5, s.Stats().Dropped)
	})
}

func TestLongTextsAreCutAtACharacter(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		trace := s.Trace()
		require.True(t, s.Record(store.Record{Account: "demo", Trace: trace, Content: "x" + strings.Repeat("茶", 10000)}))
		m, ok, err := s.Message(ctx, "demo", trace)
		require.NoError(t, err)
		require.True(t, ok)
		require.True(t, utf8.ValidString(m.Content))
		require.InDelta(t, 16<<10, len(m.Content), 3)
	})
}

func TestTracesAreOrderedAndDiffer(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		s, other := b.open(t), b.open(t)
		seen := map[string]bool{}
		for range 1000 {
			for _, from := range []*store.Store{s, other} {
				trace := from.Trace()
				require.Len(t, trace, 13)
				require.False(t, seen[trace])
				seen[trace] = true
			}
		}
		before := s.Trace()
		c.Move(time.Millisecond)
		require.Less(t, before, other.Trace())
	})
}

func TestAgain(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		first := wholeRecord(s, c)
		first.Status, first.Sends, first.WindowClosed, first.Attempts = store.Acknowledged, nil, false, 1
		push := store.Record{
			Account: "demo", Trace: first.Trace, Again: true, Status: store.AnsweredAsync, Attempts: 3,
			Sends: []store.Send{{Kind: "custom:text", At: c.Now()}},
		}
		want := first
		want.Status, want.Attempts, want.Sends = push.Status, push.Attempts, push.Sends

		check := func(t *testing.T) {
			got, ok, err := s.Message(ctx, "demo", first.Trace)
			require.NoError(t, err)
			require.True(t, ok)
			requireSame(t, want, got.Record)
			events, err := s.MenuEvents(ctx, "demo", store.MenuFilter{})
			require.NoError(t, err)
			require.Len(t, events, 1)
			require.Equal(t, map[store.Status]int64{store.AnsweredAsync: 1}, events[0].Counts)
			require.EqualValues(t, 2, events[0].Repeats)
			require.Equal(t, store.AnsweredAsync, events[0].Last.Status)
			require.Equal(t, first.Latency, events[0].MeanLatency)
			fan, ok, err := s.Fan(ctx, "demo", "oAmy")
			require.NoError(t, err)
			require.True(t, ok)
			require.Len(t, fan.Windows, 1)
			require.Equal(t, 2, fan.Windows[0].Left)
		}
		require.True(t, s.Record(first))
		require.True(t, s.Record(push))
		t.Run("in the same batch", check)
		require.True(t, s.Record(push))
		t.Run("twice", check)
		require.True(t, s.Record(first))
		want.Status, want.Attempts = first.Status, first.Attempts
		m, _, err := s.Message(ctx, "demo", first.Trace)
		require.NoError(t, err)
		requireSame(t, want, m.Record)
		require.True(t, s.Record(store.Record{Account: "demo", Trace: s.Trace(), Again: true, Attempts: 2}))
		require.NoError(t, s.Flush(ctx))
		require.EqualValues(t, 1, s.Stats().Dropped, "nothing to add to")
		all, err := s.Messages(ctx, "demo", store.MessageFilter{})
		require.NoError(t, err)
		require.Len(t, all, 1)
	})
}

func TestMessages(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		var all []string
		byFan := map[string][]string{}
		for n := range 300 {
			fan := fmt.Sprintf("fan%d", n%3)
			r := store.Record{Account: "demo", OpenID: fan, Type: "text", Trace: s.Trace(), Status: store.Status(n % 4)}
			require.True(t, s.Record(r))
			require.True(t, s.Record(store.Record{Account: "other", OpenID: fan, Type: "text"}))
			all, byFan[fan] = append(all, r.Trace), append(byFan[fan], r.Trace)
			if n%50 == 0 {
				require.NoError(t, s.Flush(ctx))
			}
			c.Move(time.Minute)
		}
		pages := func(f store.MessageFilter) (got []string) {
			for {
				page, err := s.Messages(ctx, "demo", f)
				require.NoError(t, err)
				if len(page) == 0 {
					return got
				}
				for _, m := range page {
					got = append(got, m.Trace)
					require.Equal(t, "demo", m.Account)
				}
				f.Before = page[len(page)-1].Cursor
			}
		}
		backwards := func(list []string) (got []string) {
			for i := range list {
				got = append(got, list[len(list)-1-i])
			}
			return got
		}
		require.Equal(t, backwards(all), pages(store.MessageFilter{Limit: 7}))
		require.Equal(t, backwards(byFan["fan1"]), pages(store.MessageFilter{OpenID: "fan1", Limit: 7}))
		require.Empty(t, pages(store.MessageFilter{OpenID: "nobody"}))
		require.Len(t, pages(store.MessageFilter{Statuses: []store.Status{store.Answered, store.Answered, store.AnsweredAsync}}), 150)
		require.Equal(t, backwards(all[200:]), pages(store.MessageFilter{Since: c.Now().Add(-100 * time.Minute)}))
		first, err := s.Messages(ctx, "demo", store.MessageFilter{})
		require.NoError(t, err)
		require.Len(t, first, 50)
		none, err := s.Messages(ctx, "nobody", store.MessageFilter{})
		require.NoError(t, err)
		require.Empty(t, none)
	})
}
