package bot_test

import (
	"fmt"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/wechat"
	"moonwire/wechat/sim"
)

// refuseSend makes WeChat refuse, or lose, a customer-service message after n that it takes.
func (r *reader) refuseSend(n int, fault sim.Fault) {
	const path = "message/custom/send"
	if n > 0 {
		r.s.AddFault(sim.Fault{Path: path, Times: n, Slow: time.Nanosecond})
	}
	fault.Path, fault.Times = path, 1
	r.s.AddFault(fault)
}

// hinted is the id of the link by which the fan fetches what did not arrive.
var hinted = regexp.MustCompile("^plain hi\n\n<a href=\"weixin://bizmsgmenu\\?msgmenucontent=查看&msgmenuid=(\\d{18})\">查看</a>$")

// What follows an answer and does not arrive waits for the fan: in front of the next text where it fits, else behind a
// link under it. Nothing is lost, and nothing comes twice.
func TestWhatDoesNotArriveWaits(t *testing.T) {
	for _, tt := range []struct {
		name  string
		after int // customer-service messages that arrive before
		fault sim.Fault
		n     int
		shown int // characters that the fan has then
		front bool
	}{
		{"refused, and short", 0, sim.Fault{ErrCode: 45047}, 800, 682, true},
		{"refused at once", 0, sim.Fault{ErrCode: 45015}, 12000, 682, false},
		{"refused in the middle", 2, sim.Fault{ErrCode: 48001}, 12000, 3 * 682, false},
		{"refused with the link under it", 3, sim.Fault{ErrCode: 45047}, 12000, 4 * 682, false},
		{"taken, and the answer lost", 1, sim.Fault{Lost: true}, 12000, 3 * 682, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newReader(t, mayPush)
			r.refuseSend(tt.after, tt.fault)
			r.s.does("amy", sim.Text(fmt.Sprint(tt.n)))
			require.Eventually(t, func() bool { return !r.h.fleet.Busy("demo", r.chat.OpenID()) }, patient, time.Millisecond)
			for _, e := range r.chat.Entries() {
				if e.From == "bot" && e.ErrCode == 0 {
					r.read += e.Shown.Text
				}
			}
			require.Equal(t, han(tt.shown), r.read)
			require.Contains(t, strings.Join(r.h.report(0).Warnings, ""), "kept for the fan's next message")
			require.Equal(t, bot.Answered, r.h.report(0).Outcome)
			next := r.s.does("amy", sim.Text("hi"))
			if tt.front {
				require.Equal(t, han(tt.n), r.read+strings.TrimSuffix(next, "\nplain hi"))
				require.Equal(t, "plain hi", r.s.does("amy", sim.Text("hi")), "once")
				return
			}
			require.Equal(t, "plain hi\n\n[查看]", next)
			all := r.chat.Entries()
			id := hinted.FindStringSubmatch(all[len(all)-1].Shown.Text)
			require.NotNil(t, id)
			r.seen = r.chat.Last()
			for act, more := sim.Tap("查看"), "more"; more != ""; act = sim.Tap("继续") {
				_, more = r.does(act)
			}
			require.Equal(t, han(tt.n), r.read)
			require.Equal(t, "plain hi", r.s.does("amy", sim.Text("hi")), "nothing waits any more")
		})
	}
}

// Attempts of WeChat's that are lost or come twice lose and double no part.
func TestLongAnswersOverBadRoads(t *testing.T) {
	for _, tt := range []struct {
		name, yaml string
		fault      sim.Fault
	}{
		{"lost answers", mayNot, sim.Fault{Lost: true}},
		{"lost pushes", mayNot, sim.Fault{Drop: true}},
		{"doubled pushes", mayNot, sim.Fault{Duplicate: true}},
		{"doubled pushes, may push", mayPush, sim.Fault{Duplicate: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newReader(t, tt.yaml)
			tt.fault.Path, tt.fault.Times = sim.Pushes, 1
			for act, id := sim.Text("12000"), "more"; id != ""; act = sim.Tap("继续") {
				r.s.AddFault(tt.fault)
				_, id = r.does(act)
			}
			require.Equal(t, han(12000), r.read)
		})
	}
}

// Of taps on one link that come at the same time, one gets the part.
func TestTapsAtTheSameTime(t *testing.T) {
	r := newReader(t, mayNot)
	_, id := r.does(sim.Text("3000"))
	for id != "" {
		said := make(chan string, 4)
		for range cap(said) {
			go func() { said <- r.s.does("amy", sim.MenuText(id, "继续")) }()
		}
		parts := 0
		for range cap(said) {
			if text := <-said; text != "这一段已经发过，或者已过 24 小时" {
				parts++
			}
		}
		require.Equal(t, 1, parts)
		id = ""
		for _, e := range r.chat.After(r.seen) {
			r.seen = e.Seq
			if e.From != "bot" || strings.HasPrefix(e.Shown.Text, "这一段") {
				continue
			}
			text := e.Shown.Text
			if link := tapLine.FindStringSubmatch(text); link != nil {
				id, text = link[1], strings.TrimSuffix(text, link[0])
			}
			r.read += text
		}
	}
	require.Equal(t, han(3000), r.read)
}

// When the process is killed while the rest of an answer is on its way, what was not sent waits for the fan. Of the part
// under way nobody can tell; it does not come twice.
func TestARestOutlivesTheProcess(t *testing.T) {
	for _, tt := range []struct {
		name          string
		sent          int // customer-service messages before the kill
		shown, missed int // characters
	}{
		{"before the first", 0, 682, 0},
		{"while the third is on its way", 2, 3 * 682, 682},
		{"while the one with the link is on its way", 3, 4 * 682, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			const send = "/cgi-bin/message/custom/send"
			var hold atomic.Bool
			hold.Store(tt.sent == 0)
			h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": mayPush + unhurried, "main.lua": longScript()}}, func(o *bot.Options) {
				o.After = func(d time.Duration, fn func()) (stop func() bool) {
					if hold.Load() && d == 200*time.Millisecond {
						return func() bool { return true } // what follows waits for ever
					}
					return time.AfterFunc(d, fn).Stop
				}
			})
			chat, err := s.Chat("demo", "amy")
			require.NoError(t, err)
			r := &reader{t: t, h: h, s: s, chat: chat}
			if tt.sent > 0 {
				s.AddFault(sim.Fault{Path: send, Times: tt.sent, Slow: time.Nanosecond})
				s.AddFault(sim.Fault{Path: send, Times: 1, Slow: time.Hour})
			}
			s.does("amy", sim.Text("12000"))
			if tt.sent > 0 {
				s.await(send, tt.sent+1)
			}
			h.kill()
			hold.Store(false)
			s.RemoveFault("")
			for _, e := range chat.Entries() {
				if e.From == "bot" {
					r.read += e.Shown.Text
				}
			}
			require.Equal(t, han(tt.shown), r.read)
			h.open()
			all := []rune(han(12000))
			r.read += string(all[tt.shown : tt.shown+tt.missed])
			act := sim.Tap("查看")
			if hint := s.does("amy", sim.Text("hi")); hint == "plain hi" {
				act = sim.Text("继续")
				r.read += string(all[tt.shown : 4*682+(wechat.TextLimit-len(underPart))/3]) // the part that was under way
			}
			r.seen = chat.Last()
			for more := "more"; more != ""; act = sim.Tap("继续") {
				_, more = r.does(act)
			}
			require.Equal(t, string(all), r.read)
		})
	}
}
