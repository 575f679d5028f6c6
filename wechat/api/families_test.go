package api_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/api"
)

// call is one typed method seen from the wire: what it must send, and what it makes of an answer.
type call struct {
	name   string
	do     func(context.Context, *api.Client) (any, error)
	sent   string // METHOD path
	query  map[string]string
	body   string
	answer string
	want   any
}

func (tt call) run(t *testing.T) {
	t.Helper()
	if tt.answer == "" {
		tt.answer = `{"errcode":0,"errmsg":"ok"}`
	}
	r := newRig(t, say(tt.answer))
	got, err := tt.do(context.Background(), r.client)
	require.NoError(t, err)
	require.Equal(t, tt.want, got)
	last := r.last()
	require.Equal(t, tt.sent, last.method+" "+last.path)
	require.Equal(t, liveToken, last.token)
	for name, value := range tt.query {
		require.Equal(t, []string{value}, last.query[name], name)
	}
	if tt.body == "" {
		require.Empty(t, last.body)
		return
	}
	require.JSONEq(t, tt.body, last.body)
}

type (
	ctxT   = context.Context
	client = api.Client
)

func TestUserCalls(t *testing.T) {
	type user struct {
		Subscribe     bool  `json:"subscribe"`
		SubscribeTime int64 `json:"subscribe_time"`
	}
	info := func(ctx ctxT, c *client) (any, error) {
		var got user
		err := c.Fetch(ctx, api.InfoOf("o1"), &got)
		return got, err
	}
	for _, tt := range []call{
		{
			name: "info", do: info, sent: "GET /cgi-bin/user/info", query: map[string]string{"openid": "o1", "lang": "zh_CN"},
			answer: `{"subscribe":"1","openid":"o1","subscribe_time":"1760000000","tagid_list":[100,"101"]}`, want: user{true, 1760000000},
		},
		{name: "gone", do: info, sent: "GET /cgi-bin/user/info", answer: `{"subscribe":0,"openid":"o1"}`, want: user{}},
		{
			name: "remark", do: func(ctx ctxT, c *client) (any, error) { return nil, c.SetRemark(ctx, "o1", "老王") },
			sent: "POST /cgi-bin/user/info/updateremark", body: `{"openid":"o1","remark":"老王"}`,
		},
		{
			name: "tag create", do: func(ctx ctxT, c *client) (any, error) { return c.CreateTag(ctx, "茶") }, sent: "POST /cgi-bin/tags/create",
			body: `{"tag":{"name":"茶"}}`, answer: `{"tag":{"id":134,"name":"茶"}}`, want: api.Tag{ID: 134, Name: "茶"},
		},
		{
			name: "tag rename", do: func(ctx ctxT, c *client) (any, error) { return nil, c.RenameTag(ctx, 134, "酒") },
			sent: "POST /cgi-bin/tags/update", body: `{"tag":{"id":134,"name":"酒"}}`,
		},
		{
			name: "untag", do: func(ctx ctxT, c *client) (any, error) { return nil, c.UntagUsers(ctx, 134, []string{"o1"}) },
			sent: "POST /cgi-bin/tags/members/batchuntagging", body: `{"openid_list":["o1"],"tagid":134}`,
		},
		{
			name: "block", do: func(ctx ctxT, c *client) (any, error) { return nil, c.Block(ctx, []string{"o1"}) },
			sent: "POST /cgi-bin/tags/members/batchblacklist", body: `{"openid_list":["o1"]}`,
		},
		{
			name: "unblock", do: func(ctx ctxT, c *client) (any, error) { return nil, c.Unblock(ctx, []string{"o1"}) },
			sent: "POST /cgi-bin/tags/members/batchunblacklist", body: `{"openid_list":["o1"]}`,
		},
	} {
		t.Run(tt.name, tt.run)
	}
}

func TestTemplateCalls(t *testing.T) {
	for _, tt := range []call{
		{
			name: "send", sent: "POST /cgi-bin/message/template/send",
			do: func(ctx ctxT, c *client) (any, error) {
				return c.SendTemplate(ctx, &api.TemplateMessage{
					ToUser: "o1", TemplateID: "T", URL: "https://example.test/?a=1&b=2", ClientMsgID: "id",
					MiniProgram: &api.MiniProgram{AppID: "wx9", PagePath: "p"}, Data: map[string]api.TemplateValue{"thing1": {"绿茶"}},
				})
			},
			body:   `{"touser":"o1","template_id":"T","url":"https://example.test/?a=1&b=2","client_msg_id":"id","miniprogram":{"appid":"wx9","pagepath":"p"},"data":{"thing1":{"value":"绿茶"}}}`,
			answer: `{"errcode":0,"msgid":2918131553548107776}`, want: "2918131553548107776",
		},
		{
			name: "notice", sent: "POST /cgi-bin/message/subscribe/bizsend",
			do: func(ctx ctxT, c *client) (any, error) {
				return nil, c.SendSubscription(ctx, &api.SubscriptionMessage{ToUser: "o1", TemplateID: "T", Page: "https://e.test", Data: map[string]api.TemplateValue{"a": {"b"}}})
			},
			body: `{"touser":"o1","template_id":"T","page":"https://e.test","data":{"a":{"value":"b"}}}`,
		},
	} {
		t.Run(tt.name, tt.run)
	}
}

func TestOtherCalls(t *testing.T) {
	for _, tt := range []call{
		{
			name: "qr number", do: func(ctx ctxT, c *client) (any, error) {
				return c.CreateQRCode(ctx, api.QRCode{SceneID: 7, Life: time.Minute})
			},
			sent: "POST /cgi-bin/qrcode/create", body: `{"expire_seconds":60,"action_name":"QR_SCENE","action_info":{"scene":{"scene_id":7}}}`,
			answer: `{"ticket":"gQ/+=","expire_seconds":60,"url":"http://weixin.qq.com/q/x"}`, want: api.QRTicket{Ticket: "gQ/+=", ExpireSeconds: 60, URL: "http://weixin.qq.com/q/x"},
		},
		{
			name: "qr permanent text", do: func(ctx ctxT, c *client) (any, error) {
				return c.CreateQRCode(ctx, api.QRCode{SceneStr: "desk-7", Permanent: true})
			},
			sent: "POST /cgi-bin/qrcode/create", body: `{"action_name":"QR_LIMIT_STR_SCENE","action_info":{"scene":{"scene_str":"desk-7"}}}`,
			answer: `{"ticket":"g"}`, want: api.QRTicket{Ticket: "g"},
		},
		{
			name: "short key", do: func(ctx ctxT, c *client) (any, error) { return c.ShortKey(ctx, "https://e.test/?a=1&b=2", time.Hour) },
			sent: "POST /cgi-bin/shorten/gen", body: `{"long_data":"https://e.test/?a=1&b=2","expire_seconds":3600}`, answer: `{"short_key":"abc"}`, want: "abc",
		},
		{
			name: "typing", do: func(ctx ctxT, c *client) (any, error) { return nil, c.Typing(ctx, "o1", true) },
			sent: "POST /cgi-bin/message/custom/typing", body: `{"touser":"o1","command":"Typing"}`,
		},
		{
			name: "typing off", do: func(ctx ctxT, c *client) (any, error) { return nil, c.Typing(ctx, "o1", false) },
			sent: "POST /cgi-bin/message/custom/typing", body: `{"touser":"o1","command":"CancelTyping"}`,
		},
	} {
		t.Run(tt.name, tt.run)
	}
	require.Equal(t, "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=gQ%2F%2B%3D", api.Pages{}.ShowQRCode("gQ/+="))
}

func TestBatches(t *testing.T) {
	openids := make([]string, 101)
	for i := range openids {
		openids[i] = "o"
	}
	r := newRig(t, say(`{}`))
	require.NoError(t, r.client.TagUsers(bg(), 1, openids))
	require.Len(t, r.calls(), 3)
	require.NoError(t, r.client.Block(bg(), openids))
	require.Len(t, r.calls(), 3+6)

	r = newRig(t, say(`{"errcode":45159}`))
	require.Error(t, r.client.TagUsers(bg(), 1, openids))
	require.Len(t, r.calls(), 1)
}
