package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// runner is what runs turns on a store.
type runner struct {
	underWay []*store.Turn
	recalls  chan bool // alone
}

func newRunner(turns ...*store.Turn) *runner { return &runner{turns, make(chan bool, 64)} }

func (r *runner) UnderWay() []*store.Turn { return r.underWay }

func (r *runner) Recall(_ context.Context, alone bool) error {
	r.recalls <- alone
	return nil
}

const patience = time.Minute

// manual opens a store that beats when the test says so.
func (b backend) manual(t *testing.T) (*store.Store, chan<- time.Time) {
	t.Helper()
	beats := make(chan time.Time)
	return b.openWith(t, store.Options{Beats: beats}), beats
}

func serve(t *testing.T, s *store.Store, r *runner) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	require.NoError(t, s.Serve(ctx, r))
}

func begin(t *testing.T, turn *store.Turn) store.Standing {
	t.Helper()
	st, err := turn.Begin(context.Background(), false)
	require.NoError(t, err)
	return st
}

// beat is done when the store has looked so many times.
func beat(t *testing.T, beats chan<- time.Time, times int) {
	t.Helper()
	for range times + 1 { // the last is taken only after the one before it was dealt with
		select {
		case beats <- time.Time{}:
		case <-time.After(patience):
			require.FailNow(t, "nobody beats")
		}
	}
}

func TestAProcessWaitsUntilTheOthersKnowOfIt(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx := context.Background()
		one, beats := b.manual(t)
		require.True(t, one.Alone())
		running := turnOf(one, "demo", "amy", 1, c)
		over := turnOf(one, "demo", "amy", 2, c)
		require.NoError(t, over.Finish(ctx, store.Result{}))
		wrote := turnOf(one, "demo", "bob", 3, c)
		require.NoError(t, wrote.Set(ctx, "k", []byte("v"), 0))
		require.NoError(t, wrote.Claim(ctx))
		serve(t, one, newRunner(running, over, wrote))
		claims, err := one.Claims(ctx, time.Time{})
		require.NoError(t, err)
		require.Len(t, claims, 1, "who is alone claims nothing but what is written")

		two, _ := b.manual(t)
		require.False(t, two.Alone())
		served := make(chan error, 1)
		go func() { served <- two.Serve(ctx, newRunner()) }()
		short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
		require.ErrorIs(t, two.Serve(short, newRunner()), context.DeadlineExceeded, "nobody has confirmed it")
		beat(t, beats, 1)
		require.NoError(t, <-served)
		require.False(t, one.Alone())

		st := begin(t, turnOf(two, "demo", "amy", 1, c))
		require.False(t, st.Mine, "the turn under way has got its claim")
		require.False(t, st.Done)
		require.True(t, begin(t, turnOf(two, "demo", "amy", 2, c)).Mine, "the one that was over has none")
		require.False(t, begin(t, turnOf(two, "demo", "bob", 3, c)).Mine)
		require.True(t, begin(t, turnOf(two, "demo", "bob", 4, c)).Behind, "what had acted stands in its fan's line now")
	})
}

func TestWhatBecomesOfAClaim(t *testing.T) {
	ends := map[string]func(t *testing.T, s *store.Store, c *clock, beats chan<- time.Time){
		"lives":      func(*testing.T, *store.Store, *clock, chan<- time.Time) {},
		"ended":      func(t *testing.T, s *store.Store, _ *clock, _ chan<- time.Time) { require.NoError(t, s.Close()) },
		"was killed": func(t *testing.T, s *store.Store, _ *clock, _ chan<- time.Time) { store.Kill(t, s) },
		"stands still": func(t *testing.T, s *store.Store, c *clock, beats chan<- time.Time) {
			beat(t, beats, 1)
			store.StandStill(s)
			c.Move(5 * time.Second)
			beat(t, beats, 4)
		},
		"stood still for a moment": func(t *testing.T, s *store.Store, c *clock, beats chan<- time.Time) {
			beat(t, beats, 1)
			store.StandStill(s)
			c.Move(3 * time.Second)
			beat(t, beats, 5)
		},
		"has another clock": func(t *testing.T, s *store.Store, c *clock, beats chan<- time.Time) {
			store.StandStill(s)
			c.Move(time.Hour) // all at once
			beat(t, beats, 1)
		},
	}
	const waits, again, same, silence = "waits", "runs again", "the same reply", "success, interrupted"
	for _, tt := range []struct{ owner, state, want string }{
		{"lives", "runs", waits},
		{"lives", "acted", waits},
		{"lives", "done", same},
		{"ended", "runs", again},
		{"ended", "acted", silence},
		{"ended", "done", same},
		{"was killed", "runs", again},
		{"was killed", "acted", silence},
		{"was killed", "done", same},
		{"stands still", "runs", again},
		{"stands still", "acted", silence},
		{"stands still", "done", same},
		{"stood still for a moment", "runs", waits},
		{"has another clock", "acted", waits},
	} {
		t.Run(tt.owner+", "+tt.state, func(t *testing.T) {
			each(t, func(t *testing.T, b backend, c *clock) {
				ctx := context.Background()
				one := b.open(t)
				two, beats := b.manual(t)
				serve(t, two, newRunner())
				turn := turnOf(one, "demo", "amy", 1, c)
				require.True(t, begin(t, turn).Mine)
				if tt.state == "acted" {
					require.NoError(t, turn.Claim(ctx))
				}
				if tt.state == "done" {
					require.NoError(t, turn.Finish(ctx, store.Result{Reply: []byte("hi")}))
				}
				ends[tt.owner](t, one, c, beats)

				st := begin(t, turnOf(two, "demo", "amy", 1, c))
				got := waits
				switch {
				case st.Mine:
					got = again
				case st.Interrupted:
					got = silence
					require.Empty(t, st.Reply)
				case st.Done:
					got = same
					require.Equal(t, "hi", string(st.Reply))
				}
				require.Equal(t, tt.want, got)
				if got == silence {
					st = begin(t, turnOf(two, "demo", "amy", 1, c))
					require.True(t, st.Done && !st.Interrupted, "reported once")
				}
			})
		})
	}
}

// A process that was taken for dead has lost what another has taken over, and nothing else.
func TestAnEpochThatIsOver(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx := context.Background()
		one := b.open(t)
		two, beats := b.manual(t)
		serve(t, two, newRunner())
		var lost, acted, kept, unclaimed *store.Turn
		for n, turn := range []**store.Turn{&lost, &acted, &kept} {
			*turn = turnOf(one, "demo", "", byte(n), c)
			require.True(t, begin(t, *turn).Mine)
		}
		unclaimed = turnOf(one, "demo", "", 3, c)
		require.NoError(t, acted.Set(ctx, "k", []byte("one"), 0))
		require.NoError(t, acted.Claim(ctx))
		beat(t, beats, 1)
		store.StandStill(one)
		c.Move(5 * time.Second)
		beat(t, beats, 4)
		next := turnOf(two, "demo", "", 0, c)
		require.True(t, begin(t, next).Mine)
		require.NoError(t, next.Finish(ctx, store.Result{Reply: []byte("two")}))
		require.True(t, begin(t, turnOf(two, "demo", "", 1, c)).Interrupted)
		third := turnOf(two, "demo", "", 3, c)
		require.True(t, begin(t, third).Mine)

		store.GoOn(one)
		go func() { // the other lives, and will know of the new epoch
			for {
				select {
				case beats <- time.Time{}:
				case <-t.Context().Done():
					return
				}
			}
		}()
		require.ErrorIs(t, acted.Set(ctx, "k", []byte("lost"), 0), store.ErrClaimed)
		require.ErrorIs(t, lost.Set(ctx, "k", []byte("lost"), 0), store.ErrClaimed)
		require.ErrorIs(t, lost.Finish(ctx, store.Result{Reply: []byte("one")}), store.ErrClaimed)
		require.ErrorIs(t, acted.Finish(ctx, store.Result{Reply: []byte("one")}), store.ErrClaimed)
		require.ErrorIs(t, unclaimed.Finish(ctx, store.Result{Reply: []byte("one")}), store.ErrClaimed, "it has no claim, and may not answer")
		require.NoError(t, kept.Set(ctx, "mine", []byte("v"), 0), "nobody has taken this one")
		require.NoError(t, kept.Finish(ctx, store.Result{Reply: []byte("kept")}))
		require.Equal(t, "two", string(begin(t, turnOf(one, "demo", "", 0, c)).Reply))
		require.Equal(t, "kept", string(begin(t, turnOf(two, "demo", "", 2, c)).Reply))
		val, _, err := next.Get(ctx, "k")
		require.NoError(t, err)
		require.Equal(t, "one", string(val))
	})
}

func TestAFansTurnsFollowOneAnotherInAllProcesses(t *testing.T) {
	for _, end := range []string{"finish", "messages follow", "release", "death"} {
		t.Run(end, func(t *testing.T) {
			each(t, func(t *testing.T, b backend, c *clock) {
				ctx := context.Background()
				one, two := b.open(t), b.open(t)
				first := turnOf(one, "demo", "amy", 1, c)
				require.False(t, begin(t, first).Behind)
				require.False(t, begin(t, turnOf(two, "demo", "bob", 2, c)).Behind, "another fan")
				second := turnOf(two, "demo", "amy", 3, c)
				require.True(t, begin(t, second).Behind)
				starts := make(chan error, 1)
				looks := make(chan time.Duration)
				go func() {
					starts <- second.InOrder(ctx, func(_ context.Context, d time.Duration) { looks <- d })
				}()
				ended, cancel := context.WithCancel(ctx)
				require.ErrorIs(t, second.InOrder(ended, func(context.Context, time.Duration) { cancel() }), context.Canceled)
				require.Equal(t, 25*time.Millisecond, <-looks)
				<-looks // and again
				switch end {
				case "finish":
					require.NoError(t, first.Finish(ctx, store.Result{}))
				case "messages follow":
					require.NoError(t, first.Finish(ctx, store.Result{More: true}))
					require.True(t, begin(t, turnOf(two, "demo", "amy", 4, c)).Behind)
					require.Empty(t, starts)
					require.NoError(t, first.Leave(ctx))
				case "release":
					require.NoError(t, first.Release(ctx))
				case "death":
					store.Kill(t, one)
				}
				require.NoError(t, over(starts, looks))
				require.NoError(t, first.InOrder(ctx, nil), "nobody waits for later ones")
			})
		})
	}
}

// over lets a turn look as often as it wants, until it may begin.
func over(starts <-chan error, looks <-chan time.Duration) error {
	for {
		select {
		case err := <-starts:
			return err
		case <-looks:
		}
	}
}

// A late answer reaches the fan by one way: as the reply to a repeat that another process took, or as its owner
// wants to send it.
func TestOneOfTwoGivesALateAnswer(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx := context.Background()
		one, two := b.open(t), b.open(t)
		late := store.Result{Reply: []byte("answer"), Away: true, Told: []byte("wait")}
		finish := func(n byte, wait bool) (owner, repeat *store.Turn) {
			owner, repeat = turnOf(one, "demo", "", n, c), turnOf(two, "demo", "", n, c)
			require.True(t, begin(t, owner).Mine)
			if wait {
				require.False(t, begin(t, repeat).Done)
			}
			require.NoError(t, owner.Finish(ctx, late))
			require.Equal(t, wait, owner.Awaited())
			return owner, repeat
		}
		settle := func(turn *store.Turn, want store.Whereabouts) {
			t.Helper()
			where, err := turn.Settle(ctx, late.Told)
			require.NoError(t, err)
			require.Equal(t, want, where)
		}
		owner, repeat := finish(1, false)
		require.Equal(t, "wait", string(begin(t, repeat).Reply), "nobody waited: it goes another way")
		settle(owner, store.Ours)

		owner, repeat = finish(2, true)
		require.Equal(t, "answer", string(begin(t, repeat).Reply), "the repeat that waited gets it")
		settle(owner, store.Given)

		owner, repeat = finish(3, true)
		settle(owner, store.Ours)
		require.Equal(t, "wait", string(begin(t, repeat).Reply), "the repeat came back too late for it")

		owner, repeat = finish(4, true)
		begin(t, repeat)
		returned, err := repeat.Untaken(ctx)
		require.NoError(t, err)
		require.True(t, returned)
		settle(owner, store.Ours)

		owner, repeat = finish(5, true)
		begin(t, repeat)
		settle(owner, store.Given)
		returned, err = repeat.Untaken(ctx)
		require.NoError(t, err)
		require.False(t, returned, "its owner relies on it")

		owner, repeat = turnOf(one, "demo", "", 6, c), turnOf(two, "demo", "", 6, c)
		require.True(t, begin(t, owner).Mine)
		begin(t, repeat)
		require.NoError(t, repeat.Unwait(ctx))
		require.NoError(t, owner.Finish(ctx, late))
		require.False(t, owner.Awaited(), "who has gone does not count")
	})
}

// The last one to stay is alone again, and learns what the others have left.
func TestTheLastOneIsAloneAgain(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx := context.Background()
		one := b.open(t)
		host := newRunner()
		serve(t, one, host)
		for _, end := range []func(*store.Store){
			func(s *store.Store) { require.NoError(t, s.Close()) },
			func(s *store.Store) { store.Kill(t, s) },
		} {
			two := b.open(t)
			serve(t, two, newRunner())
			require.False(t, one.Alone())
			require.NoError(t, turnOf(two, "demo", "amy", 1, c).Claim(ctx))
			end(two)
			require.True(t, <-host.recalls)
			require.Eventually(t, one.Alone, patience, time.Millisecond)
			claims, err := one.Unfinished(ctx, time.Time{})
			require.NoError(t, err)
			require.Len(t, claims, 1)
			for _, want := range []bool{true, false} {
				abandoned, err := one.Abandon(ctx, claims[0])
				require.NoError(t, err)
				require.Equal(t, want, abandoned)
			}
			c.Move(store.ClaimLife)
		}
	})
}

func TestAClaimOfTheLivingIsNotAbandoned(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx := context.Background()
		one, two := b.open(t), b.open(t)
		require.NoError(t, turnOf(one, "demo", "amy", 1, c).Claim(ctx))
		claims, err := two.Unfinished(ctx, time.Time{})
		require.NoError(t, err)
		require.Len(t, claims, 1)
		for _, s := range []*store.Store{one, two} {
			abandoned, err := s.Abandon(ctx, claims[0])
			require.NoError(t, err)
			require.False(t, abandoned)
		}
	})
}
