package wechat_test

import (
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

func parse(tb testing.TB, body string) *wechat.Message {
	tb.Helper()
	m, err := wechat.ParseMessage([]byte(body))
	require.NoError(tb, err, body)
	return m
}

func TestWhoseActAndWhatMayBeAnswered(t *testing.T) {
	tests := []struct {
		body      string
		openID    string
		act, show bool
	}{
		{push("text", "<MsgId>1</MsgId>"), amy, true, true},
		{push("kind_of_tomorrow", ""), amy, true, true},
		{event("CLICK", ""), amy, true, true},
		{event("click", ""), amy, true, true},
		{event("subscribe", ""), amy, true, true},
		{event("SCAN", ""), amy, true, true},
		{event("scancode_waitmsg", ""), amy, true, true},
		{event("user_get_card", ""), amy, true, true},
		{event("subscribe_msg_popup_event", ""), amy, true, true},
		{event("event_of_tomorrow", ""), amy, true, true},
		{event("unsubscribe", ""), amy, true, false},
		{event("LOCATION", ""), amy, true, false},
		{event("View", ""), amy, true, false},
		{event("view_miniprogram", ""), amy, true, false},
		{event("TEMPLATESENDJOBFINISH", ""), amy, false, false},
		{event("subscribe_msg_sent_event", ""), amy, false, false},
		{event("user_info_modified", "<OpenID>oOther</OpenID>"), "oOther", false, false},
		{event("user_authorization_revoke", "<OpenID>oOther</OpenID>"), "oOther", false, false},
		{event("user_authorization_cancellation", ""), "", false, false},
		{event("MASSSENDJOBFINISH", ""), "", false, false},
		{event("masssendjobfinish", ""), "", false, false},
		{event("PUBLISHJOBFINISH", ""), "", false, false},
		{event("FREEPUBLISHJOBFINISH", ""), "", false, false},
		{event("qualification_verify_success", ""), "", false, false},
		{event("naming_verify_fail", ""), "", false, false},
		{event("annual_renew", ""), "", false, false},
		{event("verify_expired", ""), "", false, false},
		{event("card_pass_check", ""), "", false, false},
		{event("add_store_audit_info", ""), "", false, false},
		{event("weapp_audit_fail", ""), "", false, false},
		{event("wxa_media_check", ""), "", false, false},
		{event("wx_verify_dispatch", "<Provider>P</Provider>"), "", false, false},
		{event("WX_VERIFY_PAY_SUCC", ""), "", false, false},
		{event("wx_verify_refill", ""), "", false, false},
		{event("wx_verify_of_tomorrow", ""), "", false, false},
		{event("user_scan_product_verify_action", "<Result>verify_ok</Result>"), "", false, false},
		{event("user_scan_product", "<Scene>1</Scene>"), amy, true, true},
		{event("nearby_category_audit_info", ""), "", false, false},
		{event("open_product_spu_audit", ""), "", false, false},
		{event("trade_manage_remind_shipping", ""), "", false, false},
		{strings.Replace(event("event_of_tomorrow", ""), amy, "gh_ffffffffffff", 1), "", false, false},
		{strings.Replace(event("VIEW", ""), amy, "gh_ffffffffffff", 1), "", false, false},
		{strings.Replace(event("unsubscribe", ""), amy, originalID, 1), "", false, false},
		{strings.Replace(push("text", "<MsgId>1</MsgId>"), amy, originalID, 1), "", false, false},
		{strings.Replace(event("user_authorization_cancellation", "<OpenID>oOther</OpenID>"), amy, "gh_ffffffffffff", 1), "oOther", false, false},
		{event("user_authorization_cancellation", "<openid>oOther</openid>"), "oOther", false, false},
		{event("user_authorization_revoke", "<OpenId>oOther</OpenId>"), "oOther", false, false},
		{event("user_info_modified", "<OpenID></OpenID><openid> oOther </openid>"), "oOther", false, false},
		{push("device_text", "<DeviceID>d</DeviceID><OpenID>oOther</OpenID>"), amy, false, false},
		{push("device_event", "<Event>bind</Event>"), amy, false, false},
	}
	for _, tt := range tests {
		m := parse(t, tt.body)
		t.Run(m.MsgType+" "+m.Event, func(t *testing.T) {
			require.Equal(t, tt.openID, m.OpenID())
			require.Equal(t, tt.act, m.FanAct())
			require.Equal(t, tt.show, m.Repliable())
		})
	}
}

func TestEventNamesInAnyLetterCase(t *testing.T) {
	require.True(t, parse(t, event("scan", "")).IsEventNamed("SCAN"))
	require.True(t, parse(t, event("SCAN", "")).IsEventNamed("scan"))
	require.Equal(t, "scan", parse(t, event("scan", "")).Event, "the spelling is WeChat's")
	require.False(t, parse(t, event("scan", "")).IsEventNamed("scancode_push"))
	require.False(t, parse(t, push("text", "<Event>SCAN</Event>")).IsEventNamed("SCAN"))
	for _, sent := range []string{"PUBLISHJOBFINISH", "FREEPUBLISHJOBFINISH", "publishjobfinish"} {
		for _, asked := range []string{"PUBLISHJOBFINISH", "FREEPUBLISHJOBFINISH", "freepublishjobfinish"} {
			require.True(t, parse(t, event(sent, "")).IsEventNamed(asked), "%s %s", sent, asked)
		}
	}
	require.False(t, parse(t, event("FREEclick", "")).IsEventNamed("click"))
	require.False(t, parse(t, event("click", "")).IsEventNamed("FREEclick"))
}

func TestScene(t *testing.T) {
	tests := []struct{ name, event, key, want string }{
		{"subscribe by scan", "subscribe", "qrscene_counter-7", "counter-7"},
		{"only the prefix is cut", "subscribe", "qrscene_qrscene_encrs", "qrscene_encrs"},
		{"letters of the prefix stay", "subscribe", "qrscene_screen", "screen"},
		{"subscribe by search", "subscribe", "", ""},
		{"subscribe by payment", "subscribe", "last_trade_no_4008072001", ""},
		{"a prefix in the wrong place", "subscribe", "x_qrscene_1", ""},
		{"a prefix and no scene", "subscribe", "qrscene_", ""},
		{"scan", "SCAN", "counter-7", "counter-7"},
		{"scan is raw", "scan", "qrscene_7", "qrscene_7"},
		{"click has none", "CLICK", "K", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, event(tt.event, "<EventKey><![CDATA["+tt.key+"]]></EventKey>"))
			require.Equal(t, tt.want, m.Scene())
		})
	}
}

func TestWindows(t *testing.T) {
	tests := []struct {
		name, body string
		want       wechat.Window
	}{
		{"message", push("image", ""), wechat.Window{Kind: "message", Life: 48 * time.Hour, Count: 5}},
		{"msgmenu tap", push("text", "<bizmsgmenuid>101</bizmsgmenuid>"), wechat.Window{Kind: "menu", Life: time.Minute, Count: 3}},
		{"msgmenu id that says nothing", push("text", "<bizmsgmenuid>0</bizmsgmenuid>"), wechat.Window{Kind: "message", Life: 48 * time.Hour, Count: 5}},
		{"click", event("CLICK", ""), wechat.Window{Kind: "menu", Life: time.Minute, Count: 3}},
		{"scan button", event("scancode_push", ""), wechat.Window{Kind: "menu", Life: time.Minute, Count: 3}},
		{"follow", event("subscribe", ""), wechat.Window{Kind: "subscribe", Life: time.Minute, Count: 3}},
		{"scan", event("SCAN", ""), wechat.Window{Kind: "scan", Life: time.Minute, Count: 3}},
		{"payment", event("user_pay_from_pay_cell", ""), wechat.Window{Kind: "pay", Life: 48 * time.Hour}},
		{"view", event("VIEW", ""), wechat.Window{}},
		{"mini program", event("view_miniprogram", ""), wechat.Window{}},
		{"position", event("LOCATION", ""), wechat.Window{}},
		{"unfollow", event("unsubscribe", ""), wechat.Window{}},
		{"report", event("TEMPLATESENDJOBFINISH", ""), wechat.Window{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := parse(t, tt.body).Opens()
			require.Equal(t, tt.want, got)
			require.Equal(t, tt.want.Kind != "", ok)
		})
	}
}

func TestKeyTellsPushesApart(t *testing.T) {
	bodies := []string{
		push("text", "<Content>a</Content><MsgId>1</MsgId>"),
		push("text", "<Content>a</Content><MsgId>2</MsgId>"),
		strings.Replace(push("text", "<Content>a</Content><MsgId>1</MsgId>"), amy, "oBob", 1),
		push("text", "<Content>a</Content>"), // a msgmenu tap at times lacks MsgId
		push("text", "<Content>b</Content>"),
		event("CLICK", "<EventKey>A</EventKey>"),
		event("CLICK", "<EventKey>B</EventKey>"),
		event("VIEW", "<EventKey>A</EventKey>"),
		event("LOCATION", "<Latitude>1</Latitude>"),
		event("unsubscribe", "<EventKey></EventKey>"),
		event("TEMPLATESENDJOBFINISH", "<MsgID>1</MsgID>"),
		event("TEMPLATESENDJOBFINISH", "<MsgID>2</MsgID>"),
		event("PUBLISHJOBFINISH", "<PublishEventInfo><publish_id>1</publish_id></PublishEventInfo>"),
		event("PUBLISHJOBFINISH", "<PublishEventInfo><publish_id>2</publish_id></PublishEventInfo>"),
		event("user_authorization_revoke", "<OpenID>o1</OpenID>"),
		event("user_authorization_revoke", "<OpenID>o2</OpenID>"),
		event("user_get_card", "<CardId>c</CardId><UserCardCode>1</UserCardCode>"),
		event("user_get_card", "<CardId>c</CardId><UserCardCode>2</UserCardCode>"),
		strings.Replace(event("CLICK", "<EventKey>A</EventKey>"), "1760003600", "1760003601", 1),
	}
	seen := map[[16]byte]string{}
	for _, body := range bodies {
		for _, account := range []string{"demo", "shop"} {
			key := parse(t, body).Key(account)
			require.Empty(t, seen[key], body)
			seen[key] = body
		}
	}
}

func TestKeyOfARepeatIsTheSame(t *testing.T) {
	for _, body := range samplePushes(t) {
		require.Equal(t, parse(t, body).Key("demo"), parse(t, body).Key("demo"))
	}
	// With a MsgId nothing else counts, so that the plain and the sealed form of a message are one.
	a := parse(t, push("text", "<Content>a</Content><MsgId>1</MsgId>"))
	b := parse(t, push("text", "<MsgId>1</MsgId><Content>a</Content><URL>u</URL>"))
	require.Equal(t, a.Key("demo"), b.Key("demo"))
}

func TestKeyLastsOverRestarts(t *testing.T) {
	// Written down once: claims in the store are found by it again after an upgrade.
	m := parse(t, push("text", "<Content>a</Content><MsgId>1</MsgId>"))
	require.Equal(t, "0304bfc9afd23d1d10c514b0de2614a2", hexKey(m))
	e := parse(t, event("CLICK", "<EventKey>A</EventKey>"))
	require.Equal(t, "f28f956ef36d2f18a6a51ac831708db5", hexKey(e))
}

func hexKey(m *wechat.Message) string {
	key := m.Key("demo")
	return hex.EncodeToString(key[:])
}
