package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

func withTemplates(a *sim.Account) {
	a.Templates = []sim.Template{
		{ID: "paid", Title: "Order paid", Content: "What：{{thing1.DATA}}\nWhen：{{time2.DATA}}\nSum：{{amount3.DATA}}"},
		{ID: "old", Title: "Old", Content: "{{first.DATA}}\n{{keyword1.DATA}}\n{{remark.DATA}}"},
		{ID: "any", Title: "Any"},
		{ID: "notice", Title: "Ready", Content: "{{thing1.DATA}}", Notice: true},
	}
}

func (w *world) template(id string, data m) answer {
	w.t.Helper()
	return w.post("/cgi-bin/message/template/send", m{"touser": w.openID("amy"), "template_id": id, "data": data})
}

func values(pairs ...string) m {
	data := m{}
	for i := 0; i < len(pairs); i += 2 {
		data[pairs[i]] = m{"value": pairs[i+1]}
	}
	return data
}

func TestTemplateMessages(t *testing.T) {
	w := newWorld(t, with(withTemplates))
	w.push("amy", sim.Subscribe(""))
	good := values("thing1", "Green tea", "time2", "2026-01-02 10:00", "amount3", "28.00元")
	got := w.template("paid", good)
	require.Zero(t, got.code())
	id := fmtNumber(got["msgid"])
	require.Greater(t, len(id), 16, "beyond 2^53")
	require.NoError(t, w.p.Idle(t.Context()))
	seen := w.seen()
	require.Equal(t, "<Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>"+id+"</MsgID><Status><![CDATA[success]]></Status></xml>",
		seen[len(seen)-1].plain[strings.Index(seen[len(seen)-1].plain, "<Event>"):])
	lines := w.lines("amy")
	require.Equal(t, "bot/template [template \"Order paid\" paid]\nthing1: Green tea\ntime2: 2026-01-02 10:00\namount3: 28.00元", lines[len(lines)-1])
	w.p.MoveClock(time.Minute)
	require.Equal(t, 45015, w.sendText("amy", "an answer"), "the report of the job opens no window")

	require.Equal(t, 40037, w.template("nope", good).code())
	require.Equal(t, 40036, w.template("", good).code())
	require.Equal(t, 40037, w.template("notice", good).code())
	require.Equal(t, 47003, w.template("paid", m{}).code())
	require.Equal(t, 47003, w.template("paid", values("thing1", "a")).code(), "time2 is missing")
	require.Contains(t, w.template("paid", values("thing1", "a"))["errmsg"], "data.time2.value is empty")
	require.Equal(t, 47003, w.template("any", m{"thing1": "a"}).code())
	require.Equal(t, 47003, w.template("any", m{"thing1": m{"value": 7}}).code())
	require.Zero(t, w.template("old", values("keyword1", strings.Repeat("a", 200))).code(), "historic keys are free")
	w.push("amy", sim.Unsubscribe())
	require.Equal(t, 43004, w.template("paid", good).code())
}

func TestTypesOfTemplateKeys(t *testing.T) {
	w := newWorld(t, with(withTemplates))
	w.push("amy", sim.Text("hi"))
	tests := []struct {
		key, value string
		fits       bool
	}{
		{"thing1", strings.Repeat("茶", 20), true},
		{"thing1", strings.Repeat("茶", 21), false},
		{"character_string1", "A-7 #1", true},
		{"character_string1", "号7", false},
		{"phrase1", "已支付", true},
		{"phrase1", "paid", false},
		{"phrase1", "一二三四五六", false},
		{"number1", "-12.5", true},
		{"number1", "12个", false},
		{"letter1", "abc", true},
		{"letter1", "ab1", false},
		{"symbol1", "!?", true},
		{"symbol1", "!a", false},
		{"time1", "2026年1月2日 10:00", true},
		{"time1", "10:00~12:30", true},
		{"time1", "tomorrow", false},
		{"date1", "2026-13-02", false},
		{"amount1", "¥28.00", true},
		{"amount1", "28 dollars", false},
		{"phone_number1", "+86-0571-87654321", true},
		{"phone_number1", "012345678901234567", false},
		{"car_number1", "浙A12345", true},
		{"car_number1", "浙A12345678", false},
		{"name1", "小月", true},
		{"name1", strings.Repeat("月", 11), false},
		{"name1", strings.Repeat("a", 20), true},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.key, tt.value), func(t *testing.T) {
			got := w.template("any", values(tt.key, tt.value))
			if tt.fits {
				require.Zero(t, got.code())
				return
			}
			require.Equal(t, 47003, got.code())
			require.Contains(t, got["errmsg"], "data."+tt.key+".value invalid")
		})
	}
}

func TestTheSameClientMsgIDIsSentOnce(t *testing.T) {
	w := newWorld(t, with(withTemplates))
	w.push("amy", sim.Text("hi"))
	send := func() string {
		return fmtNumber(w.must("/cgi-bin/message/template/send", m{
			"touser": w.openID("amy"), "template_id": "any", "data": values("a", "b"), "client_msg_id": "order-1",
		})["msgid"])
	}
	first := send()
	require.Equal(t, first, send())
	require.Len(t, w.lines("amy"), 2)
	w.p.MoveClock(10 * time.Minute)
	require.NotEqual(t, first, send())
}

func TestAFanWhoRefusesTemplates(t *testing.T) {
	w := newWorld(t, with(withTemplates))
	w.push("amy", sim.Text("hi"))
	yes := true
	_, err := w.p.ChangeFan("shop", "amy", sim.FanChange{Refuses: &yes})
	require.NoError(t, err)
	require.Zero(t, w.template("any", values("a", "b")).code())
	require.NoError(t, w.p.Idle(t.Context()))
	require.Contains(t, w.seen()[1].plain, "<Status><![CDATA[failed:user block]]></Status>")
	require.Len(t, w.lines("amy"), 1, "nothing is shown")
}

func TestTheTemplateShelf(t *testing.T) {
	w := newWorld(t)
	got := w.must("/cgi-bin/template/api_add_template", m{"template_id_short": "43216", "keyword_name_list": []string{"商品名称", "下单时间"}})
	id := got["template_id"].(string)
	require.Len(t, id, 43)
	list := w.get("/cgi-bin/template/get_all_private_template")["template_list"].([]any)
	require.Equal(t, "商品名称：{{thing1.DATA}}\n下单时间：{{time2.DATA}}", list[0].(m)["content"])
	require.Equal(t, 40037, w.post("/cgi-bin/template/api_add_template", m{"template_id_short": "TM99999"}).code())
	for range 24 {
		w.must("/cgi-bin/template/api_add_template", m{"template_id_short": "TM00015"})
	}
	require.Equal(t, 45026, w.post("/cgi-bin/template/api_add_template", m{"template_id_short": "TM00015"}).code())
	w.must("/cgi-bin/template/del_private_template", m{"template_id": id})
	require.Equal(t, 40037, w.post("/cgi-bin/template/del_private_template", m{"template_id": id}).code())

	w.must("/cgi-bin/template/api_set_industry", m{"industry_id1": "1", "industry_id2": "8"})
	require.Equal(t, 43100, w.post("/cgi-bin/template/api_set_industry", m{"industry_id1": "1", "industry_id2": "4"}).code())
	require.Equal(t, 40102, w.post("/cgi-bin/template/api_set_industry", m{"industry_id1": "99", "industry_id2": "4"}).code())
	require.Equal(t, m{"first_class": "餐饮", "second_class": "餐饮"}, w.get("/cgi-bin/template/get_industry")["secondary_industry"])
}

func TestSubscriptionNotices(t *testing.T) {
	w := newWorld(t, with(withTemplates))
	w.push("amy", sim.Text("hi"))
	send := func() int {
		return w.post("/cgi-bin/message/subscribe/bizsend", m{"touser": w.openID("amy"), "template_id": "notice", "data": values("thing1", "tea")}).code()
	}
	require.Equal(t, 43101, send())
	w.push("amy", sim.Consent("notice", true))
	require.Zero(t, send())
	require.Equal(t, 43101, send(), "one consent, one notice")
	require.NoError(t, w.p.Idle(t.Context()))
	last := w.seen()[2].plain
	require.Contains(t, last, "<Event><![CDATA[subscribe_msg_sent_event]]></Event><SubscribeMsgSentEvent><List><TemplateId><![CDATA[notice]]></TemplateId><MsgID>")
	require.Contains(t, last, "<ErrorCode>0</ErrorCode><ErrorStatus><![CDATA[success]]></ErrorStatus>")
	w.push("amy", sim.Consent("notice", true))
	w.push("amy", sim.Event("subscribe_msg_change_event", sim.Field{Name: "SubscribeMsgChangeEvent", Fields: []sim.Field{{Name: "List", Fields: []sim.Field{
		{Name: "TemplateId", Value: "notice"}, {Name: "SubscribeStatusString", Value: "reject"},
	}}}}))
	require.Equal(t, 43101, send())
}

func TestTheNoticeShelf(t *testing.T) {
	w := newWorld(t)
	add := func(tid any, kids ...int) answer {
		return w.post("/wxaapi/newtmpl/addtemplate", m{"tid": tid, "kidList": kids, "sceneDesc": "取餐"})
	}
	require.Equal(t, 200014, add("999", 1, 2).code())
	require.Equal(t, 200020, add("1401", 1).code())
	require.Equal(t, 200020, add("1401", 1, 9).code())
	id := add(1401, 1, 2)["priTmplId"].(string)
	list := w.get("/wxaapi/newtmpl/gettemplate")["data"].([]any)
	require.Equal(t, id, list[0].(m)["priTmplId"])
	require.Len(t, w.get("/wxaapi/newtmpl/getpubtemplatekeywords?tid=1401")["data"], 3)
	require.Len(t, w.get("/wxaapi/newtmpl/getpubtemplatetitles?ids=616&start=1&limit=1")["data"], 1)
	require.Equal(t, 200017, w.get("/wxaapi/newtmpl/getpubtemplatetitles?ids=616&start=0&limit=31").code())
	require.NotEmpty(t, w.get("/wxaapi/newtmpl/getcategory")["data"])
	w.must("/wxaapi/newtmpl/deltemplate", m{"priTmplId": id})
	require.Empty(t, w.get("/wxaapi/newtmpl/gettemplate")["data"])
}
