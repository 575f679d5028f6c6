package store_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// talkOf is what a turn carries on of what a fan has under way.
func talkOf(t *testing.T, s *store.Store, fan string) store.Talk {
	t.Helper()
	c, _, found, err := s.Conversation(context.Background(), "demo", fan)
	require.NoError(t, err)
	require.True(t, found)
	return store.Talk{ID: c.ID, Flow: c.Flow, Build: "b2", Pieces: c.Pieces}
}

// converse lets a fan wait.
func converse(t *testing.T, s *store.Store, c *clock, fan string, key byte, end store.TalkEnd) {
	t.Helper()
	end.Talk = store.Talk{ID: "id of " + fan, Flow: "order", Build: "b1", Fresh: true, Life: time.Hour}
	end.State, end.Entries = store.ConversationWaits, []byte("one")
	require.NoError(t, turnOf(s, "demo", fan, key, c).Finish(context.Background(), store.Result{Talk: &end}))
}

// TestAConversationIsARow with the pieces of its journal.
func TestAConversationIsARow(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		_, _, found, err := s.Conversation(ctx, "demo", "amy")
		require.NoError(t, err)
		require.False(t, found)
		converse(t, s, c, "amy", 1, store.TalkEnd{Kind: "text", Question: "喝点什么?", Timeout: time.Minute, Detail: []byte("{}")})
		got, pieces, found, err := s.Conversation(ctx, "demo", "amy")
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, [][]byte{[]byte("one")}, pieces)
		require.Equal(t, store.ConversationWaits, got.State)
		require.Equal(t, []any{"喝点什么?", store.DueTimeout, c.Now().Add(time.Minute).UnixMilli(), c.Now().Add(time.Hour).UnixMilli()}, []any{got.Question, got.Why, got.Due.UnixMilli(), got.Expires.UnixMilli()})

		turn := turnOf(s, "demo", "amy", 2, c)
		talk := talkOf(t, s, "amy")
		turn.Converse(talk)
		turn.Along(func(v any) []byte { return fmt.Appendf(nil, "incr %v", v) })
		n, err := turn.Incr(ctx, "orders", 1)
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		require.NoError(t, turn.Set(ctx, "plain", []byte("1"), 0), "what is asked for once is added once")
		require.NoError(t, turn.Note(ctx, []byte("sent"), true))
		running, _, _, err := s.Conversation(ctx, "demo", "amy")
		require.NoError(t, err)
		require.Equal(t, store.ConversationRunning, running.State)
		require.Equal(t, store.DueResume, running.Why)
		require.NoError(t, turn.Finish(ctx, store.Result{Talk: &store.TalkEnd{Talk: talk, State: store.ConversationWaits, Entries: []byte("end"), Kind: "number", Question: "几杯?", Misses: 1, KeepDue: true}}))
		got, pieces, _, err = s.Conversation(ctx, "demo", "amy")
		require.NoError(t, err)
		require.Equal(t, []byte("one|incr 1|sent|end"), bytes.Join(pieces, []byte("|")))
		require.Equal(t, []any{"b2", 1, c.Now().Add(time.Minute).UnixMilli()}, []any{got.Build, got.Misses, got.Due.UnixMilli()})

		end := turnOf(s, "demo", "amy", 3, c)
		require.NoError(t, end.Finish(ctx, store.Result{Talk: &store.TalkEnd{Talk: talkOf(t, s, "amy")}}))
		require.Empty(t, store.Rows(t, s, "conversations"))
		require.Empty(t, store.Rows(t, s, "journals"))
	})
}

// TestWhoIsOvertakenCountsForNothing: neither entry nor change nor reply is kept.
func TestWhoIsOvertakenCountsForNothing(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		converse(t, s, c, "amy", 1, store.TalkEnd{})
		late := turnOf(s, "demo", "amy", 2, c)
		talk := talkOf(t, s, "amy")
		late.Converse(talk)
		other := turnOf(s, "demo", "amy", 3, c)
		require.NoError(t, other.Finish(ctx, store.Result{Talk: &store.TalkEnd{Talk: talk, State: store.ConversationWaits, Entries: []byte("two")}}))
		late.Along(func(any) []byte { return []byte("late") })
		_, err := late.Incr(ctx, "orders", 1)
		require.ErrorIs(t, err, store.ErrOvertaken)
		require.ErrorIs(t, late.Finish(ctx, store.Result{Reply: []byte("late"), Talk: &store.TalkEnd{Talk: talk, State: store.ConversationWaits}}), store.ErrOvertaken)
		_, pieces, _, err := s.Conversation(ctx, "demo", "amy")
		require.NoError(t, err)
		require.Equal(t, []byte("one|two"), bytes.Join(pieces, []byte("|")))

		gone := turnOf(s, "demo", "amy", 4, c)
		talk = talkOf(t, s, "amy")
		row, _, err := s.FindConversation(ctx, "demo", "amy")
		require.NoError(t, err)
		found, err := s.EndConversation(ctx, row, operator)
		require.NoError(t, err)
		require.True(t, found)
		gone.Converse(talk)
		require.ErrorIs(t, gone.Note(ctx, []byte("x"), true), store.ErrOvertaken)
		require.Empty(t, store.Rows(t, s, "journals"))
	})
}

// TestAnotherConversationEndsTheFirst, journal and all.
func TestAnotherConversationEndsTheFirst(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		converse(t, s, c, "amy", 1, store.TalkEnd{})
		turn := turnOf(s, "demo", "bob", 2, c)
		next := store.Conversation{OpenID: "amy", ID: "next", Flow: "ask", Build: "b1", Expires: c.Now().Add(time.Hour)}
		require.ErrorIs(t, turn.Start(ctx, next, []byte("begin"), false), store.ErrBusy)
		require.NoError(t, turn.Start(ctx, next, []byte("begin"), true))
		require.NoError(t, turn.Finish(ctx, store.Result{}))
		got, pieces, _, err := s.Conversation(ctx, "demo", "amy")
		require.NoError(t, err)
		require.Equal(t, []any{"next", store.ConversationStarting, store.DueResume}, []any{got.ID, got.State, got.Why})
		require.Len(t, pieces, 1)
		require.Len(t, store.Rows(t, s, "journals"), 1)
		due, err := s.DueConversations(ctx, 10)
		require.NoError(t, err)
		require.Len(t, due, 1)
		ours, err := s.LeaseConversation(ctx, due[0], time.Minute)
		require.NoError(t, err)
		require.True(t, ours)
		ours, err = s.LeaseConversation(ctx, due[0], time.Minute)
		require.NoError(t, err)
		require.False(t, ours, "one process acts")
		due, err = s.DueConversations(ctx, 10)
		require.NoError(t, err)
		require.Empty(t, due)
	})
}

// TestSignals are taken once, in order, and the same id counts once.
func TestSignals(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		send := func(id, data string) bool {
			now, err := s.Signal(ctx, "demo", store.Signal{OpenID: "amy", Name: "paid", ID: id, Data: []byte(data)})
			require.NoError(t, err)
			return now
		}
		require.False(t, send("1", "first"))
		require.False(t, send("1", "again"))
		require.False(t, send("2", "second"))
		turn := turnOf(s, "demo", "amy", 1, c)
		data, found, err := turn.TakeSignal(ctx, "paid")
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, "first", string(data))
		require.NoError(t, turn.Finish(ctx, store.Result{}))
		later := turnOf(s, "demo", "amy", 9, c)
		data, _, err = later.TakeSignal(ctx, "paid")
		require.NoError(t, err)
		require.Equal(t, "second", string(data))
		require.NoError(t, later.Finish(ctx, store.Result{}))
		_, found, err = turnOf(s, "demo", "amy", 10, c).TakeSignal(ctx, "paid")
		require.NoError(t, err)
		require.False(t, found)
		require.False(t, send("3", "third"))
		require.True(t, send("1", "again"), "it was taken, and counts no more")
		_, found, err = turnOf(s, "demo", "amy", 11, c).TakeSignal(ctx, "sent")
		require.NoError(t, err)
		require.False(t, found)
		converse(t, s, c, "amy", 2, store.TalkEnd{Kind: store.WaitSignal, Question: "paid"})
		got, _, err := s.FindConversation(ctx, "demo", "amy")
		require.NoError(t, err)
		require.Equal(t, store.DueSignal, got.Why, "one is there already")
		converse(t, s, c, "amy", 3, store.TalkEnd{Kind: store.WaitSignal, Question: "sent"})
		got, _, err = s.FindConversation(ctx, "demo", "amy")
		require.NoError(t, err)
		require.Equal(t, store.DueExpire, got.Why)
		now, err := s.Signal(ctx, "demo", store.Signal{OpenID: "amy", Name: "sent"})
		require.NoError(t, err)
		require.True(t, now)
		got, _, err = s.FindConversation(ctx, "demo", "amy")
		require.NoError(t, err)
		require.Equal(t, store.DueSignal, got.Why)

		for i := range store.MaxSignals {
			_, err = s.Signal(ctx, "demo", store.Signal{OpenID: "bob", Name: "n", ID: fmt.Sprint(i)})
			require.NoError(t, err)
		}
		_, err = s.Signal(ctx, "demo", store.Signal{OpenID: "bob", Name: "n", ID: "one more"})
		var full *store.SignalsFullError
		require.ErrorAs(t, err, &full)
		require.Len(t, store.Rows(t, s, "signals"), store.MaxSignals+4)
		c.Move(store.SignalLife)
		_, err = s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.Empty(t, store.Rows(t, s, "signals"))
	})
}

// TestConversationsHoldTheirBuilds, and what failed goes after a week.
func TestConversationsHoldTheirBuilds(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		var ids []string
		for i := range 4 {
			build, err := s.SaveBuild(ctx, "demo", []store.File{{Name: "main.lua", Bytes: fmt.Append(nil, i)}}, store.BuildMeta{State: store.BuildGood})
			require.NoError(t, err)
			ids = append(ids, build.ID)
			c.Move(time.Minute)
		}
		talk := store.Talk{ID: "1", Flow: "order", Build: ids[0], Fresh: true, Life: time.Hour}
		require.NoError(t, turnOf(s, "demo", "amy", 1, c).Finish(ctx, store.Result{Talk: &store.TalkEnd{Talk: talk, State: store.ConversationFailed, Entries: []byte("x"), Why: "raised"}}))
		c.Move(store.KeepBuilds)
		require.NoError(t, s.TrimBuilds(ctx, "demo", nil))
		builds, err := s.Builds(ctx, "demo")
		require.NoError(t, err)
		require.Len(t, builds, 3)
		require.Equal(t, ids[0], builds[2].ID)
		_, err = s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.Empty(t, store.Rows(t, s, "conversations"))
		require.Empty(t, store.Rows(t, s, "journals"))
		require.NoError(t, s.TrimBuilds(ctx, "demo", nil))
		builds, err = s.Builds(ctx, "demo")
		require.NoError(t, err)
		require.Len(t, builds, 2)
	})
}

// TestIDsOfSignals are known for as long as they are kept, and so that the newest are.
func TestIDsOfSignals(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		send := func(id string) (taken bool) {
			now, err := s.Signal(ctx, "demo", store.Signal{OpenID: "amy", Name: "paid", ID: id})
			require.NoError(t, err)
			return now
		}
		take := func() bool {
			turn := s.Turn(store.TurnKey{Account: "demo", OpenID: "amy", At: c.Now(), Unclaimed: true})
			_, found, err := turn.TakeSignal(ctx, "paid")
			require.NoError(t, err)
			require.NoError(t, turn.Finish(ctx, store.Result{}))
			return found
		}
		require.False(t, send("1"))
		c.Move(store.SignalLife)
		require.False(t, send("1"), "the first is over, though nobody has removed it yet")
		require.True(t, take())
		require.False(t, take())
		for i := range 1_000 {
			require.False(t, send(fmt.Sprint("n", i)))
			require.True(t, take())
		}
		require.True(t, send("n999"))
		require.True(t, send("n500"), "only the oldest are forgotten")
		require.False(t, send("n0"))
		require.False(t, send(strings.Repeat("单", store.MaxSignalID)))
		_, err := s.Signal(ctx, "demo", store.Signal{OpenID: "amy", Name: "paid", ID: strings.Repeat("单", store.MaxSignalID+1)})
		require.ErrorIs(t, err, store.ErrTooLarge)
	})
}
