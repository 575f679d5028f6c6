package bot_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/llm/standin"
)

// closing is when, in the window of an attempt, the sentences that have come go out.
const closing = window - 300*time.Millisecond

// tap is a fan's tap on the link of that id.
func (h *house) tap(fan, id, link string) push {
	p := h.text(fan, id, "继续")
	p.body = strings.Replace(p.body, "<MsgId>", "<bizmsgmenuid>"+link+"</bizmsgmenuid><MsgId>", 1)
	return p
}

var linkID = regexp.MustCompile(`msgmenuid=(\d{18})`)

// begun is a question to a model that has said half of its answer to it when the last window closes: the fan has the first
// sentences, and a link.
func (h *halfway) begun(question string) (first *delivery, said, link string) {
	h.t.Helper()
	first = h.deliver(h.text("amy", "1", question))
	h.wait("half of the answer is taken in", h.listener.heard)
	h.pass(closing)
	h.wait("the first sentences", first.answered)
	at := strings.Index(first.seen(), "\n\n<a href=")
	require.Positive(h.t, at, first.seen())
	require.True(h.t, first.early, "the connection is busy: flushed and closed")
	return first, first.seen()[:at], linkID.FindStringSubmatch(first.seen())[1]
}

const half = "#over=500ms #han=300"

// rest is what the stand-in says to half after what was said.
func rest(t *testing.T, said string) string {
	after, ok := strings.CutPrefix(standin.Han(300), said)
	require.True(t, ok, said)
	require.NotEmpty(t, after)
	return strings.TrimSpace(after)
}

func TestATapJoinsTheRunningTurn(t *testing.T) {
	for _, by := range []string{"tap", "word", "another word"} {
		t.Run(by, func(t *testing.T) {
			h := newHalfway(t, "kind: subscription\nlate: fetch")
			_, said, link := h.begun(half + " #thinktag")
			more := map[string]push{"tap": h.tap("amy", "2", link), "word": h.text("amy", "2", "继续"), "another word": h.text("amy", "2", "查看")}[by]
			early := h.deliver(more)
			h.underWay("amy", 2)
			require.Equal(t, "这一段已经发过，或者已过 24 小时", h.say(h.tap("bob", "3", link)).seen(), "it is amy's")
			h.pass(window)
			h.wait("the fan is told in time", early.answered)
			require.Equal(t, "还在处理，回复「查看」", early.seen(), "still running")
			more.body = strings.Replace(more.body, "<MsgId>2<", "<MsgId>4<", 1)
			joined := h.deliver(more)
			h.underWay("amy", 2)
			require.Empty(t, joined.seen())
			close(h.gate.open)
			h.wait("the rest", joined.answered)
			require.Equal(t, rest(t, said), joined.seen())
			require.Equal(t, joined.seen(), h.say(more).seen(), "a repeat gets it again")
			require.Equal(t, "这一段已经发过，或者已过 24 小时", h.say(h.tap("amy", "5", link)).seen(), "given once")
			require.Contains(t, h.say(h.text("amy", "6", "好")).seen(), "第 2 句", "it is remembered")
			require.Empty(t, h.api.messages())
		})
	}
}

// TestATapIsHeldAsAQuestionIs, where the account holds those.
func TestATapIsHeldAsAQuestionIs(t *testing.T) {
	h := newHalfway(t, "kind: subscription")
	p := h.text("amy", "1", half)
	d := h.deliver(p)
	h.wait("half of the answer is taken in", h.listener.heard)
	for range 2 {
		h.pass(5 * time.Second)
		require.Empty(t, d.seen())
		d.hangUp()
		h.underWayAgain(p, &d)
	}
	h.pass(closing)
	h.wait("the first sentences", d.answered)
	said, _, _ := strings.Cut(d.seen(), "\n\n<a href=")
	more := h.tap("amy", "2", linkID.FindStringSubmatch(d.seen())[1])
	joined := h.deliver(more)
	h.underWay("amy", 4)
	h.pass(5 * time.Second)
	require.Empty(t, joined.seen())
	close(h.gate.open)
	h.wait("the rest", joined.answered)
	require.Equal(t, rest(t, said), joined.seen())
}

// TestAWholeRestWaits: whoever taps when the model has ended, or a day later, or after a restart, gets all of it.
func TestAWholeRestWaits(t *testing.T) {
	h := newHalfway(t, "kind: subscription\nlate: drop")
	first, said, link := h.begun(half)
	p := first.push
	close(h.gate.open)
	r := h.report(0)
	require.Equal(t, bot.Answered, r.Outcome)
	require.Equal(t, said, r.Answer[:len(said)])
	require.Len(t, r.Asked, 1)
	require.Contains(t, strings.Join(r.Warnings, ""), "fetches the rest by tap or word")
	require.Equal(t, "passive:text", h.recorded("1").ReplyKind)
	require.Equal(t, first.seen(), h.say(p).seen(), "a repeat gets the beginning again")
	h.restart()
	require.Equal(t, first.seen(), h.say(p).seen(), "also after a restart")
	require.Equal(t, "这一段已经发过，或者已过 24 小时", h.say(h.tap("bob", "2", link)).seen(), "it is amy's")
	require.Equal(t, rest(t, said), h.say(h.tap("amy", "3", link)).seen())
}

// TestNobodyTookTheBeginning: what was written to nobody counts as not said.
func TestNobodyTookTheBeginning(t *testing.T) {
	h := newHalfway(t, "kind: subscription\nlate: fetch")
	d := newDelivery(h.text("amy", "1", half))
	failed := make(chan struct{})
	d.failing = func() { close(failed) }
	h.deliverTo(d, h.signature(h.fleet.Account("demo").Config()))
	h.wait("half of the answer is taken in", h.listener.heard)
	h.pass(closing)
	h.wait("it cannot be written", failed)
	again := h.deliver(d.push)
	h.underWay("amy", 2)
	h.pass(time.Second)
	require.Empty(t, again.seen())
	h.pass(closing - time.Second)
	h.wait("the first sentences", again.answered)
	said, _, found := strings.Cut(again.seen(), "\n\n<a href=")
	require.True(t, found, again.seen())
	close(h.gate.open)
	require.Equal(t, bot.Answered, h.report(0).Outcome)
	require.Equal(t, rest(t, said), h.say(h.text("amy", "2", "继续")).seen())
}

// TestNoMoreIsComing: the fan who was promised more is told so.
func TestNoMoreIsComing(t *testing.T) {
	const sorry = "抱歉，暂时没能回答，请稍后再试"
	t.Run("the process ends in good order", func(t *testing.T) {
		h := newHalfway(t, "kind: subscription\nlate: fetch\napology: 出错了")
		_, _, link := h.begun(half)
		h.kill()
		h.open()
		require.Equal(t, "出错了", h.say(h.tap("amy", "2", link)).seen())
	})
	t.Run("the model breaks off", func(t *testing.T) {
		h := newHalfway(t, "kind: subscription\nlate: fetch")
		_, said, link := h.begun("#over=500ms #han=600 #cut")
		close(h.gate.open)
		h.report(0)
		got := h.say(h.tap("amy", "2", link)).seen()
		require.True(t, got == sorry || strings.HasPrefix(standin.Han(600), said) && strings.Contains(standin.Han(600), got), got)
	})
}

// TestWithToolsOrAfter: with tools the rest is right whatever the model asks for after its first sentences; what after is
// to see goes out whole.
func TestWithToolsOrAfter(t *testing.T) {
	const tool = `tools = { price = { doc = "d", args = { tea = "string" }, run = function(args) return "80" end } }`
	for _, account := range []string{"kind: subscription\nlate: fetch", "kind: service"} {
		t.Run(account, func(t *testing.T) {
			h := newHalfway(t, account)
			h.write("demo", files{"main.lua": "on.text(llm.reply{ " + tool + " })"})
			h.save(1)
			d := h.deliver(h.text("amy", "1", half))
			h.wait("half of the answer is taken in", h.listener.heard)
			h.pass(closing)
			h.wait("the first sentences", d.answered)
			said, _, tapped := strings.Cut(d.seen(), "\n\n<a href=")
			require.Equal(t, strings.Contains(account, "subscription"), tapped)
			close(h.gate.open)
			require.Equal(t, bot.Answered, h.report(0).Outcome)
			if tapped {
				require.Equal(t, rest(t, said), h.say(h.text("amy", "2", "继续")).seen())
				require.Empty(t, h.api.messages())
				return
			}
			require.Equal(t, []message{{"amy", "text", rest(t, said)}}, h.api.messages())
		})
	}
	t.Run("after", func(t *testing.T) {
		h := newHalfway(t, "kind: subscription\nlate: fetch")
		h.write("demo", files{"main.lua": `on.text(llm.reply{ after = function(msg, text) return "[" .. text .. "]" end })`})
		h.save(1)
		d := h.deliver(h.text("amy", "1", half))
		h.wait("half of the answer is taken in", h.listener.heard)
		h.pass(window)
		h.wait("the early answer", d.answered)
		require.Equal(t, "还在处理，回复「查看」", d.seen())
		close(h.gate.open)
		require.Equal(t, bot.Kept, h.report(0).Outcome)
		require.Equal(t, "["+standin.Han(300)+"]", h.say(h.text("amy", "2", "查看")).seen())
	})
}

// TestATapGoesToAnotherProcess than the one that has the model: it waits for the rest there.
func TestATapGoesToAnotherProcess(t *testing.T) {
	for _, by := range []string{"tap", "word"} {
		t.Run(by, func(t *testing.T) {
			h := newHalfway(t, "kind: subscription\nlate: fetch")
			twin := h.twin()
			d := h.deliver(h.text("amy", "1", half))
			h.wait("half of the answer is taken in", h.listener.heard)
			passAll(closing, h.house, twin)
			h.wait("the first sentences", d.answered)
			said, _, _ := strings.Cut(d.seen(), "\n\n<a href=")
			link := linkID.FindStringSubmatch(d.seen())[1]
			more := twin.tap("amy", "2", link)
			if by == "word" {
				more = twin.text("amy", "2", "继续")
			}
			joined := twin.deliver(more)
			twin.asked("amy", 1)
			passAll(time.Second, h.house, twin)
			require.Empty(t, joined.seen())
			close(h.gate.open)
			h.wait("the rest", joined.answered)
			require.Equal(t, rest(t, said), joined.seen())
			require.Equal(t, d.seen(), twin.say(d.push).seen(), "a repeat gets the beginning again, there too")
			if by == "tap" {
				require.Equal(t, "这一段已经发过，或者已过 24 小时", h.say(h.tap("amy", "3", link)).seen(), "given once")
			}
		})
	}
}

// TestTheLastAttemptGoesToAnotherProcess: then the answer is fetched whole.
func TestTheLastAttemptGoesToAnotherProcess(t *testing.T) {
	h := newHalfway(t, "kind: subscription")
	twin := h.twin()
	p := h.text("amy", "1", half)
	d := h.deliver(p)
	h.wait("half of the answer is taken in", h.listener.heard)
	passAll(5*time.Second, h.house, twin)
	d.hangUp()
	for attempt := range 2 {
		d = twin.deliver(p)
		twin.asked("amy", 1)
		require.Eventually(t, func() bool { n, _ := twin.fleet.UnderWay("demo", "amy"); return n == attempt+1 }, patient, time.Millisecond)
		if attempt == 0 {
			passAll(5*time.Second, h.house, twin)
			d.hangUp()
		}
	}
	passAll(window, h.house, twin)
	h.wait("told in time", d.answered)
	require.Equal(t, "还在处理，回复「查看」", d.seen())
	close(h.gate.open)
	for done := false; !done; {
		passAll(time.Second, h.house, twin)
		h.mu.Lock()
		done = len(h.turns) > 0
		h.mu.Unlock()
	}
	require.Equal(t, bot.Kept, h.report(0).Outcome)
	require.Equal(t, standin.Han(300), twin.say(twin.text("amy", "2", "查看")).seen())
}
