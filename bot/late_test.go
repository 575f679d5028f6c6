package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/account"
	"moonwire/bot"
	"moonwire/store"
)

const window = 4500 * time.Millisecond

func TestPushAnswersEarlyAndSendsLater(t *testing.T) {
	h := slowHouse(t, "kind: service")
	p := h.text("amy", "1", "slow")
	d := h.deliver(p)
	h.api.await(t, "amy", 1)
	h.pass(window - time.Millisecond)
	require.Empty(t, d.seen(), "not before the window ends")
	h.pass(time.Millisecond)
	h.wait("early answer", d.answered)
	require.Equal(t, "success", d.seen())
	require.True(t, d.early, "the connection is busy: flushed and closed")
	h.api.let("amy")
	r := h.report(0)
	require.Equal(t, bot.AnsweredAsync, r.Outcome)
	require.Equal(t, account.LatePush, r.Late)
	require.Equal(t, []message{{"amy", "text", "slow #1"}}, h.api.messages())
	require.Equal(t, "success", h.say(p).seen(), "a later repeat must not show it twice")
	require.Len(t, h.api.messages(), 1)
}

func TestAnAnswerIsNotPushedWhenARepeatStillWaits(t *testing.T) {
	h := slowHouse(t, "kind: service")
	p := h.text("amy", "1", "slow")
	first := h.deliver(p)
	h.api.await(t, "amy", 1)
	h.pass(window)
	h.wait("early answer", first.answered)
	second := h.deliver(p)
	h.until("it has joined", func() bool { attempts, _ := h.fleet.UnderWay("demo", "amy"); return attempts == 2 })
	h.pass(time.Second)
	h.api.let("amy")
	h.wait("answer", second.answered)
	require.Equal(t, "slow #1", second.seen())
	require.Equal(t, bot.Answered, h.report(0).Outcome)
	require.Empty(t, h.api.messages())
}

func TestJoinHoldsTwoAttempts(t *testing.T) {
	h := slowHouse(t, "kind: service\nlate: join")
	p := h.text("amy", "1", "slow")
	var all []*delivery
	for i := range 2 {
		d := h.deliver(p)
		h.api.await(t, "amy", 1)
		all = append(all, d)
		h.pass(5 * time.Second)
		require.Empty(t, d.seen(), "attempt %d is held", i+1)
		d.hangUp()
	}
	third := h.deliver(p)
	h.pass(4 * time.Second)
	h.api.let("amy")
	h.wait("answer", third.answered)
	require.Equal(t, "slow #1", third.seen(), "14 s after the first attempt")
	r := h.report(0)
	require.Equal(t, bot.Answered, r.Outcome)
	require.Equal(t, 3, r.Attempts)
	require.Empty(t, h.api.messages())
	require.NotEmpty(t, all)
}

func TestJoinBecomesPushAfterTheThirdAttempt(t *testing.T) {
	h := slowHouse(t, "kind: service\nlate: join")
	p := h.text("amy", "1", "slow")
	third := h.threeInVain(p)
	require.Equal(t, "success", third.seen())
	h.api.let("amy")
	require.Equal(t, bot.AnsweredAsync, h.report(0).Outcome)
	require.Equal(t, []message{{"amy", "text", "slow #1"}}, h.api.messages())
}

func TestJoinBecomesFetchWhereTheAccountMayNotPush(t *testing.T) {
	h := slowHouse(t, "kind: subscription")
	p := h.text("amy", "1", "sleep")
	third := h.threeInVain(p)
	require.Equal(t, "还在处理，回复「查看」", third.seen())
	h.api.let("sleep")
	require.Equal(t, bot.Kept, h.report(0).Outcome)
	require.Equal(t, "sleep #1", h.say(h.text("amy", "2", "查看")).seen())
}

// threeInVain delivers a push three times, each of them too short for the turn.
func (h *house) threeInVain(p push) *delivery {
	h.t.Helper()
	for n := range 2 {
		d := h.deliver(p)
		h.api.until(h.t, func() bool { return h.api.began[p.fan]+h.api.began["sleep"] > 0 })
		h.pass(5 * time.Second)
		d.hangUp()
		if n > 0 {
			h.wait("the second attempt is over", d.returned)
		}
	}
	third := h.deliver(p)
	require.Eventually(h.t, func() bool { h.pass(window); return third.seen() != "" }, patient, time.Millisecond)
	return third
}

func TestWhenNoRepeatEverComes(t *testing.T) {
	tests := []struct {
		name, yaml string
		want       bot.Outcome
		sent       int
		then       string // what the fetch word gets afterwards
	}{
		{"join", "kind: service\nlate: join", bot.AnsweredAsync, 1, "查看 #2"},
		{"push", "kind: service\nlate: push", bot.AnsweredAsync, 1, "查看 #2"},
		{"unverified", "kind: subscription", bot.Kept, 0, "sleep #1"},
		{"fetch", "kind: service\nlate: fetch", bot.Kept, 0, "sleep #1"},
		{"drop", "kind: service\nlate: drop", bot.Late, 0, "查看 #2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := slowHouse(t, tt.yaml)
			d := h.deliver(h.text("amy", "1", "sleep"))
			h.api.await(t, "sleep", 1)
			d.hangUp()
			h.api.let("sleep")
			h.wait("return", d.returned)
			h.pass(7 * time.Second)
			require.Equal(t, tt.want, h.report(0).Outcome)
			require.Len(t, h.api.messages(), tt.sent)
			require.Equal(t, tt.then, h.say(h.text("amy", "2", "查看")).seen())
		})
	}
}

func TestARepeatTakesAnAnswerThatNobodyTook(t *testing.T) {
	h := slowHouse(t, "kind: service")
	p := h.text("amy", "1", "slow")
	d := h.deliver(p)
	h.api.await(t, "amy", 1)
	d.hangUp()
	h.api.let("amy")
	h.wait("return", d.returned)
	h.pass(4 * time.Second)
	require.Equal(t, "slow #1", h.say(p).seen())
	r := h.report(0)
	require.Equal(t, bot.Answered, r.Outcome)
	require.Equal(t, 2, r.Attempts)
	require.Equal(t, "passive:text", h.recorded("1").ReplyKind)
	h.pass(time.Minute)
	require.Empty(t, h.api.messages(), "it is not sent again")
}

func TestARepeatMayBeFasterThanTheNewsOfAFailedWrite(t *testing.T) {
	h := slowHouse(t, "kind: service")
	h.say(h.text("amy", "0", "x"))
	p := h.text("amy", "1", "order")
	d := newDelivery(p)
	d.failing = func() { require.Equal(t, "order #2", h.say(p).seen()) }
	h.deliverTo(d, h.signature(h.fleet.Account("demo").Config()))
	h.wait("return", d.returned)
	h.pass(time.Minute)
	require.Equal(t, bot.Repeated, h.report(1).Outcome)
	require.Equal(t, bot.Answered, h.report(2).Outcome)
	require.Equal(t, "passive:text", h.recorded("1").ReplyKind)
	h.close()
	require.Empty(t, h.api.messages(), "the repeat has it")
}

func TestARepeatThatDidNotGetTheAnswerEither(t *testing.T) {
	h := slowHouse(t, "kind: service")
	p := h.text("amy", "1", "slow")
	d := h.deliver(p)
	h.api.await(t, "amy", 1)
	d.hangUp()
	h.api.let("amy")
	h.wait("return", d.returned)
	again := newDelivery(p)
	again.failing = func() {}
	h.deliverTo(again, h.signature(h.fleet.Account("demo").Config()))
	h.wait("return", again.returned)
	h.pass(7 * time.Second)
	r := h.report(0)
	require.Equal(t, bot.AnsweredAsync, r.Outcome)
	require.Equal(t, 2, r.Attempts)
	require.Equal(t, []message{{"amy", "text", "slow #1"}}, h.api.messages(), "it goes another way")
}

// recorded is what the store knows of a push, by WeChat's message id.
func (h *house) recorded(id string) store.Message {
	h.t.Helper()
	m, ok, err := h.store.Message(h.t.Context(), "demo", id)
	require.NoError(h.t, err)
	require.True(h.t, ok)
	return m
}

func TestFetchTellsHowAndServes(t *testing.T) {
	h := slowHouse(t, "kind: service\nlate: fetch\nfetch_text: 等等")
	d := h.deliver(h.text("amy", "1", "slow"))
	h.api.await(t, "amy", 1)
	h.pass(window)
	h.wait("early answer", d.answered)
	require.Equal(t, "等等", d.seen())

	early := h.deliver(h.text("amy", "2", "查看"))
	again := h.text("bob", "3", "查看")
	require.Equal(t, "查看 #2", h.say(again).seen(), "an ordinary message of another fan")
	h.pass(window)
	h.wait("early answer to the fetch", early.answered)
	require.Equal(t, "等等", early.seen(), "still running")

	waits := h.deliver(h.text("amy", "4", " 查看 "))
	h.pass(time.Second)
	h.api.let("amy")
	h.wait("the answer", waits.answered)
	require.Equal(t, "slow #1", waits.seen(), "served while the fan's queue is taken")
	require.Equal(t, "查看 #3", h.say(h.text("amy", "5", "查看")).seen(), "fetched once; then it is an ordinary message")
	require.Empty(t, h.api.messages())
}

func TestAFetchIsGivenAgainToARepeat(t *testing.T) {
	h := slowHouse(t, "kind: service\nlate: fetch")
	d := h.deliver(h.text("amy", "1", "slow"))
	h.api.await(t, "amy", 1)
	h.pass(window)
	h.wait("early answer", d.answered)
	h.api.let("amy")
	h.report(0)
	fetch := h.text("amy", "2", "查看")
	first := h.deliver(fetch)
	h.wait("answer", first.answered)
	require.Equal(t, "slow #1", first.seen())
	require.Equal(t, bot.Fetched, h.report(1).Outcome)
	require.Equal(t, "slow #1", h.say(fetch).seen())
}

func TestDropThrowsAway(t *testing.T) {
	h := slowHouse(t, "kind: service\nlate: drop")
	d := h.deliver(h.text("amy", "1", "slow"))
	h.api.await(t, "amy", 1)
	h.pass(window)
	h.wait("early answer", d.answered)
	require.Equal(t, "success", d.seen())
	h.api.let("amy")
	require.Equal(t, bot.Late, h.report(0).Outcome)
	require.Empty(t, h.api.messages())
}

func TestARefusedPushWaitsForTheNextText(t *testing.T) {
	for _, code := range []int{48001, 45015, 45047} {
		h := slowHouse(t, "kind: service")
		h.api.errcode = code
		d := h.deliver(h.text("amy", "1", "slow"))
		h.api.await(t, "amy", 1)
		h.pass(window)
		h.wait("early answer", d.answered)
		h.api.let("amy")
		r := h.report(0)
		require.Equal(t, bot.Kept, r.Outcome)
		require.Equal(t, code, r.Sent[0].Errcode)
		require.NotEmpty(t, r.Warnings)

		h.restart()
		require.Equal(t, "success", h.say(h.event("amy", "CLICK", "X")).seen(), "nothing to stand in front of")
		seen := h.say(h.text("amy", "2", "next")).seen()
		require.Regexp(t, `^slow #1\nnext #\d+$`, seen)
	}
}

func TestARefusedPushCanBeFetched(t *testing.T) {
	h := slowHouse(t, "kind: service")
	h.api.errcode = 45015
	d := h.deliver(h.text("amy", "1", "slow"))
	h.api.await(t, "amy", 1)
	h.pass(window)
	h.wait("early answer", d.answered)
	h.api.let("amy")
	h.report(0)
	require.Equal(t, "slow #1", h.say(h.text("amy", "2", "查看")).seen())
	require.Equal(t, "plain #2", h.say(h.text("amy", "3", "plain")).seen(), "given once")
}

func TestAKeptAnswerIsKeptForADay(t *testing.T) {
	h := slowHouse(t, "kind: service\nlate: fetch")
	d := h.deliver(h.text("amy", "1", "slow"))
	h.api.await(t, "amy", 1)
	h.pass(window)
	h.wait("early answer", d.answered)
	h.api.let("amy")
	h.report(0)
	h.clock.Add(25 * time.Hour)
	require.Equal(t, "查看 #2", h.say(h.text("amy", "2", "查看")).seen())
}

func TestAnErrorOfTheNetworkSendsNothingTwice(t *testing.T) {
	h := slowHouse(t, "kind: service")
	h.api.errcode = 40003 // no fan of this account
	d := h.deliver(h.text("amy", "1", "slow"))
	h.api.await(t, "amy", 1)
	h.pass(window)
	h.wait("early answer", d.answered)
	h.api.let("amy")
	require.Equal(t, bot.Failed, h.report(0).Outcome)
	require.Equal(t, "plain #2", h.say(h.text("amy", "2", "plain")).seen())
}

func TestEventsWithoutAnAnswerToShow(t *testing.T) {
	h := slowHouse(t, "kind: service\nlate: join")
	d := h.deliver(h.event("amy", "LOCATION", ""))
	h.api.await(t, "amy", 1)
	h.pass(window)
	h.wait("early answer", d.answered)
	require.Equal(t, "success", d.seen(), "nothing is held: there is nothing to show")
	h.api.let("amy")
	r := h.report(0)
	require.Equal(t, bot.Acknowledged, r.Outcome)
	require.Contains(t, r.Warnings[len(r.Warnings)-1], "LOCATION")
	require.Empty(t, h.api.messages())
}

func TestWhatFollowsAnAnswerWaitsUntilItIsOnTheWire(t *testing.T) {
	long := strings.Repeat("hello world. ", 200)
	h := newHouse(t, map[string]files{"demo": {"account.yaml": "kind: service", "main.lua": `on.text("long", function() return ("hello world. "):rep(200) end) on.text("short")`}})
	short := h.say(h.text("amy", "1", "short"))
	require.False(t, short.flushed.Load(), "nothing follows it")
	d := h.say(h.text("amy", "2", "long"))
	require.True(t, d.flushed.Load())
	require.False(t, d.early, "the connection may be used again")
	h.report(1)
	sent := h.api.messages()
	require.Len(t, sent, 1)
	require.Equal(t, long, d.seen()+sent[0].Text)

	gone := newDelivery(h.text("amy", "3", "long"))
	gone.failing = func() {}
	h.deliverTo(gone, h.signature(h.fleet.Account("demo").Config()))
	h.wait("return", gone.returned)
	h.pass(time.Second)
	require.Len(t, h.api.messages(), 1, "nothing follows an answer that nobody has")
	again := h.say(gone.push)
	require.True(t, again.flushed.Load(), "the repeat's answer, too, goes before what follows")
	h.report(2)
	require.Len(t, h.api.messages(), 2)
}

func TestAPushThatWaitsForItsFanComesLateToo(t *testing.T) {
	h := slowHouse(t, "kind: service")
	first := h.deliver(h.text("amy", "1", "slow"))
	h.api.await(t, "amy", 1)
	second := h.deliver(h.text("amy", "2", "quick"))
	require.Eventually(t, func() bool { return h.fleet.Account("demo").Status().Queued == 1 }, patient, time.Millisecond)
	h.pass(window)
	h.wait("early answer", first.answered)
	h.wait("early answer", second.answered)
	h.api.let("amy")
	h.report(1)
	require.Equal(t, []message{{"amy", "text", "slow #1"}, {"amy", "text", "quick #2"}}, h.api.messages(), "in order")
}

// restart ends the process in good order and starts it again.
func (h *house) restart() {
	h.t.Helper()
	h.close()
	h.open()
}
