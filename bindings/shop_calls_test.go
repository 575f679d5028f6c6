package bindings_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/wechat/api"
	"moonwire/wechat/sim"
)

// Every function against the stand-in platform, once as it is meant.
func TestCallsToWeChat(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"template.send", `return #template.send("$amy", "order_paid", {thing1 = "绿茶", amount2 = {value = "¥28.00"}}, {url = "https://e.com/", miniprogram = {appid = "wx00000000000000aa", pagepath = "p"}, client_msg_id = "o1"}) > 15 and "sent"`, "sent"},
		{"template.send by id", `return type(template.send("$amy", "PAID_TEMPLATE", {thing1 = "a", amount2 = "¥1"}))`, "string"},
		{"template.list", `return template.list()[1].template_id .. #template.list()`, "PAID_TEMPLATE1"},
		{"template.add and delete", `local id = template.add("43216", {"商品名称", "下单时间"}) return show{#id, #template.list(), template.delete(id), #template.list()}`, `[43,2,true,1]`},
		{"template.blocked", `local id = template.send("$amy", "order_paid", {thing1 = "a", amount2 = "¥1"}) return show(template.blocked(id))`, `[]`},
		{"template.blocked, a page", `return show{template.blocked("1", {limit = 1}), template.blocked("1", {limit = 100, largest_id = 7})}`, `[[],[]]`},
		{"template.industry", `return type(template.industry().primary_industry.first_class)`, "string"},
		{"user.get", `local u = user.get("$amy") return show{u.subscribe, u.openid == "$amy", u.tagid_list, u.errcode or "none"}`, `[1,true,[],"none"]`},
		{"user.get_all", `local l = user.get_all{"$bob", "$amy"} return show{#l, l[1].openid == "$bob", l[2].openid == "$amy"}`, `[2,true,true]`},
		{"user.get_all of nobody", `return show(user.get_all{})`, `[]`},
		{"user.subscribe_time", `return tostring(user.subscribe_time("$amy") == user.get("$amy").subscribe_time)`, "true"},
		{"user.subscribe_time of a stranger", `return tostring(user.subscribe_time("$dan"))`, "nil"},
		{"user.list", `local n, all = 0, "" for id in user.list() do n = n + 1 all = all .. id end return show{n, all == "$amy$bob$eve"}`, `[3,true]`},
		{"user.remark", `return show{user.remark("$amy", "老顾客"), user.get("$amy").remark}`, `[true,"老顾客"]`},
		{"tags of a fan", `tag.create("vip") tag.create("new") return show{user.tag("$amy", "vip"), user.tags("$amy"), user.untag("$amy", "vip"), user.tags("$amy")}`, `[true,["vip"],true,[]]`},
		{"a tag by its id", `local t = tag.create("vip") user.tag("$bob", t.id) return show(user.tags("$bob"))`, `["vip"]`},
		{"blacklist", `local function n() return api.call("/cgi-bin/tags/members/getblacklist", {begin_openid = ""}).count end
			return show{user.block("$eve"), n(), user.unblock("$eve"), n()}`, `[true,1,true,0]`},
		{"tag.*", `local t = tag.create("a") tag.rename(t.id, "b") user.tag("$amy", "b") local l = tag.list() local who for id in tag.members(t.id) do who = id end
			return show{l[2].name, l[2].count, who == "$amy", tag.delete(t.id), #tag.list()}`, `["b",1,true,true,1]`},
		{
			"menu.*", `menu.create{button = {{type = "click", name = "今日", key = "T"}}}
			local id = menu.add_conditional{button = {{type = "view", name = "v", url = "https://e.com/"}}, matchrule = {client_platform_type = 1}}
			local m, all = menu.get(), menu.list()
			return show{type(id), m.menu.button[1].name, m.conditionalmenu[1].menuid == id, #all.conditionalmenu, all.is_menu_open, menu.current().selfmenu_info.button[1].key, menu.match("$amy")[1].name, menu.delete_conditional(id), menu.delete(), menu.list()}`,
			`["string","今日",true,1,1,"T","v",true,true,{"conditionalmenu":[],"is_menu_open":0,"selfmenu_info":{}}]`,
		},
		{"menu.create of a list", `menu.create{{type = "click", name = "a", key = "A"}} return menu.get().menu.button[1].key`, "A"},
		{"menu.create of buttons", `menu.create{group("更多", {button("a", {key = "A"}), button("b", {view = "https://e.com/"})})} return menu.get().menu.button[1].sub_button[1].key`, "A"},
		{"media", `local m = media.upload("image", "media/cup.png") local f = media.get(m.media_id) return show{m.type, m.created_at > 0, #f.body, f.content_type, f.filename}`, `["image",true,16,"image/png","cup.png"]`},
		{"media of a subfolder", `return media.upload("image", "media/dir/tea.png").type`, "image"},
		{"media.url", `local m = media.upload("video", "media/clip.mp4") return show{media.url(m.media_id):sub(1, 7), media.get(m.media_id).video_url:sub(1, 7)}`, `["http://","http://"]`},
		{"qrcode.create", `local a, b = qrcode.create{scene = "desk-7", expire_seconds = 60}, qrcode.create{scene = 7, permanent = true} return show{a.expire_seconds, a.showqrcode:find("ticket=", 1, true) ~= nil, #a.url > 0, b.expire_seconds or "none"}`, `[60,true,true,"none"]`},
		{"short", `local s = short.fetch(short.gen("long", {expire_seconds = 60})) return show{s.long_data, s.expire_seconds}`, `["long",60]`},
		{"kf", `return show{kf.list(), kf.online()}`, `[[],[]]`},
		{"mass", `local s = mass.send{filter = {is_to_all = true}, text = {content = "新茶"}, clientmsgid = "c1"} return show{type(s.msg_id), mass.get(s.msg_id).msg_status}`, `["string","SEND_SUCCESS"]`},
		{"mass twice", `local m = {filter = {is_to_all = true}, text = {content = "新茶"}, clientmsgid = "c2"} local a = mass.send(m) local b, err = mass.send(m) return show{tostring(b), err.errcode, err.hint}`, `["nil",45066,"a clientmsgid is tried again too soon: wait a minute"]`},
		{"mass to openids", `return type(mass.send{touser = {"$amy", "$bob"}, text = {content = "新茶"}}.msg_id)`, "string"},
		{"mass.preview", `return type(mass.preview{touser = "$amy", msgtype = "text", text = {content = "x"}})`, "string"},
		{"jssdk.sign", `local s = jssdk.sign("https://e.com/p?a=1#top") return show{s.appId, #s.signature, s.url, #s.nonceStr > 0, s.timestamp}`, `["wx1a2b3c4d5e6f7081",40,"https://e.com/p?a=1",true,1772413200]`},
		{"oauth.url", `return oauth.url{redirect_uri = "https://e.com/a b", scope = "snsapi_userinfo", state = "s1"}`, "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1a2b3c4d5e6f7081&redirect_uri=https%3A%2F%2Fe.com%2Fa+b&response_type=code&scope=snsapi_userinfo&state=s1#wechat_redirect"},
		{"api.call", `local got = api.call("/cgi-bin/tags/create", {tag = {name = "<茶>"}}) return show{got.tag.name, api.call("/cgi-bin/user/info", nil, {query = {openid = "$amy"}}).subscribe}`, `["<茶>",1]`},
		{"api.call with a method", `return show(api.call("/cgi-bin/message/mass/speed/get", {}, {method = "post"}).speed)`, `0`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, newShop(t).says(tt.body))
		})
	}
}

func TestFansSeeWhatIsSent(t *testing.T) {
	s := newShop(t)
	s.push("amy", sim.Consent(shopNotice, true))
	require.Equal(t, "true", s.says(`template.send("$amy", "order_paid", {thing1 = "绿茶", amount2 = "¥28.00"})
		return tostring(subscribe_message.send("$amy", "`+shopNotice+`", {thing1 = "绿茶"}))`))
	lines := strings.Join(s.transcript("amy"), "\n")
	require.Contains(t, lines, "template ")
	require.Contains(t, lines, "subscribe ")
}

// A page that knows who looks at it; the tokens of the web never reach the script.
func TestOAuthUser(t *testing.T) {
	s := newShop(t)
	base, err := s.p.Authorize("demo", "amy", "snsapi_base")
	require.NoError(t, err)
	full, err := s.p.Authorize("demo", "amy", "snsapi_userinfo")
	require.NoError(t, err)
	got := s.says(`return show{oauth.user("` + base + `"), oauth.user("` + full + `"), {(oauth.user("` + full + `"))}, (select(2, oauth.user("` + full + `"))).errcode}`)
	require.Contains(t, got, s.fans.Replace(`{"openid":"$amy","scope":"snsapi_base"}`))
	require.Contains(t, got, `"scope":"snsapi_userinfo"`)
	require.Contains(t, got, `"nickname":`)
	require.Contains(t, got, `"privilege":[],"scope":"snsapi_userinfo","sex":0`)
	require.Contains(t, got, `{},40163]`)
	require.NotContains(t, got, "token")
}

// knownUser is a WeChat that tells who somebody is across the accounts of a company, without being asked for more.
type knownUser struct{ bindings.API }

func (knownUser) ExchangeCode(context.Context, string) (api.WebToken, error) {
	return api.WebToken{OpenID: "o1", Scope: "snsapi_base", UnionID: "u1", Snapshot: true}, nil
}

func TestPagesNeedAnAppID(t *testing.T) {
	s := newShop(t)
	s.config.AppID = ""
	require.Contains(t, s.raises(`oauth.url{redirect_uri = "https://e.com/", scope = "snsapi_base"}`), "main.lua:2: oauth.url: account.yaml gives no app_id")
}

func TestOAuthUserAcrossAccounts(t *testing.T) {
	s := newShop(t)
	s.config.API = knownUser{s.config.API}
	require.Equal(t, `{"is_snapshotuser":1,"openid":"o1","scope":"snsapi_base","unionid":"u1"}`, s.says(`return show(oauth.user("a code"))`))
}

// WeChat's templates have a handful of values; a hundred are sent, one more is not.
func TestTemplatesOfManyValues(t *testing.T) {
	s := newShop(t)
	const send = `local data = {thing1 = "a", amount2 = "¥1"} for i = 3, %d do data["thing" .. i] = "a" end
		return type(template.send("$amy", "order_paid", data))`
	require.Equal(t, "string", s.says(fmt.Sprintf(send, 100)))
	require.Contains(t, s.raises(fmt.Sprintf(send, 101)), "template.send: argument 3 (data) has 101 values; want at most 100")
}

// What WeChat refuses comes back as nil and an error that says what to do.
func TestWhatWeChatRefuses(t *testing.T) {
	tests := []struct {
		name, body string
		code, hint string
	}{
		{"template", `template.send("$amy", "NO_SUCH_TEMPLATE_AT_ALL", {a = "b"})`, "40037", "template"},
		{"template data", `template.send("$amy", "order_paid", {thing1 = ("茶"):rep(30), amount2 = "¥1"})`, "47003", "thing1"},
		{"template of no fan", `template.send("oNOBODY", "order_paid", {thing1 = "a", amount2 = "¥1"})`, "40003", "openid"},
		{"user.get", `user.get("oNOBODY")`, "40003", "openid"},
		{"user.get_all", `user.get_all{"oNOBODY"}`, "40003", "openid"},
		{"user.subscribe_time", `user.subscribe_time("oNOBODY")`, "40003", "openid"},
		{"user.remark", `user.remark("oNOBODY", "x")`, "40003", "openid"},
		{"user.tags", `user.tags("oNOBODY")`, "40003", "openid"},
		{"user.tag without tags", `user.tag("$amy", "vip")`, "45159", "tag.create"},
		{"user.tag misspelled", `(function() tag.create("regular") return user.tag("$amy", "regulr") end)()`, "45159", "did you mean regular?"},
		{"user.tag among others", `(function() tag.create("vip") return user.tag("$amy", "gold") end)()`, "45159", "the tags are 星标组, regular, vip"},
		{"user.untag", `user.untag("$amy", 4711)`, "45159", "tag"},
		{"tag.create twice", `(function() tag.create("a") return tag.create("a") end)()`, "45157", "tag"},
		{"tag.rename", `tag.rename(2, "x")`, "45058", "tag"},
		{"tag.delete", `tag.delete(1)`, "45058", "tag"},
		{"menu.get", `menu.get()`, "46003", "menu"},
		{"menu.add_conditional", `menu.add_conditional{button = {{type = "click", name = "a", key = "A"}}, matchrule = {tag_id = "100"}}`, "65303", "default menu"},
		{"menu.delete_conditional", `menu.delete_conditional("4711")`, "65301", "menu"},
		{"menu.match", `menu.match("oNOBODY")`, "65302", "user"},
		{"media.get", `media.get("NOMEDIA")`, "40007", "media"},
		{"media.url of a picture", `media.url(media.upload("image", "media/cup.png").media_id)`, "40007", "media.get"},
		{"media of another kind", `media.upload("thumb", "media/clip.mp4")`, "40005", "type"},
		{"short.fetch", `short.fetch("nosuchkey")`, "9410011", "key"},
		{"subscribe_message", `subscribe_message.send("$amy", "` + shopNotice + `", {thing1 = "a"})`, "43101", "subscribe"},
		{"mass.get", `mass.get("4711")`, "40059", "id"},
		{"mass.delete", `mass.delete("4711")`, "40059", "id"},
		{"oauth.user", `oauth.user("nocode")`, "40029", "code"},
		{"api.call", `api.call("/cgi-bin/user/info", nil, {query = {openid = "oNOBODY"}})`, "40003", "openid"},
	}
	s := newShop(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := s.says(`local v, err = ` + tt.body + ` return show{tostring(v), err.errcode, type(err.errmsg), err.hint, type(err.rid)}`)
			require.True(t, strings.HasPrefix(got, `["nil",`+tt.code+`,"string",`), got)
			require.Contains(t, strings.ToLower(got), tt.hint)
		})
	}
}

// Wrong arguments raise before anything is sent.
func TestCallsRefuseWrongArguments(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"an alias misspelled", `template.send("$amy", "order_piad", {a = "b"})`, `main.lua:2: template.send: argument 2 (template): account.yaml has no template "order_piad"; did you mean order_paid?`},
		{"a template without name", `template.send("$amy", "", {a = "b"})`, "template.send: argument 2 (template) is empty; want the id of a template, or its alias in account.yaml"},
		{"a page of none", `template.blocked("1", {limit = 0})`, "template.blocked: options: limit is 0; want 1 to 100"},
		{"a page of too many", `template.blocked("1", {limit = 101})`, "template.blocked: options: limit is 101; want 1 to 100"},
		{"no template to delete", `template.delete("")`, "template.delete: argument 1 (template) is empty"},
		{"no data", `template.send("$amy", "order_paid", {})`, "template.send: data: is empty"},
		{"data in a list", `template.send("$amy", "order_paid", {"a"})`, "argument 3 (data) has a value without a name; want {name = \"text\"}"},
		{"data of another kind", `template.send("$amy", "order_paid", {a = true})`, "template.send: a is a boolean; want a string or a number"},
		{"an option misspelled", `template.send("$amy", "order_paid", {a = "b"}, {ulr = "x"})`, "did you mean url?"},
		{"a mini program without appid", `template.send("$amy", "order_paid", {a = "b"}, {miniprogram = {}})`, "miniprogram: appid is missing"},
		{"no fan", `user.get("")`, "user.get: argument 1 (openid)"},
		{"openids that are none", `user.get_all{1}`, "user.get_all: argument 1 (openids): item 1 is a number; want a string"},
		{"a long remark", `user.remark("$amy", ("茶"):rep(30))`, "user.remark: remark: has 30 characters; want at most 29"},
		{"a tag of no kind", `user.tag("$amy", true)`, "user.tag: argument 2 (tag) is a boolean; want the name of a tag, or its id"},
		{"a tag without name", `tag.create("")`, "tag.create: name"},
		{"a menu's unknown field", `menu.create{button = {{type = "click", name = "a", kye = "A"}}}`, "menu.create: button[1].kye: is unknown"},
		{"a menu's long name", `menu.create{button = {{type = "click", name = ("茶"):rep(6), key = "A"}}}`, "menu.create: button[1].name"},
		{"a menu with a function", `menu.create{button("a", {click = function() end})}`, `menu.create: button "a" holds a function`},
		{"a menu with a rule", `menu.create{button = {{type = "click", name = "a", key = "A"}}, matchrule = {tag_id = "100"}}`, "matchrule is for menu.add_conditional"},
		{"a conditional menu without rule", `menu.add_conditional{button = {{type = "click", name = "a", key = "A"}}}`, "matchrule is missing"},
		{"a withdrawn rule", `menu.add_conditional{button = {{type = "click", name = "a", key = "A"}}, matchrule = {sex = "1"}}`, "matchrule.sex: is unknown"},
		{"a declaration in a handler", `menu{button("a", {key = "A"})}`, "menu: the menu is declared at the top level; inside a handler use menu.create"},
		{"media that is not there", `media.upload("image", "media/cap.png")`, "media.upload: media/cap.png: there is no such file"},
		{"media that is a folder", `media.upload("image", "media/dir")`, "media/dir: is no file"},
		{"media elsewhere", `media.upload("image", "account.yaml")`, "argument 2 (path) is \"account.yaml\"; want a file under media/"},
		{"media itself", `media.upload("image", "media/.")`, "want a file under media/"},
		{"media the way of Windows", `media.upload("image", "media/dir\\tea.png")`, "want a file under media/"},
		{"media above", `media.upload("image", "media/../account.yaml")`, "want a file under media/"},
		{"media too large", `media.upload("image", "media/huge.png")`, "media/huge.png: has 10485761 bytes; want at most 10485760"},
		{"media without type", `media.upload("image", "media/notes.txt")`, `media.upload: filename: "notes.txt" does not tell the type`},
		{"media of no kind", `media.upload("picture", "media/cup.png")`, `media.upload: type: "picture" is unknown; want image, voice, video or thumb`},
		{"a code without scene", `qrcode.create{expire_seconds = 60}`, "qrcode.create: scene is nil; want a string or a whole number"},
		{"a code for too long", `qrcode.create{scene = "a", expire_seconds = 2592001}`, "qrcode.create: expire_seconds: is 2592001; want 1 to 2592000"},
		{"a permanent code's number", `qrcode.create{scene = 100001, permanent = true}`, "qrcode.create: scene: is 100001"},
		{"long data", `short.gen(("a"):rep(4097))`, "short.gen: long_data: has 4097 bytes"},
		{"mass to nobody", `mass.send{text = {content = "a"}}`, "mass.send: touser: nobody is addressed"},
		{"mass in two ways", `mass.send{filter = {tag_id = 100}, touser = {"$amy", "$bob"}, text = {content = "a"}}`, "mass.send: has filter beside touser; want one of the two"},
		{"mass in two ways, one of them empty", `mass.send{filter = {}, touser = {"$amy", "$bob"}, text = {content = "a"}}`, "mass.send: has filter beside touser"},
		{"mass to a tag and everybody", `mass.send{filter = {is_to_all = true, tag_id = 100}, text = {content = "a"}}`, "mass.send: filter: names everybody (is_to_all) and a tag"},
		{"mass to somebody twice", `mass.send{touser = {"$amy", "$bob", "$amy"}, text = {content = "a"}}`, "mass.send: touser: item 3 is the same openid as item 1"},
		{"preview for two", `mass.preview{touser = "$amy", towxname = "amy", text = {content = "a"}}`, "mass.preview: has touser beside towxname"},
		{"two mass messages", `mass.send{text = {content = "a"}, voice = {media_id = "M"}}`, "mass.send: has voice beside"},
		{"mass of no kind", `mass.send{filter = {is_to_all = true}}`, "mass.send: msgtype"},
		{"mass.preview to nobody", `mass.preview{text = {content = "a"}}`, "mass.preview: nobody is addressed"},
		{"mass.delete of no id", `mass.delete("x")`, `mass.delete: msg_id: "x" is no id; want digits`},
		{"a page without address", `oauth.url{scope = "snsapi_base"}`, "oauth.url: redirect_uri"},
		{"a scope", `oauth.url{redirect_uri = "https://e.com/", scope = "all"}`, `oauth.url: scope: "all" is unknown`},
		{"no page to sign", `jssdk.sign("e.com")`, "jssdk.sign: url"},
		{"a foreign path", `api.call("/sns/userinfo")`, "api.call: path: is no path of WeChat's API"},
		{"another host", `api.call("@evil.com/cgi-bin/x")`, "api.call: path: holds a character"},
		{"a way out", `api.call("/cgi-bin/../sns/auth")`, `api.call: path: must not hold ".."`},
		{"a way round", `api.call("/cgi-bin/./token")`, `api.call: path: must not hold ".."`},
		{"a way round by its number", `api.call("/cgi-bin/%2e/token")`, `api.call: path: holds a character`},
		{"a path that needs the secret", `api.call("/cgi-bin/stable_token", {})`, "api.call: path: needs the account's secret"},
		{"a token of one's own", `api.call("/cgi-bin/tags/get", nil, {query = {Access_Token = "x"}})`, "api.call: query.Access_Token: is added by the engine"},
		{"a secret", `api.call("/cgi-bin/tags/get", nil, {query = {secret = "x"}})`, "api.call: query.secret"},
		{"another method", `api.call("/cgi-bin/tags/get", nil, {method = "PUT"})`, `api.call: options: method is "PUT"; want GET or POST`},
		{"a query of tables", `api.call("/cgi-bin/tags/get", nil, {query = {a = {}}})`, "api.call: options: query: a is a table"},
		{"a body of functions", `api.call("/cgi-bin/tags/get", {f = print})`, "api.call: argument 2 (body): f"},
		{"a token that is not exposed", `api.access_token()`, "api.access_token: this account's token is not for scripts"},
		{"too many calls", `for i = 1, 30 do user.get("$amy") end`, "wechat_calls"},
		{"a page refused", `for id in tag.members(4711) do end`, "main.lua:2: tag.members: 45159: "},
	}
	s := newShop(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Contains(t, s.raises(tt.body), tt.want)
		})
	}
}
