package sim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

func click(name, key string) m { return m{"type": "click", "name": name, "key": key} }

func group(name string, sub ...any) m { return m{"name": name, "sub_button": sub} }

func menuOf(buttons ...any) m { return m{"button": buttons} }

func TestMenuLimits(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Image("temporary"))
	b := click("b", "B")
	view := func(url string) m { return m{"type": "view", "name": "v", "url": url} }
	mini := func(appID, page string) m {
		return m{"type": "miniprogram", "name": "p", "url": "https://example.test/", "appid": appID, "pagepath": page}
	}
	tests := []struct {
		name string
		menu any
		want int
	}{
		{"three", menuOf(b, b, b), 0},
		{"none", menuOf(), 40016},
		{"four", menuOf(b, b, b, b), 40016},
		{"five sub-buttons", menuOf(group("g", b, b, b, b, b)), 0},
		{"six sub-buttons", menuOf(group("g", b, b, b, b, b, b)), 40023},
		{"three levels", menuOf(group("g", group("h", b))), 40022},
		{"name of 16 bytes", menuOf(click(strings.Repeat("a", 16), "B")), 0},
		{"name of 17 bytes", menuOf(click(strings.Repeat("a", 17), "B")), 40018},
		{"six Chinese characters", menuOf(click("今日推荐好茶", "B")), 40018},
		{"no name", menuOf(click("", "B")), 40018},
		{"sub-name of 60 bytes", menuOf(group("g", click(strings.Repeat("茶", 20), "B"))), 0},
		{"sub-name of 61 bytes", menuOf(group("g", click(strings.Repeat("a", 61), "B"))), 40025},
		{"group's name", menuOf(group(strings.Repeat("a", 17), b)), 40018},
		{"key of 128 bytes", menuOf(click("b", strings.Repeat("k", 128))), 0},
		{"key of 129 bytes", menuOf(click("b", strings.Repeat("k", 129))), 40019},
		{"no key", menuOf(click("b", "")), 40019},
		{"sub-key of 129 bytes", menuOf(group("g", click("b", strings.Repeat("k", 129)))), 40026},
		{"url of 1024 bytes", menuOf(view("https://example.test/" + strings.Repeat("u", 1003))), 0},
		{"url of 1025 bytes", menuOf(view("https://example.test/" + strings.Repeat("u", 1004))), 40020},
		{"no url", menuOf(view("")), 40020},
		{"sub-url", menuOf(group("g", view(""))), 40027},
		{"url without a scheme", menuOf(view("example.test")), 40054},
		{"sub-url without a scheme", menuOf(group("g", view("example.test"))), 40055},
		{"unknown type", menuOf(m{"type": "x", "name": "b"}), 40017},
		{"unknown sub-type", menuOf(group("g", m{"type": "x", "name": "b"})), 40024},
		{"no type", menuOf(m{"name": "b"}), 65308},
		{"type of a group is ignored", menuOf(m{"type": "x", "name": "g", "sub_button": []any{b}}), 0},
		{"mini program", menuOf(mini("wx00000000000000aa", "pages/a")), 0},
		{"foreign mini program", menuOf(mini("wx00000000000000bb", "pages/a")), 45064},
		{"mini program without a page", menuOf(mini("wx00000000000000aa", "")), 40165},
		{"temporary media", menuOf(m{"type": "media_id", "name": "b", "media_id": "temporary"}), 40128},
		{"unknown media", menuOf(m{"type": "media_id", "name": "b", "media_id": "nope"}), 40007},
		{"unknown article", menuOf(m{"type": "article_id", "name": "b", "article_id": "nope"}), 53600},
		{"escapes", `{"button":[{"type":"click","name":"\u4eca","key":"B"}]}`, 40033},
		{"escaped backslash", `{"button":[{"type":"click","name":"\\u4eca","key":"B"}]}`, 0},
		{"not UTF-8", "{\"button\":[{\"type\":\"click\",\"name\":\"\xff\",\"key\":\"B\"}]}", 65318},
		{"not JSON", "{", 47001},
		{"nothing", "", 44002},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, w.post("/cgi-bin/menu/create", tt.menu).code())
		})
	}
}

func TestEveryMiniProgramMayBeLinked(t *testing.T) {
	w := newWorld(t, func(_ *sim.Options, a *sim.Account) { a.MiniPrograms = []string{sim.AnyMiniProgram} })
	w.must("/cgi-bin/menu/create", menuOf(m{"type": "miniprogram", "name": "p", "url": "https://example.test/", "appid": "wx00000000000000bb", "pagepath": "pages/a"}))
}

func TestMenuShapes(t *testing.T) {
	w := newWorld(t)
	require.Equal(t, 46003, w.get("/cgi-bin/menu/get").code())
	require.Equal(t, "0", fmtNumber(w.get("/cgi-bin/get_current_selfmenu_info")["is_menu_open"]))
	w.must("/cgi-bin/menu/create", menuOf(click("Today", "T"), group("More", click("Help", "H"))))

	got := w.get("/cgi-bin/menu/get")
	menu := got["menu"].(m)
	require.Regexp(t, `^\d{17,}$`, fmtNumber(menu["menuid"]))
	require.Equal(t, []any{
		m{"type": "click", "name": "Today", "key": "T", "sub_button": []any{}},
		m{"name": "More", "sub_button": []any{m{"type": "click", "name": "Help", "key": "H", "sub_button": []any{}}}},
	}, menu["button"])

	got = w.get("/cgi-bin/get_current_selfmenu_info")
	require.Equal(t, "1", fmtNumber(got["is_menu_open"]))
	require.Equal(t, m{"button": []any{
		m{"type": "click", "name": "Today", "key": "T"},
		m{"name": "More", "sub_button": m{"list": []any{m{"type": "click", "name": "Help", "key": "H"}}}},
	}}, got["selfmenu_info"])
}

func TestConditionalMenus(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Text("hi"))
	const add = "/cgi-bin/menu/addconditional"
	menu := func(key string, rule m) m { return m{"button": []any{click("b", key)}, "matchrule": rule} }
	require.Equal(t, 65303, w.post(add, menu("A", m{"client_platform_type": "1"})).code())
	w.must("/cgi-bin/menu/create", menuOf(click("b", "default")))
	require.Equal(t, 65304, w.post(add, menu("A", m{})).code())
	require.Equal(t, 65304, w.post(add, menu("A", nil)).code())
	require.Equal(t, 65320, w.post(add, menu("A", m{"sex": "1", "client_platform_type": 1})).code())
	require.Equal(t, 45159, w.post(add, menu("A", m{"tag_id": "100"})).code())
	require.Equal(t, 65307, w.post(add, m{"button": []any{}, "matchrule": m{"client_platform_type": 1}}).code())
	var views []any
	for i := range 4 {
		views = append(views, m{"type": "view", "name": "v", "url": fmt.Sprintf("https://h%d.test/", i)})
	}
	require.Equal(t, 65316, w.post(add, m{"button": []any{group("g", views...)}, "matchrule": m{"client_platform_type": 1}}).code())

	views[0].(m)["url"] = "https://MP.weixin.qq.com/s/x"
	w.must("/cgi-bin/menu/delconditional", m{"menuid": w.must(add, m{
		"button": []any{group("g", views...)}, "matchrule": m{"client_platform_type": 1},
	})["menuid"]})

	match := func() string {
		got := w.must("/cgi-bin/menu/trymatch", m{"user_id": w.openID("amy")})
		return got["button"].([]any)[0].(m)["key"].(string)
	}
	require.Equal(t, "default", match())
	w.must("/cgi-bin/tags/create", m{"tag": m{"name": "vip"}})
	w.must("/cgi-bin/tags/create", m{"tag": m{"name": "old"}})
	byTag, ok := w.must(add, menu("vip", m{"tag_id": "100"}))["menuid"].(string)
	require.True(t, ok, "menuid is a string here")
	w.must("/cgi-bin/tags/members/batchtagging", m{"openid_list": []string{w.openID("amy")}, "tagid": 100})
	require.Equal(t, "vip", match())
	w.must("/cgi-bin/tags/members/batchtagging", m{"openid_list": []string{w.openID("amy")}, "tagid": 101})
	require.Equal(t, "default", match(), "the last tag counts")
	w.must(add, menu("ios", m{"client_platform_type": 1}))
	require.Equal(t, "ios", match(), "the newest first")
	android := "2"
	_, err := w.p.ChangeFan("shop", "amy", sim.FanChange{Client: &android})
	require.NoError(t, err)
	require.Equal(t, "default", match())

	list := w.get("/cgi-bin/menu/get")["conditionalmenu"].([]any)
	require.Len(t, list, 2)
	require.Equal(t, byTag, fmtNumber(list[1].(m)["menuid"]))
	require.Equal(t, m{"tag_id": "100"}, list[1].(m)["matchrule"])
	require.Equal(t, 65301, w.post("/cgi-bin/menu/delconditional", m{"menuid": "1"}).code())
	w.must("/cgi-bin/menu/delconditional", m{"menuid": byTag})
	require.Equal(t, 65302, w.post("/cgi-bin/menu/trymatch", m{"user_id": "nobody"}).code())
	require.Zero(t, w.get("/cgi-bin/menu/delete").code())
	require.Equal(t, 46003, w.get("/cgi-bin/menu/get").code(), "the conditional ones are gone too")
}

// Links in texts that make the fan say something are shown as their labels, and can be tapped: the newest first.
func TestTappingLinks(t *testing.T) {
	w := newWorld(t)
	link := func(label, said, id string) string {
		return `<a href="weixin://bizmsgmenu?msgmenucontent=` + said + `&msgmenuid=` + id + `">` + label + `</a>`
	}
	say := func(content string) {
		w.must("/cgi-bin/message/custom/send", m{"touser": w.openID("amy"), "msgtype": "text", "text": m{"content": content}})
	}
	tapped := func(name string) *sim.Delivery { return w.p.Push(t.Context(), "shop", "amy", sim.Tap(name)) }
	last := func() sim.Entry {
		chat, err := w.p.Chat("shop", "amy")
		require.NoError(t, err)
		all := chat.Entries()
		return all[len(all)-1]
	}
	w.push("amy", sim.Text("hi"))
	say("see " + link("tea", "茶单", "7") + " or " + link("hours", "a%26b%20c", "8") + ` <a href="https://example.test">x</a>`)
	require.Equal(t, `see [tea] or [hours] <a href="https://example.test">x</a>`, last().Text)
	require.Contains(t, last().Shown.Text, "weixin://bizmsgmenu", "what was sent is there too")
	require.Contains(t, tapped("tea").Plain, "<Content><![CDATA[茶单]]></Content><bizmsgmenuid>7</bizmsgmenuid>")
	require.Equal(t, "茶单", last().Text, "the fan has said it")
	require.Contains(t, tapped("hours").Plain, "<Content><![CDATA[a&b c]]></Content><bizmsgmenuid>8</bizmsgmenuid>")

	say(link("tea", "新茶", "9"))
	require.Contains(t, tapped("tea").Plain, "<Content><![CDATA[新茶]]></Content><bizmsgmenuid>9</bizmsgmenuid>", "the newest")
	say("<A id='x' HREF='weixin://bizmsgmenu?msgmenuid=1&msgmenucontent=100%'>odd</A>")
	require.Contains(t, tapped("odd").Plain, "<Content><![CDATA[100%]]></Content><bizmsgmenuid>1</bizmsgmenuid>")
	w.push("amy", sim.Text("hi"))
	w.must("/cgi-bin/message/custom/send", m{"touser": w.openID("amy"), "msgtype": "msgmenu", "msgmenu": m{
		"head_content": "well? " + link("more", "m", "2"), "list": []m{{"id": "101", "content": "yes"}}, "tail_content": link("less", "l", "3"),
	}})
	require.Equal(t, "well? [more]\n[101] yes\n[less]", last().Text)
	for name, want := range map[string]string{"yes": "101", "more": "2", "less": "3"} {
		require.Contains(t, tapped(name).Plain, "<bizmsgmenuid>"+want+"</bizmsgmenuid>")
	}
	require.ErrorContains(t, tapped("nothing").Err, `the account has no menu, and no message in the chat has a link "nothing"`)
	require.Error(t, w.p.Push(t.Context(), "shop", "bob", sim.Tap("tea")).Err, "it is in amy's chat")
}

func TestTapping(t *testing.T) {
	w := newWorld(t)
	tapped := func(name string) *sim.Delivery { return w.p.Push(t.Context(), "shop", "amy", sim.Tap(name)) }
	require.ErrorContains(t, tapped("Today").Err, "no menu")
	w.must("/cgi-bin/menu/create", menuOf(
		click("Today", "T"),
		group("More", m{"type": "view", "name": "Shop", "url": "https://example.test/"}, m{"type": "pic_weixin", "name": "Pic", "key": "P"}),
	))
	require.Contains(t, tapped("Today").Plain, "<Event><![CDATA[CLICK]]></Event><EventKey><![CDATA[T]]></EventKey>")
	require.Regexp(t, `<Event><!\[CDATA\[VIEW\]\]></Event><EventKey><!\[CDATA\[https://example.test/\]\]></EventKey><MenuId>\d+</MenuId>`, tapped("Shop").Plain)
	require.Contains(t, tapped("Pic").Plain, "pic_weixin")
	require.ErrorContains(t, tapped("More").Err, "no entry")
}
