package bot_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// everyScript answers each text with its id and how often it ran. "slow" waits for the test.
const everyScript = `
on.text(function(msg)
  local n = store.incr("ran:" .. msg.msg_id)
  if msg.content ~= "quick" then send.typing(msg.openid) end
  return msg.msg_id .. " ran " .. n
end)
`

// pushed is one push of the random story and what the platform has done with it.
type pushed struct {
	push     push
	attempts []*delivery
	at       []time.Time
	forsaken bool // the platform forgets to ask again
}

// deliver lets most deliveries come to rest before the story goes on: running, queued or answered. It is no
// matter if one does not.
func (p *pushed) deliver(h *house) {
	busy := func() int { s := h.fleet.Account("demo").Status(); return s.Turns + s.Queued }
	before := busy()
	d := h.deliver(p.push)
	p.attempts, p.at = append(p.attempts, d), append(p.at, h.clock.Now())
	for range 2000 {
		if d.seen() != "" || busy() > before {
			return
		}
		runtime.Gosched()
	}
}

// timeOut hangs up what the platform has waited for in vain.
func (p *pushed) timeOut(now time.Time) {
	for i, d := range p.attempts {
		if now.Sub(p.at[i]) >= 5*time.Second && d.seen() == "" {
			d.hangUp()
		}
	}
}

// TestAnyInterleaving plays random stories: fans write, the platform repeats and hangs up as it likes, scripts
// end when they like, time passes. Whatever the order: each push runs once, a fan has one turn at a time, no
// attempt stays open for ever, all answers to a push are the same, and no finished answer is lost.
func TestAnyInterleaving(t *testing.T) {
	for seed := range uint64(12) {
		for _, late := range []string{"push", "join", "fetch"} {
			t.Run(fmt.Sprintf("%s %d", late, seed), func(t *testing.T) {
				playStory(t, rand.New(rand.NewPCG(seed, 7)), late)
			})
		}
	}
}

func playStory(t *testing.T, rng *rand.Rand, late string) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": everyScript, "account.yaml": "kind: service\nlate: " + late}})
	fans := []string{"amy", "bob", "cat"}
	h.say(h.text("zoe", "1", "quick")) // the account is loaded
	var all []*pushed
	for step := range 60 {
		switch rng.IntN(7) {
		case 0, 1:
			fan := fans[rng.IntN(len(fans))]
			content := []string{"slow", "quick"}[rng.IntN(2)]
			p := &pushed{push: h.text(fan, fmt.Sprintf("%d", 1000+step), content), forsaken: rng.IntN(3) == 0}
			all = append(all, p)
			p.deliver(h)
		case 2:
			if p := anyOf(rng, all); p != nil && p.mayRepeat(rng) {
				p.deliver(h)
			}
		case 3:
			if p := anyOf(rng, all); p != nil {
				p.attempts[len(p.attempts)-1].hangUp()
			}
		case 4, 5:
			h.api.letOne(fans[rng.IntN(len(fans))])
		case 6:
			h.pass(time.Duration(rng.IntN(6000)) * time.Millisecond)
			for _, p := range all {
				p.timeOut(h.clock.Now())
			}
		}
	}
	h.api.letAll()
	for _, p := range all { // the platform keeps its side: an attempt that got no answer is repeated, up to three
		for !p.forsaken && !p.served() && len(p.attempts) < 3 {
			p.deliver(h)
			require.Eventually(t, func() bool {
				h.pass(0)
				return p.last().seen() != ""
			}, patient, time.Millisecond)
		}
	}
	h.settle(all)
	h.checkStory(all, late)
}

func anyOf(rng *rand.Rand, all []*pushed) *pushed {
	if len(all) == 0 {
		return nil
	}
	return all[rng.IntN(len(all))]
}

func (p *pushed) last() *delivery { return p.attempts[len(p.attempts)-1] }

// mayRepeat says whether the platform would ask again: three times at most, after an attempt that failed; or,
// now and then, twice at once.
func (p *pushed) mayRepeat(rng *rand.Rand) bool {
	return len(p.attempts) < 3 && (!p.served() || rng.IntN(4) == 0)
}

// served reports whether the platform got an answer.
func (p *pushed) served() bool {
	for _, d := range p.attempts {
		d.mu.Lock()
		ok := d.what == "answer" && d.writeOK
		d.mu.Unlock()
		if ok {
			return true
		}
	}
	return false
}

// settle lets time pass until nothing is left to do.
func (h *house) settle(all []*pushed) {
	h.t.Helper()
	require.Eventually(h.t, func() bool {
		h.pass(7 * time.Second)
		for _, p := range all {
			for _, d := range p.attempts {
				select {
				case <-d.returned:
				default:
					return false
				}
			}
		}
		return true
	}, patient, time.Millisecond)
	h.close() // waits for all that is still to be sent
}

func (h *house) checkStory(all []*pushed, late string) {
	h.t.Helper()
	for fan, most := range h.api.most {
		require.LessOrEqual(h.t, most, 1, "%s had two turns at once", fan)
	}
	sent := map[string]int{}
	for _, m := range h.api.messages() {
		require.Equal(h.t, "text", m.Kind)
		sent[strings.Fields(m.Text)[0]]++
	}
	for _, p := range all {
		right := p.push.id + " ran 1"
		shownTimes, dropped := 0, 0
		for _, d := range p.attempts {
			switch seen := d.seen(); {
			case seen == right:
				if d.writeOK {
					shownTimes++
				}
			case seen == "dropped":
				dropped++
			case seen == "success", seen == "", late == "fetch" && seen == "还在处理，回复「查看」":
			default:
				h.t.Fatalf("push %s was answered %q", p.push.id, seen)
			}
		}
		require.LessOrEqual(h.t, sent[p.push.id], 1, "push %s was sent twice", p.push.id)
		require.False(h.t, sent[p.push.id] > 0 && shownTimes > 0, "the answer to %s was given and sent", p.push.id)
		if shownTimes == 0 && sent[p.push.id] == 0 && dropped == 0 {
			require.True(h.t, h.kept(p.push), "the answer to %s is lost", p.push.id)
		}
	}
}

// kept reports whether the answer to a push waits for its fan.
func (h *house) kept(p push) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.turns {
		if r.MsgID == p.id && r.Outcome == "kept" {
			return true
		}
	}
	return false
}
