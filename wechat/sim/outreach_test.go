package sim_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

func TestQRCodes(t *testing.T) {
	w := newWorld(t)
	create := func(action string, scene m, more ...any) answer {
		body := m{"action_name": action, "action_info": m{"scene": scene}}
		if len(more) > 0 {
			body["expire_seconds"] = more[0]
		}
		return w.post("/cgi-bin/qrcode/create", body)
	}
	tests := []struct {
		name, action string
		scene        m
		want         int
	}{
		{"number", "QR_SCENE", m{"scene_id": 4294967295}, 0},
		{"33 bits", "QR_SCENE", m{"scene_id": 4294967296}, 40053},
		{"zero", "QR_SCENE", m{"scene_id": 0}, 40053},
		{"text for a number", "QR_SCENE", m{"scene_str": "a"}, 40053},
		{"text", "QR_STR_SCENE", m{"scene_str": strings.Repeat("桌", 64)}, 0},
		{"long text", "QR_STR_SCENE", m{"scene_str": strings.Repeat("桌", 65)}, 40053},
		{"empty text", "QR_LIMIT_STR_SCENE", m{"scene_str": ""}, 40053},
		{"permanent number", "QR_LIMIT_SCENE", m{"scene_id": 100000}, 0},
		{"large permanent number", "QR_LIMIT_SCENE", m{"scene_id": 100001}, 40053},
		{"action", "QR", m{"scene_id": 1}, 40053},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := create(tt.action, tt.scene)
			require.Equal(t, tt.want, got.code())
			require.Equal(t, tt.want == 0, got["ticket"] != nil)
			require.Equal(t, tt.want == 0 && !strings.Contains(tt.action, "LIMIT"), got["expire_seconds"] != nil)
		})
	}
	require.Equal(t, 40097, create("QR_SCENE", m{"scene_id": 1}, 2592001).code())
	ticket := create("QR_STR_SCENE", m{"scene_str": "desk-7"}, 600)["ticket"].(string)
	d := w.push("amy", sim.ScanTicket(ticket))
	require.Contains(t, d.Plain, "<EventKey><![CDATA[desk-7]]></EventKey><Ticket><![CDATA["+ticket+"]]></Ticket>")
	require.Contains(t, w.push("amy", sim.Scan("desk-7")).Plain, ticket)
	show := "/cgi-bin/showqrcode?ticket=" + url.QueryEscape(ticket)
	require.Equal(t, 200, w.request("GET", show, "", nil).Code)
	w.p.MoveClock(10 * time.Minute)
	require.ErrorContains(t, w.p.Push(t.Context(), "shop", "amy", sim.ScanTicket(ticket)).Err, "expired")
	require.Equal(t, 404, w.request("GET", show, "", nil).Code)
	lasting := create("QR_LIMIT_STR_SCENE", m{"scene_str": "door"})["ticket"]
	require.Equal(t, lasting, create("QR_LIMIT_STR_SCENE", m{"scene_str": "door"})["ticket"])
}

func TestShortKeysAndTickets(t *testing.T) {
	w := newWorld(t)
	key := w.must("/cgi-bin/shorten/gen", m{"long_data": "loooong", "expire_seconds": 60})["short_key"].(string)
	require.Regexp(t, `^[A-Za-z0-9]{15}$`, key)
	w.p.MoveClock(10 * time.Second)
	got := w.must("/cgi-bin/shorten/fetch", m{"short_key": key})
	require.Equal(t, "loooong 50", got["long_data"].(string)+" "+fmtNumber(got["expire_seconds"]))
	w.p.MoveClock(50 * time.Second)
	require.Equal(t, 9410011, w.post("/cgi-bin/shorten/fetch", m{"short_key": key}).code())
	require.Equal(t, 9410010, w.post("/cgi-bin/shorten/gen", m{"long_data": strings.Repeat("a", 4097)}).code())
	require.Equal(t, 9410012, w.post("/cgi-bin/shorten/gen", m{"long_data": "a", "expire_seconds": 2592001}).code())

	ticket := w.get("/cgi-bin/ticket/getticket?type=jsapi")["ticket"]
	require.Equal(t, ticket, w.get("/cgi-bin/ticket/getticket?type=jsapi")["ticket"])
	require.NotEqual(t, ticket, w.get("/cgi-bin/ticket/getticket?type=wx_card")["ticket"])
	require.Equal(t, 40097, w.get("/cgi-bin/ticket/getticket?type=x").code())
}

func TestAgentsAndSessions(t *testing.T) {
	w := newWorld(t)
	add := func(name, nick string) int {
		return w.post("/customservice/kfaccount/add", m{"kf_account": name, "nickname": nick}).code()
	}
	require.Zero(t, add("anna@kestrel", "Anna"))
	require.Zero(t, add("bo@kestrel", "Bo"))
	require.Equal(t, 65406, add("anna@kestrel", "Anna"))
	require.Equal(t, 65404, add("elevenchars@kestrel", "x"))
	require.Equal(t, 65403, add("c@kestrel", strings.Repeat("a", 17)))
	w.must("/customservice/kfaccount/update", m{"kf_account": "bo@kestrel", "nickname": "Bob"})
	require.Equal(t, 65401, w.post("/customservice/kfaccount/update", m{"kf_account": "x@kestrel", "nickname": "x"}).code())
	w.must("/customservice/kfaccount/inviteworker", m{"kf_account": "bo@kestrel", "invite_wx": "bo_wx"})
	require.Equal(t, 65411, w.post("/customservice/kfaccount/inviteworker", m{"kf_account": "bo@kestrel", "invite_wx": "bo_wx"}).code())
	list := w.get("/cgi-bin/customservice/getkflist")["kf_list"].([]any)
	require.Equal(t, "waiting", list[1].(m)["invite_status"])
	require.Empty(t, w.get("/cgi-bin/customservice/getonlinekflist")["kf_online_list"])

	w.answers(func(r received) (int, string) {
		return 200, replyTo(r, "<MsgType>transfer_customer_service</MsgType>")
	})
	w.push("amy", sim.Text("a human, please"))
	waiting := w.get("/customservice/kfsession/getwaitcase")
	require.Equal(t, w.openID("amy"), waiting["waitcaselist"].([]any)[0].(m)["openid"])
	session := m{"kf_account": "anna@kestrel", "openid": w.openID("amy")}
	require.Equal(t, 65415, w.post("/customservice/kfsession/create", session).code(), "offline")
	require.NoError(t, w.p.SetAgent("shop", "anna@kestrel", true))
	require.Len(t, w.get("/cgi-bin/customservice/getonlinekflist")["kf_online_list"], 1)
	w.must("/customservice/kfsession/create", session)
	require.NoError(t, w.p.Idle(t.Context()))
	require.Contains(t, w.seen()[1].plain, "<Event><![CDATA[kf_create_session]]></Event><KfAccount><![CDATA[anna@kestrel]]></KfAccount>")
	require.Len(t, w.lines("amy"), 2, "the fan did not do it: no line in the chat")
	require.Equal(t, 65414, w.post("/customservice/kfsession/close", m{"kf_account": "bo@kestrel", "openid": w.openID("amy")}).code())

	require.Contains(t, w.push("amy", sim.Text("my order")).Withheld, "anna@kestrel")
	require.NoError(t, w.p.AgentSays("shop", "amy", "one moment"))
	require.Len(t, w.seen(), 2, "messages go to the agent")
	require.Equal(t, "anna@kestrel", w.get("/customservice/kfsession/getsession?openid=" + w.openID("amy"))["kf_account"])
	require.Len(t, w.get("/customservice/kfsession/getsessionlist?kf_account=anna@kestrel")["sessionlist"], 1)
	records := w.must("/customservice/msgrecord/getmsglist", m{"starttime": 1772413200, "endtime": 1772413300, "msgid": 1, "number": 100})
	require.Equal(t, "2003 2002", fmtNumber(records["recordlist"].([]any)[0].(m)["opercode"])+" "+fmtNumber(records["recordlist"].([]any)[1].(m)["opercode"]))
	require.Equal(t, 65417, w.post("/customservice/msgrecord/getmsglist", m{"starttime": 1, "endtime": 86402, "msgid": 1, "number": 1}).code())

	w.must("/customservice/kfsession/close", session)
	require.NoError(t, w.p.Idle(t.Context()))
	require.Contains(t, w.seen()[2].plain, "kf_close_session")
	require.Equal(t, 65413, w.post("/customservice/kfsession/close", session).code())
	require.Empty(t, w.push("amy", sim.Text("bot again")).Withheld)

	w.must("/customservice/kfsession/create", session)
	require.NoError(t, w.p.Idle(t.Context()))
	w.p.MoveClock(30 * time.Minute)
	require.Empty(t, w.push("amy", sim.Text("half an hour later")).Withheld, "a silent session is over")
	require.NoError(t, w.p.Idle(t.Context()))
	require.ErrorContains(t, w.p.AgentSays("shop", "amy", "x"), "no agent")
	w.must("/customservice/kfaccount/del", m{"kf_account": "bo@kestrel"})
	require.Zero(t, w.get("/customservice/kfaccount/del?kf_account=anna@kestrel").code())
}

func TestMassMessages(t *testing.T) {
	w := newWorld(t)
	for _, fan := range []string{"amy", "bob", "eve"} {
		w.push(fan, sim.Text("hi"))
	}
	w.push("eve", sim.Unsubscribe())
	before := len(w.seen())
	text := func(content, client string) m {
		return m{"filter": m{"is_to_all": true}, "msgtype": "text", "text": m{"content": content}, "clientmsgid": client}
	}
	got := w.must("/cgi-bin/message/mass/sendall", text("news", "c1"))
	id := fmtNumber(got["msg_id"])
	require.Greater(t, len(id), 16)
	require.NoError(t, w.p.Idle(t.Context()))
	event := w.seen()[before].plain
	require.Contains(t, event, "<MsgID>"+id+"</MsgID><Status><![CDATA[send success]]></Status><TotalCount>2</TotalCount><FilterCount>2</FilterCount><SentCount>2</SentCount><ErrorCount>0</ErrorCount>")
	require.NotContains(t, event, w.openID("amy"))
	require.Equal(t, "bot/mass news", w.lines("bob")[1])
	require.Equal(t, 45066, w.post("/cgi-bin/message/mass/sendall", text("news", "c1")).code())
	w.p.MoveClock(time.Minute)
	again := w.post("/cgi-bin/message/mass/sendall", text("news", "c1"))
	require.Equal(t, 45065, again.code())
	require.Equal(t, id, fmtNumber(again["msg_id"]))
	require.Equal(t, 45067, w.post("/cgi-bin/message/mass/sendall", text("news", strings.Repeat("c", 65))).code())
	require.Equal(t, 40033, w.post("/cgi-bin/message/mass/sendall", `{"filter":{"is_to_all":true},"msgtype":"text","text":{"content":"\u4eca"}}`).code())
	require.Equal(t, "SEND_SUCCESS", w.must("/cgi-bin/message/mass/get", m{"msg_id": id})["msg_status"])
	require.Equal(t, 40059, w.post("/cgi-bin/message/mass/get", m{"msg_id": 1}).code())
	require.Equal(t, 40008, w.post("/cgi-bin/message/mass/delete", m{"msg_id": id}).code(), "a text has no page")

	to := []string{w.openID("amy"), w.openID("bob")}
	send := func(ids []string) int {
		return w.post("/cgi-bin/message/mass/send", m{"touser": ids, "msgtype": "text", "text": m{"content": "x"}}).code()
	}
	require.Equal(t, 40130, send(to[:1]))
	require.Equal(t, 40003, send([]string{to[0], "x"}))
	for range 4 {
		require.Zero(t, send(to))
	}
	require.Len(t, w.lines("amy"), 1+4, "four a month")

	w.must("/cgi-bin/message/mass/preview", m{"towxname": "amy", "msgtype": "mpnews", "mpnews": m{"media_id": w.draft()}})
	require.Equal(t, 40132, w.post("/cgi-bin/message/mass/preview", m{"towxname": "nobody", "msgtype": "text"}).code())
	w.must("/cgi-bin/message/mass/speed/set", m{"speed": 4})
	require.Equal(t, "10", fmtNumber(w.must("/cgi-bin/message/mass/speed/get", m{})["realspeed"]))
	require.Equal(t, 45083, w.post("/cgi-bin/message/mass/speed/set", m{"speed": 5}).code())
	require.Equal(t, 45084, w.post("/cgi-bin/message/mass/speed/set", m{}).code())
}

func TestMassKinds(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Image("pic"))
	film := w.upload("/cgi-bin/media/upload?type=video", "a.mp4", "film")["media_id"]
	send := func(kind string, part m, name string) int {
		return w.post("/cgi-bin/message/mass/sendall", m{"filter": m{"is_to_all": true}, "msgtype": kind, name: part}).code()
	}
	require.Zero(t, send("image", m{"media_ids": []any{"pic"}}, "images"))
	require.Zero(t, send("image", m{"media_id": "pic"}, "image"))
	require.Equal(t, 40007, send("mpvideo", m{"media_id": film}, "mpvideo"), "needs uploadvideo")
	mass := w.must("/cgi-bin/media/uploadvideo", m{"media_id": film, "title": "t", "description": "d"})["media_id"]
	require.Zero(t, send("mpvideo", m{"media_id": mass}, "mpvideo"))
	require.Equal(t, 40008, send("msgmenu", m{}, "msgmenu"))
	got := w.must("/cgi-bin/message/mass/sendall", m{"filter": m{"is_to_all": true}, "msgtype": "mpnews", "mpnews": m{"media_id": w.draft()}})
	require.NotEmpty(t, got["msg_data_id"])
	require.NoError(t, w.p.Idle(t.Context()))
	w.must("/cgi-bin/message/mass/delete", m{"msg_id": got["msg_id"], "article_idx": 1})
	require.Equal(t, "DELETE", w.must("/cgi-bin/message/mass/get", m{"msg_id": got["msg_id"]})["msg_status"])
}

func TestMassOfASubscriptionAccountIsOneADay(t *testing.T) {
	w := newWorld(t, ofKind("subscription", true))
	w.push("amy", sim.Text("hi"))
	body := m{"filter": m{"is_to_all": true}, "msgtype": "text", "text": m{"content": "x"}}
	w.must("/cgi-bin/message/mass/sendall", body)
	require.Equal(t, 45028, w.post("/cgi-bin/message/mass/sendall", body).code())
	w.must("/cgi-bin/clear_quota", m{"appid": shopAppID})
	require.Equal(t, 45028, w.post("/cgi-bin/message/mass/sendall", body).code(), "calls are given back, messages are not")
	require.Equal(t, 48001, w.post("/cgi-bin/message/mass/send", body).code())
	w.p.MoveClock(24 * time.Hour)
	w.token = ""
	w.must("/cgi-bin/message/mass/sendall", body)
}

func TestMassNeedsItsAgreement(t *testing.T) {
	w := newWorld(t, with(func(a *sim.Account) { a.NoMassAgreement = true }))
	body := m{"filter": m{"is_to_all": true}, "msgtype": "text", "text": m{"content": "x"}}
	require.Equal(t, 48003, w.post("/cgi-bin/message/mass/sendall", body).code())
}

func TestOneTimeSubscription(t *testing.T) {
	w := newWorld(t, with(withTemplates))
	page := "/mp/subscribemsg?action=get_confirm&appid=" + shopAppID + "&scene=7&template_id=any&redirect_url=https%3A%2F%2Fexample.test%2F&reserved=r&fan=amy"
	send := func() int {
		return w.post("/cgi-bin/message/template/subscribe", m{
			"touser": w.openID("amy"), "template_id": "any", "scene": "7", "title": "t", "data": m{"content": m{"value": "v"}},
		}).code()
	}
	require.Equal(t, 40003, send())
	rec := w.request("GET", page+"&answer=cancel", "", nil)
	require.Contains(t, rec.Header().Get("Location"), "action=cancel")
	require.Equal(t, 43101, send())
	rec = w.request("GET", page, "", nil)
	require.Contains(t, rec.Header().Get("Location"), "action=confirm")
	require.Zero(t, send())
	require.Equal(t, 43101, send())
}
