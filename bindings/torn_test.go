package bindings_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestATornAnswerIsAnError that names the line where a character was cut in two, or where the reply was made, and the cure.
func TestATornAnswerIsAnError(t *testing.T) {
	const cure = ": string.sub counts bytes and cuts through characters; text.sub counts characters"
	for _, tt := range []struct{ name, main, want string }{
		{"a text", "on.text(function()\n local s = '一杯红茶'\n return s:sub(1, 4)\nend)", `main.lua:3: on.text: the answer is torn behind "一"` + cure},
		{"joined elsewhere", "on.text(function()\n local s = ('一杯红茶'):sub(2)\n local t = s:upper()\n return 'x' .. s\nend)", `main.lua:2: on.text: the answer is torn behind "x"` + cure},
		{"not by sub", "on.text(\n function()\n  return '\\228'\n end)", `main.lua:1: on.text: the answer is torn at its beginning` + cure},
		{"cut for a look", "on.text(function()\n if ('红茶'):sub(1, 2) == '' then return end\n return '\\228'\nend)", `main.lua:1: on.text: the answer is torn at its beginning` + cure},
		{"a reply", "on.text(function()\n local s = ('红茶'):sub(1, 4)\n return reply.text(s)\nend)", `main.lua:3: reply.text: argument 1 (content) is torn behind "红"` + cure},
		{"an article", "on.text(function()\n return reply.news{title = ('红茶'):sub(1, 4)}\nend)", `main.lua:2: reply.news: title is torn behind "红"` + cure},
		{"one of several", "on.text(function() return reply.pick{'a', ('红茶'):sub(1, 4)} end)", `main.lua:1: reply.pick: answer 2 is torn behind "红"` + cure},
		{"a button", "menu{button(('红茶'):sub(1, 4), {view = 'https://example.com'})}", `main.lua:1: button: argument 1 (name) is torn behind "红"` + cure},
		{"the words of a link", "on.text(function() return reply.tap(('茶'):sub(1, 1), 'x') end)", `main.lua:1: reply.tap: argument 1 (label) is torn at its beginning` + cure},
		{"what a link says", "on.text(function() return reply.tap('x', ('红茶'):sub(1, 4)) end)", `main.lua:1: reply.tap: argument 2 (text) is torn behind "红"` + cure},
		{"a message", "on.text(function(msg) send.text(msg.openid, ('红茶'):sub(1, 4)) end)", `main.lua:1: send.text: argument 2 (content) is torn behind "红"` + cure},
		{"a title", "on.text(function(msg) send.news(msg.openid, {title = ('红茶'):sub(1, 4)}) end)", `main.lua:1: send.news: title is torn behind "红"` + cure},
		{"a remark", "on.text(function(msg) user.remark(msg.openid, ('红茶'):sub(1, 4)) end)", `main.lua:1: user.remark: argument 2 (remark) is torn behind "红"` + cure},
		{"a value", "on.text(function(msg) store.set('a', ('红茶'):sub(1, 4)) end)", `main.lua:1: store.set: argument 2 (value): is not UTF-8 text; text.sub cuts between characters`},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Contains(t, fails(t, tt.main), tt.want) })
	}
	require.Equal(t, "一杯", says(t, `on.text(function() return text.sub("一杯红茶", 1, 2) end)`, "x"))
	require.Equal(t, "红\uFFFD", says(t, `on.text(function() return "红\239\191\189" end)`, "x"), "what stands for a broken character is one")
}
