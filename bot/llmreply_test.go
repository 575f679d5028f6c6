package bot_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/account"
	"moonwire/bot"
	"moonwire/llm/standin"
	"moonwire/wechat/sim"
)

// gate holds the stand-in model while it is told to wait.
type gate struct{ asked, open chan struct{} }

func newGate() *gate { return &gate{make(chan struct{}, 100), make(chan struct{})} }

func (g *gate) sleep(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	select {
	case g.asked <- struct{}{}:
	default: // nobody counts
	}
	select {
	case <-g.open:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// await waits until the model was asked.
func (g *gate) await(t *testing.T) {
	t.Helper()
	select {
	case <-g.asked:
	case <-time.After(patient):
		t.Fatal("nobody asked the model")
	}
}

const assistant = `on.text("plain", "plain")
on.text(llm.reply{ system = "店员" })
on.click("K", "clicked")`

func askingHouse(t *testing.T, yaml string) (*house, *gate, *standin.Model) {
	g := newGate()
	h, model := parlour(t, map[string]files{"demo": {"main.lua": assistant, "account.yaml": unhurried + "\n" + yaml}}, g.sleep)
	return h, g, model
}

// TestASlowModelIsAnsweredAsTheAccountDoes: whatever the model takes, the fan gets one whole answer.
func TestASlowModelIsAnsweredAsTheAccountDoes(t *testing.T) {
	tests := []struct {
		name, yaml string
		attempts   int           // until the model answers
		after      time.Duration // within the last
		passive    string        // what the last attempt gets; "" = the answer
		pushed     bool
		fetched    bool
		want       bot.Outcome
	}{
		{"may push, 3 s", "kind: service", 1, 3 * time.Second, "", false, false, bot.Answered},
		{"may push, 8 s", "kind: service", 1, window, "success", true, false, bot.AnsweredAsync},
		{"may not, 3 s", "kind: subscription", 1, 3 * time.Second, "", false, false, bot.Answered},
		{"may not, 8 s", "kind: subscription", 2, 3 * time.Second, "", false, false, bot.Answered},
		{"may not, 13 s", "kind: subscription", 3, 3 * time.Second, "", false, false, bot.Answered},
		{"may not, 20 s", "kind: subscription", 3, window, "还在处理，回复「查看」", false, true, bot.Kept},
		{"a person's, 20 s", "kind: subscription\nverified: true\nsubject: personal", 3, window, "还在处理，回复「查看」", false, true, bot.Kept},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, g, model := askingHouse(t, tt.yaml)
			p := h.text("amy", "1", "#delay=1s #han=300 #think")
			d := h.deliver(p)
			g.await(t)
			for range tt.attempts - 1 {
				h.pass(5 * time.Second)
				require.Empty(t, d.seen())
				d.hangUp()
				h.underWayAgain(p, &d)
			}
			h.pass(tt.after)
			if tt.passive != "" {
				h.wait("the early answer", d.answered)
				require.Equal(t, tt.passive, d.seen())
			}
			close(g.open)
			r := h.report(0)
			require.Equal(t, tt.want, r.Outcome)
			answers := []string{}
			if tt.passive == "" {
				h.wait("the answer", d.answered)
				answers = append(answers, d.seen())
			}
			for _, m := range h.api.messages() {
				answers = append(answers, m.Text)
			}
			require.Equal(t, tt.pushed, len(h.api.messages()) == 1)
			if tt.fetched {
				answers = append(answers, h.say(h.text("amy", "2", "查看")).seen())
			}
			require.Equal(t, []string{standin.Han(300)}, answers)
			require.Len(t, model.Asked(), 1)
		})
	}
}

// underWayAgain delivers a push once more, and waits until it has joined.
func (h *house) underWayAgain(p push, d **delivery) {
	h.t.Helper()
	n, _ := h.fleet.UnderWay("demo", p.fan)
	*d = h.deliver(p)
	require.Eventually(h.t, func() bool { now, _ := h.fleet.UnderWay("demo", p.fan); return now > n }, patient, time.Millisecond)
}

// TestAnotherTextMeanwhileIsTurnedAway: a fan who goes on writing while a question is being answered is told so in time,
// and the texts are not asked one after the other for minutes.
func TestAnotherTextMeanwhileIsTurnedAway(t *testing.T) {
	for _, yaml := range []string{"kind: service", "kind: subscription", "kind: service\nlate: fetch"} {
		t.Run(yaml, func(t *testing.T) {
			h, g, model := askingHouse(t, yaml)
			first := h.deliver(h.text("amy", "1", "#delay=1s #han=40"))
			g.await(t)
			p := h.text("amy", "2", "还在吗")
			second := h.deliver(p)
			click := h.deliver(h.event("amy", "CLICK", "K"))
			h.waiting(2)
			h.pass(3900 * time.Millisecond)
			require.Empty(t, second.seen())
			h.pass(200 * time.Millisecond)
			h.wait("the text is turned away", second.answered)
			require.Equal(t, "还在回答您的上一个问题，请稍等", second.seen())
			require.Equal(t, bot.Busy, h.report(0).Outcome)
			require.Equal(t, "还在吗", h.report(0).Said)
			require.Empty(t, click.seen(), "an event goes on waiting")
			require.Equal(t, "还在回答您的上一个问题，请稍等", h.say(p).seen(), "a repeat is told the same")
			require.Equal(t, "plain", h.say(h.text("bob", "3", "plain")).seen(), "others are not kept waiting")
			close(g.open)
			h.wait("the answer", first.answered)
			require.Equal(t, standin.Han(40), first.seen())
			h.wait("the event", click.answered)
			require.Equal(t, "clicked", click.seen())
			require.Equal(t, "plain", h.say(h.text("amy", "4", "plain")).seen())
			require.Len(t, model.Asked(), 1)
		})
	}
}

// TestAnotherTextInAnotherProcessIsTurnedAway, though that has no question to a model, whether or not the beginning of the
// answer was given already.
func TestAnotherTextInAnotherProcessIsTurnedAway(t *testing.T) {
	const busy = "还在回答您的上一个问题，请稍等"
	for _, tt := range []struct {
		name, yaml  string
		begun, late bool // the beginning was given; the other process starts when the question is asked already
	}{
		{"may push", "kind: service", false, false},
		{"may push, the beginning was given", "kind: service", true, false},
		{"may not", "kind: subscription\nlate: join", false, false},
		{"may not, the beginning was given", "kind: subscription\nlate: fetch", true, false},
		{"the other process starts meanwhile", "kind: service", false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHalfway(t, tt.yaml)
			var twin *house
			if !tt.late {
				twin = h.twin()
			}
			first := h.deliver(h.text("amy", "1", half))
			h.wait("half of the answer is taken in", h.listener.heard)
			if tt.late {
				twin = h.twin()
			}
			if tt.begun {
				passAll(closing, h.house, twin)
				h.wait("the first sentences", first.answered)
			}
			p := twin.text("amy", "2", "还在吗")
			second := twin.deliver(p)
			twin.asked("amy", 1)
			third := twin.deliver(twin.event("amy", "CLICK", "K"))
			passAll(3900*time.Millisecond, h.house, twin)
			require.Empty(t, second.seen())
			passAll(100*time.Millisecond, h.house, twin)
			require.Eventually(t, func() bool { twin.pass(0); return second.seen() != "" }, patient, 10*time.Millisecond)
			require.Equal(t, busy, second.seen())
			require.Equal(t, bot.Busy, twin.report(0).Outcome)
			require.Equal(t, busy, h.say(p).seen(), "a repeat is told the same")
			require.Empty(t, third.seen(), "an event goes on waiting")
			require.Equal(t, "plain", twin.say(twin.text("bob", "3", "plain")).seen(), "others are not kept waiting")
			close(h.gate.open)
			twin.wait("the event", third.answered)
			require.Equal(t, "clicked", third.seen())
			require.Equal(t, "plain", twin.say(twin.text("amy", "4", "plain")).seen())
			require.Zero(t, twin.fleet.Account("demo").Status().Queued)
			require.Len(t, h.model.Asked(), 1)
		})
	}
}

// waiting waits until so much of the account waits for its turn.
func (h *house) waiting(n int) {
	h.t.Helper()
	require.Eventually(h.t, func() bool { return h.fleet.Account("demo").Status().Queued == n }, patient, time.Millisecond)
}

// TestWithoutAModelNobodyIsTurnedAway: other slow turns keep the fan's texts waiting, as ever.
func TestWithoutAModelNobodyIsTurnedAway(t *testing.T) {
	h := slowHouse(t, "kind: subscription")
	first := h.deliver(h.text("amy", "1", "sleep"))
	h.api.await(t, "sleep", 1)
	second := h.deliver(h.text("amy", "2", "plain"))
	h.waiting(1)
	h.pass(4300 * time.Millisecond)
	require.Empty(t, second.seen())
	h.api.let("sleep")
	h.wait("the answer", first.answered)
	h.wait("the second", second.answered)
	require.Equal(t, "plain #2", second.seen())
}

func TestWhatWasSaidOutlivesTheProcess(t *testing.T) {
	h, _, model := askingHouse(t, "kind: service")
	said := func(n int) (all []string) {
		asked := model.Asked()
		for _, m := range asked[len(asked)-1].Messages {
			all = append(all, m.Role+" "+m.Content)
		}
		require.Len(t, all, n)
		return all
	}
	one := h.say(h.text("amy", "1", "一")).seen()
	require.Equal(t, []string{"system 店员", "user 一"}, said(2))
	h.restart()
	require.Contains(t, h.say(h.text("amy", "2", "二")).seen(), "您第 2 句说的是：「二」")
	require.Equal(t, []string{"system 店员", "user 一", "assistant " + one, "user 二"}, said(4))
	require.Contains(t, h.say(h.text("bob", "3", "三")).seen(), "您第 1 句", "each fan has a history of its own")
	h.clock.Add(25 * time.Hour)
	require.Contains(t, h.say(h.text("amy", "4", "四")).seen(), "您第 1 句", "forgotten after a day")
	require.Equal(t, "好的，我们重新开始", h.say(h.text("amy", "5", "清空")).seen())
	require.Contains(t, h.say(h.text("amy", "6", "六")).seen(), "您第 1 句")
}

// TestSixtyFansAskASlowModelAtOnce: no push is closed unanswered, on an account with the limits that all have, and where
// far fewer turns may run at once than there are fans: who waits for a model is none of them.
func TestSixtyFansAskASlowModelAtOnce(t *testing.T) {
	for _, yaml := range []string{"kind: service", "kind: subscription", "kind: service, 4 turns", "kind: subscription, 4 turns"} {
		t.Run(yaml, func(t *testing.T) {
			limits := unhurried
			yaml, few := strings.CutSuffix(yaml, ", 4 turns")
			if few {
				limits = strings.Replace(limits, "{", "{ turns: 4,", 1)
			}
			g := newGate()
			h, _ := parlour(t, map[string]files{"demo": {"main.lua": assistant, "account.yaml": limits + "\n" + yaml}}, g.sleep)
			var pushes []push
			var last []*delivery
			for i := range 60 {
				pushes = append(pushes, h.text(fmt.Sprint("fan", i), "1", "#delay=1s #han=300"))
				last = append(last, h.deliver(pushes[i]))
			}
			for range 60 {
				g.await(t)
			}
			require.Equal(t, 60, h.fleet.Account("demo").Status().Waiting)
			require.Zero(t, h.fleet.Account("demo").Status().Turns)
			require.Equal(t, "plain", h.say(h.text("cat", "1", "plain")).seen(), "others are not kept waiting")
			for attempt := 1; attempt < 3 && strings.Contains(yaml, "subscription"); attempt++ {
				h.pass(5 * time.Second)
				for i := range last {
					require.NotEqual(t, "dropped", last[i].seen())
					last[i].hangUp()
					h.underWayAgain(pushes[i], &last[i])
				}
			}
			h.pass(window)
			for i := range last {
				h.wait("the early answer", last[i].answered)
				require.NotEqual(t, "dropped", last[i].seen())
				require.NotEmpty(t, last[i].seen())
			}
			close(g.open)
			for i := range 60 {
				require.Contains(t, []bot.Outcome{bot.AnsweredAsync, bot.Kept}, h.report(1+i).Outcome)
			}
			require.Equal(t, account.LatePush == h.report(1).Late, len(h.api.messages()) == 60)
		})
	}
}

// TestWhatAModelWroteIsMarked: WeChat's own mark on a customer-service message, words of ours under a reply.
func TestWhatAModelWroteIsMarked(t *testing.T) {
	g := newGate()
	model := httptest.NewServer(standin.New(standin.Options{Sleep: g.sleep}).Handler())
	t.Cleanup(model.Close)
	const labelled = unhurried + "\nllm: { base: \"http://127.0.0.1:1/v1\", model: x, label: true }"
	h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": yaml + labelled, "main.lua": assistant}}, func(o *bot.Options) {
		o.ModelDoer = elsewhere{model}
	})
	said := func(text string) sim.Shown {
		chat, err := s.Chat("demo", "amy")
		require.NoError(t, err)
		before := chat.Last()
		done := make(chan *sim.Delivery, 1)
		go func() { done <- s.Push(context.Background(), "demo", "amy", sim.Text(text)) }()
		if strings.Contains(text, "#delay") {
			g.await(t)
			h.pass(window)
			close(g.open)
		}
		require.NoError(t, (<-done).Err)
		require.Eventually(t, func() bool { return !h.fleet.Busy("demo", chat.OpenID()) }, patient, time.Millisecond)
		for _, e := range chat.After(before) {
			if e.From == "bot" {
				return *e.Shown
			}
		}
		t.Fatal("no answer")
		return sim.Shown{}
	}
	passive := said("#han=40")
	require.Equal(t, standin.Han(40)+"\n\n（内容由 AI 生成）", passive.Text)
	require.False(t, passive.IsAIMsg)
	require.False(t, said("plain").IsAIMsg)
	require.True(t, said("#han=40 #delay=1s").IsAIMsg)
}

// elsewhere carries all requests to one server.
type elsewhere struct{ server *httptest.Server }

func (e elsewhere) Do(r *http.Request) (*http.Response, error) {
	r.URL.Host = e.server.Listener.Addr().String()
	return e.server.Client().Do(r)
}
