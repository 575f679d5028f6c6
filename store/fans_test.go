package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func TestLastMessageIsTheGreatestTime(t *testing.T) {
	text := func(at int64, id string) store.Record {
		return store.Record{Type: "text", CreateTime: at, MsgID: id, FanAct: true}
	}
	event := func(at int64, name string, act bool) store.Record {
		return store.Record{Type: "event", Event: name, CreateTime: at, FanAct: act}
	}
	tests := []struct {
		name        string
		records     []store.Record
		want        store.LastMessage // zero = unknown
		event       string
		interaction int64
	}{
		{"in order", []store.Record{text(10, "1"), text(20, "2")}, store.LastMessage{CreateTime: 20, MsgType: "text", MsgID: "2"}, "", 20},
		{"out of order", []store.Record{text(20, "2"), text(10, "1")}, store.LastMessage{CreateTime: 20, MsgType: "text", MsgID: "2"}, "", 20},
		{"same second", []store.Record{text(20, "2"), text(20, "3")}, store.LastMessage{CreateTime: 20, MsgType: "text", MsgID: "3"}, "", 20},
		{"events are no messages", []store.Record{event(30, "CLICK", true)}, store.LastMessage{}, "CLICK", 30},
		{"jobs are no acts", []store.Record{event(30, "TEMPLATESENDJOBFINISH", false)}, store.LastMessage{}, "", 0},
		{
			"both",
			[]store.Record{event(5, "subscribe", true), text(10, "1"), event(30, "VIEW", true), event(20, "CLICK", true)},
			store.LastMessage{CreateTime: 10, MsgType: "text", MsgID: "1"},
			"VIEW", 30,
		},
		{"a send outside any turn", []store.Record{{Sends: []store.Send{{Kind: "custom:text"}}}}, store.LastMessage{}, "", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			each(t, func(t *testing.T, b backend, c *clock) {
				for _, flush := range []bool{false, true} {
					ctx, s := context.Background(), b.open(t)
					fan := "together"
					if flush {
						fan = "apart"
					}
					for _, r := range test.records {
						r.Account, r.OpenID = "demo", fan
						require.True(t, s.Record(r))
						if flush {
							require.NoError(t, s.Flush(ctx))
						}
					}
					got, ok, err := s.LastMessage(ctx, "demo", fan)
					require.NoError(t, err)
					require.Equal(t, test.want != store.LastMessage{}, ok, "unknown is not 0")
					require.Equal(t, test.want, got)
					known, ok, err := s.Fan(ctx, "demo", fan)
					require.NoError(t, err)
					require.True(t, ok)
					require.Equal(t, test.event, known.Event)
					if test.interaction == 0 {
						require.True(t, known.InteractionAt().IsZero())
					} else {
						require.Equal(t, test.interaction, known.InteractionAt().Unix())
					}
				}
			})
		})
	}
}

func TestFanIsUnknownUntilSeen(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		require.True(t, s.Record(store.Record{Account: "demo", OpenID: "amy", Type: "text", FanAct: true, CreateTime: 1}))
		for _, who := range [][2]string{{"demo", "bob"}, {"other", "amy"}} {
			_, ok, err := s.Fan(ctx, who[0], who[1])
			require.NoError(t, err)
			require.False(t, ok)
			_, ok, err = s.LastMessage(ctx, who[0], who[1])
			require.NoError(t, err)
			require.False(t, ok)
		}
		fan, ok, err := s.Fan(ctx, "demo", "amy")
		require.NoError(t, err)
		require.True(t, ok)
		require.True(t, fan.FirstSeen.Equal(c.Now()))
		c.Move(time.Hour)
		require.True(t, s.Record(store.Record{Account: "demo", OpenID: "amy", Type: "text", FanAct: true, CreateTime: 2}))
		fan, _, err = s.Fan(ctx, "demo", "amy")
		require.NoError(t, err)
		require.True(t, fan.FirstSeen.Equal(c.Now().Add(-time.Hour)))
		require.True(t, fan.ReceivedAt.Equal(c.Now()))
	})
}

func TestWindows(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		record := func(r store.Record) {
			r.Account, r.OpenID = "demo", "amy"
			require.True(t, s.Record(r))
		}
		left := func() map[store.WindowKind]int {
			fan, ok, err := s.Fan(ctx, "demo", "amy")
			require.NoError(t, err)
			require.True(t, ok)
			got := map[store.WindowKind]int{}
			for _, w := range fan.Windows {
				got[w.Kind] = w.Left
			}
			return got
		}
		opens := func(kind store.WindowKind, life time.Duration, n int) store.Window {
			return store.Window{Kind: kind, Opened: c.Now(), Expires: c.Now().Add(life), Left: n}
		}
		sent := func(errcodes ...int) (sends []store.Send) {
			for _, code := range errcodes {
				sends = append(sends, store.Send{Kind: "custom:text", At: c.Now(), Errcode: code})
			}
			return append(sends, store.Send{Kind: "template", At: c.Now()})
		}
		record(store.Record{Type: "text", Opens: opens(store.MessageWindow, 48*time.Hour, 5)})
		require.Equal(t, map[store.WindowKind]int{store.MessageWindow: 5}, left())
		record(store.Record{Type: "event", Opens: opens(store.MenuWindow, time.Minute, 3), Sends: sent(0, 45047, 0)})
		require.Equal(t, map[store.WindowKind]int{store.MessageWindow: 5, store.MenuWindow: 1}, left(), "the one that ends first is used up first")
		record(store.Record{Sends: sent(0, 0)})
		require.Equal(t, map[store.WindowKind]int{store.MessageWindow: 4, store.MenuWindow: 0}, left())
		c.Move(time.Minute)
		require.Equal(t, map[store.WindowKind]int{store.MessageWindow: 4}, left(), "run out")
		record(store.Record{WindowClosed: true})
		require.Equal(t, map[store.WindowKind]int{store.MessageWindow: 0}, left(), "the platform knows better")
		older := opens(store.MessageWindow, 48*time.Hour, 5)
		older.Opened = older.Opened.Add(-2 * time.Minute)
		record(store.Record{Type: "text", Opens: older})
		require.Equal(t, map[store.WindowKind]int{store.MessageWindow: 0}, left(), "a late repeat opens nothing")
		record(store.Record{Type: "text", Opens: opens(store.MessageWindow, 48*time.Hour, 5)})
		require.Equal(t, map[store.WindowKind]int{store.MessageWindow: 5}, left())
	})
}

func TestForget(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		for n, openid := range []string{"amy", "bob", "amy", "bob"} {
			r := store.Record{Account: "demo", OpenID: openid, Type: "event", Event: "CLICK", EventKey: "k" + openid, MsgID: openid, MenuEvent: true, Content: openid}
			require.True(t, s.Record(r))
			turn := turnOf(s, "demo", openid, byte(n), c)
			require.NoError(t, turn.Finish(ctx, store.Result{Session: []byte(openid), SessionChanged: true}))
			require.NoError(t, s.KeepAnswer(ctx, "demo", openid, []byte(openid)))
		}
		require.NoError(t, s.Forget(ctx, "demo", "amy"))
		_, ok, err := s.Fan(ctx, "demo", "amy")
		require.NoError(t, err)
		require.False(t, ok)
		session, err := turnOf(s, "demo", "amy", 9, c).Session(ctx)
		require.NoError(t, err)
		require.Nil(t, session)
		gone, err := s.KeptAnswers(ctx, "demo", "amy")
		require.NoError(t, err)
		require.Empty(t, gone)
		_, ok, err = s.Message(ctx, "demo", "amy")
		require.NoError(t, err)
		require.False(t, ok)
		all, err := s.Messages(ctx, "demo", store.MessageFilter{})
		require.NoError(t, err)
		require.Len(t, all, 2, "the others' are still found, past the gaps")
		for _, m := range all {
			require.Equal(t, "bob", m.OpenID)
		}
		events, err := s.MenuEvents(ctx, "demo", store.MenuFilter{})
		require.NoError(t, err)
		require.Len(t, events, 2)
		for _, e := range events {
			require.NotEqual(t, "amy", e.Last.OpenID)
			require.EqualValues(t, 2, e.Counts[store.Pending])
		}
		bob, err := s.KeptAnswers(ctx, "demo", "bob")
		require.NoError(t, err)
		require.Len(t, bob, 2)
		require.Equal(t, "bob", string(bob[0].Answer))
		require.NoError(t, s.Forget(ctx, "demo", "nobody"))
	})
}

// What was sent later is counted once, also when the block of its record is written anew for another fan's sake.
func TestLateSendsCountOnce(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		opens := store.Window{Kind: store.MessageWindow, Opened: c.Now(), Expires: c.Now().Add(48 * time.Hour), Left: 5}
		trace := s.Trace()
		require.True(t, s.Record(store.Record{Account: "demo", Trace: trace, OpenID: "amy", Type: "text", Opens: opens}))
		require.True(t, s.Record(store.Record{Account: "demo", OpenID: "bob", Type: "text"}))
		require.True(t, s.Record(store.Record{Account: "demo", Trace: trace, Again: true, Sends: []store.Send{{Kind: "custom:text", At: c.Now()}}}))
		left := func() int {
			fan, ok, err := s.Fan(ctx, "demo", "amy")
			require.NoError(t, err)
			require.True(t, ok)
			require.Len(t, fan.Windows, 1)
			return fan.Windows[0].Left
		}
		require.Equal(t, 4, left())
		require.NoError(t, s.Forget(ctx, "demo", "bob"))
		require.Equal(t, 4, left())
		store.Seal(t, s)
		require.Equal(t, 4, left())
		m, _, err := s.Message(ctx, "demo", trace)
		require.NoError(t, err)
		require.Len(t, m.Sends, 1)
	})
}
