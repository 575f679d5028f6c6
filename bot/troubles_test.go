package bot_test

import (
	"context"
	"fmt"
	"path/filepath"
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
				{"its conversations", func() error { _, err := f.Conversations(ctx, "demo", "", 10); return err }},
				{"one of them", func() error { _, _, err := f.ConversationOf(ctx, "demo", "amy"); return err }},
				{"its end", func() error { return f.EndConversation(ctx, "demo", "amy", operator) }},
				{"that it goes on", func() error { return f.ResumeConversation(ctx, "demo", "amy", "", operator) }},
				{"a signal", func() error { _, err := f.Signal(ctx, "demo", store.Signal{OpenID: "amy", Name: "x"}); return err }},
				{"a job now", func() error { _, err := f.RunJob(ctx, "demo", "x", operator); return err }},
				{"a job never", func() error { _, err := f.CancelJob(ctx, "demo", "x", operator); return err }},
				{"no jobs", func() error { _, err := f.HoldJobs(ctx, "demo", operator); return err }},
				{"jobs again", func() error { _, err := f.ResumeJobs(ctx, "demo", operator); return err }},
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
				require.NotErrorIs(t, err, bot.ErrNoConversation, tt.name)
			}
			require.Equal(t, bot.StateServing, h.status("demo").State)
			require.NotEmpty(t, h.fleet.Account("demo").Status().Build)
		})
	}
}

// TestWhatAnOperatorAsksOfNobody: the account is not there, and it is said so.
func TestWhatAnOperatorAsksOfNobody(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": saying("one")})
	ctx, f := t.Context(), h.fleet
	for name, ask := range map[string]func() error{
		"its builds":        func() error { _, err := f.Builds(ctx, "nobody"); return err },
		"back":              func() error { _, err := f.Rollback(ctx, "nobody", "", operator); return err },
		"its conversations": func() error { _, err := f.Conversations(ctx, "nobody", "", 10); return err },
		"one of them":       func() error { _, _, err := f.ConversationOf(ctx, "nobody", "amy"); return err },
		"its end":           func() error { return f.EndConversation(ctx, "nobody", "amy", operator) },
		"that it goes on":   func() error { return f.ResumeConversation(ctx, "nobody", "amy", "", operator) },
	} {
		require.ErrorIs(t, ask(), bot.ErrNoAccount, name)
	}
	_, err := f.BuildFiles(ctx, "nobody", "abcdef")
	require.ErrorIs(t, err, store.ErrNoBuild)
	require.ErrorContains(t, f.Load(ctx, "nobody").Err, "there is no folder of that name")
	require.Empty(t, f.Held("nobody"))
	require.Nil(t, f.NextTimes("nobody", "x", 1))
	require.Nil(t, f.Account("nobody"))
}

// TestWhatAnOperatorDoesNotWaitFor is not done.
func TestWhatAnOperatorDoesNotWaitFor(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": saying("one")})
	h.built("demo")
	require.NoError(t, h.fleet.Disable(t.Context(), "demo", operator))
	gone, hangUp := context.WithCancel(t.Context())
	hangUp()
	f := h.fleet
	for name, ask := range map[string]func() error{
		"its builds":        func() error { _, err := f.Builds(gone, "demo"); return err },
		"the files of one":  func() error { _, err := f.BuildFiles(gone, "demo", "abcdef12"); return err },
		"back":              func() error { _, err := f.Rollback(gone, "demo", "", operator); return err },
		"off":               func() error { return f.Disable(gone, "demo", operator) },
		"on":                func() error { return f.Enable(gone, "demo", operator) },
		"away":              func() error { return f.Forget(gone, "demo", operator) },
		"another name":      func() error { return f.Rename(gone, "demo", "shop", operator) },
		"its conversations": func() error { _, err := f.Conversations(gone, "demo", "", 10); return err },
		"no jobs":           func() error { _, err := f.HoldJobs(gone, "demo", operator); return err },
		"work": func() error {
			_, err := f.Work(gone, "demo", global("x"), bot.WorkOptions{})
			return err
		},
	} {
		require.Error(t, ask(), name)
	}
	require.Equal(t, bot.StateDisabled, h.status("demo").State)
	require.FileExists(t, filepath.Join(h.dir, "demo/main.lua"))
	require.Len(t, h.built("demo"), 1)
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
