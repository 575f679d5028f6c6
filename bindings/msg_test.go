package bindings_test

import (
	"testing"

	"github.com/stretchr/testify/require"
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
