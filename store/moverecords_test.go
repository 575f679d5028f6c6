package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// oldFile makes a file as a program of schema 12 has left it, and returns its records in the order of writing.
func oldFile(tb testing.TB, b backend, n, fans int) (records []store.Record) {
	tb.Helper()
	old, err := store.OpenWithSteps(context.Background(), store.Options{Path: b.path, Now: b.now}, 12)
	require.NoError(tb, err)
	now := b.now()
	accounts, heads, bodies := map[string]int64{}, map[string]int64{}, map[string][]byte{}
	db, err := sql.Open("sqlite", "file:"+strings.ReplaceAll(b.path, "?", "%3f"))
	require.NoError(tb, err)
	tx, err := db.Begin()
	require.NoError(tb, err)
	message, err := tx.Prepare(`INSERT INTO messages (id, account, msg, status, fan_prev, account_prev, body) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	require.NoError(tb, err)
	fan, err := tx.Prepare(`INSERT INTO fans (account, openid, head, body) VALUES (?, ?, ?, ?) ON CONFLICT (account, openid) DO UPDATE SET head = excluded.head, body = excluded.body`)
	require.NoError(tb, err)
	for i := range n {
		at := now.Add(-time.Hour * 200 * time.Duration(n-i) / time.Duration(n)).Truncate(time.Millisecond)
		r := store.Record{
			Trace: old.Trace(), Account: fmt.Sprint("shop", i%2), OpenID: fmt.Sprint("fan", i*7919%fans), MsgID: fmt.Sprint(5_000_000 + i),
			Type: "text", Content: fmt.Sprint("words ", i), CreateTime: at.Unix(), Received: at, FanAct: true, Status: store.Status(i % 7),
		}
		id, key := store.TraceNumber(r.Trace), r.Account+" "+r.OpenID
		_, err := message.Exec(id, r.Account, 5_000_000+i, int64(r.Status), heads[key], accounts[r.Account], store.RecordBody(&r))
		require.NoError(tb, err)
		bodies[key] = store.FanBody(bodies[key], &r)
		_, err = fan.Exec(r.Account, r.OpenID, id, bodies[key])
		require.NoError(tb, err)
		accounts[r.Account], heads[key] = id, id
		if n < 100_000 {
			records = append(records, r)
		}
	}
	for name, head := range accounts {
		_, err := tx.Exec(`INSERT INTO accounts (account, head) VALUES (?, ?)`, name, head)
		require.NoError(tb, err)
	}
	require.NoError(tb, tx.Commit())
	require.NoError(tb, db.Close())
	require.NoError(tb, old.Close())
	return records
}

// While the records of an older program are moved, and after that, all that can be asked is answered as before; what comes
// meanwhile, and who is forgotten, too.
func TestOlderRecordsAreMoved(t *testing.T) {
	c := newClock()
	b := sqliteBackend(t, c.Now)
	records := oldFile(t, b, 2500, 30)
	s := b.open(t)
	require.Len(t, copies(t, b.path), 1)
	store.HoldMove(s)
	p := &recordPlay{t: t, clock: c, b: b, stores: []*store.Store{s}, model: recordModel{map[string]*accountModel{}}}
	for _, r := range records {
		p.model.account(r.Account).write(r)
	}
	look := func() {
		for name, a := range p.model.accounts {
			list(t, s, name, store.MessageFilter{Limit: 400}, a.records)
			for _, openid := range []string{"fan3", "fan9", "fan17"} {
				list(t, s, name, store.MessageFilter{OpenID: openid, Limit: 10}, keep(a.records, func(r store.Record) bool { return r.OpenID == openid }))
				p.sameFan(s, name, openid)
			}
			list(t, s, name, store.MessageFilter{Statuses: []store.Status{store.Late}, Limit: 9}, keep(a.records, func(r store.Record) bool { return r.Status == store.Late }))
			for _, i := range []int{0, len(a.records) / 2, len(a.records) - 1} {
				want := a.records[i]
				for _, ref := range []string{want.Trace, want.Trace[3:], want.MsgID, want.Trace[6:]} {
					m, ok, err := s.Message(context.Background(), name, ref)
					require.NoError(t, err)
					require.True(t, ok, ref)
					p.same(want, m)
				}
			}
		}
	}
	look()
	for n, more := 0, true; more; n++ {
		more = store.MoveOn(t, s)
		r := store.Record{Trace: s.Trace(), Account: fmt.Sprint("shop", n%2), OpenID: "fan3", MsgID: fmt.Sprint(n), Type: "text", Content: "new", CreateTime: c.Now().Unix(), Received: c.Now(), FanAct: true}
		require.True(t, s.Record(r))
		p.model.account(r.Account).write(r)
		if n == 2 || n == 6 {
			openid := []string{"fan9", "fan17"}[n/6]
			require.NoError(t, s.Forget(context.Background(), "shop1", openid))
			p.model.account("shop1").forget(openid)
		}
		look()
	}
	for _, table := range []string{"old_messages", "old_fans"} {
		require.Zero(t, store.Count(t, s, table))
	}
	require.Empty(t, mentionsOfFan(t, s, "shop1", "fan9"))
}

func mentionsOfFan(t *testing.T, s *store.Store, account, openid string) []store.Message {
	t.Helper()
	all, err := s.Messages(context.Background(), account, store.MessageFilter{OpenID: openid})
	require.NoError(t, err)
	return all
}

// list demands that pages of messages are what is wanted, the newest first.
func list(t *testing.T, s *store.Store, account string, f store.MessageFilter, want []store.Record) {
	t.Helper()
	var got []string
	for {
		page, err := s.Messages(context.Background(), account, f)
		require.NoError(t, err)
		if len(page) == 0 {
			break
		}
		for _, m := range page {
			got = append(got, m.Content)
		}
		f.Before = page[len(page)-1].Cursor
	}
	var wanted []string
	for i := range want {
		wanted = append(wanted, want[len(want)-1-i].Content)
	}
	require.Equal(t, wanted, got, "%s %+v", account, f)
}

// A restart in the middle of moving goes on where it was.
func TestMovingGoesOnAfterARestart(t *testing.T) {
	c := newClock()
	b := sqliteBackend(t, c.Now)
	records := oldFile(t, b, 1500, 700)
	for range 3 {
		s := b.open(t)
		store.HoldMove(s)
		store.MoveOn(t, s)
		require.NoError(t, s.Close())
	}
	s := b.open(t)
	store.Moved(t, s)
	for _, name := range []string{"shop0", "shop1"} {
		list(t, s, name, store.MessageFilter{Limit: 500}, keep(records, func(r store.Record) bool { return r.Account == name }))
	}
	rows, _ := export(t, s, "shop0")
	require.Len(t, rows["fans"], 350)
}

// BenchmarkMove is what moving a record of an older program costs, and how long that holds up others at most.
func BenchmarkMove(b *testing.B) {
	at := sqliteBackend(b, time.Now)
	oldFile(b, at, b.N, max(1, b.N/5))
	b.ResetTimer()
	begin := time.Now()
	s, err := store.Open(context.Background(), store.Options{Path: at.path})
	require.NoError(b, err)
	b.ReportMetric(float64(time.Since(begin).Milliseconds()), "ms-to-open")
	before := cpu()
	store.WaitMoved(s)
	reportCPU(b, before, b.N)
	require.NoError(b, s.Close())
}
