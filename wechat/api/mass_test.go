package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

func TestMassCalls(t *testing.T) {
	sent := api.MassSent{MsgID: "1000001625", MsgDataID: "206227730"}
	answer := `{"errcode":0,"msg_id":1000001625,"msg_data_id":"206227730"}`
	send := func(m *api.Mass) func(ctxT, *client) (any, error) {
		return func(ctx ctxT, c *client) (any, error) { return c.SendMass(ctx, m) }
	}
	for _, tt := range []call{
		{
			name: "text to all", do: send(&api.Mass{ToAll: true, MsgType: "text", Content: "茶"}), sent: "POST /cgi-bin/message/mass/sendall",
			body: `{"filter":{"is_to_all":true},"msgtype":"text","text":{"content":"茶"}}`, answer: answer, want: sent,
		},
		{
			name: "article to a tag", do: send(&api.Mass{TagID: 2, MsgType: "mpnews", MediaID: "M", SendIgnoreReprint: true, ClientMsgID: "id"}), sent: "POST /cgi-bin/message/mass/sendall",
			body: `{"filter":{"is_to_all":false,"tag_id":2},"msgtype":"mpnews","mpnews":{"media_id":"M"},"send_ignore_reprint":1,"clientmsgid":"id"}`, answer: answer, want: sent,
		},
		{
			name: "images to openids", do: send(&api.Mass{OpenIDs: []string{"a", "b"}, MsgType: "image", MediaIDs: []string{"M", "N"}, Recommend: "r"}), sent: "POST /cgi-bin/message/mass/send",
			body: `{"touser":["a","b"],"msgtype":"image","images":{"media_ids":["M","N"],"recommend":"r"}}`, answer: answer, want: sent,
		},
		{
			name: "video", do: send(&api.Mass{ToAll: true, MsgType: "mpvideo", MediaID: "M", Title: "t", Description: "d"}), sent: "POST /cgi-bin/message/mass/sendall",
			body: `{"filter":{"is_to_all":true},"msgtype":"mpvideo","mpvideo":{"media_id":"M","title":"t","description":"d"}}`, answer: answer, want: sent,
		},
		{
			name: "card", do: send(&api.Mass{ToAll: true, MsgType: "wxcard", CardID: "C"}), sent: "POST /cgi-bin/message/mass/sendall",
			body: `{"filter":{"is_to_all":true},"msgtype":"wxcard","wxcard":{"card_id":"C"}}`, answer: answer, want: sent,
		},
		{
			name: "preview", do: func(ctx ctxT, c *client) (any, error) {
				return c.PreviewMass(ctx, &api.Mass{MsgType: "image", MediaID: "M"}, "o1", false)
			},
			sent: "POST /cgi-bin/message/mass/preview", body: `{"touser":"o1","msgtype":"image","image":{"media_id":"M"}}`, answer: answer, want: "1000001625",
		},
		{
			name: "preview by name", do: func(ctx ctxT, c *client) (any, error) {
				return c.PreviewMass(ctx, &api.Mass{MsgType: "voice", MediaID: "M"}, "wxid", true)
			},
			sent: "POST /cgi-bin/message/mass/preview", body: `{"towxname":"wxid","msgtype":"voice","voice":{"media_id":"M"}}`, answer: answer, want: "1000001625",
		},
		{
			name: "delete", do: func(ctx ctxT, c *client) (any, error) { return nil, c.DeleteMass(ctx, "7250021412600020992", 2) },
			sent: "POST /cgi-bin/message/mass/delete", body: `{"msg_id":7250021412600020992,"article_idx":2}`,
		},
		{
			name: "status", do: func(ctx ctxT, c *client) (any, error) { return c.MassStatus(ctx, "1000001625") },
			sent: "POST /cgi-bin/message/mass/get", body: `{"msg_id":"1000001625"}`, answer: `{"msg_id":1000001625,"msg_status":"SEND_SUCCESS"}`, want: "SEND_SUCCESS",
		},
		{
			name: "speed", do: func(ctx ctxT, c *client) (any, error) { return c.MassSpeed(ctx) },
			sent: "POST /cgi-bin/message/mass/speed/get", body: `{}`, answer: `{"speed":3,"realspeed":15}`, want: api.MassSpeed{Speed: 3, RealSpeed: 15},
		},
		{
			name: "set speed", do: func(ctx ctxT, c *client) (any, error) { return nil, c.SetMassSpeed(ctx, 4) },
			sent: "POST /cgi-bin/message/mass/speed/set", body: `{"speed":4}`,
		},
	} {
		t.Run(tt.name, tt.run)
	}
}

func TestMassIDsTravelExactly(t *testing.T) {
	r := newRig(t, say(`{}`))
	require.NoError(t, r.client.DeleteMass(bg(), "7250021412600020992", 0))
	require.Contains(t, r.last().body, `"msg_id":7250021412600020992`)
}

func TestMassMessagesThatAreRefused(t *testing.T) {
	r := newRig(t, say(`{}`))
	for _, tt := range []struct {
		mass api.Mass
		want string
	}{
		{api.Mass{MsgType: "text", Content: "x"}, "touser"},
		{api.Mass{OpenIDs: []string{"a"}, MsgType: "text", Content: "x"}, "touser"},
		{api.Mass{OpenIDs: make([]string, 10_001), MsgType: "text", Content: "x"}, "touser"},
		{api.Mass{ToAll: true, MsgType: "news"}, "msgtype"},
		{api.Mass{ToAll: true, MsgType: "text"}, "content"},
		{api.Mass{ToAll: true, MsgType: "image"}, "media_id"},
		{api.Mass{ToAll: true, MsgType: "wxcard"}, "card_id"},
		{api.Mass{ToAll: true, MsgType: "text", Content: "x", ClientMsgID: strings.Repeat("x", 65)}, "clientmsgid"},
		{api.Mass{ToAll: true, TagID: 2, MsgType: "text", Content: "x"}, "filter"},
		{api.Mass{ToAll: true, OpenIDs: []string{"a", "b"}, MsgType: "text", Content: "x"}, "touser"},
		{api.Mass{TagID: 2, OpenIDs: []string{"a", "b"}, MsgType: "text", Content: "x"}, "touser"},
		{api.Mass{OpenIDs: []string{"a", "b", "a"}, MsgType: "text", Content: "x"}, "touser"},
	} {
		_, err := r.client.SendMass(bg(), &tt.mass)
		var field *wechat.FieldError
		require.ErrorAs(t, err, &field)
		require.Equal(t, tt.want, field.Field)
	}
	require.Error(t, r.client.DeleteMass(bg(), "x", 0))
	require.Error(t, r.client.SetMassSpeed(bg(), 5))
	require.Empty(t, r.calls())
}

// A mass message whose answer was lost is sent again with its clientmsgid; that WeChat then knows it is success.
func TestMassMessageThatWentOutAtTheFirstTry(t *testing.T) {
	used := say(`{"errcode":45065,"errmsg":"clientmsgid exist rid: 1-2-3","msg_id":2918131553548107776}`)
	mass := &api.Mass{ToAll: true, MsgType: "text", Content: "x", ClientMsgID: "spring-1"}

	for name, lost := range map[string]http.HandlerFunc{"cut": hangUp, "502": status(502, "x")} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, lost, used)
			sent, err := r.client.SendMass(bg(), mass)
			require.NoError(t, err)
			require.Equal(t, api.MassSent{MsgID: "2918131553548107776"}, sent)
			require.Len(t, r.calls(), 2)
		})
	}

	for name, first := range map[string][]http.HandlerFunc{"sent by another call": {used}, "refused before": {say(`{"errcode":-1}`), used}} {
		t.Run(name, func(t *testing.T) {
			_, err := newRig(t, first...).client.SendMass(bg(), mass)
			var refused *api.Error
			require.ErrorAs(t, err, &refused)
			require.Equal(t, 45065, refused.Code)
			require.Equal(t, "2918131553548107776", refused.MsgID)
			require.ErrorContains(t, err, "msg_id 2918131553548107776, rid 1-2-3")
		})
	}

	_, err := newRig(t, hangUp, say(`{"errcode":45065}`)).client.SendMass(bg(), mass)
	require.Error(t, err, "an earlier message that WeChat does not name")
}
