package bot_test

import (
	"context"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

const (
	userInfo     = "/cgi-bin/user/info"
	customSend   = "/cgi-bin/message/custom/send"
	templateSend = "/cgi-bin/message/template/send"
)

// faultScript tells what a call gave: ok, or the errcode and the hint.
const faultScript = `
local function tell(value, err)
  if value then return "ok" end
  assert(value == nil and err.errmsg ~= "" and err.hint ~= "", "an error without words")
  return err.errcode .. " " .. err.hint
end
on.text("get", function(msg) return tell(user.get(msg.openid)) end)
on.text("send", function(msg) return tell(send.text(msg.openid, "sent")) end)
on.text("template", function(msg) return tell(template.send(msg.openid, "TEMPLATE_1", { word = "x" })) end)
on.text("numbered", function(msg) return tell(template.send(msg.openid, "TEMPLATE_1", { word = "x" }, { client_msg_id = "n1" })) end)
on.text("menu", function(msg) return tell(menu.create{ button = { { type = "click", name = "a", key = "A" } } }) end)
on.text("count", function() return "run " .. store.incr("runs") end)
`

// TestWhatScriptsSeeOfFaults lets each thing that can go wrong at the platform's side happen once or for good. A
// script gets its value, or nil and an error with errcode and hint; the program asks no oftener than it may.
func TestWhatScriptsSeeOfFaults(t *testing.T) {
	const unknown = "whether the call was carried out is not known"
	tests := []struct {
		name  string
		fault sim.Fault
		say   string
		want  string // how the answer begins
		hint  string // what is in it
		calls int    // of the API, at most and at least
	}{
		{"slow", sim.Fault{Path: userInfo, Slow: 50 * time.Millisecond, Times: 1}, "get", "ok", "", 1},
		{"slower than the client's patience", sim.Fault{Path: userInfo, Slow: time.Hour}, "get", "-1 ", "could not be reached", 4},
		{"slow send", sim.Fault{Path: customSend, Slow: time.Hour}, "send", "-1 ", unknown, 1},
		{"token refused once", sim.Fault{Path: userInfo, ErrCode: 40001, Times: 1}, "get", "ok", "", 2},
		{"token ended once", sim.Fault{Path: userInfo, ErrCode: 42001, Times: 1}, "get", "ok", "", 2},
		{"token malformed once", sim.Fault{Path: customSend, ErrCode: 40014, Times: 1}, "send", "ok", "", 2},
		{"token refused for good", sim.Fault{Path: userInfo, ErrCode: 40001}, "get", "40001 ", "token", 2},
		{"busy once", sim.Fault{Path: userInfo, ErrCode: -1, Times: 1}, "get", "ok", "", 2},
		{"busy three times", sim.Fault{Path: customSend, ErrCode: -1, Times: 3}, "send", "ok", "", 4},
		{"busy for good", sim.Fault{Path: userInfo, ErrCode: -1}, "get", "-1 ", "busy", 4},
		{"too fast", sim.Fault{Path: userInfo, ErrCode: 45011}, "get", "45011 ", "", 1},
		{"quota used up", sim.Fault{Path: userInfo, ErrCode: 45009}, "get", "45009 ", "daily quota", 1},
		{"no fan", sim.Fault{Path: userInfo, ErrCode: 40003}, "get", "40003 ", "openid", 1},
		{"window closed", sim.Fault{Path: customSend, ErrCode: 45015}, "send", "45015 ", "48 h", 1},
		{"window used up", sim.Fault{Path: customSend, ErrCode: 45047}, "send", "45047 ", "", 1},
		{"no right", sim.Fault{Path: userInfo, ErrCode: 48001}, "get", "48001 ", "", 1},
		{"address not listed", sim.Fault{Path: stableToken, ErrCode: 40164, ErrMsg: "invalid ip 203.0.113.9, not in whitelist"}, "get", "40164 ", "203.0.113.9", 0},
		{"wrong secret", sim.Fault{Path: stableToken, ErrCode: 40125}, "get", "40125 ", "secret", 0},
		{"an errcode nobody knows", sim.Fault{Path: userInfo, ErrCode: 99999, ErrMsg: "new"}, "get", "99999 ", "", 1},
		{"503 once", sim.Fault{Path: userInfo, Status: 503, Times: 1}, "get", "ok", "", 2},
		{"503 for good", sim.Fault{Path: userInfo, Status: 503}, "get", "-1 ", "HTTP 503 came in place of WeChat's answer: try again", 4},
		{"503 at a send", sim.Fault{Path: customSend, Status: 503}, "send", "-1 ", unknown, 1},
		{"502 at a send", sim.Fault{Path: customSend, Status: 502}, "send", "-1 ", unknown, 1},
		{"404", sim.Fault{Path: userInfo, Status: 404}, "get", "-1 ", "HTTP 404 came in place of WeChat's answer: check api_base", 1},
		{"cut once", sim.Fault{Path: userInfo, Cut: true, Times: 1}, "get", "ok", "", 2},
		{"cut for good", sim.Fault{Path: userInfo, Cut: true}, "get", "-1 ", "could not be reached", 5}, // the first on a kept connection: net/http itself asks again
		{"cut at a send", sim.Fault{Path: customSend, Cut: true}, "send", "-1 ", unknown, 1},
		{"cut at a template", sim.Fault{Path: templateSend, Cut: true}, "template", "-1 ", unknown, 1},
		{"cut at a template with a number", sim.Fault{Path: templateSend, Cut: true, Times: 1}, "numbered", "ok", "", 2},
		{"cut at a menu", sim.Fault{Path: createMenu, Cut: true, Times: 1}, "menu", "ok", "", 2},
		{"answer lost", sim.Fault{Path: userInfo, Lost: true, Times: 1}, "get", "ok", "", 2},
		{"answer of a send lost", sim.Fault{Path: customSend, Lost: true}, "send", "-1 ", unknown, 1},
		{"answer of a template with a number lost", sim.Fault{Path: templateSend, Lost: true, Times: 1}, "numbered", "ok", "", 2},
		{"no JSON", sim.Fault{Path: userInfo, Garbage: true}, "get", "-1 ", "not the JSON of an answer", 1},
		{"no JSON at a send", sim.Fault{Path: customSend, Garbage: true}, "send", "-1 ", unknown, 1},
		{"token: 503", sim.Fault{Path: stableToken, Status: 503}, "send", "-1 ", "HTTP 503", 0},
		{"token: cut", sim.Fault{Path: stableToken, Cut: true}, "get", "-1 ", "could not be reached", 0},
		{"token: no JSON", sim.Fault{Path: stableToken, Garbage: true}, "get", "-1 ", "not the JSON of an answer", 0},
	}
	paths := map[string]string{"get": userInfo, "send": customSend, "template": templateSend, "numbered": templateSend, "menu": createMenu}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": yaml, "main.lua": faultScript}})
			h.save(0)
			require.Equal(t, "run 1", s.does("amy", sim.Text("count"))) // all that runs once is running now
			account := s.Accounts()[0]
			account.Templates = []sim.Template{{ID: "TEMPLATE_1", Title: "t"}}
			require.NoError(t, s.SetAccount(account))
			if tt.fault.Slow > time.Minute {
				s.patience.Store(int64(200 * time.Millisecond))
			}
			before := s.calm()
			s.AddFault(tt.fault)

			got := s.does("amy", sim.Text(tt.say))
			require.True(t, strings.HasPrefix(got, tt.want), "%q", got)
			require.Contains(t, got, tt.hint)
			require.False(t, (tt.say == "get" || tt.calls == 0) && strings.Contains(got, unknown), "said of what did nothing: %q", got)
			require.Equal(t, tt.calls, s.count(paths[tt.say]))
			require.LessOrEqual(t, s.count(stableToken), 3, "one token, and at most two calls for another")
			require.LessOrEqual(t, s.shown("amy"), 1, "a fan gets nothing twice")
			require.NoError(t, h.report(1).Err)
			s.settle(before)
		})
	}
}

// shown is how many messages that came by the API a fan has seen.
func (s *standIn) shown(fan string) int {
	s.t.Helper()
	chat, err := s.Chat("demo", fan)
	require.NoError(s.t, err)
	n := 0
	for _, e := range chat.Entries() {
		if (e.Via == "custom" || e.Via == "template") && e.ErrCode == 0 {
			n++
		}
	}
	return n
}

// goroutines counts what runs, kept connections aside.
func (s *standIn) goroutines() int {
	s.web.CloseIdleConnections()
	s.pushes.CloseIdleConnections()
	return runtime.NumGoroutine()
}

// calm waits until as much runs as before for a while, and counts that. The first account may be loaded before
// all that the process starts runs.
func (s *standIn) calm() int {
	s.t.Helper()
	deadline := time.Now().Add(patient)
	n, since := s.goroutines(), time.Now()
	for time.Since(since) < 300*time.Millisecond {
		require.True(s.t, time.Now().Before(deadline), "it never comes to rest")
		time.Sleep(5 * time.Millisecond)
		if now := s.goroutines(); now != n {
			n, since = now, time.Now()
		}
	}
	return n
}

// settle waits until no more runs than before.
func (s *standIn) settle(before int) {
	s.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patient)
	for s.goroutines() > before {
		select {
		case <-tick.C:
		case <-deadline:
			stacks := make([]byte, 1<<20)
			s.t.Fatalf("%d goroutines ran before, now\n%s", before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

func TestAQuotaThatIsUsedUpIsAskedForOnce(t *testing.T) {
	h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": yaml, "main.lua": faultScript}})
	h.save(0)
	s.AddFault(sim.Fault{Path: userInfo, ErrCode: 45009, Times: 1})
	for range 3 {
		require.Contains(t, s.does("amy", sim.Text("get")), "45009")
	}
	require.Equal(t, 1, s.count(userInfo))
	h.clock.Add(24 * time.Hour)
	require.Equal(t, "ok", s.does("amy", sim.Text("get")), "the next day")
}

// TestPushesThatGoAstray lets pushes be lost, doubled, late and out of order: a script runs once for each.
func TestPushesThatGoAstray(t *testing.T) {
	tests := []struct {
		name     string
		fault    sim.Fault
		want     string
		attempts int
	}{
		{"slow", sim.Fault{Slow: 50 * time.Millisecond, Times: 1}, "run 1", 1},
		{"first attempt dropped", sim.Fault{Drop: true, Times: 1}, "run 1", 2},
		{"two attempts dropped", sim.Fault{Drop: true, Times: 2}, "run 1", 3},
		{"answer lost once", sim.Fault{Lost: true, Times: 1}, "run 1", 2},
		{"answer lost twice", sim.Fault{Lost: true, Times: 2}, "run 1", 3},
		{"every answer lost", sim.Fault{Lost: true, Times: 3}, sim.Notice, 3},
		{"doubled", sim.Fault{Duplicate: true, Times: 1}, "run 1", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": yaml, "main.lua": faultScript}})
			tt.fault.Path = sim.Pushes
			h.save(0)
			before := s.calm()
			s.AddFault(tt.fault)
			d := s.Push(context.Background(), "demo", "amy", sim.Text("count"))
			require.NoError(t, d.Err)
			require.Len(t, d.Attempts, tt.attempts)
			if tt.want == sim.Notice {
				require.Equal(t, sim.Notice, d.Notice)
			} else {
				require.NotNil(t, d.Reply)
				require.Equal(t, tt.want, d.Reply.Text)
			}
			s.RemoveFault("")
			require.Equal(t, "run 2", s.does("amy", sim.Text("count")), "the push before this one ran once")
			s.settle(before)
		})
	}
}

func TestPushesOutOfOrder(t *testing.T) {
	h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": yaml, "main.lua": faultScript}})
	h.save(0)
	s.AddFault(sim.Fault{Path: sim.Pushes, Reorder: true, Times: 1})
	first := make(chan *sim.Delivery, 1)
	go func() { first <- s.Push(context.Background(), "demo", "amy", sim.Text("count")) }()
	require.Eventually(t, func() bool { return len(s.Faults()) == 0 }, patient, time.Millisecond, "the first push is held back")
	require.Equal(t, "run 1", s.does("amy", sim.Text("count")))
	d := <-first
	require.NoError(t, d.Err)
	require.Equal(t, "run 2", d.Reply.Text)
	require.Equal(t, http.StatusOK, d.Attempts[0].Status)
}
