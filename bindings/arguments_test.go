package bindings_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What would grow beyond all measure on its way to WeChat, or in a message that a script keeps.
func TestTextsWithoutEnd(t *testing.T) {
	tests := []struct{ name, act, want string }{
		{"an openid", `user.get_all{msg.openid, long}`, `user.get_all: argument 1 (openids): item 2 is "xxxx`},
		{"no openid", `user.get_all{""}`, `user.get_all: argument 1 (openids): item 1 is ""; want the openid of a fan`},
		{"an openid of a mass message", `mass.send{touser = {msg.openid, long}, text = {content = "x"}}`, "item 2 is \"xxxx"},
		{"values of a template", `template.send(msg.openid, "T", {a = long, b = long, c = long})`, "template.send: c: the texts up to here have 1200003 bytes; want at most 1048576 in one call"},
		{"values of a notice", `subscribe_message.send(msg.openid, "T", {a = long, b = {value = long}, c = long})`, "subscribe_message.send: c: the texts up to here have 1200003 bytes"},
		{"words of a template", `template.add("TM1", {long, long, long})`, "template.add: argument 2 (keywords): the texts up to here have 1200000 bytes"},
		{"fields", `mass.send{mpvideo = {media_id = long, title = long, description = long}}`, "mass.send: mpvideo: description: the texts up to here have 1200000 bytes"},
		{"a name of a module", `require(long)`, "require: there is no module \"xxxx"},
		{"a name of a field", `reply.video{[long] = 1}`, "reply.video: has no field xxxx"},
		{"a name of a value", `template.send(msg.openid, "T", {[long] = {}})`, "template.send: xxxx"},
		{"a name of a file", `data.csv(long)`, "data.csv: there is no file data/xxxx"},
		{"a key of a list", `json.encode{1, [long] = 2}`, "json.encode: is a list and has the key xxxx"},
		{"a path", `json.encode{[long] = {[long] = print}}`, "json.encode: xxxx"},
		{"a fault of WeChat's checks", `mass.send{msgtype = long, filter = {is_to_all = true}}`, `msgtype: "xxxx`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := fails(t, `local long = ("x"):rep(400000) on.text(function(msg) `+tt.act+` end)`)
			require.Contains(t, err, tt.want)
			require.Less(t, len(err), 2200)
		})
	}
	require.Equal(t, "ok", says(t, `on.text(function(msg)
  local text = ("x"):rep(600000)
  pcall(template.send, msg.openid, "T", {a = text})
  local _, r, e = pcall(template.send, msg.openid, "T", {a = text})
  return e and e.errmsg and "ok" or r
end)`, "x"), "each call has a measure of its own")
}
