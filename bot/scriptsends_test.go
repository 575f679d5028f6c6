package bot_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/store"
	"moonwire/wechat/sim"
)

const sendingScript = `
on.click("sends", function(msg) send.text(msg.openid, "one") send.text(msg.openid, "two") return reply.none() end)
on.click("forgets to answer", function(msg) send.text(msg.openid, "one") end)
on.click("template", function(msg) template.send(msg.openid, "NOTICE", { thing1 = "x" }) return reply.none() end)
on.click("by hand", function(msg) api.call("/cgi-bin/message/custom/send", { touser = msg.openid, msgtype = "text", text = { content = "one" } }) return reply.none() end)
on.click("refused", function(msg) send.image(msg.openid, "nosuch") return reply.none() end)
on.click("one of two", function(msg) send.image(msg.openid, "nosuch") send.text(msg.openid, "one") return reply.none() end)
on.click("answers too", function(msg) send.image(msg.openid, "nosuch") return "here" end)
on.click("wrong", function(msg) pcall(send.text, msg.openid, "") return reply.none() end)
on.text(function(msg) return "asked" end)
on.click("tells bob", function(msg) send.text(store.get("bob"), "amy is here") return reply.none() end)
`

// What a script sends by itself decides, where it gives no answer, what became of the push, and is found with it.
func TestWhatScriptsSendIsRecorded(t *testing.T) {
	for _, tt := range []struct {
		key, status string
		sends       []string
		errors      int
	}{
		{"sends", "answered_async", []string{"custom:text", "custom:text"}, 0},
		{"forgets to answer", "answered_async", []string{"custom:text"}, 0},
		{"template", "answered_async", []string{"template"}, 0},
		{"by hand", "answered_async", []string{"custom:text"}, 0},
		{"refused", "failed", []string{"custom:image"}, 1},
		{"one of two", "answered_async", []string{"custom:image", "custom:text"}, 1},
		{"answers too", "answered", []string{"custom:image"}, 1},
		{"wrong", "acknowledged", nil, 0},
	} {
		t.Run(tt.key, func(t *testing.T) {
			h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": yaml, "main.lua": sendingScript}})
			h.save(0)
			s.does("amy", sim.Text("hello")) // opens the window
			d := s.Push(context.Background(), "demo", "amy", sim.Click(tt.key))
			require.NoError(t, d.Err)
			m := s.recorded(h, h.report(1).Trace)
			require.Equal(t, tt.status, m.Status.String())
			require.Equal(t, tt.status, string(h.report(1).Outcome))
			var kinds []string
			refused := 0
			for _, sent := range m.Sends {
				kinds = append(kinds, sent.Kind)
				require.False(t, sent.At.IsZero())
				if sent.Errcode != 0 {
					refused++
					require.NotEmpty(t, sent.Rid)
				}
			}
			require.Equal(t, tt.sends, kinds)
			require.Equal(t, tt.errors, refused)
			require.Equal(t, tt.status == "failed", m.Error != "")
		})
	}
}

// recorded is what the store knows of a turn.
func (s *standIn) recorded(h *house, trace string) store.Message {
	s.t.Helper()
	m, ok, err := h.store.Message(s.t.Context(), "demo", trace)
	require.NoError(s.t, err)
	require.True(s.t, ok)
	return m
}

// A message to another fan belongs to that one's records.
func TestMessagesToOtherFansAreTheirs(t *testing.T) {
	h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": yaml, "main.lua": `on.text("me", function(msg) store.set("bob", msg.openid) return "yes" end)` + sendingScript}})
	h.save(0)
	s.does("bob", sim.Text("me"))
	d := s.Push(context.Background(), "demo", "amy", sim.Click("tells bob"))
	require.NoError(t, d.Err)
	told := h.report(1)
	amy := s.recorded(h, told.Trace)
	require.Equal(t, store.Acknowledged, amy.Status, "%+v", told)
	require.Empty(t, amy.Sends)
	bob := h.report(0).OpenID
	found, err := h.store.Messages(t.Context(), "demo", store.MessageFilter{OpenID: bob})
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Equal(t, store.SentAlone, found[0].Outcome)
	require.Equal(t, "amy is here", found[0].Reply)
	fan, _, err := h.store.Fan(t.Context(), "demo", bob)
	require.NoError(t, err)
	left := 0
	for _, w := range fan.Windows {
		left += w.Left
	}
	require.Equal(t, 5-1, left)
}

// What becomes of a template message is told later, and goes to the turn that sent it.
func TestTheEndOfATemplateMessageIsKept(t *testing.T) {
	h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": yaml, "main.lua": sendingScript}})
	h.save(0)
	d := s.Push(context.Background(), "demo", "amy", sim.Click("template"))
	require.NoError(t, d.Err)
	require.Equal(t, "TEMPLATESENDJOBFINISH", h.report(1).Event)
	m := s.recorded(h, h.report(0).Trace)
	require.Len(t, m.Sends, 1)
	require.Equal(t, "success", m.Sends[0].State)
	require.NotEmpty(t, m.Sends[0].MsgID)
}

// Nothing is left of a fan who left WeChat.
func TestAFanWhoLeftWeChatIsForgotten(t *testing.T) {
	for _, element := range []string{"OpenID", "openid"} {
		t.Run(element, func(t *testing.T) { forgetsAmy(t, element) })
	}
}

// forgetsAmy lets WeChat tell of amy's leave, whom this element names.
func forgetsAmy(t *testing.T, element string) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `
		on.text("me", function(msg) return msg.session.name or "who?" end)
		on.text(function(msg) msg.session.name = "Amy" return "hello" end)
		on.event("user_authorization_cancellation", function(msg) log.info(msg.openid) end)`}})
	h.say(h.text("amy", "1", "my name is Amy"))
	h.report(0)
	p := h.event("platform", "user_authorization_cancellation", "")
	p.body = `<xml><ToUserName>gh_demo</ToUserName><FromUserName>platform</FromUserName><CreateTime>1760003800</CreateTime><MsgType>event</MsgType><Event>user_authorization_cancellation</Event><` + element + `>amy</` + element + `></xml>`
	require.Equal(t, "success", h.say(p).seen())
	require.NoError(t, h.report(1).Err)
	require.Equal(t, bot.Acknowledged, h.report(1).Outcome)

	_, known, err := h.store.LastMessage(t.Context(), "demo", "amy")
	require.NoError(t, err)
	require.False(t, known)
	found, err := h.store.Messages(t.Context(), "demo", store.MessageFilter{OpenID: "amy"})
	require.NoError(t, err)
	require.Empty(t, found)
	all, err := h.store.Messages(t.Context(), "demo", store.MessageFilter{})
	require.NoError(t, err)
	for _, m := range all {
		require.Empty(t, m.OpenID)
		require.Empty(t, m.Content)
	}
	got := h.say(h.text("amy", "2", "me")).seen()
	require.NoError(t, h.report(2).Err)
	require.Equal(t, "who?", got, "her session is gone")
}

// What WeChat tells an account about itself comes from a sender who is no fan.
func TestASystemSenderIsNoFan(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.message(function(msg) return "hello " .. tostring(msg.openid) end)`}})
	for n, event := range []string{"wx_verify_dispatch", "wx_verify_pay_succ", "user_scan_product_verify_action", "wxa_media_check", "nearby_category_audit_info"} {
		require.Equal(t, "success", h.say(h.event("oSYSTEM", event, "")).seen(), event)
		require.Empty(t, h.report(n).OpenID, event)
	}
	require.Equal(t, "success", h.say(h.event("gh_other", "event_of_tomorrow", "")).seen())
	for _, sender := range []string{"oSYSTEM", "gh_other"} {
		h.close()
		h.open()
		_, known, err := h.store.Fan(t.Context(), "demo", sender)
		require.NoError(t, err)
		require.False(t, known, sender)
	}
	require.Equal(t, "hello amy", h.say(h.text("amy", "1", "hi")).seen())
}

// A script need not look at what WeChat refused; whoever watches sees it.
func TestRefusalsThatAScriptIgnoresAreSeen(t *testing.T) {
	h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": yaml, "main.lua": `
		on.text(function(msg) send.text("hello", msg.openid) user.tag(msg.openid, "nope") return "done" end)`}})
	h.save(0)
	require.Equal(t, "done", s.does("amy", sim.Text("hi")))
	r := h.report(0)
	require.Len(t, r.Sent, 1)
	require.Equal(t, "hello", r.Sent[0].To)
	require.Equal(t, 40003, r.Sent[0].Errcode)
	require.Len(t, r.Warnings, 1)
	require.Contains(t, r.Warnings[0], "user.tag was refused: 45159: ")
	_, known, err := h.store.Fan(t.Context(), "demo", "hello")
	require.NoError(t, err)
	require.False(t, known, "a mistyped openid is no fan")
}
