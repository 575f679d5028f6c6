package bot_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/store"
	"moonwire/wechat"
)

// TestWhatAnOperatorAsksOfAStoreThatIsGone fails, in words, and what serves serves on.
func TestWhatAnOperatorAsksOfAStoreThatIsGone(t *testing.T) {
	for _, published := range []bool{false, true} {
		t.Run(fmt.Sprint("published ", published), func(t *testing.T) {
			h := newHouse(t, map[string]files{"demo": saying("one")}, func(o *bot.Options) { o.Published, o.Polls = published, make(chan time.Time) })
			if published {
				require.NoError(t, h.publish("", "demo").Err)
			}
			require.Equal(t, "one", h.hears("demo"))
			_, err := h.fleet.Builds(t.Context(), "demo") // so that it is kept
			require.NoError(t, err)
			require.NoError(t, h.store.Flush(t.Context()))
			require.NoError(t, h.store.Close())
			ctx, f := t.Context(), h.fleet
			for _, tt := range []struct {
				name string
				ask  func() error
			}{
				{"its builds", func() error { _, err := f.Builds(ctx, "demo"); return err }},
				{"the files of one", func() error { _, err := f.BuildFiles(ctx, "demo", "abcdef12"); return err }},
				{"back", func() error { _, err := f.Rollback(ctx, "demo", "", operator); return err }},
				{"off", func() error { return f.Disable(ctx, "demo", operator) }},
				{"on", func() error { return f.Enable(ctx, "demo", operator) }},
				{"away", func() error { return f.Forget(ctx, "demo", operator) }},
				{"another name", func() error { return f.Rename(ctx, "demo", "shop", operator) }},
				{"live", func() error {
					reports, err := f.Publish(ctx, []string{"demo"}, "", operator)
					if err == nil {
						return reports[0].Err
					}
					return err
				}},
			} {
				err := tt.ask()
				require.Error(t, err, tt.name)
				require.NotErrorIs(t, err, bot.ErrNoAccount, tt.name)
				require.NotErrorIs(t, err, store.ErrNoBuild, tt.name)
			}
			require.Equal(t, bot.StateServing, h.status("demo").State)
			require.NotEmpty(t, h.fleet.Account("demo").Status().Build)
		})
	}
}

// TestBeforeTheAccountsAreKnown nobody can say that one is not there: a push is dropped, so that WeChat asks again.
func TestBeforeTheAccountsAreKnown(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": saying("one")})
	asked := 0
	o := h.options
	o.Store = h.store
	o.After = func(d time.Duration, fn func()) (stop func() bool) {
		require.Equal(t, window, d)
		asked++
		go fn()
		return func() bool { return false }
	}
	early := bot.NewFleet(o)
	_, ok := early.Verify("demo", wechat.Query{})
	require.False(t, ok)
	_, ok = early.FindHook(t.Context(), "demo", "paid")
	require.False(t, ok)
	_, err := early.Work(t.Context(), "demo", global("x"), bot.WorkOptions{})
	require.ErrorIs(t, err, bot.ErrNotServing)
	d := newDelivery(h.text("amy", "1", "hi"))
	early.Receive("demo", wechat.Query{}, bodyOf(d.push.body), d)
	require.Equal(t, "dropped", d.seen())
	require.Equal(t, 4, asked)

	o.After = func(time.Duration, func()) (stop func() bool) { return func() bool { return true } }
	patientFleet := bot.NewFleet(o)
	d = newDelivery(h.text("amy", "1", "hi"))
	d.hangUp()
	patientFleet.Receive("demo", wechat.Query{}, bodyOf(d.push.body), d)
	require.Equal(t, "dropped", d.seen(), "nobody waits for one who has hung up")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, ok = patientFleet.FindHook(gone, "demo", "paid")
	require.False(t, ok)
}

// TestWhoAsksOfNothingPublished is told how something becomes live.
func TestWhoAsksOfNothingPublished(t *testing.T) {
	h := publishing(t, map[string]files{"demo": saying("one")}, make(chan time.Time))
	near, cure := h.fleet.Astray("demo")
	require.Empty(t, near)
	require.Equal(t, "there is no account yet: `moonwire publish` makes what the folders hold live", cure)
	require.Equal(t, "nothing was published of it yet", h.load("demo").Err.Error())
	require.ErrorContains(t, h.load("..").Err, `".." cannot be the name of an account`)
}

// TestWhatIsNotSentIsSaid: an answer that nobody can be given is a warning to the author.
func TestWhatIsNotSentIsSaid(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"account.yaml": unhurried, "main.lua": "on.event('LOCATION', 'unseen')"}})
	require.Equal(t, "success", h.say(h.event("amy", "LOCATION", "")).seen())
	require.Equal(t, []string{`the answer of main.lua:1 on.event("LOCATION") was not sent: nobody sees an answer to the event LOCATION`}, h.report(0).Warnings)
}
