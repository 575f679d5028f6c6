package sim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

func TestNamesCountOnlyAsTheyAreSpelt(t *testing.T) {
	w := newWorld(t, with(withTemplates))
	w.push("amy", sim.Text("hi"))
	amy := w.openID("amy")
	const send = "/cgi-bin/message/custom/send"
	article := m{"title": "t", "content": "c"}
	tests := []struct {
		name, path string
		body       any
		want       int
	}{
		{"touser", send, m{"ToUser": amy, "msgtype": "text", "text": m{"content": "a"}}, 40003},
		{"msgtype", send, m{"touser": amy, "MsgType": "text", "text": m{"content": "a"}}, 40008},
		{"the message's part", send, m{"touser": amy, "msgtype": "text", "Text": m{"content": "a"}}, 47001},
		{"inside the part", send, m{"touser": amy, "msgtype": "text", "text": m{"Content": "a"}}, 44004},
		{"inside a list", send, m{"touser": amy, "msgtype": "msgmenu", "msgmenu": m{"list": []any{m{"id": 1, "Content": "a"}}}}, 45099},
		{"a name without a tag", "/cgi-bin/message/custom/typing", m{"touser": amy, "COMMAND": "Typing"}, 45072},
		{"menu", "/cgi-bin/menu/create", m{"Button": []any{click("b", "B")}}, 40016},
		{"button", "/cgi-bin/menu/create", menuOf(m{"type": "click", "name": "b", "KEY": "B"}), 40019},
		{"sub-button", "/cgi-bin/menu/create", menuOf(group("g", m{"type": "click", "Name": "b", "key": "B"})), 40025},
		{"articles", "/cgi-bin/draft/add", m{"Articles": []any{article}}, 44003},
		{"mass", "/cgi-bin/message/mass/sendall", m{"filter": m{"Is_To_All": true}, "msgtype": "text", "text": m{"content": "a"}}, 45159},
		{"appid", "/cgi-bin/clear_quota", m{"AppID": shopAppID}, 40013},
		{"unknown names are no fault", send, m{"touser": amy, "msgtype": "text", "text": m{"content": "a", "x": 1}, "y": []any{m{"z": 2}}}, 0},
		{"the right name wins", send, `{"touser":"` + amy + `","ToUser":"x","msgtype":"text","text":{"content":"a","CONTENT":""}}`, 0},
		{"two texts", send, `{} {}`, 47001},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, w.post(tt.path, tt.body).code())
		})
	}
	require.Equal(t, 47003, w.template("any", m{"thing1": m{"Value": "tea"}}).code())
	require.Equal(t, 41011, w.upload("/cgi-bin/material/add_material?type=video", "a.mp4", "film", "description", `{"Title":"t"}`).code())
}

func TestEscapesAreSeenAsTheyStand(t *testing.T) {
	tests := []struct{ name, sent, seen string }{
		{"angle brackets and ampersand", `\u003ca\u003E\u0026`, `\u003ca\u003E\u0026`},
		{"Chinese", `\u4eca天`, `\u4eca天`},
		{"beyond the first plane", `\ud83d\ude00`, `\ud83d\ude00`},
		{"ASCII is read", `\u0041\u000a\"`, "A\n\""},
		{"an escaped backslash is none", `\\u003c`, `\u003c`},
		{"raw", `<今>&`, `<今>&`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.push("amy", sim.Text("hi"))
			send := func(text string) int {
				body := fmt.Sprintf(`{"touser":"%s","msgtype":"text","text":{"content":"%s"}}`, w.openID("amy"), text)
				return w.post("/cgi-bin/message/custom/send", body).code()
			}
			require.Zero(t, send(tt.sent))
			require.Equal(t, "bot/custom "+tt.seen, w.lines("amy")[1])
			if tt.seen == `\u4eca天` {
				require.Equal(t, 45002, send(strings.Repeat(`\u4eca`, 342)), "the length is that of what is seen")
			}
		})
	}
}
