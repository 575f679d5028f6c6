package sim_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
	"moonwire/wechat/sim"
)

// silentFor lets the first n pushes hang until the platform cuts them, which it does as soon as they have come.
func (w *world) silentFor(n int, then func(received) string) {
	var mu sync.Mutex
	w.cut = make(chan func(), 1)
	w.answers(func(r received) (int, string) {
		mu.Lock()
		n--
		hang := n >= 0
		mu.Unlock()
		if hang {
			(<-w.cut)()
			<-r.gone
			return 200, ""
		}
		return 200, then(r)
	})
}

func hello(r received) string { return textReply(r, "hello") }

func TestThreeAttemptsThenTheNotice(t *testing.T) {
	w := newWorld(t)
	w.silentFor(9, hello)
	d := w.push("amy", sim.Text("hi"))
	require.Len(t, d.Attempts, 3)
	require.Equal(t, sim.TimedOut, d.Attempts[2].Verdict)
	require.Equal(t, sim.Notice, d.Notice)
	require.False(t, d.Answered())
	require.Equal(t, []string{"fan/push hi", "platform/notice " + sim.Notice}, w.lines("amy"))
	seen := w.seen()
	require.Len(t, seen, 3)
	require.Equal(t, seen[0].plain, seen[2].plain, "the same message each time")
	require.NotEqual(t, seen[0].query.Get("nonce"), seen[2].query.Get("nonce"))
}

func TestAnAnswerToALaterAttemptCounts(t *testing.T) {
	w := newWorld(t)
	w.silentFor(2, hello)
	d := w.push("amy", sim.Text("hi"))
	require.Len(t, d.Attempts, 3)
	require.Equal(t, "hello", d.Reply.Text)
	require.Empty(t, d.Notice)
}

func TestWhatMakesWeChatAskAgain(t *testing.T) {
	tests := []struct {
		name     string
		status   int
		body     string
		attempts int
		notice   bool
	}{
		{"success", 200, "success", 1, false},
		{"nothing", 200, "", 1, false},
		{"bad gateway", 502, "<html>", 3, true},
		{"refused", 403, "", 3, true},
		{"redirect", 302, "", 3, true},
		{"html", 200, "<html>oops</html>", 1, true},
		{"success and a line feed", 200, "success\n", 1, true},
		{"json", 200, `{"a":1}`, 1, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.answers(func(received) (int, string) { return tt.status, tt.body })
			d := w.push("amy", sim.Text("hi"))
			require.Len(t, d.Attempts, tt.attempts)
			require.Equal(t, tt.notice, d.Notice != "", d.Cause)
			require.Nil(t, d.Reply)
		})
	}
}

func TestARefusedConnectionIsAskedAgain(t *testing.T) {
	w := newWorld(t, with(func(a *sim.Account) { a.CallbackURL = "http://127.0.0.1:1/wx" }))
	d := w.push("amy", sim.Text("hi"))
	require.Len(t, d.Attempts, 3)
	require.Equal(t, sim.Broken, d.Attempts[0].Verdict)
	require.NotEmpty(t, d.Notice)
}

func TestWhichFailuresAndAnswersAreSeen(t *testing.T) {
	tests := []struct {
		name         string
		act          sim.Act
		shown, notes bool
	}{
		{"message", sim.Text("hi"), true, true},
		{"CLICK", sim.Click("K"), true, true},
		{"subscribe", sim.Subscribe(""), true, true},
		{"SCAN", sim.Scan("7"), true, true},
		{"LOCATION", sim.Position(1, 2, 3), true, false},
		{"VIEW", sim.View("https://example.test/"), false, false},
		{"view_miniprogram", sim.ViewMiniProgram("pages/a"), false, false},
		{"unsubscribe", sim.Unsubscribe(), false, false},
		{"job", sim.Event("TEMPLATESENDJOBFINISH"), false, false},
		{"system", sim.Event("MASSSENDJOBFINISH"), false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.answers(func(r received) (int, string) { return 200, hello(r) })
			d := w.push("amy", tt.act)
			require.Equal(t, tt.shown, d.Reply != nil, d.Cause)
			require.True(t, d.Answered())
			w.replies("<xml>broken")
			d = w.push("bob", tt.act)
			require.Equal(t, tt.notes, d.Notice != "")
			require.NotEmpty(t, d.Cause)
		})
	}
}

func TestTheSamePushManyTimes(t *testing.T) {
	w := newWorld(t)
	var mu sync.Mutex
	inside, most := 0, 0
	all := make(chan struct{})
	w.answers(func(r received) (int, string) {
		mu.Lock()
		inside++
		if most = max(most, inside); most == 4 && inside == 4 {
			close(all)
		}
		mu.Unlock()
		<-all
		return 200, hello(r)
	})
	d := w.p.Deliver(t.Context(), sim.Push{Account: "shop", Fan: "amy", Act: sim.Text("hi"), Times: 4, AtOnce: true})
	require.NoError(t, d.Err)
	require.Len(t, d.Attempts, 4)
	require.Equal(t, 4, most)
	for i, a := range d.Attempts {
		require.Equal(t, i+1, a.Number)
		require.Equal(t, "hello", a.Reply.Text)
	}
	require.Equal(t, []string{"fan/push hi", "bot/passive hello"}, w.lines("amy"), "the phone shows one answer")
}

func TestDeliveriesInTurnWithPauses(t *testing.T) {
	w := newWorld(t)
	var pauses []int
	d := w.p.Deliver(t.Context(), sim.Push{
		Account: "shop", Fan: "amy", Act: sim.Text("hi"), Times: 3,
		Pause: func(_ context.Context, n int) error {
			pauses = append(pauses, n)
			w.p.MoveClock(20 * time.Second)
			return nil
		},
	})
	require.Len(t, d.Attempts, 3)
	require.Equal(t, []int{2, 3}, pauses)
	seen := w.seen()
	require.Equal(t, "1772413240", seen[2].query.Get("timestamp"))
	require.Equal(t, seen[0].plain, seen[2].plain)
}

func TestTheTestHangsUp(t *testing.T) {
	w := newWorld(t)
	hangUp := make(chan struct{})
	w.answers(func(r received) (int, string) {
		close(hangUp)
		<-r.gone
		return 200, ""
	})
	d := w.p.Deliver(t.Context(), sim.Push{Account: "shop", Fan: "amy", Act: sim.Text("hi"), HangUp: hangUp})
	require.Len(t, d.Attempts, 1)
	require.Equal(t, sim.HungUp, d.Attempts[0].Verdict)
	require.Empty(t, d.Notice)
}

func TestTheTimersOfATest(t *testing.T) {
	fire := make(chan func(), 3)
	w := newWorld(t, func(o *sim.Options, _ *sim.Account) {
		o.AfterFunc = func(d time.Duration, f func()) func() bool {
			require.Equal(t, sim.ReplyWindow, d)
			fire <- f
			return func() bool { return true }
		}
		o.ReplyWindow = 0
	})
	w.answers(func(r received) (int, string) {
		(<-fire)()
		<-r.gone
		return 200, ""
	})
	d := w.push("amy", sim.Text("hi"))
	require.Len(t, d.Attempts, 3)
	require.Equal(t, sim.TimedOut, d.Attempts[0].Verdict)
}

func TestAgainIsTheSameMessage(t *testing.T) {
	w := newWorld(t)
	require.ErrorContains(t, w.p.Push(t.Context(), "shop", "amy", sim.Again()).Err, "nothing yet")
	first := w.push("amy", sim.Text("hi"))
	w.p.MoveClock(time.Minute)
	second := w.push("amy", sim.Again())
	require.Equal(t, first.MsgID, second.MsgID)
	require.Equal(t, first.Plain, second.Plain)
	require.Equal(t, []string{"fan/push hi", "fan/push [again]"}, w.lines("amy"))
	require.NotEqual(t, first.MsgID, w.push("amy", sim.Text("hi")).MsgID)
}

func TestSealedReplies(t *testing.T) {
	good := func(w *world, r received) string { return w.sealed(hello(r)) }
	plain := func(_ *world, r received) string { return hello(r) }
	tests := []struct {
		name  string
		mode  wechat.Mode
		reply func(*world, received) string
		want  string // part of the cause; "" = shown
	}{
		{"plain to plain", wechat.Plain, plain, ""},
		{"sealed to plain", wechat.Plain, good, "plain mode"},
		{"plain to compatible", wechat.Compatible, plain, ""},
		{"sealed to compatible", wechat.Compatible, good, ""},
		{"sealed to safe", wechat.Safe, good, ""},
		{"plain to safe", wechat.Safe, plain, "not encrypted"},
		{"wrong signature", wechat.Safe, func(w *world, r received) string {
			return strings.Replace(good(w, r), "<Nonce><![CDATA[55", "<Nonce><![CDATA[56", 1)
		}, "MsgSignature"},
		{"lower-case s in TimeStamp", wechat.Safe, func(w *world, r received) string {
			return strings.ReplaceAll(good(w, r), "TimeStamp", "Timestamp")
		}, "TimeStamp"},
		{"sealed for another app", wechat.Safe, func(w *world, r received) string {
			s, err := wechat.NewSealer(shopKey, "wx0000000000000000")
			require.NoError(w.t, err)
			secret := s.Encrypt([16]byte{}, []byte(hello(r)))
			return "<xml><Encrypt>" + secret + "</Encrypt><MsgSignature>" + wechat.Sign(shopToken, "1", "2", secret) +
				"</MsgSignature><TimeStamp>1</TimeStamp><Nonce>2</Nonce></xml>"
		}, "decrypted"},
		{"sealed success", wechat.Safe, func(w *world, _ received) string { return w.sealed("success") }, "must begin with <xml>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, inMode(tt.mode))
			w.answers(func(r received) (int, string) { return 200, tt.reply(w, r) })
			d := w.push("amy", sim.Text("hi"))
			if tt.want == "" {
				require.Equal(t, "hello", d.Reply.Text, d.Cause)
				require.Contains(t, d.Attempts[0].Opened, "hello")
				return
			}
			require.Contains(t, d.Cause, tt.want)
			require.NotEmpty(t, d.Notice)
			require.Len(t, d.Attempts, 1)
		})
	}
}

func TestSuccessIsNeverSealed(t *testing.T) {
	w := newWorld(t, inMode(wechat.Safe))
	require.Equal(t, sim.Silence, w.push("amy", sim.Text("hi")).Attempts[0].Verdict)
}
