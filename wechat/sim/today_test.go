package sim_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

func TestTheLineUnderWhatAnAIMade(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Text("hi"))
	send := func(context any) int {
		body := customText(w.openID("amy"), "茶")
		body["aimsgcontext"] = context
		return w.post("/cgi-bin/message/custom/send", body).code()
	}
	require.Zero(t, send(m{"is_ai_msg": 1}))
	require.Zero(t, send(m{"is_ai_msg": 0}))
	require.Zero(t, send(m{}))
	require.Equal(t, 40035, send(m{"is_ai_msg": 2}))
	require.Equal(t, 47001, send("yes"))
	require.Equal(t, []string{"bot/custom 茶\n[" + sim.AIMark + "]", "bot/custom 茶", "bot/custom 茶"}, w.lines("amy")[1:4])
}

func TestBlockedTemplateMessages(t *testing.T) {
	w := newWorld(t, with(withTemplates), with(func(a *sim.Account) { a.BlockedTemplates = []string{"any"} }))
	w.push("amy", sim.Text("hi"))
	w.must("/wxa/sec/queryblocktmplmsg", m{"tmpl_msg_id": "1", "largest_id": 0, "limit": 100})
	sent := w.must("/cgi-bin/message/template/send", m{"touser": w.openID("amy"), "template_id": "any", "data": m{"thing1": m{"value": "tea"}}})
	require.NoError(t, w.p.Idle(t.Context()))
	seen := w.seen()
	require.Contains(t, seen[len(seen)-1].plain, "<Status><![CDATA[failed: system failed]]></Status>")
	require.Len(t, w.lines("amy"), 1, "the phone shows nothing")
	query := func(more m) []any {
		body := m{"tmpl_msg_id": sent["msgid"], "largest_id": 0, "limit": 100}
		for k, v := range more {
			body[k] = v
		}
		return w.must("/wxa/sec/queryblocktmplmsg", body)["msginfo"].([]any)
	}
	require.Len(t, query(nil), 1)
	one := query(m{"tmpl_msg_id": sent["msgid"].(json.Number).String()})[0].(map[string]any)
	require.Equal(t, sent["msgid"], one["tmpl_msg_id"])
	require.Equal(t, w.openID("amy"), one["openid"])
	require.Equal(t, "thing1: tea", one["content"])
	require.Empty(t, query(m{"largest_id": one["id"]}))
	require.Empty(t, query(m{"tmpl_msg_id": "7"}))
	require.Equal(t, 40097, w.post("/wxa/sec/queryblocktmplmsg", m{"tmpl_msg_id": "7", "limit": 101}).code())
	require.Equal(t, 40097, w.post("/wxa/sec/queryblocktmplmsg", m{"limit": 1}).code())
	require.Equal(t, 48001, newWorld(t, ofKind("service", false)).post("/wxa/sec/queryblocktmplmsg", m{"tmpl_msg_id": "1"}).code())
}
