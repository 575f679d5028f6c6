package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

const menuJSON = `{"button":[
 {"type":"click","name":"今日推荐","key":"TODAY"},
 {"name":"更多","sub_button":[
  {"type":"view","name":"官网","url":"https://example.test/?a=1&b=2"},
  {"type":"miniprogram","name":"小程序","url":"https://example.test/old","appid":"wx00000000000000aa","pagepath":"pages/index"},
  {"type":"scancode_waitmsg","name":"扫码","key":"scan"},
  {"type":"location_select","name":"位置","key":"loc"},
  {"type":"media_id","name":"图片","media_id":"M"}]},
 {"type":"article_id","name":"文章","article_id":"A"}]}`

func TestMenuCalls(t *testing.T) {
	menu, err := api.ParseMenu([]byte(menuJSON))
	require.NoError(t, err)
	rule := &api.MatchRule{TagID: "100", ClientPlatformType: "1"}
	one := []api.Button{{Type: "click", Name: "a", Key: "k"}}
	for _, tt := range []call{
		{
			name: "create", do: func(ctx ctxT, c *client) (any, error) { return nil, c.CreateMenu(ctx, menu.Buttons) },
			sent: "POST /cgi-bin/menu/create", body: menuJSON,
		},
		{
			name: "get", do: func(ctx ctxT, c *client) (any, error) { return c.Menus(ctx) }, sent: "GET /cgi-bin/menu/get",
			answer: `{"menu":{"button":[{"type":"click","name":"a","key":"k","sub_button":[]}],"menuid":208396938},"conditionalmenu":[{"button":[{"type":"click","name":"a","key":"k"}],"matchrule":{"tag_id":100},"menuid":"7"}]}`,
			want: api.Menus{
				Default:     &api.Menu{Buttons: []api.Button{{Type: "click", Name: "a", Key: "k", SubButtons: []api.Button{}}}, MenuID: "208396938"},
				Conditional: []api.Menu{{Buttons: one, MatchRule: &api.MatchRule{TagID: "100"}, MenuID: "7"}},
			},
		},
		{
			name: "get without menu", do: func(ctx ctxT, c *client) (any, error) { return c.Menus(ctx) }, sent: "GET /cgi-bin/menu/get",
			answer: `{"errcode":46003,"errmsg":"menu no exist"}`, want: api.Menus{},
		},
		{
			name: "delete", do: func(ctx ctxT, c *client) (any, error) { return nil, c.DeleteMenu(ctx) }, sent: "GET /cgi-bin/menu/delete",
		},
		{
			name: "current", do: func(ctx ctxT, c *client) (any, error) { return c.CurrentMenu(ctx) }, sent: "GET /cgi-bin/get_current_selfmenu_info",
			answer: `{"is_menu_open":1,"selfmenu_info":{"button":[{"name":"g","sub_button":{"list":[{"type":"text","name":"a","value":"v"}]}}]}}`,
			want:   api.CurrentMenu{Open: true, Menu: api.Menu{Buttons: []api.Button{{Name: "g", SubButtons: []api.Button{{Type: "text", Name: "a", Value: "v"}}}}}},
		},
		{
			name: "add conditional", do: func(ctx ctxT, c *client) (any, error) {
				return c.AddConditionalMenu(ctx, api.Menu{Buttons: one, MatchRule: rule, MenuID: "old"})
			},
			sent: "POST /cgi-bin/menu/addconditional", body: `{"button":[{"type":"click","name":"a","key":"k"}],"matchrule":{"tag_id":"100","client_platform_type":"1"}}`,
			answer: `{"menuid":25373744922163388}`, want: "25373744922163388",
		},
		{
			name: "delete conditional", do: func(ctx ctxT, c *client) (any, error) { return nil, c.DeleteConditionalMenu(ctx, "7") },
			sent: "POST /cgi-bin/menu/delconditional", body: `{"menuid":"7"}`,
		},
		{
			name: "match", do: func(ctx ctxT, c *client) (any, error) { return c.MatchMenu(ctx, "o1") }, sent: "POST /cgi-bin/menu/trymatch",
			body: `{"user_id":"o1"}`, answer: `{"button":[{"type":"click","name":"a","key":"k"}]}`, want: one,
		},
		{
			name: "match inside menu", do: func(ctx ctxT, c *client) (any, error) { return c.MatchMenu(ctx, "o1") }, sent: "POST /cgi-bin/menu/trymatch",
			body: `{"user_id":"o1"}`, answer: `{"menu":{"button":[{"type":"click","name":"a","key":"k"}]}}`, want: one,
		},
	} {
		t.Run(tt.name, tt.run)
	}
}

func TestMenuLimits(t *testing.T) {
	click := func(name, key string) api.Button { return api.Button{Type: "click", Name: name, Key: key} }
	ok := click("a", "k")
	group := func(sub ...api.Button) api.Button { return api.Button{Name: "g", SubButtons: sub} }
	x := func(n int) string { return strings.Repeat("x", n) }
	tests := []struct {
		name string
		menu api.Menu
		want string // the field; "" = nothing wrong
	}{
		{"none", api.Menu{}, "button"},
		{"three", api.Menu{Buttons: []api.Button{ok, ok, ok}}, ""},
		{"four", api.Menu{Buttons: []api.Button{ok, ok, ok, ok}}, "button"},
		{"five below", api.Menu{Buttons: []api.Button{group(ok, ok, ok, ok, ok)}}, ""},
		{"six below", api.Menu{Buttons: []api.Button{ok, group(ok, ok, ok, ok, ok, ok)}}, "button[2].sub_button"},
		{"third level", api.Menu{Buttons: []api.Button{ok, group(ok, group(ok))}}, "button[2].sub_button[2].sub_button"},
		{"top name of 16 bytes", api.Menu{Buttons: []api.Button{click(x(16), "k")}}, ""},
		{"top name of 17 bytes", api.Menu{Buttons: []api.Button{ok, click(x(17), "k")}}, "button[2].name"},
		{"Chinese counts in bytes", api.Menu{Buttons: []api.Button{click("今日推荐今日", "k")}}, "button[1].name"},
		{"no name", api.Menu{Buttons: []api.Button{click("", "k")}}, "button[1].name"},
		{"sub name of 60 bytes", api.Menu{Buttons: []api.Button{group(click(x(60), "k"))}}, ""},
		{"sub name of 61 bytes", api.Menu{Buttons: []api.Button{group(ok, click(x(61), "k"))}}, "button[1].sub_button[2].name"},
		{"key of 128 bytes", api.Menu{Buttons: []api.Button{click("a", x(128))}}, ""},
		{"key of 129 bytes", api.Menu{Buttons: []api.Button{click("a", x(129))}}, "button[1].key"},
		{"no key", api.Menu{Buttons: []api.Button{{Type: "pic_weixin", Name: "a"}}}, "button[1].key"},
		{"url of 1024 bytes", api.Menu{Buttons: []api.Button{{Type: "view", Name: "a", URL: "https://" + x(1016)}}}, ""},
		{"url of 1025 bytes", api.Menu{Buttons: []api.Button{{Type: "view", Name: "a", URL: "https://" + x(1017)}}}, "button[1].url"},
		{"no url", api.Menu{Buttons: []api.Button{{Type: "view", Name: "a", URL: "example.test"}}}, "button[1].url"},
		{"mini program", api.Menu{Buttons: []api.Button{{Type: "miniprogram", Name: "a", URL: "https://e.test", PagePath: "p"}}}, "button[1].appid"},
		{"mini program page", api.Menu{Buttons: []api.Button{{Type: "miniprogram", Name: "a", URL: "https://e.test", AppID: "wx"}}}, "button[1].pagepath"},
		{"mini program old page", api.Menu{Buttons: []api.Button{{Type: "miniprogram", Name: "a", PagePath: "p", AppID: "wx"}}}, "button[1].url"},
		{"media", api.Menu{Buttons: []api.Button{{Type: "view_limited", Name: "a"}}}, "button[1].media_id"},
		{"article", api.Menu{Buttons: []api.Button{{Type: "article_view_limited", Name: "a"}}}, "button[1].article_id"},
		{"no type", api.Menu{Buttons: []api.Button{{Name: "a"}}}, "button[1].type"},
		{"unknown type", api.Menu{Buttons: []api.Button{{Type: "tap", Name: "a"}}}, "button[1].type"},
		{"empty rule", api.Menu{Buttons: []api.Button{ok}, MatchRule: &api.MatchRule{}}, "matchrule"},
		{"rule of platforms", api.Menu{Buttons: []api.Button{ok}, MatchRule: &api.MatchRule{ClientPlatformType: "4"}}, "matchrule.client_platform_type"},
		{"four domains", api.Menu{Buttons: []api.Button{group(
			api.Button{Type: "view", Name: "a", URL: "https://a.test"}, api.Button{Type: "view", Name: "a", URL: "https://B.test"},
			api.Button{Type: "view", Name: "a", URL: "https://b.test/2"}, api.Button{Type: "view", Name: "a", URL: "https://c.test"},
		), {Type: "view", Name: "a", URL: "https://mp.weixin.qq.com/s"}, {Type: "view", Name: "a", URL: "https://d.test"}}, MatchRule: &api.MatchRule{TagID: "1"}}, "button[3].url"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.menu.Check()
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			var field *wechat.FieldError
			require.ErrorAs(t, err, &field)
			require.Equal(t, tt.want, field.Field)
		})
	}
}

func TestMenuJSONThatIsRefused(t *testing.T) {
	for body, want := range map[string]string{
		`[]`: "body", `{`: "body", `{"buttons":[]}`: "buttons", `{}`: "button", `{"button":["x"]}`: "button[1]",
		`{"button":[{"name":"a","type":"click","key":"k","colour":1}]}`:                                          "button[1].colour",
		`{"button":[{"name":"a","sub_button":[{"name":"b","tpye":"click"}]}]}`:                                   "button[1].sub_button[1].tpye",
		`{"button":[{"name":"a","type":"click","key":"k"}],"matchrule":{"tag_id":1,"sex":1}}`:                    "matchrule.sex",
		`{"button":[{"name":"a","type":"click","key":"k"}],"matchrule":{}}`:                                      "matchrule",
		`{"button":[{"name":"a","type":"click","key":"k"}],"matchrule":{"client_platform_type":9,"tag_id":"1"}}`: "matchrule.client_platform_type",
	} {
		_, err := api.ParseMenu([]byte(body))
		var field *wechat.FieldError
		require.ErrorAs(t, err, &field, body)
		require.Equal(t, want, field.Field, body)
	}
	_, err := api.ParseMenu([]byte(`{"x":1}`))
	require.EqualError(t, err, "x: is unknown; want button, matchrule, menuid")
}

func TestConditionalMenuNeedsARule(t *testing.T) {
	r := newRig(t, say(`{}`))
	_, err := r.client.AddConditionalMenu(bg(), api.Menu{Buttons: []api.Button{{Type: "click", Name: "a", Key: "k"}}})
	var field *wechat.FieldError
	require.ErrorAs(t, err, &field)
	require.Equal(t, "matchrule", field.Field)
	require.Error(t, r.client.DeleteConditionalMenu(bg(), ""))
	require.Empty(t, r.calls())
}

func TestMenuReadFromTheConsoleFitsItsJSON(t *testing.T) {
	menu, err := api.ParseMenu([]byte(menuJSON))
	require.NoError(t, err)
	out, err := json.Marshal(menu)
	require.NoError(t, err)
	require.JSONEq(t, menuJSON, string(out))
}
