package store_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// recordPlay does things at random to a store and to the model of it.
type recordPlay struct {
	t      *testing.T
	chance *rand.Rand
	clock  *clock
	b      backend
	stores []*store.Store
	model  recordModel
	names  []string // of accounts
	sent   []sentTemplate
	n      int
}

type sentTemplate struct {
	account, openid, id string
	at                  time.Time
}

func (p *recordPlay) store() *store.Store { return p.stores[p.chance.IntN(len(p.stores))] }

func (p *recordPlay) open() *store.Store {
	s := p.b.open(p.t)
	store.SmallRecords(s)
	return s
}

func (p *recordPlay) record(s *store.Store) store.Record {
	p.n++
	now := p.clock.Now()
	r := store.Record{
		Trace: s.Trace(), Account: p.names[p.chance.IntN(len(p.names))], OpenID: fmt.Sprint("fan", p.chance.IntN(7)),
		MsgID: fmt.Sprint(7_000_000 + p.n), Type: "text", Content: fmt.Sprint("words ", p.n), CreateTime: now.Unix() - p.chance.Int64N(4),
		Received: now, FanAct: true, Status: store.Status(p.chance.IntN(7)), Attempts: 1 + p.chance.IntN(3),
	}
	switch p.chance.IntN(8) {
	case 0:
		r.OpenID = ""
	case 1:
		r.Type, r.Event, r.MenuEvent, r.EventKey = "event", "CLICK", true, "k"
	case 2:
		r.Type, r.FanAct, r.MsgID = "", false, ""
	case 3:
		r.Type, r.Event, r.FanAct = "event", "OTHER", p.chance.IntN(2) == 0
	}
	if p.chance.IntN(2) == 0 && r.Type != "" {
		kind := store.WindowKind(1 + p.chance.IntN(3))
		r.Opens = store.Window{Kind: kind, Opened: now.Add(-time.Duration(p.chance.IntN(9)) * time.Second), Left: 1 + p.chance.IntN(5)}
		r.Opens.Expires = r.Opens.Opened.Add(time.Minute << (4 * p.chance.IntN(3)))
	}
	r.Sends = p.sends(0)
	for i := range r.Sends {
		if r.Sends[i].Kind == "template" {
			r.Sends[i].MsgID = fmt.Sprint("t", p.n, "-", i)
			p.sent = append(p.sent, sentTemplate{r.Account, r.OpenID, r.Sends[i].MsgID, now})
		}
	}
	r.WindowClosed = p.chance.IntN(20) == 0
	return r
}

func (p *recordPlay) sends(least int) (sends []store.Send) {
	for range least + p.chance.IntN(3)*p.chance.IntN(2) {
		kind := []string{"custom:text", "template"}[p.chance.IntN(2)]
		sends = append(sends, store.Send{Kind: kind, At: p.clock.Now(), Errcode: p.chance.IntN(2) * p.chance.IntN(2)})
	}
	return sends
}

func (p *recordPlay) hand(s *store.Store, r store.Record) {
	require.True(p.t, s.Record(r))
	if len(p.stores) > 1 {
		require.NoError(p.t, s.Flush(context.Background()), "the order of several processes")
	}
}

// act does one thing.
func (p *recordPlay) act() {
	ctx, s := context.Background(), p.store()
	p.clock.Move(time.Duration(p.chance.IntN(1500)) * time.Millisecond)
	switch dice := p.chance.IntN(400); {
	case dice < 25:
		p.amend(s)
	case dice < 40:
		p.finish(s)
	case dice < 44:
		name, openid := p.names[p.chance.IntN(len(p.names))], fmt.Sprint("fan", p.chance.IntN(7))
		require.NoError(p.t, s.Forget(ctx, name, openid))
		p.model.account(name).forget(openid)
		p.sent = slices.DeleteFunc(p.sent, func(t sentTemplate) bool { return t.account == name && t.openid == openid })
	case dice == 44:
		p.prune(s)
	case dice < 47:
		p.rename(s)
	case dice == 47:
		p.forgetAccount(s)
	case dice < 52:
		require.NoError(p.t, s.Flush(ctx))
	case dice == 52:
		i := slices.Index(p.stores, s)
		require.NoError(p.t, s.Close())
		p.stores[i] = p.open()
	default:
		r := p.record(s)
		p.hand(s, r)
		p.model.account(r.Account).write(r)
	}
}

func (p *recordPlay) amend(s *store.Store) {
	a := p.names[p.chance.IntN(len(p.names))]
	records := p.model.account(a).records
	if len(records) == 0 {
		return
	}
	r := records[max(0, len(records)-1-p.chance.IntN(1+p.chance.IntN(len(records))))]
	news := store.Record{
		Trace: r.Trace, Account: a, Again: true, Status: store.Status(p.chance.IntN(7)), Attempts: p.chance.IntN(4),
		Error: []string{"", "late"}[p.chance.IntN(2)], WindowClosed: p.chance.IntN(9) == 0,
	}
	if p.chance.IntN(2) == 0 {
		news.Sends = append(slices.Clone(r.Sends), p.sends(1)...)
	}
	if p.chance.IntN(5) == 0 { // the same turn once more
		sends := news.Sends
		news = r
		news.Account, news.Again, news.Sends = a, false, sends
	}
	p.hand(s, news)
	p.model.account(a).amend(news)
}

// finish ends a template message; jobReach is an hour.
func (p *recordPlay) finish(s *store.Store) {
	p.sent = slices.DeleteFunc(p.sent, func(t sentTemplate) bool { return p.clock.Now().Sub(t.at) > 50*time.Minute })
	if len(p.sent) == 0 {
		return
	}
	t := p.sent[p.chance.IntN(len(p.sent))]
	r := p.record(s)
	r.Account, r.OpenID, r.Type, r.Event, r.FanAct, r.MenuEvent, r.Opens = t.account, t.openid, "event", "TEMPLATESENDJOBFINISH", false, false, store.Window{}
	r.Sends, r.Job = nil, store.SendJob{MsgID: t.id, State: []string{"success", "failed:user block"}[p.chance.IntN(2)]}
	p.hand(s, r)
	p.model.account(r.Account).write(r)
}

const day = 24 * time.Hour

// keepOf gives accounts different times.
func keepOf(account string) time.Duration {
	if strings.HasPrefix(account, "long") {
		return 60 * day
	}
	return 0
}

// prune moves the clock so that what has outlived its time is not of the hour of anything else.
func (p *recordPlay) prune(s *store.Store) {
	p.clock.Move(10*day + 5*time.Hour)
	for _, s := range p.stores {
		require.NoError(p.t, s.Flush(context.Background()))
	}
	got, err := s.Prune(context.Background(), store.Retention{Messages: keepOf})
	require.NoError(p.t, err)
	gone := 0
	for name, a := range p.model.accounts {
		before := len(a.records)
		until := p.clock.Now().Add(-max(30*day, keepOf(name)))
		a.records = slices.DeleteFunc(a.records, func(r store.Record) bool { return r.Received.Before(until) })
		gone += before - len(a.records)
	}
	require.EqualValues(p.t, gone, got.Messages)
}

func (p *recordPlay) rename(s *store.Store) {
	ctx, i := context.Background(), p.chance.IntN(len(p.names))
	from := p.names[i]
	if p.model.accounts[from] == nil {
		return
	}
	to := strings.TrimRight(from, "0123456789") + fmt.Sprint(p.n)
	_, err := s.SetDisabled(ctx, from, true, operator)
	require.NoError(p.t, err)
	for _, s := range p.stores {
		require.NoError(p.t, s.Flush(ctx))
	}
	if err := s.RenameAccount(ctx, from, to, operator); err != nil {
		require.ErrorIs(p.t, err, store.ErrTaken, "nothing was recorded since the last name")
		return
	}
	_, err = s.SetDisabled(ctx, to, false, operator)
	require.NoError(p.t, err)
	p.names[i], p.model.accounts[to] = to, p.model.accounts[from]
	delete(p.model.accounts, from)
	for i := range p.sent {
		if p.sent[i].account == from {
			p.sent[i].account = to
		}
	}
}

func (p *recordPlay) forgetAccount(s *store.Store) {
	ctx, name := context.Background(), p.names[p.chance.IntN(len(p.names))]
	for _, s := range p.stores {
		require.NoError(p.t, s.Flush(ctx))
	}
	_, err := s.SetDisabled(ctx, name, true, operator)
	require.NoError(p.t, err)
	require.NoError(p.t, s.ForgetAccount(ctx, name, operator))
	delete(p.model.accounts, name)
	p.sent = slices.DeleteFunc(p.sent, func(t sentTemplate) bool { return t.account == name })
}

// look compares all that can be asked.
func (p *recordPlay) look() {
	for _, s := range p.stores {
		require.NoError(p.t, s.Flush(context.Background()))
	}
	s := p.store()
	for _, name := range p.names {
		a := p.model.account(name)
		p.sameList(s, name, store.MessageFilter{}, a.records)
		p.sameList(s, name, store.MessageFilter{Statuses: []store.Status{store.Failed}}, keep(a.records, func(r store.Record) bool { return r.Status == store.Failed }))
		for n := range 7 {
			openid := fmt.Sprint("fan", n)
			p.sameList(s, name, store.MessageFilter{OpenID: openid}, keep(a.records, func(r store.Record) bool { return r.OpenID == openid }))
			p.sameFan(s, name, openid)
		}
		p.sameMenu(s, name)
		p.sameFound(s, name)
	}
}

func keep(all []store.Record, fn func(store.Record) bool) []store.Record {
	return slices.DeleteFunc(slices.Clone(all), func(r store.Record) bool { return !fn(r) })
}

func (p *recordPlay) sameList(s *store.Store, account string, f store.MessageFilter, want []store.Record) {
	p.t.Helper()
	f.Limit = 1 + p.chance.IntN(60)
	for i := len(want); ; {
		page, err := s.Messages(context.Background(), account, f)
		require.NoError(p.t, err)
		for _, m := range page {
			i--
			require.GreaterOrEqual(p.t, i, 0, "more than there are: %s of %s, %+v", m.Trace, account, f)
			p.same(want[i], m)
		}
		if len(page) == 0 {
			require.Zero(p.t, i, "fewer than there are of %s, %+v", account, f)
			return
		}
		f.Before = page[len(page)-1].Cursor
	}
}

func (p *recordPlay) same(want store.Record, got store.Message) {
	p.t.Helper()
	want.Account = got.Account
	require.Equal(p.t, want.Trace, got.Trace)
	requireSame(p.t, want, got.Record)
}

func (p *recordPlay) sameFan(s *store.Store, account, openid string) {
	p.t.Helper()
	got, ok, err := s.Fan(context.Background(), account, openid)
	require.NoError(p.t, err)
	want := p.model.account(account).fans[openid]
	require.Equal(p.t, want != nil, ok)
	if ok {
		require.Equal(p.t, fanWords(want, p.clock.Now()), fanWords(&got, p.clock.Now()), "%s of %s", openid, account)
	}
}

func fanWords(f *store.Fan, now time.Time) string {
	millis := func(t time.Time) int64 {
		if t.IsZero() {
			return 0
		}
		return t.UnixMilli()
	}
	words := fmt.Sprint(f.OpenID, millis(f.FirstSeen), millis(f.ReceivedAt), millis(f.MessageAt), f.MessageType, f.MessageID, millis(f.EventAt), f.Event)
	var windows []string
	for _, w := range f.Windows {
		if w.Expires.After(now) {
			windows = append(windows, fmt.Sprint(w.Kind, millis(w.Opened), millis(w.Expires), w.Left))
		}
	}
	slices.Sort(windows)
	return words + fmt.Sprint(windows)
}

func (p *recordPlay) sameMenu(s *store.Store, account string) {
	p.t.Helper()
	events, err := s.MenuEvents(context.Background(), account, store.MenuFilter{})
	require.NoError(p.t, err)
	counts, repeats := map[store.Status]int64{}, int64(0)
	for _, e := range events {
		for status, n := range e.Counts {
			counts[status] += n
		}
		repeats += e.Repeats
	}
	want := maps.Clone(p.model.account(account).counts)
	maps.DeleteFunc(want, func(_ store.Status, n int64) bool { return n == 0 })
	require.Equal(p.t, want, counts, account)
	require.Equal(p.t, p.model.account(account).repeats, repeats, account)
}

// sameFound asks for some messages by trace, by its ending and by WeChat's id.
func (p *recordPlay) sameFound(s *store.Store, account string) {
	p.t.Helper()
	ctx, records := context.Background(), p.model.account(account).records
	for range min(5, len(records)) {
		want := records[p.chance.IntN(len(records))]
		for _, ref := range []string{want.Trace, want.Trace[2:], want.MsgID} {
			if ref == "" {
				continue
			}
			m, ok, err := s.Message(ctx, account, ref)
			require.NoError(p.t, err)
			require.True(p.t, ok, ref)
			p.same(want, m)
		}
		ending := want.Trace[len(want.Trace)-6:]
		found, err := s.Endings(ctx, account, ending)
		require.NoError(p.t, err)
		var traces, wanted []string
		for _, m := range found {
			traces = append(traces, m.Trace)
		}
		for _, r := range records {
			if strings.HasSuffix(r.Trace, ending) {
				wanted = append(wanted, r.Trace)
			}
		}
		require.ElementsMatch(p.t, wanted, traces)
	}
}

// Records, what is added to them, fans who are forgotten, times that run out, new names, restarts, one process or two: in
// any order, all that can be asked is as though everything stood in a list.
func TestRecordsAreLikeAList(t *testing.T) {
	for seed := range uint64(3) {
		for processes := 1; processes <= 2; processes++ {
			t.Run(fmt.Sprintf("seed %d, %d processes", seed, processes), func(t *testing.T) {
				c := newClock()
				p := &recordPlay{
					t: t, chance: rand.New(rand.NewPCG(seed, 7)), clock: c, b: sqliteBackend(t, c.Now),
					model: recordModel{map[string]*accountModel{}}, names: []string{"demo", "long", "other"},
				}
				for range processes {
					p.stores = append(p.stores, p.open())
				}
				for n := range 1200 / processes {
					p.act()
					if n%200 == 199 {
						p.look()
					}
				}
				p.look()
				require.NotZero(t, store.Count(t, p.store(), "record_runs"), "the test itself must make some")
			})
		}
	}
}
