package api_test

import (
	"context"
	"iter"
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
	for _, tt := range []call{
		{
			name: "info", do: func(ctx ctxT, c *client) (any, error) { return c.UserInfo(ctx, "o1") },
			sent: "GET /cgi-bin/user/info", query: map[string]string{"openid": "o1", "lang": "zh_CN"},
			answer: `{"subscribe":"1","openid":"o1","subscribe_time":"1760000000","tagid_list":[100,"101"],"qr_scene":0,"unionid":"u","subscribe_scene":"ADD_SCENE_NEW"}`,
			want:   api.User{Subscribe: true, OpenID: "o1", SubscribeTime: 1760000000, UnionID: "u", TagIDs: []int64{100, 101}, SubscribeScene: "ADD_SCENE_NEW"},
		},
		{
			name: "gone", do: func(ctx ctxT, c *client) (any, error) { return c.UserInfo(ctx, "o1") },
			sent: "GET /cgi-bin/user/info", answer: `{"subscribe":0,"openid":"o1"}`, want: api.User{OpenID: "o1"},
		},
		{
			name: "remark", do: func(ctx ctxT, c *client) (any, error) { return nil, c.SetRemark(ctx, "o1", "老王") },
			sent: "POST /cgi-bin/user/info/updateremark", body: `{"openid":"o1","remark":"老王"}`,
		},
		{
			name: "followers", do: func(ctx ctxT, c *client) (any, error) { return c.Followers(ctx, "o9") },
			sent: "GET /cgi-bin/user/get", query: map[string]string{"next_openid": "o9"},
			answer: `{"total":2,"count":2,"data":{"openid":["o1","o2"]},"next_openid":"o2"}`,
			want:   api.Page{Total: 2, Count: 2, OpenIDs: []string{"o1", "o2"}, Next: "o2"},
		},
		{
			name: "tags", do: func(ctx ctxT, c *client) (any, error) { return c.Tags(ctx) }, sent: "GET /cgi-bin/tags/get",
			answer: `{"tags":[{"id":100,"name":"茶","count":"3"}]}`, want: []api.Tag{{ID: 100, Name: "茶", Count: 3}},
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
			name: "tag delete", do: func(ctx ctxT, c *client) (any, error) { return nil, c.DeleteTag(ctx, 134) },
			sent: "POST /cgi-bin/tags/delete", body: `{"tag":{"id":134}}`,
		},
		{
			name: "tags of", do: func(ctx ctxT, c *client) (any, error) { return c.TagsOf(ctx, "o1") }, sent: "POST /cgi-bin/tags/getidlist",
			body: `{"openid":"o1"}`, answer: `{"tagid_list":[134,2]}`, want: []int64{134, 2},
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
			name: "list", do: func(ctx ctxT, c *client) (any, error) { return c.Templates(ctx) }, sent: "GET /cgi-bin/template/get_all_private_template",
			answer: `{"template_list":[{"template_id":"T","title":"t","content":"{{a.DATA}}"}]}`, want: []api.Template{{ID: "T", Title: "t", Content: "{{a.DATA}}"}},
		},
		{
			name: "add", do: func(ctx ctxT, c *client) (any, error) { return c.AddTemplate(ctx, "TM1", []string{"a"}) },
			sent: "POST /cgi-bin/template/api_add_template", body: `{"template_id_short":"TM1","keyword_name_list":["a"]}`, answer: `{"template_id":"T"}`, want: "T",
		},
		{
			name: "delete", do: func(ctx ctxT, c *client) (any, error) { return nil, c.DeleteTemplate(ctx, "T") },
			sent: "POST /cgi-bin/template/del_private_template", body: `{"template_id":"T"}`,
		},
		{
			name: "industry", do: func(ctx ctxT, c *client) (any, error) { return c.Industry(ctx) }, sent: "GET /cgi-bin/template/get_industry",
			answer: `{"primary_industry":{"first_class":"IT","second_class":"软件"},"secondary_industry":[]}`,
			want:   api.Industry{Primary: api.IndustryClass{First: "IT", Second: "软件"}},
		},
		{
			name: "set industry", do: func(ctx ctxT, c *client) (any, error) { return nil, c.SetIndustry(ctx, "1", "4") },
			sent: "POST /cgi-bin/template/api_set_industry", body: `{"industry_id1":"1","industry_id2":"4"}`,
		},
		{
			name: "notice", sent: "POST /cgi-bin/message/subscribe/bizsend",
			do: func(ctx ctxT, c *client) (any, error) {
				return nil, c.SendSubscription(ctx, &api.SubscriptionMessage{ToUser: "o1", TemplateID: "T", Page: "https://e.test", Data: map[string]api.TemplateValue{"a": {"b"}}})
			},
			body: `{"touser":"o1","template_id":"T","page":"https://e.test","data":{"a":{"value":"b"}}}`,
		},
		{
			name: "notice templates", do: func(ctx ctxT, c *client) (any, error) { return c.SubscriptionTemplates(ctx) }, sent: "GET /wxaapi/newtmpl/gettemplate",
			answer: `{"errcode":0,"data":[{"priTmplId":"P","title":"t","type":2}]}`, want: []api.SubscriptionTemplate{{ID: "P", Title: "t", Type: 2}},
		},
		{
			name: "add notice template", do: func(ctx ctxT, c *client) (any, error) {
				return c.AddSubscriptionTemplate(ctx, "401", []int64{1, 2}, "测试")
			},
			sent: "POST /wxaapi/newtmpl/addtemplate", body: `{"tid":"401","kidList":[1,2],"sceneDesc":"测试"}`, answer: `{"priTmplId":"P"}`, want: "P",
		},
		{
			name: "delete notice template", do: func(ctx ctxT, c *client) (any, error) { return nil, c.DeleteSubscriptionTemplate(ctx, "P") },
			sent: "POST /wxaapi/newtmpl/deltemplate", body: `{"priTmplId":"P"}`,
		},
		{
			name: "categories", do: func(ctx ctxT, c *client) (any, error) { return c.Categories(ctx) }, sent: "GET /wxaapi/newtmpl/getcategory",
			answer: `{"data":[{"id":"616","name":"公交"}]}`, want: []api.Category{{ID: 616, Name: "公交"}},
		},
		{
			name: "titles", do: func(ctx ctxT, c *client) (any, error) { return c.PublicTemplates(ctx, "2,616", 0, 30) }, sent: "GET /wxaapi/newtmpl/getpubtemplatetitles",
			query: map[string]string{"ids": "2,616", "start": "0", "limit": "30"}, answer: `{"data":[{"tid":99,"title":"t","type":2,"categoryId":616}]}`,
			want: []api.PublicTemplate{{TID: "99", Title: "t", Type: 2, CategoryID: "616"}},
		},
		{
			name: "keywords", do: func(ctx ctxT, c *client) (any, error) { return c.TemplateKeywords(ctx, "99") }, sent: "GET /wxaapi/newtmpl/getpubtemplatekeywords",
			query: map[string]string{"tid": "99"}, answer: `{"data":[{"kid":1,"name":"n","rule":"thing"}]}`, want: []api.TemplateKeyword{{KID: 1, Name: "n", Rule: "thing"}},
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
			name: "short data", do: func(ctx ctxT, c *client) (any, error) { return c.FetchShort(ctx, "abc") }, sent: "POST /cgi-bin/shorten/fetch",
			body: `{"short_key":"abc"}`, answer: `{"long_data":"x","create_time":"1","expire_seconds":2}`, want: api.ShortData{LongData: "x", CreateTime: 1, ExpireSeconds: 2},
		},
		{
			name: "kf list", do: func(ctx ctxT, c *client) (any, error) { return c.KfAccounts(ctx) }, sent: "GET /cgi-bin/customservice/getkflist",
			answer: `{"kf_list":[{"kf_account":"anna@tea","kf_id":1001,"kf_nick":"安娜","invite_expire_time":1}]}`,
			want:   []api.KfAccount{{Account: "anna@tea", ID: "1001", Nick: "安娜", InviteExpireTime: 1}},
		},
		{
			name: "kf online", do: func(ctx ctxT, c *client) (any, error) { return c.OnlineKf(ctx) }, sent: "GET /cgi-bin/customservice/getonlinekflist",
			answer: `{"kf_online_list":[{"kf_account":"anna@tea","status":1,"kf_id":"1001","accepted_case":2}]}`, want: []api.OnlineKf{{Account: "anna@tea", Status: 1, ID: "1001", AcceptedCase: 2}},
		},
		{
			name: "kf add", do: func(ctx ctxT, c *client) (any, error) { return nil, c.AddKf(ctx, "anna@tea", "安娜") },
			sent: "POST /customservice/kfaccount/add", body: `{"kf_account":"anna@tea","nickname":"安娜"}`,
		},
		{
			name: "kf update", do: func(ctx ctxT, c *client) (any, error) { return nil, c.UpdateKf(ctx, "anna@tea", "安娜") },
			sent: "POST /customservice/kfaccount/update", body: `{"kf_account":"anna@tea","nickname":"安娜"}`,
		},
		{
			name: "kf delete", do: func(ctx ctxT, c *client) (any, error) { return nil, c.DeleteKf(ctx, "anna@tea") },
			sent: "POST /customservice/kfaccount/del", body: `{"kf_account":"anna@tea"}`,
		},
		{
			name: "kf invite", do: func(ctx ctxT, c *client) (any, error) { return nil, c.InviteKf(ctx, "anna@tea", "wxid") },
			sent: "POST /customservice/kfaccount/inviteworker", body: `{"kf_account":"anna@tea","invite_wx":"wxid"}`,
		},
		{
			name: "kf open", do: func(ctx ctxT, c *client) (any, error) { return nil, c.OpenKfSession(ctx, "anna@tea", "o1") },
			sent: "POST /customservice/kfsession/create", body: `{"kf_account":"anna@tea","openid":"o1"}`,
		},
		{
			name: "kf close", do: func(ctx ctxT, c *client) (any, error) { return nil, c.CloseKfSession(ctx, "anna@tea", "o1") },
			sent: "POST /customservice/kfsession/close", body: `{"kf_account":"anna@tea","openid":"o1"}`,
		},
		{
			name: "kf session", do: func(ctx ctxT, c *client) (any, error) { return c.KfSession(ctx, "o1") }, sent: "GET /customservice/kfsession/getsession",
			query: map[string]string{"openid": "o1"}, answer: `{"kf_account":"anna@tea","createtime":5}`, want: api.KfSession{Account: "anna@tea", OpenID: "o1", CreateTime: 5},
		},
		{
			name: "kf sessions", do: func(ctx ctxT, c *client) (any, error) { return c.KfSessions(ctx, "anna@tea") }, sent: "GET /customservice/kfsession/getsessionlist",
			query: map[string]string{"kf_account": "anna@tea"}, answer: `{"sessionlist":[{"openid":"o1","createtime":5}]}`, want: []api.KfSession{{Account: "anna@tea", OpenID: "o1", CreateTime: 5}},
		},
		{
			name: "kf waiting", do: func(ctx ctxT, c *client) (any, error) { return c.WaitingFans(ctx) }, sent: "GET /customservice/kfsession/getwaitcase",
			answer: `{"count":1,"waitcaselist":[{"openid":"o1","latest_time":6}]}`, want: []api.WaitingFan{{OpenID: "o1", LatestTime: 6}},
		},
		{
			name: "quota", do: func(ctx ctxT, c *client) (any, error) { return c.Quota(ctx, "/cgi-bin/message/custom/send") }, sent: "POST /cgi-bin/openapi/quota/get",
			body: `{"cgi_path":"/cgi-bin/message/custom/send"}`, answer: `{"quota":{"daily_limit":10,"used":3,"remain":7}}`, want: api.Quota{DailyLimit: 10, Used: 3, Remain: 7},
		},
		{
			name: "clear quota", do: func(ctx ctxT, c *client) (any, error) { return nil, c.ClearQuota(ctx) },
			sent: "POST /cgi-bin/clear_quota", body: `{"appid":"wx1a2b3c4d5e6f7081"}`,
		},
		{
			name: "rid", do: func(ctx ctxT, c *client) (any, error) { return c.Rid(ctx, "1-2-3") }, sent: "POST /cgi-bin/openapi/rid/get", body: `{"rid":"1-2-3"}`,
			answer: `{"request":{"invoke_time":1,"cost_in_ms":2,"request_url":"access_token=STOLEN"}}`, want: api.RidReport{InvokeTime: 1, CostMS: 2, RequestURL: "access_token=***"},
		},
		{
			name: "callback addresses", do: func(ctx ctxT, c *client) (any, error) { return c.CallbackIPs(ctx) }, sent: "GET /cgi-bin/getcallbackip",
			answer: `{"ip_list":["203.0.113.0/24"]}`, want: []string{"203.0.113.0/24"},
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

func collect(seq iter.Seq2[string, error]) (all []string, failed error) {
	for openid, err := range seq {
		if err != nil {
			return all, err
		}
		all = append(all, openid)
	}
	return all, nil
}

func TestListsOfFansEndWhereThePlatformEndsThem(t *testing.T) {
	full := say(`{"count":2,"data":{"openid":["o1","o2"]},"next_openid":"o2"}`)
	t.Run("last page without data", func(t *testing.T) {
		r := newRig(t, full, say(`{"total":2,"count":0,"next_openid":""}`))
		all, err := collect(r.client.AllFollowers(bg()))
		require.NoError(t, err)
		require.Equal(t, []string{"o1", "o2"}, all)
		require.Equal(t, []string{"o2"}, r.last().query["next_openid"])
	})
	t.Run("same successor for ever", func(t *testing.T) {
		r := newRig(t, full)
		all, err := collect(r.client.TagMembers(bg(), 134))
		require.NoError(t, err)
		require.Len(t, all, 4)
		require.JSONEq(t, `{"tagid":134,"next_openid":"o2"}`, r.last().body)
	})
	t.Run("error in the middle", func(t *testing.T) {
		r := newRig(t, full, say(`{"errcode":45009}`))
		all, err := collect(r.client.Blacklist(bg()))
		require.Error(t, err)
		require.Len(t, all, 2)
		require.JSONEq(t, `{"begin_openid":"o2"}`, r.last().body)
	})
	t.Run("caller stops", func(t *testing.T) {
		r := newRig(t, full)
		for range r.client.AllFollowers(bg()) {
			break
		}
		require.Len(t, r.calls(), 1)
	})
}

func TestBatches(t *testing.T) {
	openids := make([]string, 101)
	for i := range openids {
		openids[i] = "o"
	}
	r := newRig(t, say(`{"user_info_list":[{"openid":"a"},{"openid":"b"}]}`), say(`{"user_info_list":{"openid":"c"}}`))
	users, err := r.client.Users(bg(), openids)
	require.NoError(t, err)
	require.Len(t, users, 3)
	require.Len(t, r.calls(), 2)
	require.JSONEq(t, `{"user_list":[{"openid":"o","lang":"zh_CN"}]}`, r.last().body)

	r = newRig(t, say(`{}`))
	require.NoError(t, r.client.TagUsers(bg(), 1, openids))
	require.Len(t, r.calls(), 3)
	require.NoError(t, r.client.Block(bg(), openids))
	require.Len(t, r.calls(), 3+6)

	r = newRig(t, say(`{"errcode":45159}`))
	require.Error(t, r.client.TagUsers(bg(), 1, openids))
	require.Len(t, r.calls(), 1)
}
