package bot_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/wechat/sim"
)

const stableToken = "/cgi-bin/stable_token"

// TestTwoProcessesShareOneToken runs two processes with one account on one store through three hours in which
// a token is expired by the platform, replaced by a third party, ended by its time, and the platform is down.
// Each message of each process needs the API.
func TestTwoProcessesShareOneToken(t *testing.T) {
	const (
		expired, replaced, down, up, tokenDown, tokenUp, end = 10, 20, 30, 40, 130, 139, 180
		// The first; one after the expiry; one that the third party's replaced and we had to ask for; the one that
		// follows when its time was over.
		least = 4
	)
	h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": yaml, "main.lua": `
		on.text(function(msg)
		  local got, err = user.get(msg.openid)
		  if got then return "subscribe " .. got.subscribe end
		  return "errcode " .. err.errcode
		end)`}})
	both := []*house{h, h.twin()}
	amy := s.openid("amy")
	var tally tokenTally
	for minute := range end {
		switch minute {
		case expired:
			require.NoError(t, s.ExpireTokens("demo"))
		case replaced:
			s.forceRefresh(t)
		case down:
			s.AddFault(sim.Fault{Path: "*", Status: http.StatusServiceUnavailable})
		case tokenDown:
			s.AddFault(sim.Fault{Path: stableToken, ErrCode: -1, ErrMsg: "system error"})
		case up, tokenUp:
			s.RemoveFault("")
		}
		want := "subscribe 1"
		if minute >= down && minute < up {
			want = "errcode -1"
		}
		answers := make([]*delivery, len(both))
		for i, one := range both {
			answers[i] = one.deliver(one.text(amy, fmt.Sprint(minute*2+i), "hello"))
		}
		for i, d := range answers {
			both[i].wait("an answer", d.answered)
			require.Equal(t, want, d.seen(), "process %d, minute %d", i, minute)
		}
		tally.read(t, s)
		h.clock.Add(time.Minute)
	}
	require.LessOrEqual(t, tally.issued, least+1, "tokens asked for: %+v", tally)
	require.GreaterOrEqual(t, tally.issued, least, "the trouble was real: %+v", tally)
	require.Zero(t, tally.forced, "nobody forces a token from another's hands")
	require.LessOrEqual(t, tally.refused, 2*len(both), "a process meets a dead token once per trouble: %+v", tally)
	failed := s.count(stableToken) - tally.issued
	require.Positive(t, failed, "a renewal fell into the time without tokens: %+v", tally)
	require.LessOrEqual(t, failed, len(both)*(tokenUp-tokenDown), "nobody hammers a platform that is down: %+v", tally)
	t.Logf("%+v, %d failed", tally, failed)
}

// forceRefresh is what another system of the owner does that does not share our store.
func (s *standIn) forceRefresh(t *testing.T) {
	t.Helper()
	res, err := s.web.Post(s.url+stableToken, "application/json", strings.NewReader(
		`{"grant_type":"client_credential","appid":"wx1a2b3c4d5e6f7081","secret":"s3cr3t","force_refresh":true,"note":"third party"}`))
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
}

// openid is that of a fan who follows.
func (s *standIn) openid(fan string) string {
	s.t.Helper()
	var chat *sim.Chat
	require.Eventually(s.t, func() (known bool) { // the platform hears of an account when its folder was loaded
		var err error
		chat, err = s.Chat("demo", fan)
		return err == nil
	}, patient, time.Millisecond)
	return chat.OpenID()
}

// tokenTally is what the platform saw of two processes.
type tokenTally struct {
	after                   int64
	issued, forced, refused int // tokens given, of them forced; calls with a dead token
}

func (y *tokenTally) read(t *testing.T, s *standIn) {
	t.Helper()
	calls, err := s.Calls("demo", y.after)
	require.NoError(t, err)
	for _, c := range calls {
		y.after = c.Seq
		switch {
		case strings.Contains(c.Body, "third party"):
		case c.Path == stableToken && c.ErrCode == 0 && c.Status == http.StatusOK:
			y.issued++
			if strings.Contains(c.Body, `"force_refresh":true`) {
				y.forced++
			}
		case c.ErrCode == 40001 || c.ErrCode == 42001 || c.ErrCode == 40014:
			y.refused++
		}
	}
}

// TestATokenIsSharedAtOnce has both processes begin at the same moment, many times over.
func TestATokenIsSharedAtOnce(t *testing.T) {
	h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": yaml, "main.lua": `
		on.text(function(msg) local got, err = user.get(msg.openid) return got and "ok" or err.hint end)`}})
	twin := h.twin()
	for round := range 10 {
		h.clock.Add(2 * time.Hour) // every token is at its end
		var all []*delivery
		for i := range 4 {
			amy := s.openid(fmt.Sprint("amy", i))
			all = append(all, h.deliver(h.text(amy, fmt.Sprintf("a%d-%d", round, i), "x")), twin.deliver(twin.text(amy, fmt.Sprintf("b%d-%d", round, i), "x")))
		}
		for _, d := range all {
			h.wait("an answer", d.answered)
			require.Equal(t, "ok", d.seen())
		}
		require.LessOrEqual(t, s.count(stableToken), round+1+1, "one token per round, and one to spare")
	}
}

// A run that finds at its end that another process had the same message gives that one's answer, and keeps nothing.
func TestTheSecondToEndGivesTheFirstOnesAnswer(t *testing.T) {
	h, _ := newStandIn(t, map[string]files{"demo": {"account.yaml": yaml, "main.lua": `
		on.text("n", function(msg) return "n " .. msg.session.n end)
		on.text(function(msg)
		  msg.session.n = (msg.session.n or 0) + 1
		  time.sleep("1s")
		  return "drawn " .. math.random(1e9)
		end)`}}, func(o *bot.Options) { o.Sleep = nil })
	twin := h.twin()
	p := h.text("amy", "1", "go")
	first, second := h.deliver(p), twin.deliver(p)
	h.wait("an answer", first.answered)
	h.wait("an answer", second.answered)
	require.Contains(t, first.seen(), "drawn ")
	require.Equal(t, first.seen(), second.seen())
	require.Equal(t, "n 1", h.say(h.text("amy", "2", "n")).seen())
}
