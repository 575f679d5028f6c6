package bindings_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/wechat/api"
)

// clerk is a WeChat that writes down what it is asked, and answers or refuses everything.
type clerk struct {
	bindings.API
	asked  []string
	answer string
	err    error
}

func (c *clerk) note(of string, what ...any) {
	line := of
	for _, w := range what {
		body, _ := json.Marshal(w)
		line += " " + string(body)
	}
	c.asked = append(c.asked, line)
}

// said is a struct without what is not said in it.
func said(v any) map[string]any {
	body, _ := json.Marshal(v)
	fields := map[string]any{}
	_ = json.Unmarshal(body, &fields)
	for name, v := range fields {
		if v == nil || v == false || v == "" || v == 0.0 {
			delete(fields, name)
		}
	}
	return fields
}

func (c *clerk) Call(_ context.Context, r api.Request) (api.Answer, error) {
	line := r.Path
	if len(r.Query) > 0 {
		line += "?" + r.Query.Encode()
	}
	if r.Method != "" {
		line = r.Method + " " + line
	}
	if r.Body != nil {
		c.note(line, r.Body)
	} else {
		c.note(line)
	}
	return api.Answer{JSON: []byte(c.answer), Body: []byte(c.answer)}, c.err
}

func (c *clerk) Typing(_ context.Context, openid string, on bool) error {
	c.note("typing", openid, on)
	return c.err
}

func (c *clerk) SendCustom(_ context.Context, o *api.Outgoing) error {
	c.note("custom", o.ToUser, o.MsgType, o.KfAccount, o.IsAIMsg)
	return c.err
}

func (c *clerk) SendTemplate(_ context.Context, m *api.TemplateMessage) (string, error) {
	c.note("template", m)
	return "M", c.err
}

func (c *clerk) SendSubscription(_ context.Context, m *api.SubscriptionMessage) error {
	c.note("subscription", m)
	return c.err
}

func (c *clerk) SendMass(_ context.Context, m *api.Mass) (api.MassSent, error) {
	c.note("mass", said(m))
	return api.MassSent{MsgID: "1", MsgDataID: "2"}, c.err
}

func (c *clerk) PreviewMass(_ context.Context, m *api.Mass, to string, wxname bool) (string, error) {
	c.note("preview", m.MsgType, to, wxname)
	return "P", c.err
}

func (c *clerk) DeleteMass(_ context.Context, id string, article int) error {
	c.note("delete mass", id, article)
	return c.err
}

func (c *clerk) SetRemark(_ context.Context, openid, remark string) error {
	c.note("remark", openid, remark)
	return c.err
}

func (c *clerk) Block(_ context.Context, openids []string) error {
	c.note("block", openids)
	return c.err
}

func (c *clerk) Unblock(_ context.Context, openids []string) error {
	c.note("unblock", openids)
	return c.err
}

func (c *clerk) TagUsers(_ context.Context, id int64, openids []string) error {
	c.note("tag", id, openids)
	return c.err
}

func (c *clerk) UntagUsers(_ context.Context, id int64, openids []string) error {
	c.note("untag", id, openids)
	return c.err
}

func (c *clerk) CreateTag(_ context.Context, name string) (api.Tag, error) {
	c.note("create tag", name)
	return api.Tag{ID: 7, Name: name}, c.err
}

func (c *clerk) RenameTag(_ context.Context, id int64, name string) error {
	c.note("rename tag", id, name)
	return c.err
}

func (c *clerk) CreateQRCode(_ context.Context, q api.QRCode) (api.QRTicket, error) {
	c.note("code", said(q))
	return api.QRTicket{Ticket: "T", URL: "U", ExpireSeconds: 60}, c.err
}

func (c *clerk) ShortKey(_ context.Context, long string, life time.Duration) (string, error) {
	c.note("short", long, life.String())
	return "K", c.err
}

func (c *clerk) UploadMedia(_ context.Context, kind, name string, data []byte) (api.Media, error) {
	c.note("upload", kind, name, len(data))
	return api.Media{Type: kind, MediaID: "M", CreatedAt: 5}, c.err
}

func (c *clerk) DownloadMedia(_ context.Context, id string) (api.File, error) {
	c.note("download", id)
	return api.File{Name: "a.png", ContentType: "image/png", Data: []byte("abc")}, c.err
}

func (c *clerk) SignJS(_ context.Context, link string) (api.JSSignature, error) {
	c.note("sign", link)
	return api.JSSignature{AppID: "A", Timestamp: 1, NonceStr: "n", Signature: "s", URL: link}, c.err
}

func (c *clerk) ExchangeCode(_ context.Context, code string) (api.WebToken, error) {
	c.note("exchange", code)
	return api.WebToken{OpenID: "o1", Scope: "snsapi_userinfo", UnionID: "u1"}, c.err
}

func (c *clerk) WebUser(_ context.Context, _ api.Secret, openid string) (api.WebUser, error) {
	c.note("web user", openid)
	return api.WebUser{Nickname: "amy", Sex: 2, Privilege: []string{"p"}}, c.err
}

func (c *clerk) CreateMenu(_ context.Context, buttons []api.Button) error {
	c.note("menu", buttons)
	return c.err
}

func (c *clerk) AddConditionalMenu(_ context.Context, m api.Menu) (string, error) {
	c.note("conditional menu", m)
	return "9", c.err
}

// ask runs the body of a handler with a clerk for WeChat.
func ask(t *testing.T, c *clerk, body string) (bindings.Outcome, error) {
	t.Helper()
	cfg := config()
	cfg.API, cfg.Templates = c, map[string]string{"paid": "PAID"}
	cfg.Media = fstest.MapFS{"cup.png": {Data: []byte(picture)}}
	p, err := compileFiles(t, files{"main.lua": "local show = json.encode\non.text(function(msg) " + body + " end)"}, cfg)
	require.NoError(t, err)
	return p.Answer(t.Context(), input(text(t, "x")))
}

// exchanges are what functions ask WeChat, and what they make of an answer.
var exchanges = []struct{ name, body, answer, asked, want string }{
	{"template.list", `template.list()`, `{"errcode":0,"template_list":[{"a":1}]}`, `/cgi-bin/template/get_all_private_template`, `[{"a":1}]`},
	{"template.add", `template.add("TM1")`, `{"template_id":"T"}`, `/cgi-bin/template/api_add_template {"template_id_short":"TM1"}`, `"T"`},
	{"template.add, words", `template.add("TM1", {"a", "b"})`, `{"template_id":"T"}`, `/cgi-bin/template/api_add_template {"keyword_name_list":["a","b"],"template_id_short":"TM1"}`, `"T"`},
	{"template.delete", `template.delete("paid")`, `{}`, `/cgi-bin/template/del_private_template {"template_id":"PAID"}`, `true`},
	{"template.blocked", `template.blocked("5")`, `{"msginfo":{"id":1}}`, `/wxa/sec/queryblocktmplmsg {"largest_id":0,"limit":100,"tmpl_msg_id":"5"}`, `[{"id":1}]`},
	{"template.blocked, a page", `template.blocked("5", {limit = 2, largest_id = 9})`, `{"msginfo":[{"id":1},{"id":2}]}`, `/wxa/sec/queryblocktmplmsg {"largest_id":9,"limit":2,"tmpl_msg_id":"5"}`, `[{"id":1},{"id":2}]`},
	{"template.blocked, the first page", `template.blocked("5", {limit = 100})`, `{"msginfo":{}}`, `/wxa/sec/queryblocktmplmsg {"largest_id":0,"limit":100,"tmpl_msg_id":"5"}`, `[]`},
	{"template.industry", `template.industry()`, `{"primary_industry":1,"errmsg":"ok"}`, `/cgi-bin/template/get_industry`, `{"primary_industry":1}`},
	{"template.send", `template.send("o1", "paid", {a = 1.5, b = {value = "x", color = "#f00"}}, {url = "https://e.com/", miniprogram = {appid = "wx1", pagepath = "p"}, client_msg_id = "c"})`, ``, `template {"touser":"o1","template_id":"PAID","url":"https://e.com/","miniprogram":{"appid":"wx1","pagepath":"p"},"client_msg_id":"c","data":{"a":{"value":"1.5"},"b":{"value":"x"}}}`, `"M"`},
	{"subscribe_message.send", `subscribe_message.send("o1", "paid", {a = "x"}, {page = "p", miniprogram = {appid = "wx1"}})`, ``, `subscription {"touser":"o1","template_id":"PAID","page":"p","miniprogram":{"appid":"wx1"},"data":{"a":{"value":"x"}}}`, `true`},
	{"user.get", `user.get("o1")`, `{"errcode":0,"errmsg":"ok","subscribe":1}`, `/cgi-bin/user/info?lang=zh_CN&openid=o1`, `{"subscribe":1}`},
	{"user.get_all", `user.get_all{"o1", "o2"}`, `{"user_info_list":[{"openid":"o1"},{"openid":"o2"}]}`, `/cgi-bin/user/info/batchget {"user_list":[{"lang":"zh_CN","openid":"o1"},{"lang":"zh_CN","openid":"o2"}]}`, `[{"openid":"o1"},{"openid":"o2"}]`},
	{"user.subscribe_time", `user.subscribe_time("o1")`, `{"subscribe":1,"subscribe_time":5}`, `/cgi-bin/user/info?lang=zh_CN&openid=o1`, `5`},
	{"user.subscribe_time of a stranger", `user.subscribe_time("o1")`, `{"subscribe":0,"subscribe_time":5}`, `/cgi-bin/user/info?lang=zh_CN&openid=o1`, ``},
	{"user.list", `(function() local l = {} for id in user.list() do l[#l + 1] = id end return l end)()`, `{"data":{"openid":["o1","o2"]},"next_openid":""}`, `/cgi-bin/user/get?next_openid=`, `["o1","o2"]`},
	{"user.list, the same page for ever", `(function() local l = {} for id in user.list() do l[#l + 1] = id end return l end)()`, `{"data":{"openid":["o1"]},"next_openid":"o1"}`, `/cgi-bin/user/get?next_openid=; /cgi-bin/user/get?next_openid=o1`, `["o1","o1"]`},
	{"user.tags", `user.tags("o1")`, `{"tagid_list":[2,3],"tags":[{"id":2,"name":"a"},{"id":4,"name":"b"}]}`, `/cgi-bin/tags/getidlist {"openid":"o1"}; /cgi-bin/tags/get`, `["a"]`},
	{"user.tag", `user.tag("o1", "a")`, `{"tags":[{"id":2,"name":"b"},{"id":3,"name":"a"}]}`, `/cgi-bin/tags/get; tag 3 ["o1"]`, `true`},
	{"user.untag", `user.untag("o1", 3)`, ``, `untag 3 ["o1"]`, `true`},
	{"user.remark", `user.remark("o1", "r")`, ``, `remark "o1" "r"`, `true`},
	{"user.block", `user.block("o1")`, ``, `block ["o1"]`, `true`},
	{"user.unblock", `user.unblock("o1")`, ``, `unblock ["o1"]`, `true`},
	{"tag.create", `tag.create("a")`, ``, `create tag "a"`, `{"id":7,"name":"a"}`},
	{"tag.rename", `tag.rename(7, "b")`, ``, `rename tag 7 "b"`, `true`},
	{"tag.delete", `tag.delete(7)`, `{}`, `/cgi-bin/tags/delete {"tag":{"id":7}}`, `true`},
	{"tag.list", `tag.list()`, `{}`, `/cgi-bin/tags/get`, `[]`},
	{"tag.members", `(function() local l = {} for id in tag.members(7) do l[#l + 1] = id end return l end)()`, `{"data":{"openid":["o1"]},"next_openid":"o1"}`, `/cgi-bin/user/tag/get {"next_openid":"","tagid":7}; /cgi-bin/user/tag/get {"next_openid":"o1","tagid":7}`, `["o1","o1"]`},
	{"menu.get", `menu.get()`, `{"menu":1}`, `/cgi-bin/menu/get`, `{"menu":1}`},
	{"menu.current", `menu.current()`, `{"is_menu_open":1}`, `/cgi-bin/get_current_selfmenu_info`, `{"is_menu_open":1}`},
	{"menu.list", `menu.list()`, `{"menu":1}`, `/cgi-bin/menu/get; /cgi-bin/get_current_selfmenu_info`, `{"conditionalmenu":[],"menu":1}`},
	{"menu.delete", `menu.delete()`, `{}`, `/cgi-bin/menu/delete`, `true`},
	{"menu.match", `menu.match("o1")`, `{"button":[1]}`, `/cgi-bin/menu/trymatch {"user_id":"o1"}`, `[1]`},
	{"menu.match, one level down", `menu.match("o1")`, `{"menu":{"button":[2]}}`, `/cgi-bin/menu/trymatch {"user_id":"o1"}`, `[2]`},
	{"menu.delete_conditional", `menu.delete_conditional("9")`, `{}`, `/cgi-bin/menu/delconditional {"menuid":"9"}`, `true`},
	{"menu.create of a list", `menu.create{{type = "click", name = "a", key = "K"}, {type = "view", name = "b", url = "https://e.com/"}}`, ``, `menu [{"type":"click","name":"a","key":"K"},{"type":"view","name":"b","url":"https://e.com/"}]`, `true`},
	{"menu.create of buttons", `menu.create{button("a", {key = "K"}), group("g", {button("b", {media_id = "M"}), button("c", {article_id = "A"})})}`, ``, `menu [{"type":"click","name":"a","key":"K"},{"name":"g","sub_button":[{"type":"media_id","name":"b","media_id":"M"},{"type":"article_id","name":"c","article_id":"A"}]}]`, `true`},
	{"menu.add_conditional", `menu.add_conditional{button = {{type = "click", name = "a", key = "K"}}, matchrule = {tag_id = "2"}}`, ``, `conditional menu {"button":[{"type":"click","name":"a","key":"K"}],"matchrule":{"tag_id":"2"}}`, `"9"`},
	{"kf.list", `kf.list()`, `{"kf_list":[1]}`, `/cgi-bin/customservice/getkflist`, `[1]`},
	{"kf.online", `kf.online()`, `{"kf_online_list":[1]}`, `/cgi-bin/customservice/getonlinekflist`, `[1]`},
	{"mass.send", `mass.send{filter = {tag_id = 2}, images = {media_ids = {"a", "b"}, recommend = "r"}, send_ignore_reprint = 1}`, ``, `mass {"MediaIDs":["a","b"],"MsgType":"image","Recommend":"r","SendIgnoreReprint":true,"TagID":2}`, `{"msg_data_id":"2","msg_id":"1"}`},
	{"mass.send to all", `mass.send{filter = {is_to_all = true}, mpvideo = {media_id = "M", title = "t", description = "d"}, clientmsgid = "c"}`, ``, `mass {"ClientMsgID":"c","Description":"d","MediaID":"M","MsgType":"mpvideo","Title":"t","ToAll":true}`, `{"msg_data_id":"2","msg_id":"1"}`},
	{"mass.send to some", `mass.send{touser = {"o1", "o2"}, wxcard = {card_id = "C"}}`, ``, `mass {"CardID":"C","MsgType":"wxcard","OpenIDs":["o1","o2"]}`, `{"msg_data_id":"2","msg_id":"1"}`},
	{"mass.preview", `mass.preview{touser = "o1", voice = {media_id = "V"}}`, ``, `preview "voice" "o1" false`, `"P"`},
	{"mass.preview by name", `mass.preview{towxname = "amy", mpnews = {media_id = "N"}}`, ``, `preview "mpnews" "amy" true`, `"P"`},
	{"mass.delete", `mass.delete("5")`, ``, `delete mass "5" 0`, `true`},
	{"mass.delete, an article", `mass.delete("5", 2)`, ``, `delete mass "5" 2`, `true`},
	{"mass.get", `mass.get("5")`, `{"msg_id":5,"msg_status":"S"}`, `/cgi-bin/message/mass/get {"msg_id":"5"}`, `{"msg_id":"5","msg_status":"S"}`},
	{"media.upload", `media.upload("image", "media/cup.png")`, ``, `upload "image" "cup.png" 16`, `{"created_at":5,"media_id":"M","type":"image"}`},
	{"media.get", `media.get("M")`, ``, `download "M"`, `{"body":"abc","content_type":"image/png","filename":"a.png"}`},
	{"qrcode.create", `qrcode.create{scene = 7, permanent = true}`, ``, `code {"Permanent":true,"SceneID":7}`, `{"expire_seconds":60,"showqrcode":"https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=T","ticket":"T","url":"U"}`},
	{"qrcode.create, a text", `qrcode.create{scene = "s", expire_seconds = 90}`, ``, `code {"Life":90000000000,"SceneStr":"s"}`, `{"expire_seconds":60,"showqrcode":"https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=T","ticket":"T","url":"U"}`},
	{"short.gen", `short.gen("l")`, ``, `short "l" "0s"`, `"K"`},
	{"short.gen, a while", `short.gen("l", {expire_seconds = 90})`, ``, `short "l" "1m30s"`, `"K"`},
	{"short.fetch", `short.fetch("K")`, `{"long_data":"l"}`, `/cgi-bin/shorten/fetch {"short_key":"K"}`, `{"long_data":"l"}`},
	{"jssdk.sign", `jssdk.sign("https://e.com/")`, ``, `sign "https://e.com/"`, `{"appId":"A","nonceStr":"n","signature":"s","timestamp":1,"url":"https://e.com/"}`},
	{"oauth.user", `oauth.user("c")`, ``, `exchange "c"; web user "o1"`, `{"nickname":"amy","openid":"o1","privilege":["p"],"scope":"snsapi_userinfo","sex":2,"unionid":"u1"}`},
	{"send.typing", `send.typing("o1")`, ``, `typing "o1" true`, `true`},
	{"send.typing no longer", `send.typing("o1", false)`, ``, `typing "o1" false`, `true`},
	{"send.text", `send.text("o1", "a", {kf_account = "k@a", is_ai_msg = true})`, ``, `custom "o1" "text" "k@a" true`, `true`},
	{"send.image", `send.image("o1", "M")`, ``, `custom "o1" "image" "" false`, `true`},
	{"api.call", `api.call("/cgi-bin/x/y", nil, {query = {a = "b c", n = 2}})`, `{"errcode":0,"a":[]}`, `/cgi-bin/x/y?a=b+c&n=2`, `{"a":[],"errcode":0}`},
	{"api.call with a body", `api.call("/cgi-bin/x/y", {a = {1}}, {method = "post"})`, `{"a":{}}`, `POST /cgi-bin/x/y {"a":[1]}`, `{"a":{}}`},
}

func TestWhatWeChatIsAsked(t *testing.T) {
	for _, tt := range exchanges {
		t.Run(tt.name, func(t *testing.T) {
			c := &clerk{answer: tt.answer}
			out, err := ask(t, c, "return show{"+tt.body+"}")
			require.NoError(t, err)
			require.Equal(t, tt.asked, strings.Join(c.asked, "; "))
			if tt.want == "" {
				require.Equal(t, "{}", out.Reply.Content)
				return
			}
			require.Equal(t, "["+tt.want+"]", out.Reply.Content)
			require.Empty(t, out.Warnings)
		})
	}
}

// TestEveryRefusalIsAValue: nil and an error. Of what was to change something the trace is told as well, in case that
// the script does not look; of a message to a fan it is told anyway.
func TestEveryRefusalIsAValue(t *testing.T) {
	reach := map[string]bindings.Reach{}
	for _, f := range bindings.Functions() {
		reach[f.Name] = f.Reach
	}
	for _, tt := range exchanges {
		t.Run(tt.name, func(t *testing.T) {
			name := tt.body[:strings.IndexAny(tt.body, "({")]
			refused := &api.Error{Op: "x", Code: 40003, Msg: "invalid openid", Hint: "look", HintZH: "看", Rid: "r1", MsgID: "5"}
			c := &clerk{err: refused}
			out, err := ask(t, c, "local got, err = "+tt.body+" return show{tostring(got), err}")
			if name == "" { // a loop cannot take nil, err
				require.ErrorContains(t, err, "40003: look")
				return
			}
			require.NoError(t, err)
			require.Equal(t, `["nil",{"errcode":40003,"errmsg":"invalid openid","hint":"look","hint_zh":"看","msg_id":"5","rid":"r1"}]`, out.Reply.Content)
			looks := reach[name] != bindings.ReachActs || strings.HasPrefix(tt.asked, "/cgi-bin/tags/get") || tt.name == "api.call"
			if looks || len(out.Sent) > 0 {
				require.Empty(t, out.Warnings)
				return
			}
			require.Equal(t, []string{name + " was refused: 40003: look (invalid openid)"}, out.Warnings)
			c.err = errors.New("no line")
			out, err = ask(t, c, "local got, err = "+tt.body+" return show{tostring(got), err.errcode, err.errmsg, err.hint, err.rid}")
			require.NoError(t, err)
			require.Contains(t, out.Reply.Content, `["nil",-1,"no line","`)
		})
	}
}

// TestTheSecondOfTwoCallsIsRefused as the first would be.
func TestTheSecondOfTwoCallsIsRefused(t *testing.T) {
	for _, body := range []string{`user.tags("o1")`, `menu.list()`} {
		c := &fickle{clerk{answer: `{"tagid_list":[2]}`}}
		cfg := config()
		cfg.API = c
		p, err := compileFiles(t, files{"main.lua": "on.text(function() local got, err = " + body + " return tostring(got) .. err.errcode end)"}, cfg)
		require.NoError(t, err)
		require.Equal(t, "nil45009", answer(t, p, text(t, "x")).Reply.Content, body)
		require.Len(t, c.asked, 2)
	}
}

// fickle is a WeChat that refuses after its first answer.
type fickle struct{ clerk }

func (f *fickle) Call(ctx context.Context, r api.Request) (api.Answer, error) {
	answer, err := f.clerk.Call(ctx, r)
	f.err = &api.Error{Code: 45009}
	return answer, err
}

// TestLabels are how calls are recognised in a trace, those of tags by what the script wrote.
func TestLabels(t *testing.T) {
	for body, want := range map[string][]string{
		`user.tag("o1", "a")`:                                            {"tags/get", "o1 a"},
		`user.untag("o1", 7)`:                                            {"o1 7"},
		`tag.rename(7, "b")`:                                             {"7 b"},
		`tag.delete(7)`:                                                  {"7"},
		`mass.delete("5")`:                                               {"5 0"},
		`mass.delete("5", 2)`:                                            {"5 2"},
		`template.blocked("5")`:                                          {"5 0"},
		`template.blocked("5", {largest_id = 9})`:                        {"5 9"},
		`template.delete("paid")`:                                        {"PAID"},
		`user.get_all{"o1", "o2", "o3"}`:                                 {"o1 and 2"},
		`media.upload("image", "media/cup.png")`:                         {"image media/cup.png"},
		`qrcode.create{scene = 7}`:                                       {"7"},
		`mass.preview{towxname = "amy", text = {content = "a"}}`:         {"amy"},
		`mass.send{filter = {is_to_all = true}, text = {content = "a"}}`: {"text to all"},
	} {
		t.Run(body, func(t *testing.T) {
			cfg := config()
			cfg.API, cfg.Templates = &clerk{answer: `{"tags":[{"id":3,"name":"a"}]}`}, map[string]string{"paid": "PAID"}
			cfg.Media = fstest.MapFS{"cup.png": {Data: []byte(picture)}}
			p, err := compileFiles(t, files{"main.lua": "on.text(function(msg) " + body + " end)"}, cfg)
			require.NoError(t, err)
			seen, _, err := observe(t, p, input(text(t, "x")))
			require.NoError(t, err)
			var labels []string
			for _, o := range seen {
				labels = append(labels, o.Label)
			}
			require.Equal(t, want, labels)
		})
	}
}
