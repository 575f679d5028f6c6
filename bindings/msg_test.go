package bindings_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

func TestMsg(t *testing.T) {
	pics := `<EventKey>cam</EventKey><SendPicsInfo><Count>1</Count><PicList><item><PicMd5Sum>aa</PicMd5Sum></item></PicList></SendPicsInfo>`
	tests := []struct{ name, expr, want string }{
		{"content", `msg.content`, "x"},
		{"ids are strings", `msg.msg_id .. type(msg.msg_id)`, "25373744922163388string"},
		{"times are numbers", `msg.create_time + 1`, "1760000001"},
		{"the fan", `msg.openid`, fan},
		{"the account", `msg.account`, "demo"},
		{"the trace", `msg.trace`, "0123456789"},
		{"names as sent", `msg.raw.MsgId`, "25373744922163388"},
		{"what is not there", `msg.nothing`, "nil"},
		{"no scene", `msg.scene`, "nil"},
		{"rawget", `rawget(msg, "content")`, "x"},
		{"the same table each time", `msg.raw == msg.raw`, "true"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, says(t, `on.text(function(msg) return tostring(`+tt.expr+`) end)`, "x"))
		})
	}
	out := answer(t, program(t, `on.event("pic_weixin", function(msg)
  local info = msg.send_pics_info
  return type(info.count) .. info.count .. #info.pic_list.item .. info.pic_list.item[1].pic_md5_sum .. msg.raw.SendPicsInfo.PicList.item[1].PicMd5Sum
end)`), event(t, "pic_weixin", pics))
	require.Equal(t, "number11aaaa", out.Reply.Content)
}

func TestMsgShowsEveryElement(t *testing.T) {
	beacon := func(n int) string {
		return "<AroundBeacons>" + strings.Repeat("<AroundBeacon><Uuid>u</Uuid></AroundBeacon>", n) + "</AroundBeacons>"
	}
	tests := []struct {
		name string
		push *wechat.Message
		expr string
		want string
	}{
		{"an element Scene", event(t, "user_scan_product", "<Scene>1</Scene>"), `msg.scene .. msg.raw.Scene`, "11"},
		{"an element Scene, walked", event(t, "user_scan_product", "<Scene>1</Scene>"), `walked(msg).scene`, "1"},
		{"the scene of a code goes before it", event(t, "SCAN", "<EventKey>desk</EventKey><Scene>1</Scene>"), `msg.scene`, "desk"},
		{"elements beside ours", event(t, "e", "<Session>s</Session><Trace>t</Trace><Account>a</Account><Raw>r</Raw>"), `type(msg.session) .. msg.trace .. msg.account .. type(msg.raw) .. msg.raw.Session .. msg.raw.Trace .. msg.raw.Account .. msg.raw.Raw`, "table0123456789demotablestar"},
		{"openid in small letters", event(t, "user_authorization_revoke", "<openid>oOther</openid>"), `msg.openid .. msg.raw.openid`, "oOtheroOther"},
		{"openid of a report", event(t, "wxa_media_check", "<openid>oOther</openid>"), `msg.openid`, "oOther"},
		{"no scene after a payment", event(t, "subscribe", "<EventKey>last_trade_no_4008</EventKey>"), `tostring(msg.scene) .. msg.event_key`, "nillast_trade_no_4008"},
		{"a system sender", event(t, "wx_verify_dispatch", ""), `msg.openid`, "nil"},
		{"CreateTime beside create_time", event(t, "e", "<create_time>7</create_time>"), `msg.create_time .. " " .. msg.raw.create_time .. " " .. msg.raw.CreateTime`, "1760000000 7 1760000000"},
		{"create_time before CreateTime", jsonPush(t, `"create_time":7,"CreateTime":1760000000,"MsgType":"text","Content":"x","content":"y"`), `msg.create_time .. msg.content`, "1760000000x"},
		{"MsgId beside MsgID", event(t, "e", "<MsgID>1</MsgID><MsgId>2</MsgId>"), `msg.msg_id`, "2"},
		{"one of a list", event(t, "ShakearoundUserShake", beacon(1)), `#msg.around_beacons.around_beacon .. msg.around_beacons.around_beacon[1].uuid .. msg.raw.AroundBeacons.AroundBeacon[1].Uuid`, "1uu"},
		{"two of a list", event(t, "ShakearoundUserShake", beacon(2)), `#msg.around_beacons.around_beacon`, "2"},
		{"none of a list", event(t, "ShakearoundUserShake", beacon(0)), `#msg.around_beacons.around_beacon`, "0"},
		{"an empty container", event(t, "pic_weixin", "<SendPicsInfo><Count>0</Count><PicList/></SendPicsInfo>"), `#msg.send_pics_info.pic_list.item .. msg.send_pics_info.count`, "00"},
		{"an empty item", event(t, "pic_weixin", "<SendPicsInfo><PicList><item></item></PicList></SendPicsInfo>"), `#msg.send_pics_info.pic_list.item`, "0"},
		{"an empty outer container", event(t, "pic_weixin", "<SendPicsInfo></SendPicsInfo>"), `tostring(msg.send_pics_info.pic_list) .. type(msg.send_pics_info)`, "niltable"},
		{"an empty text stays one", event(t, "subscribe", "<EventKey></EventKey>"), `"<" .. msg.event_key .. ">"`, "<>"},
		{"an empty number", event(t, "LOCATION", "<Latitude></Latitude><Longitude> </Longitude><Precision>40.5</Precision>"), `tostring(msg.latitude) .. tostring(msg.longitude) .. msg.precision + 1`, "nilnil41.5"},
		{"no number", event(t, "LOCATION", "<Latitude>nan</Latitude><Longitude>east</Longitude>"), `tostring(msg.latitude) .. tostring(msg.longitude) .. msg.raw.Longitude`, "nilnileast"},
		{"blanks around a number", event(t, "LOCATION", "<Latitude> 30.5 </Latitude>"), `msg.latitude + 1`, "31.5"},
		{"a JSON list of one", jsonPush(t, `"MsgType":"event","Event":"wxa_media_check","detail":[{"suggest":"pass"}]`), `#msg.detail .. msg.detail[1].suggest`, "1pass"},
		{"a JSON list of none", jsonPush(t, `"MsgType":"event","Event":"e","detail":[]`), `type(msg.detail) .. #msg.detail`, "table0"},
		{"a JSON list of an empty text", jsonPush(t, `"MsgType":"event","Event":"e","detail":[""]`), `#msg.detail .. msg.detail[1]`, "1"},
		{"an empty JSON list for a container", jsonPush(t, `"MsgType":"event","Event":"pic_weixin","SendPicsInfo":{"PicList":[]}`), `#msg.send_pics_info.pic_list.item`, "0"},
		{"a JSON list of lists", jsonPush(t, `"MsgType":"event","Event":"e","x":[[],[1]]`), `#msg.x .. msg.x[1]`, "11"},
		{"no publication failed", event(t, "PUBLISHJOBFINISH", "<PublishEventInfo><fail_idx></fail_idx></PublishEventInfo>"), `#msg.publish_event_info.fail_idx`, "0"},
		{"one that failed", event(t, "PUBLISHJOBFINISH", "<PublishEventInfo><fail_idx>1</fail_idx></PublishEventInfo>"), `msg.publish_event_info.fail_idx[1]`, "1"},
		{"a device", device(t), `msg.msg_type .. msg.device_id .. msg.create_time .. msg.openid .. msg.msg_id`, "bindgh_x_11760000000" + fan + "267784935"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := program(t, `
local function walked(m) local all = {} for k, v in pairs(m) do all[k] = v end return all end
on.message(function(msg) log.info(tostring(`+tt.expr+`)) return reply.none() end)`)
			out := answer(t, p, tt.push)
			require.Len(t, out.Log, 1)
			require.Equal(t, tt.want, out.Log[0].Text)
		})
	}
}

func jsonPush(t *testing.T, elements string) *wechat.Message {
	t.Helper()
	m, err := wechat.ParseMessage([]byte(`{"ToUserName":"gh_0a1b2c3d4e5f","FromUserName":"` + fan + `",` + elements + `}`))
	require.NoError(t, err)
	return m
}

func device(t *testing.T) *wechat.Message {
	t.Helper()
	m, err := wechat.ParseMessage([]byte(`{"content":"","create_time":1760000000,"device_id":"gh_x_1","device_type":"gh_x","msg_id":267784935,"msg_type":"bind","open_id":"` + fan + `","session_id":0}`))
	require.NoError(t, err)
	return m
}

func TestMsgIsWalked(t *testing.T) {
	require.Equal(t, "account content create_time from_user_name msg_id msg_type openid raw session to_user_name trace", says(t, `
on.text(function(msg)
  local names = {}
  for k in pairs(msg) do names[#names + 1] = k end
  table.sort(names)
  return table.concat(names, " ")
end)`, "x"))
}

func TestMsgIsReadOnly(t *testing.T) {
	for _, act := range []string{`msg.content = "y"`, `msg.raw.Content = "y"`, `msg.session = {}`, `rawset(msg, "a", 1)`, `settings.city = "y"`, `settings.shop.name = "y"`, `on.text = nil`} {
		t.Run(act, func(t *testing.T) {
			require.Contains(t, fails(t, `on.text(function(msg) `+act+` end)`), "read-only")
		})
	}
}

func TestSettings(t *testing.T) {
	require.Equal(t, "上海 21:00 2 茶铺 nil", says(t, `
on.text(function()
  return table.concat({settings.city, settings.hours[2], #settings.hours, settings.shop.name, tostring(settings.nothing)}, " ")
end)`, "x"))
	require.Equal(t, "city hours shop", says(t, `
on.text(function()
  local names = {}
  for k in pairs(settings) do names[#names + 1] = k end
  table.sort(names)
  return table.concat(names, " ")
end)`, "x"))
}
