package bot_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

// passAll moves the clock of processes that live: each shows so every second, and looks over its turns.
func passAll(d time.Duration, all ...*house) {
	for ; d > 0; d -= min(d, time.Second) {
		all[0].clock.Add(min(d, time.Second))
		for _, h := range all {
			h.beat()
		}
		for _, h := range all {
			h.pass(0)
		}
	}
}

// beat shows the other processes that this one lives.
func (h *house) beat() {
	for range 2 { // the second is taken only after the first was dealt with
		select {
		case h.beats <- time.Time{}:
		case <-time.After(patient):
			h.t.Fatal("the store does not beat")
		}
	}
}

// othersBeat lets the other processes show that they live, and learn of this one, until it is told to end.
func (h *house) othersBeat() (end func()) {
	over := make(chan struct{})
	var beating sync.WaitGroup
	for _, o := range *h.family {
		if o == h || o.end == nil {
			continue
		}
		beating.Go(func() {
			for {
				select {
				case o.beats <- time.Time{}:
				case <-over:
					return
				}
			}
		})
	}
	return func() {
		close(over)
		beating.Wait()
	}
}

// asked waits until so many turns of a fan have asked the store whose they are.
func (h *house) asked(fan string, turns int) {
	h.t.Helper()
	h.until("the store was asked", func() bool { _, n := h.fleet.UnderWay("demo", fan); return n == turns })
}

const sharedScript = `
on.text(function(msg)
  local n = msg.content:find("write") and store.incr("runs") or 0
  if msg.content:find("type") then send.typing(msg.openid) end
  if msg.content:find("sleep") then time.sleep("1s") end
  return msg.content .. " #" .. n .. " " .. math.random(1e9)
end)
`

func sharedHouse(t testing.TB, yaml string) *house {
	return newHouse(t, map[string]files{"demo": {"main.lua": sharedScript, "account.yaml": yaml}})
}

// What runs when a process starts beside goes on, and repeats that reach the new one get its answer.
func TestWhatRunsWhenAnotherProcessStarts(t *testing.T) {
	for _, content := range []string{"write sleep", "sleep"} {
		t.Run(content, func(t *testing.T) {
			h := sharedHouse(t, "kind: service")
			p := h.text("amy", "1", content)
			first := h.deliver(p)
			h.api.await(t, "sleep", 1)
			twin := h.twin()
			second := twin.deliver(p)
			require.Never(t, func() bool { return second.seen() != "" }, 100*time.Millisecond, 10*time.Millisecond)
			h.api.let("sleep")
			h.wait("the answer", first.answered)
			h.wait("the other's answer", second.answered)
			require.Contains(t, first.seen(), content)
			require.Equal(t, first.seen(), second.seen())
			require.Equal(t, bot.Repeated, twin.report(0).Outcome, "nothing was interrupted")
			require.Equal(t, 1, h.api.began["sleep"])
		})
	}
}

func TestAKeptAnswerIsKnownToAllProcesses(t *testing.T) {
	t.Run("to be fetched", func(t *testing.T) {
		h := sharedHouse(t, "kind: service\nlate: fetch\nfetch_word: \"1\"\nfetch_text: later")
		twin := h.twin()
		d := h.deliver(h.text("amy", "1", "sleep"))
		h.api.await(t, "sleep", 1)
		passAll(window, h, twin)
		h.wait("early answer", d.answered)
		require.Equal(t, "later", d.seen())
		running := twin.deliver(twin.text("amy", "2", "1")) // while the other still runs
		h.api.let("sleep")
		require.Equal(t, bot.Kept, h.report(0).Outcome)
		twin.wait("the fetched answer", running.answered)
		require.Contains(t, running.seen(), "sleep #0")
		require.Equal(t, running.seen(), h.say(h.text("amy", "2", "1")).seen(), "a repeat in the other process gets it again")
		require.Contains(t, h.say(h.text("amy", "3", "1")).seen(), "1 #0", "fetched once")
	})
	t.Run("in front of the next text", func(t *testing.T) {
		h := sharedHouse(t, "kind: service\nlate: push")
		twin := h.twin()
		h.api.errcode = 45015
		d := h.deliver(h.text("amy", "1", "sleep"))
		h.api.await(t, "sleep", 1)
		passAll(window, h, twin)
		h.wait("early answer", d.answered)
		h.api.let("sleep")
		require.Equal(t, bot.Kept, h.report(0).Outcome)
		require.Regexp(t, `^sleep #0 \d+\nnext #0 \d+$`, twin.say(twin.text("amy", "2", "next")).seen())
	})
}

// One answer reaches the fan, whichever process the platform's attempts go to.
func TestAttemptsGoToSeveralProcesses(t *testing.T) {
	t.Run("the second attempt gets the answer", func(t *testing.T) {
		h := sharedHouse(t, "kind: service\nlate: join")
		twin := h.twin()
		p := h.text("amy", "1", "write sleep")
		first := h.deliver(p)
		h.api.await(t, "sleep", 1)
		passAll(5*time.Second, h, twin)
		first.hangUp()
		second := twin.deliver(p)
		twin.asked("amy", 1)
		h.api.let("sleep")
		twin.wait("the answer", second.answered)
		require.Contains(t, second.seen(), "write sleep #1")
		passAll(7*time.Second, h, twin)
		require.Equal(t, bot.Answered, h.report(0).Outcome)
		require.Empty(t, h.api.messages(), "it is not pushed, too")
	})
	t.Run("an early answer was lost", func(t *testing.T) {
		h := sharedHouse(t, "kind: service\nlate: push")
		twin := h.twin()
		p := h.text("amy", "1", "write sleep")
		first := h.deliver(p)
		h.api.await(t, "sleep", 1)
		passAll(window, h, twin)
		h.wait("early answer", first.answered)
		second := twin.deliver(p)
		twin.asked("amy", 1)
		h.api.let("sleep")
		twin.wait("the answer", second.answered)
		require.Contains(t, second.seen(), "write sleep #1")
		passAll(7*time.Second, h, twin)
		require.Equal(t, bot.Answered, h.report(0).Outcome)
		require.Empty(t, h.api.messages(), "it is not pushed, too")
	})
	t.Run("the third is told in time", func(t *testing.T) {
		h := sharedHouse(t, "kind: service\nlate: join")
		twin := h.twin()
		p := h.text("amy", "1", "write sleep")
		first := h.deliver(p)
		h.api.await(t, "sleep", 1)
		passAll(5*time.Second, h, twin)
		first.hangUp()
		second := twin.deliver(p)
		twin.asked("amy", 1)
		passAll(5*time.Second, h, twin)
		require.Empty(t, second.seen(), "the second is held")
		second.hangUp()
		third := h.deliver(p)
		h.until("it has joined", func() bool { n, _ := h.fleet.UnderWay("demo", "amy"); return n == 2 })
		passAll(window, h, twin)
		h.wait("early answer", third.answered)
		require.Equal(t, "success", third.seen(), "it is the third, though only the second here")
		h.api.let("sleep")
		h.until("the late answer", func() bool { passAll(time.Second, h, twin); return len(h.turns) > 0 })
		require.Equal(t, bot.AnsweredAsync, h.report(0).Outcome)
		require.Len(t, h.api.messages(), 1)
	})
}

func TestAFanHasOneTurnAtATimeInAllProcesses(t *testing.T) {
	h := sharedHouse(t, "kind: service")
	twin := h.twin()
	first := h.deliver(h.text("amy", "1", "write type a"))
	h.api.await(t, "amy", 1)
	second := twin.deliver(twin.text("amy", "2", "write type b"))
	twin.asked("amy", 1)
	third := h.deliver(h.text("amy", "3", "write type c"))
	other := twin.deliver(twin.text("bob", "4", "write"))
	twin.wait("another fan is not held up", other.answered)
	for i, d := range []*delivery{first, second, third} {
		h.api.await(t, "amy", i+1)
		h.api.let("amy")
		h.wait("answer", d.answered)
	}
	require.Equal(t, 1, h.api.most["amy"])
	for i, want := range []string{"a #1", "b #3", "c #4"} {
		require.Contains(t, []*delivery{first, second, third}[i].seen(), want)
	}
}

// A repeat of what runs elsewhere does not hold up its fan's line.
func TestARepeatLeavesItsFansLine(t *testing.T) {
	h := sharedHouse(t, "kind: service")
	twin := h.twin()
	p := h.text("amy", "1", "write type a")
	first := h.deliver(p)
	h.api.await(t, "amy", 1)
	before := twin.deliver(twin.text("amy", "2", "write b"))
	twin.asked("amy", 1)
	again := twin.deliver(p)
	after := twin.deliver(twin.text("amy", "3", "write c"))
	twin.asked("amy", 3)
	h.api.let("amy")
	for _, d := range []*delivery{first, again, before, after} {
		h.wait("answer", d.answered)
	}
	require.Equal(t, first.seen(), again.seen())
	require.Zero(t, twin.fleet.Account("demo").Status().Queued)
}

// A process that is cut off leaves what had changed nothing to the other, and tells of the rest.
func TestWhatACutOffProcessHadBegun(t *testing.T) {
	h := sharedHouse(t, "kind: service")
	twin := h.twin()
	read, wrote := h.text("amy", "1", "sleep read"), h.text("bob", "2", "write sleep")
	h.deliver(read)
	h.deliver(wrote)
	h.api.await(t, "sleep", 2)
	waits := twin.deliver(read)
	twin.asked("amy", 1)
	h.kill()
	h.api.await(t, "sleep", 3)
	h.api.let("sleep")
	twin.wait("it runs again", waits.answered)
	require.Contains(t, waits.seen(), "sleep read")
	require.Equal(t, "success", twin.say(wrote).seen())
	interrupted := 0
	twin.until("the report", func() bool {
		interrupted = 0
		for _, r := range twin.turns {
			if r.Outcome == bot.Interrupted {
				interrupted++
			}
		}
		return interrupted > 0
	})
	h.open()
	require.Equal(t, 1, interrupted)
	require.Equal(t, "success", h.say(wrote).seen())
	require.True(t, strings.HasPrefix(h.say(h.text("bob", "3", "write")).seen(), "write #2"))
}
