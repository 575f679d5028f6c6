package server_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/server"
	"moonwire/store"
	"moonwire/wechat"
	"moonwire/wechat/sim"
)

// TestBadValues sends every method what it must refuse, and wants the field named.
func TestBadValues(t *testing.T) {
	h := newHouse(t)
	text := func(n int) string { return strings.Repeat("茶", n) }
	fan := `"touser":"` + amy + `"`
	for _, c := range []struct{ name, method, body, kind, field, message string }{
		{"not JSON", "messages/get", `{"msg_id":`, "invalid_parameter", "body", "is not JSON"},
		{"two values", "messages/get", `{"msg_id":"1"} {}`, "invalid_parameter", "body", "is not JSON"},
		{"a list", "messages/get", `[]`, "invalid_parameter", "body", "is a list; want an object"},
		{"null", "messages/get", `null`, "invalid_parameter", "body", "is null; want an object"},
		{"not UTF-8", "messages/get", "{\"msg_id\":\"\xff\"}", "invalid_parameter", "body", "UTF-8"},
		{"a name twice", "messages/get", `{"msg_id":"1","msg_id":"2"}`, "invalid_parameter", "msg_id", "twice"},
		{"deep", "call", `{"path":"/cgi-bin/x/y","body":` + strings.Repeat(`[`, 17) + strings.Repeat(`]`, 17) + `}`, "invalid_parameter", "body" + strings.Repeat("[1]", 15), "deeper"},
		{"wrong case", "messages/get", `{"Msg_ID":"1"}`, "invalid_parameter", "Msg_ID", "is unknown; want msg_id, trace"},

		{"get: neither", "messages/get", `{}`, "invalid_parameter", "msg_id", "exactly one of msg_id, trace"},
		{"get: both", "messages/get", `{"msg_id":"1","trace":"0123456789"}`, "invalid_parameter", "msg_id", "exactly one"},
		{"get: number", "messages/get", `{"msg_id":1}`, "invalid_parameter", "msg_id", "is a number; want a string"},
		{"get: null", "messages/get", `{"msg_id":null}`, "invalid_parameter", "msg_id", "is null"},
		{"get: empty", "messages/get", `{"msg_id":""}`, "invalid_parameter", "msg_id", "is empty"},
		{"get: short trace", "messages/get", `{"trace":"K2Q"}`, "invalid_parameter", "trace", "3 characters; want at least 4"},
		{"get: nobody's id", "messages/get", `{"msg_id":"99"}`, "not_found", "msg_id", "names no message"},
		{"get: nobody's trace", "messages/get", `{"trace":"ZZZZZZZZZZ"}`, "not_found", "trace", "names no message"},
		{"list: limit 0", "messages/list", `{"limit":-1}`, "invalid_parameter", "limit", "is -1; want at least 1"},
		{"list: limit", "messages/list", `{"limit":201}`, "invalid_parameter", "limit", "at most 200"},
		{"list: fraction", "messages/list", `{"limit":1.5}`, "invalid_parameter", "limit", "no whole number"},
		{"list: huge", "messages/list", `{"limit":99999999999999999999}`, "invalid_parameter", "limit", "no whole number"},
		{"list: before", "messages/list", `{"before":"ZZZZZZZZZZ"}`, "invalid_parameter", "before", "names no message"},
		{"list: openid", "messages/list", `{"openid":"` + strings.Repeat("o", 65) + `"}`, "invalid_parameter", "openid", "65 characters; want at most 64"},

		{"reply: touser", "messages/reply", `{"msgtype":"text","text":{"content":"hi"}}`, "invalid_parameter", "touser", "is missing"},
		{"reply: blank touser", "messages/reply", `{"touser":" ","msgtype":"text","text":{"content":"hi"}}`, "invalid_parameter", "touser", "blanks"},
		{"reply: msgtype", "messages/reply", `{` + fan + `}`, "invalid_parameter", "msgtype", "is missing"},
		{"reply: unknown field", "messages/reply", `{` + fan + `,"msgtype":"text","text":{"content":"hi"},"agent":1}`, "invalid_parameter", "agent", "unknown"},
		{"reply: unknown msgtype", "messages/reply", `{` + fan + `,"msgtype":"sticker"}`, "invalid_reply", "msgtype", "unknown; want text"},
		{"reply: no object", "messages/reply", `{` + fan + `,"msgtype":"image"}`, "invalid_reply", "image.media_id", "missing"},
		{"reply: neither AI nor not", "messages/reply", `{` + fan + `,"msgtype":"text","text":{"content":"hi"},"aimsgcontext":{"is_ai_msg":2}}`, "invalid_reply", "aimsgcontext.is_ai_msg", "want 0 or 1"},
		{"reply: an empty AI context", "messages/reply", `{` + fan + `,"msgtype":"text","text":{"content":"hi"},"aimsgcontext":{}}`, "invalid_reply", "aimsgcontext.is_ai_msg", "missing"},
		{"reply: no text", "messages/reply", `{` + fan + `,"msgtype":"text"}`, "invalid_reply", "text.content", "missing"},
		{"reply: text is a string", "messages/reply", `{` + fan + `,"msgtype":"text","text":"hi"}`, "invalid_reply", "text", "is a string; want an object"},
		{"reply: no content", "messages/reply", `{` + fan + `,"msgtype":"text","text":{}}`, "invalid_reply", "text.content", "missing"},
		{"reply: empty", "messages/reply", `{` + fan + `,"msgtype":"text","text":{"content":""}}`, "invalid_reply", "text.content", ""},
		{"reply: long", "messages/reply", `{` + fan + `,"msgtype":"text","text":{"content":"` + text(683) + `"}}`, "invalid_reply", "text.content", "2049 bytes"},
		{"reply: two articles", "messages/reply", `{` + fan + `,"msgtype":"news","news":{"articles":[{"title":"a"},{"title":"b"}]}}`, "invalid_reply", "news.articles", "exactly one"},
		{"reply: article", "messages/reply", `{` + fan + `,"msgtype":"news","news":{"articles":[{"title":1}]}}`, "invalid_reply", "news.articles[1].title", "is a number"},
		{"reply: picture", "messages/reply", `{` + fan + `,"msgtype":"news","news":{"articles":[{"title":"a","picurl":"javascript:1"}]}}`, "invalid_reply", "news.articles[1].picurl", ""},
		{"reply: music", "messages/reply", `{` + fan + `,"msgtype":"music","music":{"musicurl":"nowhere","thumb_media_id":"m"}}`, "invalid_reply", "music.musicurl", ""},
		{"reply: two objects", "messages/reply", `{` + fan + `,"msgtype":"text","text":{"content":"hi"},"image":{"media_id":"m"}}`, "invalid_reply", "image", "does not belong to msgtype text"},
		{"reply: agent", "messages/reply", `{` + fan + `,"msgtype":"text","text":{"content":"hi"},"customservice":{"kf_account":"nobody"}}`, "invalid_reply", "customservice.kf_account", ""},

		{"info: none", "users/info", `{}`, "invalid_parameter", "openid", "is missing"},
		{"info: empty", "users/info", `{"openid":""}`, "invalid_parameter", "openid", "is empty"},
		{"info: a list", "users/info", `{"openid":["` + amy + `"]}`, "invalid_parameter", "openid", "is a list"},
		{"info: a stranger", "users/info", `{"openid":"nobody"}`, "wechat", "", "invalid openid"},
		{"subscribe_time: none", "users/subscribe_time", ``, "invalid_parameter", "openid", "is missing"},
		{"subscribe_time: lang", "users/subscribe_time", `{"openid":"x","lang":"en"}`, "invalid_parameter", "lang", "is unknown; want openid"},
		{"last_message_time: true", "users/last_message_time", `{"openid":true}`, "invalid_parameter", "openid", "is true or false"},

		{"template: data", "templates/send", `{` + fan + `,"template_id":"order_paid"}`, "invalid_parameter", "data", "is missing; want an object"},
		{"template: no data", "templates/send", `{` + fan + `,"template_id":"order_paid","data":{}}`, "invalid_parameter", "data", "is empty"},
		{"template: bare value", "templates/send", `{` + fan + `,"template_id":"order_paid","data":{"thing1":"tea"}}`, "invalid_parameter", "data.thing1", "is a string; want an object"},
		{"template: value", "templates/send", `{` + fan + `,"template_id":"order_paid","data":{"thing1":{"value":9}}}`, "invalid_parameter", "data.thing1.value", "is a number"},
		{"template: id", "templates/send", `{` + fan + `,"data":{"thing1":{"value":"a"}}}`, "invalid_parameter", "template_id", "is missing"},
		{"template: url", "templates/send", `{` + fan + `,"template_id":"order_paid","url":"javascript:1","data":{"thing1":{"value":"a"}}}`, "invalid_parameter", "url", ""},
		{"template: page", "templates/send", `{` + fan + `,"template_id":"order_paid","miniprogram":{},"data":{"thing1":{"value":"a"}}}`, "invalid_parameter", "miniprogram.appid", "is missing"},
		{"template: unknown to WeChat", "templates/send", `{` + fan + `,"template_id":"TPL_NONE","data":{"thing1":{"value":"a"}}}`, "wechat", "", "message/template/send"},

		{"menu: none", "menus/create", `{}`, "invalid_parameter", "button", "is missing; want a list"},
		{"menu: empty", "menus/create", `{"button":[]}`, "invalid_parameter", "button", "want 1 to 3"},
		{"menu: a fourth", "menus/create", `{"button":[` + strings.TrimSuffix(strings.Repeat(`{"type":"click","name":"a","key":"k"},`, 4), ",") + `]}`, "invalid_parameter", "button", "want 1 to 3"},
		{"menu: name", "menus/create", `{"button":[{"type":"click","name":"` + text(6) + `","key":"k"}]}`, "invalid_parameter", "button[1].name", "18 bytes"},
		{"menu: key", "menus/create", `{"button":[{"type":"click","name":"a"}]}`, "invalid_parameter", "button[1].key", "missing"},
		{"menu: type", "menus/create", `{"button":[{"type":"jump","name":"a"}]}`, "invalid_parameter", "button[1].type", "unknown"},
		{"menu: unknown field", "menus/create", `{"button":[{"type":"click","name":"a","keys":"k"}]}`, "invalid_parameter", "button[1].keys", "is unknown"},
		{"menu: deep", "menus/create", `{"button":[{"name":"a","sub_button":[{"name":"b","sub_button":[{"type":"click","name":"c","key":"k"}]}]}]}`, "invalid_parameter", "button[1].sub_button[1].sub_button", "two"},
		{"menu: no default", "menus/create", `{"button":[{"type":"click","name":"a","key":"k"}],"matchrule":{"tag_id":"100"}}`, "wechat", "", ""},
		{"menu: rule", "menus/create", `{"button":[{"type":"click","name":"a","key":"k"}],"matchrule":{"sex":"1"}}`, "invalid_parameter", "matchrule.sex", "is unknown"},
		{"delete: number", "menus/delete", `{"menuid":1}`, "invalid_parameter", "menuid", "is a number"},
		{"delete: unknown", "menus/delete", `{"menuid":"1"}`, "wechat", "", ""},
		{"menus: anything", "menus/list", `{"all":true}`, "invalid_parameter", "all", "is unknown"},
		{"status: since", "menus/event_status", `{"since":"yesterday"}`, "invalid_parameter", "since", "is a string; want a whole number"},
		{"status: negative", "menus/event_status", `{"since":-5}`, "invalid_parameter", "since", "at least 0"},
		{"status: key", "menus/event_status", `{"event_key":""}`, "invalid_parameter", "event_key", "is empty"},

		{"token: force", "access_token", `{"force_refresh":true}`, "invalid_parameter", "force_refresh", "is unknown; nothing is wanted here"},
		{"call: path", "call", `{}`, "invalid_parameter", "path", "is missing"},
		{"call: outside", "call", `{"path":"//evil.example/cgi-bin/x"}`, "invalid_parameter", "path", ""},
		{"call: host", "call", `{"path":"@evil.example/cgi-bin/x"}`, "invalid_parameter", "path", ""},
		{"call: up", "call", `{"path":"/cgi-bin/../x"}`, "invalid_parameter", "path", ""},
		{"call: query in path", "call", `{"path":"/cgi-bin/user/info?openid=1"}`, "invalid_parameter", "path", ""},
		{"call: secret path", "call", `{"path":"/cgi-bin/token"}`, "invalid_parameter", "path", "secret"},
		{"call: stable token", "call", `{"path":"/cgi-bin/stable_token/"}`, "invalid_parameter", "path", "secret"},
		{"call: a dot", "call", `{"path":"/cgi-bin/./token"}`, "invalid_parameter", "path", "must not hold"},
		{"call: two slashes", "call", `{"path":"/cgi-bin//token"}`, "invalid_parameter", "path", "must not hold"},
		{"call: an escaped dot", "call", `{"path":"/cgi-bin/%2e/token"}`, "invalid_parameter", "path", "character"},
		{"call: own token", "call", `{"path":"/cgi-bin/user/get","query":{"access_token":"x"}}`, "invalid_parameter", "query.access_token", "leave it out"},
		{"call: method", "call", `{"path":"/cgi-bin/user/get","method":"DELETE"}`, "invalid_parameter", "method", "want GET, POST"},
		{"call: query", "call", `{"path":"/cgi-bin/user/get","query":{"n":1}}`, "invalid_parameter", "query.n", "is a number"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := h.call(c.method, c.body)
			f := a.failure(t)
			require.Equal(t, c.kind, f.Kind, a.body)
			require.Equal(t, c.field, f.Field, a.body)
			require.Contains(t, f.Message, c.message)
			require.Len(t, f.Trace, 10)
			require.Equal(t, map[string]int{
				"invalid_parameter": 400, "invalid_reply": 422, "not_found": 404, "wechat": 422,
			}[f.Kind], a.status)
			require.Contains(t, a.header.Get("Content-Type"), "application/json")
		})
	}
}

// TestStrangers shows that a wrong key, no key and an account that does not exist look alike.
func TestStrangers(t *testing.T) {
	h := newHouseOf(t, map[string]string{
		"shop/account.yaml": accountYAML, "shop/main.lua": mainLua,
		"mute/account.yaml": "app_id: wx0000000000000001\nkind: service\nmode: plain\ntoken: ${env:TOKEN}\n", "mute/main.lua": mainLua, // has no key at all
	})
	var bodies []string
	for _, c := range []struct {
		name, path string
		headers    []string
	}{
		{"wrong key", "/api/v1/shop/messages/list", []string{"Authorization", "Bearer nope"}},
		{"half a key", "/api/v1/shop/messages/list", []string{"Authorization", "Bearer " + apiKey[:8]}},
		{"no header", "/api/v1/shop/messages/list", nil},
		{"empty key", "/api/v1/shop/messages/list", []string{"Authorization", "Bearer "}},
		{"basic", "/api/v1/shop/messages/list", []string{"Authorization", "Basic " + apiKey}},
		{"two headers", "/api/v1/shop/messages/list", []string{"Authorization", "Bearer " + apiKey, "Authorization", "Bearer nope"}},
		{"another's account", "/api/v1/mute/messages/list", []string{"Authorization", "Bearer " + apiKey}},
		{"no keys", "/api/v1/mute/messages/list", []string{"Authorization", "Bearer "}},
		{"no account", "/api/v1/nobody/messages/list", []string{"Authorization", "Bearer " + apiKey}},
		{"no method", "/api/v1/shop/no/such", []string{"Authorization", "Bearer nope"}},
		{"nothing", "/api/v1/", nil},
		{"up", "/api/v1/shop/../shop/messages/list", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := h.request(http.MethodPost, c.path, `not JSON`, c.headers...)
			require.Equal(t, http.StatusUnauthorized, a.status, a.body)
			require.Equal(t, `Bearer realm="moonwire"`, a.header.Get("WWW-Authenticate"))
			f := a.failure(t)
			require.Equal(t, "unauthorized", f.Kind)
			bodies = append(bodies, strings.Replace(a.body, f.Trace, "", 1))
		})
	}
	for _, b := range bodies {
		require.Equal(t, bodies[0], b)
	}
	a := h.request(http.MethodPost, "/api/v1/shop/messages/list", ``, "authorization", "bearer  "+otherKey+" ")
	require.Equal(t, http.StatusOK, a.status, a.body)
}

func TestRequestsThatAreNone(t *testing.T) {
	h := newHouse(t)
	auth := []string{"Authorization", "Bearer " + apiKey}
	a := h.request(http.MethodPost, "/api/v1/shop/messages/gett", `{}`, auth...)
	require.Equal(t, http.StatusNotFound, a.status)
	require.Equal(t, "not_found", a.failure(t).Kind)
	a = h.request(http.MethodGet, "/api/v1/shop/access_token", ``, auth...)
	require.Equal(t, http.StatusMethodNotAllowed, a.status)
	require.Equal(t, "POST", a.header.Get("Allow"))
	require.Equal(t, "not_found", a.failure(t).Kind)
	a = h.request(http.MethodPost, "/api/v1/shop/call", `{"path":"`+strings.Repeat("x", 1<<20)+`"}`, auth...)
	require.Equal(t, http.StatusRequestEntityTooLarge, a.status)
	require.Equal(t, "body", a.failure(t).Field)
	a = h.request(http.MethodPost, "/api/v1/openapi.json", ``, auth...)
	require.Equal(t, http.StatusMethodNotAllowed, a.status)
}

// TestWeChatSaysNo tells WeChat's refusals from a WeChat that does not answer.
func TestWeChatSaysNo(t *testing.T) {
	h := newHouse(t)
	h.says(sim.Text("hello"))
	send := `{"touser":"` + amy + `","msgtype":"text","text":{"content":"hi"}}`
	for _, c := range []struct {
		name    string
		fault   sim.Fault
		kind    string
		status  int
		errcode int
		hint    string
	}{
		{"window closed", sim.Fault{ErrCode: 45015, ErrMsg: "response out of time limit"}, "wechat", 422, 45015, "48"},
		{"no right", sim.Fault{ErrCode: 48001, ErrMsg: "api unauthorized"}, "wechat", 502, 48001, ""},
		{"a page", sim.Fault{Garbage: true}, "request_failed", 502, 0, "whether the call was carried out is not known"},
		{"lost", sim.Fault{Lost: true}, "request_failed", 502, 0, "whether the call was carried out is not known"},
		{"too often, which rests the API", sim.Fault{ErrCode: 45011, ErrMsg: "api minute-quota reach limit"}, "wechat", 429, 45011, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.fault.Account, c.fault.Path, c.fault.Times = "shop", "/cgi-bin/message/custom/send", 1
			defer h.platform.RemoveFault(h.platform.AddFault(c.fault))
			a := h.call("messages/reply", send)
			f := a.failure(t)
			require.Equal(t, c.kind, f.Kind, a.body)
			require.Equal(t, c.status, a.status, a.body)
			require.Equal(t, c.errcode, f.Errcode)
			require.Contains(t, f.Hint, c.hint)

			var m struct {
				Status string
				Sends  []struct{ Errcode int }
			}
			h.call("messages/get", `{"trace":"`+f.Trace+`"}`).into(t, &m)
			require.Equal(t, "failed", m.Status)
			want := c.errcode
			if want == 0 {
				want = -1
			}
			require.Equal(t, want, m.Sends[0].Errcode)
		})
	}
	require.Contains(t, h.log.String(), `level=WARN msg="api request failed" kind=wechat status=422 trace=`)
	require.Regexp(t, `account=shop method=messages/reply errcode=45015\n`, h.log.String())
	defer h.platform.RemoveFault(h.platform.AddFault(sim.Fault{Path: "/cgi-bin/user/info", ErrCode: 40003, ErrMsg: "invalid openid"}))
	a := h.request(http.MethodPost, "/api/v1/shop/users/info", `{"openid":"x"}`, "Authorization", "Bearer "+apiKey, "Accept-Language", "zh-CN,zh;q=0.9")
	require.Regexp(t, `\p{Han}`, a.failure(t).Hint)
	require.Regexp(t, `^user/info: .*invalid openid \(rid [0-9a-f-]+\)$`, a.failure(t).Message)
}

// TestRefusalsInTheLog name the request, but not with a stranger's words.
func TestRefusalsInTheLog(t *testing.T) {
	h := newHouse(t)
	h.call("users/info", `{"lang":"zh"}`)
	require.Regexp(t, `level=INFO msg="api request refused" kind=invalid_parameter status=400 trace=\w{10} account=shop method=users/info field=lang\n`, h.log.String())
	h.request(http.MethodPost, "/api/v1/shop/strange-method", `{}`, "Authorization", "Bearer nobody")
	require.Regexp(t, `level=INFO msg="api request refused" kind=unauthorized status=401 trace=\w{10} field=""\n`, h.log.String())
	require.NotContains(t, h.log.String(), "strange-method")
}

// TestABodyThatBreaksOff is no body that is not JSON.
func TestABodyThatBreaksOff(t *testing.T) {
	h := newHouse(t)
	rec := httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodPost, "/api/v1/shop/messages/list", io.MultiReader(strings.NewReader("{"), iotest.ErrReader(io.ErrUnexpectedEOF)))
	req.Header.Set("Authorization", "Bearer "+apiKey)
	h.server.Public().ServeHTTP(rec, req)
	f := answer{rec.Code, rec.Header(), rec.Body.String()}.failure(t)
	require.Equal(t, http.StatusBadRequest, rec.Code)
	require.Equal(t, "body", f.Field)
	require.Contains(t, f.Message, "did not arrive whole")
}

// TestAnswersThatCannotBeUsed are told apart, in two languages, and no read is said to have done something.
func TestAnswersThatCannotBeUsed(t *testing.T) {
	h := newHouse(t)
	h.says(sim.Text("hello"))
	for _, c := range []struct {
		name, path     string
		fault          sim.Fault
		kind, hint, zh string
	}{
		{"lost", "/cgi-bin/user/get", sim.Fault{Lost: true}, "request_failed", "WeChat could not be reached: try again", "连不上微信:请稍后重试"},
		{"a 404", "/cgi-bin/user/get", sim.Fault{Status: 404}, "request_failed", "HTTP 404 came in place", "只有 HTTP 404"},
		{"no such path", "/cgi-bin/nosuch", sim.Fault{}, "wechat", "WeChat has no such API path", "微信没有这个接口路径"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.fault != (sim.Fault{}) {
				c.fault.Path = c.path
				defer h.platform.RemoveFault(h.platform.AddFault(c.fault))
			}
			body := `{"path":"` + c.path + `"}`
			f := h.call("call", body).failure(t)
			require.Equal(t, c.kind, f.Kind)
			require.Contains(t, f.Hint, c.hint)
			require.NotContains(t, f.Hint, "carried out")
			zh := h.request(http.MethodPost, "/api/v1/shop/call", body, "Authorization", "Bearer "+apiKey, "Accept-Language", "zh").failure(t)
			require.Contains(t, zh.Hint, c.zh)
		})
	}
}

// TestAMassMessageThatWentOut is named when its clientmsgid comes again.
func TestAMassMessageThatWentOut(t *testing.T) {
	h := newHouse(t)
	h.says(sim.Text("hello"))
	body := `{"path":"/cgi-bin/message/mass/sendall","body":{"filter":{"is_to_all":true},"msgtype":"text","text":{"content":"a"},"clientmsgid":"c1"}}`
	var sent struct {
		MsgID json.Number `json:"msg_id"`
	}
	h.call("call", body).into(t, &sent)
	h.platform.SetClock(time.Now().Add(2 * time.Minute))
	require.Contains(t, h.call("call", body).failure(t).Message, "(msg_id "+sent.MsgID.String()+")")
}

// TestAccountsThatCannotCall are without an app_secret, or not known to WeChat.
func TestAccountsThatCannotCall(t *testing.T) {
	h := newHouseOf(t, map[string]string{
		"shop/account.yaml": accountYAML, "shop/main.lua": mainLua,
		"poor/account.yaml": "app_id: wx0000000000000001\nkind: subscription\nmode: plain\ntoken: ${env:TOKEN}\napi_keys: [ \"${env:API_KEY}\" ]\n", "poor/main.lua": mainLua,
	})
	for name, body := range map[string]string{
		"access_token": `{}`, "users/info": `{"openid":"x"}`, "users/subscribe_time": `{"openid":"x"}`, "menus/list": `{}`, "menus/delete": `{}`,
		"menus/create":   `{"button":[{"type":"click","name":"a","key":"k"}]}`,
		"messages/reply": `{"touser":"x","msgtype":"text","text":{"content":"hi"}}`,
		"templates/send": `{"touser":"x","template_id":"t","data":{"a":{"value":"b"}}}`, "call": `{"path":"/cgi-bin/user/get"}`,
	} {
		a := h.request(http.MethodPost, "/api/v1/poor/"+name, body, "Authorization", "Bearer "+apiKey)
		require.Equal(t, http.StatusServiceUnavailable, a.status, "%s: %s", name, a.body)
		require.Equal(t, "request_failed", a.failure(t).Kind)
		require.Contains(t, a.failure(t).Hint, "app_secret")
	}
	a := h.request(http.MethodPost, "/api/v1/poor/messages/list", `{}`, "Authorization", "Bearer "+apiKey)
	require.Equal(t, http.StatusOK, a.status, "what is kept here needs no WeChat")

	h.platform.RemoveAccount("shop")
	a = h.call("access_token", ``)
	require.Equal(t, "wechat", a.failure(t).Kind, a.body)
	require.Equal(t, http.StatusBadGateway, a.status)
	require.NotContains(t, a.body, secret)
}

// TestSecretsStayIn looks for every secret of the account in everything that was answered and logged.
func TestSecretsStayIn(t *testing.T) {
	h := newHouse(t)
	h.says(sim.Text("hello"))
	h.says(sim.Text("broken")) // the script raises
	var live struct {
		Token string `json:"access_token"`
	}
	h.call("access_token", ``).into(t, &live)
	require.NotEmpty(t, live.Token)

	var told strings.Builder
	echo := `{"path":"/cgi-bin/tags/create","body":{"tag":{"name":"%s"}}}`
	for _, c := range [][2]string{
		{"messages/list", `{}`},
		{"messages/get", `{"msg_id":"1"}`},
		{"call", fmt.Sprintf(echo, live.Token[:min(len(live.Token), 20)])},
		{"call", `{"path":"/cgi-bin/tags/get"}`},
		{"call", `{"path":"/cgi-bin/no/such","body":{"secret":1}}`},
		{"users/info", `{"openid":"nobody"}`},
		{"messages/reply", `{"touser":"nobody","msgtype":"text","text":{"content":"hi"}}`},
		{apiKey, `{}`},
	} {
		a := h.call(c[0], c[1])
		told.WriteString(a.body + fmt.Sprint(a.header))
	}
	defer h.platform.RemoveFault(h.platform.AddFault(sim.Fault{Path: "*", Cut: true}))
	cut := h.call("messages/reply", `{"touser":"`+amy+`","msgtype":"text","text":{"content":"hi"}}`)
	require.Equal(t, "request_failed", cut.failure(t).Kind, cut.body)
	told.WriteString(cut.body)
	require.NotContains(t, told.String(), "goroutine ")
	require.NotContains(t, told.String(), ".go:")
	for _, s := range []string{live.Token, secret, token, apiKey, otherKey} {
		require.NotContains(t, told.String(), s)
	}
	for _, s := range []string{live.Token, secret, otherKey} {
		require.NotContains(t, h.log.String(), s)
	}
	require.Equal(t, strings.Count(h.log.String(), apiKey), strings.Count(h.log.String(), "method="+apiKey), "only what we asked for as a method")
}

// brokenFleet is a bug of ours.
type brokenFleet struct{ bot.Fleet }

func (*brokenFleet) Account(string) *bot.Account { panic("kestrel " + secret) }

func (*brokenFleet) Astray(string) (nearest, cure string)                          { return "", "" }
func (*brokenFleet) Verify(string, wechat.Query) (string, bool)                    { return "", false }
func (*brokenFleet) Receive(_ string, _ wechat.Query, _ bot.Body, r bot.Responder) { r.Refuse() }
func (*brokenFleet) Accounts() []bot.Status                                        { return nil }

func TestPanicIsInternal(t *testing.T) {
	st, err := store.Open(t.Context(), store.Options{})
	require.NoError(t, err)
	defer st.Close()
	s := server.New(&brokenFleet{}, server.Options{Store: st})
	a := serve(s.Public(), http.MethodPost, "/api/v1/shop/access_token", nil)
	require.Equal(t, http.StatusInternalServerError, a.status)
	f := a.failure(t)
	require.Equal(t, "internal", f.Kind)
	require.NotContains(t, a.body, "kestrel")
	require.NotContains(t, a.body, secret)
}
