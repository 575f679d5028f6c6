package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func TestKeptAnswers(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		kept := func(account, openid string) (all []string) {
			found, err := s.KeptAnswers(ctx, account, openid)
			require.NoError(t, err)
			has, err := s.HasAnswer(ctx, account, openid)
			require.NoError(t, err)
			require.Equal(t, len(found) > 0, has)
			for _, k := range found {
				require.NotNil(t, k.Answer)
				all = append(all, string(k.Answer))
			}
			return all
		}
		require.NoError(t, s.KeepAnswer(ctx, "demo", "amy", []byte("one")))
		c.Move(time.Hour)
		require.NoError(t, s.KeepAnswer(ctx, "demo", "amy", []byte("two")))
		require.Empty(t, kept("demo", "bob"))
		require.Empty(t, kept("other", "amy"))
		require.Equal(t, []string{"one", "two"}, kept("demo", "amy"), "the oldest first")
		all, err := s.KeptAnswers(ctx, "demo", "amy")
		require.NoError(t, err)
		for _, stranger := range [][2]string{{"demo", "bob"}, {"other", "amy"}} {
			ok, err := s.TakeAnswer(ctx, stranger[0], stranger[1], all[0].ID)
			require.NoError(t, err)
			require.False(t, ok, "%s", stranger)
		}
		for _, want := range []bool{true, false} {
			ok, err := s.TakeAnswer(ctx, "demo", "amy", all[0].ID)
			require.NoError(t, err)
			require.Equal(t, want, ok, "once")
		}
		require.Equal(t, []string{"two"}, kept("demo", "amy"))
		for _, tt := range []struct {
			openid string
			id     int64
			want   bool
		}{{"bob", all[1].ID, false}, {"amy", all[0].ID, false}, {"amy", all[1].ID, true}} {
			ok, err := s.ChangeAnswer(ctx, "demo", tt.openid, tt.id, []byte("changed"))
			require.NoError(t, err)
			require.Equal(t, tt.want, ok)
		}
		_, err = s.ChangeAnswer(ctx, "demo", "amy", all[1].ID, make([]byte, store.MaxReply+1))
		require.ErrorIs(t, err, store.ErrTooLarge)
		require.Equal(t, []string{"changed"}, kept("demo", "amy"))
		c.Move(store.AnswerLife)
		require.Empty(t, kept("demo", "amy"), "run out")
		ok, err := s.TakeAnswer(ctx, "demo", "amy", all[1].ID)
		require.NoError(t, err)
		require.False(t, ok, "run out")
		require.ErrorIs(t, s.KeepAnswer(ctx, "demo", "amy", make([]byte, store.MaxReply+1)), store.ErrTooLarge)

		for n := range store.MaxAnswers + 5 {
			c.Move(time.Millisecond)
			require.NoError(t, s.KeepAnswer(ctx, "demo", "amy", fmt.Append(nil, n)))
		}
		require.Len(t, kept("demo", "amy"), store.MaxAnswers)
		require.Equal(t, "5", kept("demo", "amy")[0], "the oldest went")
	})
}

// A turn takes and keeps answers in the commit of its reply, or not at all.
func TestATurnTakesAndKeeps(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		kept := func() (ids []int64, answers []string) {
			found, err := s.KeptAnswers(ctx, "demo", "amy")
			require.NoError(t, err)
			for _, k := range found {
				ids, answers = append(ids, k.ID), append(answers, string(k.Answer))
			}
			return ids, answers
		}
		turn := turnOf(s, "demo", "amy", 1, c)
		require.NoError(t, turn.Finish(ctx, store.Result{Reply: []byte("first"), Keep: [][]byte{[]byte("second")}}))
		ids, answers := kept()
		require.Equal(t, []string{"second"}, answers)
		claim, found, err := s.Claim(ctx, "demo", [16]byte{1})
		require.NoError(t, err)
		require.True(t, found, "a repeat gets the same reply, in whatever process")
		require.Equal(t, "first", string(claim.Reply))

		require.ErrorIs(t, turnOf(s, "demo", "amy", 1, c).Finish(ctx, store.Result{Reply: []byte("x"), Take: ids, Keep: [][]byte{[]byte("y")}}), store.ErrClaimed)
		require.ErrorIs(t, turnOf(s, "demo", "bob", 2, c).Finish(ctx, store.Result{Reply: []byte("x"), Take: ids, Keep: [][]byte{[]byte("y")}}), store.ErrFetched, "another fan's")
		_, answers = kept()
		require.Equal(t, []string{"second"}, answers, "nothing was taken and nothing kept")
		require.ErrorIs(t, turnOf(s, "demo", "amy", 3, c).Finish(ctx, store.Result{Keep: [][]byte{make([]byte, store.MaxReply+1)}}), store.ErrTooLarge)

		c.Move(time.Millisecond)
		require.NoError(t, turnOf(s, "demo", "amy", 4, c).Finish(ctx, store.Result{Reply: []byte("second"), Take: ids, Keep: [][]byte{[]byte("third")}}))
		taken := ids
		ids, answers = kept()
		require.Equal(t, []string{"third"}, answers)
		late := turnOf(s, "demo", "amy", 5, c)
		require.ErrorIs(t, late.Finish(ctx, store.Result{Reply: []byte("x"), Take: append(ids, taken...), Keep: [][]byte{[]byte("y")}}), store.ErrFetched)
		_, answers = kept()
		require.Equal(t, []string{"third"}, answers, "all or nothing")
		require.NoError(t, late.Finish(ctx, store.Result{Reply: []byte("third"), Take: ids}), "it may be finished otherwise")
		_, answers = kept()
		require.Empty(t, answers)
	})
}

func TestOneTakerGetsTheAnswer(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx := context.Background()
		stores := []*store.Store{b.open(t), b.open(t), b.open(t)}
		require.NoError(t, stores[0].KeepAnswer(ctx, "demo", "amy", nil))
		all, err := stores[0].KeptAnswers(ctx, "demo", "amy")
		require.NoError(t, err)
		require.Len(t, all, 1)
		var wg sync.WaitGroup
		got := make(chan bool, 30)
		for n := range cap(got) {
			wg.Go(func() {
				if n%2 == 0 {
					ok, err := stores[n%3].TakeAnswer(ctx, "demo", "amy", all[0].ID)
					got <- ok && err == nil
					return
				}
				got <- turnOf(stores[n%3], "demo", "amy", byte(n), c).Finish(ctx, store.Result{Take: []int64{all[0].ID}}) == nil
			})
		}
		wg.Wait()
		close(got)
		takers := 0
		for ok := range got {
			if ok {
				takers++
			}
		}
		require.Equal(t, 1, takers)
	})
}

func TestTokens(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx := context.Background()
		one, two := b.open(t), b.open(t)
		row, err := one.LoadToken(ctx, "wx1")
		require.NoError(t, err)
		require.Zero(t, row)
		swap := func(s *store.Store, stale, next string) string {
			row, err := s.SwapToken(ctx, "wx1", stale, store.TokenRow{Token: next, Expires: c.Now().Add(time.Hour)})
			require.NoError(t, err)
			return row.Token
		}
		require.Equal(t, "a", swap(one, "", "a"))
		require.Equal(t, "a", swap(two, "", "b"), "another was first")
		require.Equal(t, "c", swap(two, "a", "c"))
		require.Equal(t, "c", swap(one, "a", "d"))
		row, err = one.LoadToken(ctx, "wx1")
		require.NoError(t, err)
		require.Equal(t, "c", row.Token)
		require.True(t, row.Expires.Equal(c.Now().Add(time.Hour)))
		row, err = one.LoadToken(ctx, "wx2")
		require.NoError(t, err)
		require.Zero(t, row)
	})
}
