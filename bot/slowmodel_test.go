package bot_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/llm/standin"
	"moonwire/store"
	"moonwire/wechat"
	"moonwire/wechat/sim"
)

// sight is one thing that the fan sees.
type sight struct {
	at   time.Duration // since the question
	via  string
	text string
	more string // what the fan does then to see more; "" = nothing
}

// conversation is a fan of the stand-in platform who asks a slow model, and does what is asked of him to see the end of
// the answer. All of it goes by the clock of the test, in steps.
type conversation struct {
	t     *testing.T
	h     *house
	s     *standIn
	model *paced
	chat  *sim.Chat
	joins bool // the account holds two attempts
	words bool // the fan writes words instead of tapping

	began   time.Time
	waiting *pushing // nil: nothing of the fan's waits for an answer
	next    sim.Act  // what the fan does next
	acts    time.Time
	seq     int64
	seen    []sight
	notices []string
}

// pushing is an act of the fan that waits for its answer.
type pushing struct {
	over     chan *sim.Delivery
	attempt  int
	sent     time.Time // the attempt
	question bool
}

const step = 100 * time.Millisecond

func newConversation(t *testing.T, account, script string) *conversation {
	t.Helper()
	c := &conversation{t: t, model: newPaced(t)}
	const model = "\nllm: { base: \"http://127.0.0.1:1/v1\", model: x }\n"
	c.h, c.s = newStandIn(t, map[string]files{"demo": {"account.yaml": account + unhurried + model, "main.lua": script}}, func(o *bot.Options) {
		o.ModelDoer, o.After = c.model, atOnce
	})
	c.model.now, c.model.clock = c.h.clock.Now, c.h.clock.Now()
	chat, err := c.s.Chat("demo", "amy")
	require.NoError(t, err)
	c.chat = chat
	return c
}

// asks lets the fan ask, and the clock go on until there is nothing more to see.
func (c *conversation) asks(question string) {
	c.t.Helper()
	c.began = c.h.clock.Now()
	c.does(sim.Text(question))
	c.waiting.question = true
	require.Eventually(c.t, func() bool { return len(c.model.Asked()) > 0 }, patient, time.Millisecond)
	for c.waiting != nil || c.next.MsgType != "" || !c.model.idle() || c.h.fleet.Busy("demo", c.chat.OpenID()) {
		require.Less(c.t, c.h.clock.Now().Sub(c.began), 5*time.Minute, "there is no end: %v", c.seen)
		c.step()
	}
}

func (c *conversation) does(act sim.Act) {
	p := &pushing{over: make(chan *sim.Delivery, 1), attempt: 1, sent: c.h.clock.Now()}
	before := c.deliveries()
	go func() { p.over <- c.s.Push(context.Background(), "demo", "amy", act) }()
	c.waiting = p
	require.Eventually(c.t, func() bool { return len(p.over) > 0 || c.deliveries() > before }, patient, time.Millisecond)
}

func (c *conversation) deliveries() int {
	n, _ := c.h.fleet.UnderWay("demo", c.chat.OpenID())
	return n
}

// step lets a moment pass: the model says what it has to say by then, WeChat hangs up and asks again, the watchdog looks.
func (c *conversation) step() {
	c.h.clock.Add(step)
	c.model.wake(c.t)
	c.askAgain()
	c.h.pass(0)
	c.await()
	c.look()
	if now := c.h.clock.Now(); c.next.MsgType != "" && !now.Before(c.acts) && c.waiting == nil {
		act := c.next
		c.next = sim.Act{}
		c.does(act)
		c.await()
		c.look()
	}
}

// askAgain is WeChat's side: after five seconds it hangs up and asks again, twice.
func (c *conversation) askAgain() {
	p := c.waiting
	if p == nil || len(p.over) > 0 || c.elapsed() < 5*time.Second {
		return
	}
	before := c.deliveries()
	c.s.windows.end()
	if p.attempt++; p.attempt > 3 {
		return
	}
	p.sent = c.h.clock.Now()
	require.Eventually(c.t, func() bool { return len(p.over) > 0 || c.deliveries() > before }, patient, time.Millisecond)
}

func (c *conversation) elapsed() time.Duration { return c.h.clock.Now().Sub(c.waiting.sent) }

// await waits for what must come by now, before the clock goes on.
func (c *conversation) await() {
	defer func() {
		if c.model.idle() {
			require.Eventually(c.t, func() bool { return !c.h.fleet.Busy("demo", c.chat.OpenID()) }, patient, time.Millisecond)
		}
	}()
	p := c.waiting
	if p == nil {
		return
	}
	last := p.attempt == 3 || !c.joins
	switch {
	case c.model.idle(), last && c.elapsed() >= window:
	case last && p.question && c.elapsed() >= window-300*time.Millisecond && c.model.sentences() != "":
	case len(p.over) > 0:
	default:
		return
	}
	select {
	case d := <-p.over:
		require.NoError(c.t, d.Err)
		if d.Notice != "" {
			c.notices = append(c.notices, d.Notice+": "+d.Cause)
		}
		if c.waiting = nil; !p.question {
			c.h.until("its turn is over", func() bool {
				return slices.ContainsFunc(c.h.turns, func(r bot.TurnReport) bool { return r.MsgID == d.MsgID })
			})
		}
	case <-time.After(patient):
		c.t.Fatalf("no answer after %s, attempt %d; the fan has seen %v", c.elapsed(), p.attempt, c.seen)
	}
}

// look is what the fan sees, and makes of it.
func (c *conversation) look() {
	for _, e := range c.chat.After(c.seq) {
		c.seq = e.Seq
		if e.From != "bot" {
			continue
		}
		require.Zero(c.t, e.ErrCode, "WeChat refuses nothing: %s", e.Cause)
		require.LessOrEqual(c.t, len(e.Shown.Text), wechat.TextLimit)
		one := sight{at: c.h.clock.Now().Sub(c.began), via: e.Via, text: e.Shown.Text}
		link := tapLine.FindString(one.text)
		one.text = strings.TrimSuffix(one.text, link)
		switch {
		case one.text == "还在处理，回复「查看」":
			one.more, one.text = "查看", ""
			c.next = sim.Text("查看")
		case link != "" && c.words:
			one.more, c.next = "继续", sim.Text("继续")
		case link != "":
			one.more, c.next = "tap", sim.Tap("继续")
		}
		if one.more != "" {
			c.acts = c.h.clock.Now().Add(time.Second)
		}
		c.seen = append(c.seen, one)
	}
}

// read is all that the fan has read, without blanks.
func (c *conversation) read() string {
	var all strings.Builder
	for _, s := range c.seen {
		all.WriteString(s.text)
	}
	return bare(all.String())
}

func (s sight) String() string {
	return fmt.Sprintf("%.1f s %s %d %s", s.at.Seconds(), s.via, len([]rune(s.text)), s.more)
}

// slowCase is one case of the table.
type slowCase struct {
	pushes, words bool
	late          string // "" = the account's own
	pace          string // #delay: it says nothing for so long, then all at once; #over: it speaks for so long
	takes         int    // seconds
	letters       int
}

func (s slowCase) String() string {
	return fmt.Sprintf("push %t, words %t, late %s, %s=%ds, %d", s.pushes, s.words, s.late, s.pace, s.takes, s.letters)
}

// joins reports whether the account holds two attempts.
func (s slowCase) joins() bool { return s.late == "join" || s.late == "" && !s.pushes }

func slowCases() (all []slowCase) {
	policies := map[bool][]string{true: {"", "join", "fetch", "drop"}, false: {"", "fetch", "drop"}}
	for _, pushes := range []bool{true, false} {
		for _, pace := range []string{"#delay", "#over"} {
			for _, takes := range []int{3, 8, 20} {
				for _, letters := range []int{300, 2000, 3000} {
					for _, late := range policies[pushes] {
						if late == "" || takes > 3 && letters == 2000 {
							all = append(all, slowCase{pushes, false, late, pace, takes, letters})
						}
					}
					if !pushes && takes == 20 {
						all = append(all, slowCase{pushes, true, "", pace, takes, letters})
					}
				}
			}
		}
	}
	return all
}

// TestASlowModel: whatever a model takes, and however long its answer is, the fan gets all of it, once and in order, with no
// more taps than there are parts; only what the account wants dropped is. The tables of the guides are made of what is seen
// here: go test ./bot -run TestASlowModel -update writes them.
func TestASlowModel(t *testing.T) {
	var mu sync.Mutex
	seen := map[slowCase][]sight{}
	t.Run("of", func(t *testing.T) {
		for _, tt := range slowCases() {
			t.Run(tt.String(), func(t *testing.T) {
				t.Parallel()
				account := map[bool]string{true: mayPush, false: mayNot}[tt.pushes]
				if tt.late != "" {
					account += "late: " + tt.late + "\n"
				}
				c := newConversation(t, account, assistant)
				c.joins, c.words = tt.joins(), tt.words
				c.asks(fmt.Sprintf("%s=%ds #han=%d %s", tt.pace, tt.takes, tt.letters, map[bool]string{true: "#thinktag", false: "#think"}[tt.words || tt.takes == 8]))
				tt.check(t, c)
				mu.Lock()
				defer mu.Unlock()
				seen[tt] = c.seen
			})
		}
	})
	if !t.Failed() && len(seen) == len(slowCases()) {
		checkTables(t, seen)
	}
}

// check holds what was seen against what must be.
func (s slowCase) check(t *testing.T, c *conversation) {
	require.Empty(t, c.notices, "the failure notice of WeChat")
	if s.late == "drop" && s.pace == "#delay" {
		require.Empty(t, c.seen, "the account wants it so")
		return
	}
	require.Equal(t, bare(standin.Han(s.letters)), c.read(), "%v", c.seen)
	s.checkRecord(t, c)
	taps, parts := 0, 0
	for _, one := range c.seen {
		if one.more != "" && one.text != "" {
			taps++
		}
		if one.via == "passive" && one.text != "" {
			parts++
		}
	}
	switch {
	case !s.pushes:
		require.Equal(t, parts-1, taps, "%v", c.seen)
	case s.letters <= 2000 && s.late != "fetch":
		require.Zero(t, taps, "%v", c.seen)
	default:
		require.LessOrEqual(t, taps, 1, "%v", c.seen)
	}
	if s.pace == "#over" && s.takes > 4 {
		first, last := c.seen[0].at, window-300*time.Millisecond
		if s.joins() {
			last += 10 * time.Second
		}
		require.LessOrEqual(t, first, last, "the first sentences are there in time: %v", c.seen)
	}
}

// checkRecord wants the question with its tokens and its time in what is stored of the message.
func (s slowCase) checkRecord(t *testing.T, c *conversation) {
	all, err := c.h.store.Messages(t.Context(), "demo", store.MessageFilter{})
	require.NoError(t, err)
	var asked []store.Asked
	for _, m := range all {
		require.Equal(t, strings.HasPrefix(m.Content, "#"), len(m.Asked) > 0, "a tap asks nothing")
		asked = append(asked, m.Asked...)
	}
	require.Len(t, asked, 1)
	require.Equal(t, standin.ModelName, asked[0].Model)
	require.Positive(t, asked[0].Prompt)
	require.GreaterOrEqual(t, asked[0].Completion, s.letters)
	require.InDelta(t, s.takes, asked[0].Took.Seconds(), 0.2)
	require.Empty(t, asked[0].Failed)
}
