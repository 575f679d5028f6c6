package bot_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

// arrivalNever lets no message follow a reply until the test lets it.
func arrivalNever(held *atomic.Bool) func(*bot.Options) {
	return func(o *bot.Options) {
		o.After = func(d time.Duration, fn func()) (stop func() bool) {
			if held.Load() && d == 200*time.Millisecond {
				return func() bool { return true }
			}
			return time.AfterFunc(d, fn).Stop
		}
	}
}

// TestWhatFollowsAReplySurvivesAKill: a picture and the text behind it, killed between the reply and the first of them, are
// with the fan's next message, each once.
func TestWhatFollowsAReplySurvivesAKill(t *testing.T) {
	const script = `on.text("看", flow("look", function(c) c:say("一") c:say(reply.image("M")) c:say("二") local x = c:ask("三?") c:ask("四?") return "完" end)) on.fallback("没听懂")`
	for _, tt := range []struct {
		name, yaml string
		kill       bool
		told       []string // of the reply, and of the fan's further messages
		sent       []message
	}{
		{"not killed", pushesYAML, false, []string{"一", "四?"}, []message{{"amy", "image", "M"}, {"amy", "text", "二\n三?"}}},
		{"killed", pushesYAML, true, []string{"一", `四?`}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var held atomic.Bool
			held.Store(tt.kill)
			h, _ := flowHouse(t, tt.yaml, script, arrivalNever(&held))
			require.Equal(t, tt.told[0], h.talk("amy", "看"))
			if !tt.kill {
				h.report(0)
				require.Equal(t, tt.sent, h.api.messages())
				require.Equal(t, tt.told[1], h.talk("amy", "好"), "and nothing comes twice")
				return
			}
			h.kill()
			held.Store(false)
			require.Empty(t, h.api.messages())
			h.reopen()
			said := h.talk("amy", "好")
			require.Contains(t, said, tt.told[1])
			id := linkID.FindStringSubmatch(said)
			require.NotNil(t, id, "a tap fetches the picture: %s", said)
			require.Contains(t, h.say(h.tap("amy", "t1", id[1])).seen(), "[image]")
			require.Equal(t, "二\n三?\n完", h.talk("amy", "好"))
			require.Equal(t, "没听懂", h.talk("amy", "好"))
		})
	}
}

// TestWhatAConversationSaysByItselfSurvivesAKill: after a timeout, before it was sent.
func TestWhatAConversationSaysByItselfSurvivesAKill(t *testing.T) {
	const script = `on.text("等", flow("wait", function(c) local x, why = c:ask("一?", {timeout = "30m"}) if why then c:say("还在吗") c:say(reply.image("M")) end c:ask("二?") return "完" end))`
	h, dues := flowHouse(t, pushesYAML, script)
	require.Equal(t, "一?", h.talk("amy", "等"))
	h.api.mu.Lock() // the API answers no more
	h.clock.Add(30 * time.Minute)
	dues <- h.clock.Now()
	require.Eventually(t, func() bool {
		kept, err := h.store.KeptAnswers(t.Context(), "demo", "amy")
		return err == nil && len(kept) == 2
	}, patient, time.Millisecond, "what is about to be sent is kept: the picture and the question behind it")
	h.api.mu.Unlock()
	h.report(1)
	require.Equal(t, []message{{"amy", "text", "还在吗"}, {"amy", "image", "M"}, {"amy", "text", "二?"}}, h.api.messages())
	kept, err := h.store.KeptAnswers(t.Context(), "demo", "amy")
	require.NoError(t, err)
	require.Empty(t, kept, "nothing is said twice")
	require.Equal(t, "完", h.talk("amy", "好"))
}
