package bindings

import (
	"context"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/wechat/api"
)

func menuFamily() Family {
	twice := Text{"Raises at load, naming the button, when WeChat would refuse the menu, and when there are two.", "菜单不符合微信限制（指出哪个按钮）或声明了两次时，加载时报错。"}
	written := Text{"Raises, naming the button, when WeChat would refuse the menu.", "菜单不符合微信限制时报错并指出哪个按钮。"}
	return Family{
		Name: "menu",
		Doc: Text{
			"The custom menu. menu{…} at the top level declares it: it is checked at load, pushed to WeChat when it changed, and its buttons may hold functions. The calls menu.* work on what WeChat has now.",
			"自定义菜单。在顶层用 menu{…} 声明：加载时检查，有变化时推送到微信，按钮上可以放函数。menu.* 直接操作微信上的菜单。",
		},
		Functions: append(menuDeclarations(twice), menuCalls(written)...),
	}
}

// menuDeclarations are the functions that declare a menu.
func menuDeclarations(twice Text) []Function {
	name := Param{Name: "name", Type: tString}
	return []Function{
		{
			Name: "menu", Forms: params(Param{Name: "buttons", Type: tButtons}), run: menuDeclare,
			Doc: Text{
				"Declares the account's menu: 1 to 3 of button(…) and group(…). A tap on a button with a function runs it as a rule.",
				"声明账号菜单:1 至 3 个 button(…) 或 group(…)。点击带函数的按钮会像规则一样运行该函数。",
			},
			Example: `menu{
  button("今日推荐", { click = function(msg) return "茉莉花茶" end }),
  group("更多", {
    button("官网", { view = "https://example.com" }),
    button("点单", { miniprogram = { appid = "wx00000000000000aa", pagepath = "pages/index", url = "https://example.com" } }),
  }),
}`,

			Errors: []Text{twice, {"Raises inside a handler: use menu.create there.", "在处理函数里调用时报错，请用 menu.create。"}},
		},
		{
			Name: "button", Forms: params(name, Param{Name: "action", Type: tTable}), Returns: []Result{{"button", "Button"}}, run: buttonMake,
			Doc: Text{
				"A button of a menu. action has one of: click, scancode_push, scancode_waitmsg, pic_sysphoto, pic_photo_or_album, pic_weixin, location_select = a handler (or true with a key, for on.click); view = address; miniprogram = {appid, pagepath, url}; media_id, view_limited, article_id, article_view_limited = id; media_id may be a file of media/, which goes into the account's material library for good. key = names its event; else it is mw: and the path of names.",
				"菜单按钮。action 为其一:click、scancode_push、scancode_waitmsg、pic_sysphoto、pic_photo_or_album、pic_weixin、location_select = 处理者（或 true 配 key,由 on.click 处理）；view = 网址;miniprogram = {appid, pagepath, url};media_id、view_limited、article_id、article_view_limited = id；media_id 可以是 media/ 下的文件，会存入账号的永久素材库。key = 指定事件 key,缺省为 mw: 加名字路径。",
			},
			Example: `menu{ button("签到", { key = "SIGN", click = "签到成功" }) }`,
			Errors:  []Text{{"Raises when action has no or more than one of these, or an unknown field.", "action 没有、多于一种动作或含未知字段时报错。"}},
		},
		{
			Name: "group", Forms: params(name, Param{Name: "buttons", Type: tButtons}), Returns: []Result{{"button", "Button"}}, run: groupMake,
			Doc:     Text{"A button that opens 1 to 5 others.", "展开 1 至 5 个按钮的一级菜单。"},
			Example: `menu{ group("更多", { button("官网", { view = "https://example.com" }) }) }`,
			Errors:  []Text{{"Raises when an item is no button.", "某一项不是 button 时报错。"}},
		},
	}
}

// menuCalls are the functions that call WeChat.
func menuCalls(written Text) []Function {
	menu := Param{Name: "menu", Type: tTable}
	none := Text{"46003: the account has no menu made through the API.", "46003:没有通过接口创建的菜单。"}
	return []Function{
		{
			Name: "menu.create", Forms: params(menu), Returns: answersTrue(), run: menuCreate, Reach: ReachActs,
			Doc:     Text{"Replaces the default menu: WeChat's own {button = {…}}, or a list of button(…) and group(…) without functions.", "替换默认菜单：微信格式 {button = {…}},或不带函数的 button(…)、group(…) 列表。"},
			Example: `on.text("换菜单", function() local ok, err = menu.create{ button = { { type = "click", name = "今日", key = "TODAY" } } } return ok and "换了" or err.hint end)`, Errors: faults(written),
		},
		{
			Name: "menu.get", Forms: params(), Returns: answers("menus", "table"), run: menuGet, Reach: ReachReads,
			Doc:     Text{"The menus made through the API: menu = {button, menuid} and conditionalmenu, a list.", "通过接口创建的菜单:menu = {button, menuid},以及列表 conditionalmenu。"},
			Example: `on.text("菜单", function() local m, err = menu.get() return m and m.menu.button[1].name or err.hint end)`, Errors: faults(none),
		},
		{
			Name: "menu.list", Forms: params(), Returns: answers("menus", "table"), run: menuList, Reach: ReachReads,
			Doc:     Text{"All menus at once: menu and conditionalmenu as in menu.get, is_menu_open and selfmenu_info as in menu.current; two calls. No menu is no error.", "全部菜单:menu、conditionalmenu 同 menu.get,is_menu_open、selfmenu_info 同 menu.current;两次调用。没有菜单不算错误。"},
			Example: `on.text("全部菜单", function() local all, err = menu.list() return all and #all.conditionalmenu .. " 个个性化菜单" or err.hint end)`, Errors: faults(),
		},
		{
			Name: "menu.delete", Forms: params(), Returns: answersTrue(), run: menuDelete, Reach: ReachActs,
			Doc:     Text{"Deletes the default menu and all conditional ones.", "删除默认菜单和全部个性化菜单。"},
			Example: `on.text("删菜单", function() local ok, err = menu.delete() return ok and "删了" or err.hint end)`, Errors: faults(),
		},
		{
			Name: "menu.current", Forms: params(), Returns: answers("menu", "table"), run: menuCurrent, Reach: ReachReads,
			Doc:     Text{"The menu that fans see, also one made in WeChat's console: is_menu_open, selfmenu_info.", "粉丝看到的菜单，包括在公众平台后台设置的:is_menu_open、selfmenu_info。"},
			Example: `on.text("当前菜单", function() local m = menu.current() return m and m.is_menu_open == 1 and "开着" end)`, Errors: faults(),
		},
		{
			Name: "menu.match", Forms: params(Param{Name: "openid", Type: tString}), Returns: answers("buttons", "table[]"), run: menuMatch, Reach: ReachReads,
			Doc:     Text{"The buttons that a fan (openid or WeChat id) sees.", "某位粉丝(openid 或微信号)看到的按钮。"},
			Example: `on.text("我的菜单", function(msg) local buttons, err = menu.match(msg.openid) return buttons and buttons[1].name or err.hint end)`, Errors: faults(),
		},
		{
			Name: "menu.add_conditional", Forms: params(menu), Returns: answers("menuid", "string"), run: menuAddConditional, Reach: ReachActs,
			Doc:     Text{"Adds a menu for some fans: button = {…}, matchrule = {tag_id =, client_platform_type =}. It needs a default menu.", "添加个性化菜单:button = {…}、matchrule = {tag_id =、client_platform_type =}。需先有默认菜单。"},
			Example: `on.text("会员菜单", function() local id, err = menu.add_conditional{ button = { { type = "click", name = "会员", key = "VIP" } }, matchrule = { tag_id = "100" } } return id or err.hint end)`, Errors: faults(written),
		},
		{
			Name: "menu.delete_conditional", Forms: params(Param{Name: "menuid", Type: tString}), Returns: answersTrue(), run: menuDeleteConditional, Reach: ReachActs,
			Doc:     Text{"Deletes one conditional menu.", "删除一个个性化菜单。"},
			Example: `on.text("删会员菜单", function() local ok, err = menu.delete_conditional("10000123") return ok and "删了" or err.hint end)`, Errors: faults(),
		},
		{
			Name: "menu.event_status", Forms: params(optional("event_key", tString)), Returns: []Result{{"status", "table"}}, run: menuEventStatus, Reach: ReachReads,
			Doc: Text{
				"What became of menu events, counted by the engine: answered, acknowledged, answered_async, failed, late, unhandled, and last_at, last_status. With a key one table of its sums, without a list of tables with event, event_key, menuid. WeChat tells nobody whether a fan has read an answer.",
				"菜单事件的响应状态，由引擎统计:answered、acknowledged、answered_async、failed、late、unhandled,以及 last_at、last_status。给 key 返回合计的一张表，不给则返回列表，每项含 event、event_key、menuid。微信不告知粉丝是否已读。",
			},
			Example: `on.text("点击", function() local s = menu.event_status("TODAY") return s.answered .. " 次已回复，失败 " .. s.failed end)`,
			Errors:  []Text{{"Raises at the top level; counts as a store operation.", "在顶层调用时报错；计入存储次数。"}},
		},
	}
}

// maxMenu is the largest menu as JSON, in bytes; WeChat's limits allow about half of it.
const maxMenu = 64 << 10

func menuCreate(c call) int {
	m := c.menu()
	if m.MatchRule != nil {
		c.fail("matchrule is for menu.add_conditional; menu.create is the menu of everybody")
	}
	return c.actPlaced(menuNames(m), menuPlaces(m.Buttons), func(ctx context.Context, api API) (any, error) { return true, api.CreateMenu(ctx, m.Buttons) })
}

func menuAddConditional(c call) int {
	m := c.menu()
	if m.MatchRule == nil {
		c.fail("matchrule is missing; want {tag_id = …} or {client_platform_type = …}")
	}
	return c.actPlaced(menuNames(m), menuPlaces(m.Buttons), func(ctx context.Context, api API) (any, error) { return api.AddConditionalMenu(ctx, *m) })
}

// menuNames is how a menu is recognised: by the words on its bar.
func menuNames(m *api.Menu) string {
	names := make([]string, len(m.Buttons))
	for i := range m.Buttons {
		names[i] = m.Buttons[i].Name
	}
	return strings.Join(names, "/")
}

// menu reads argument 1: WeChat's own {button = {…}}, a list of its entries, or of button(…) and group(…).
func (c call) menu() *api.Menu {
	tb := c.table(1)
	var m *api.Menu
	var err error
	if buttonOf(tb.RawGetInt(1)) != nil {
		m = &api.Menu{}
		for _, b := range c.buttons(tb, maxInMenu, "a menu") {
			if part := b.withHandler(); part != nil {
				c.fail("button %s holds a function; only the menu{…} of the top level can", quote(part.button.Name))
			}
			m.Buttons = append(m.Buttons, b.wire(""))
		}
		err = m.Check()
	} else {
		body, wrong := c.encodeJSON(tb, jsonDepth, maxMenu)
		if wrong != nil {
			c.fail("%s: %s", c.argument(1), wrong)
		}
		if tb.Len() > 0 {
			body = append(append([]byte(`{"button":`), body...), '}')
		}
		m, err = api.ParseMenu(body)
	}
	if err != nil {
		c.failField(err)
	}
	c.checkPlaces(menuPlaces(m.Buttons))
	return m
}

func menuGet(c call) int { return c.request("", api.Request{Path: api.MenuGet.Path}, whole) }

func menuCurrent(c call) int {
	return c.request("", api.Request{Path: api.MenuCurrent.Path}, whole)
}

// menuList puts what two calls tell into one table.
func menuList(c call) int {
	all := map[string]any{"conditionalmenu": []any{}}
	for _, e := range []api.Endpoint{api.MenuGet, api.MenuCurrent} {
		got, refused := c.wechat(reads, e.Path, func(ctx context.Context, wx API) (any, error) {
			return readAnswer(ctx, wx, api.Request{Path: e.Path})
		})
		if refused != nil && refused["errcode"] != float64(46003) {
			return c.pushRefusal(refused)
		}
		fields, _ := got.(map[string]any)
		for name, v := range fields {
			all[name] = v
		}
	}
	return c.push(c.toLua(all))
}

func menuDelete(c call) int {
	return c.request("", api.Request{Path: api.MenuDelete.Path}, done)
}

func menuMatch(c call) int {
	id := c.filled(1, "an openid or a WeChat id")
	return c.request(id, api.Request{Path: api.MenuMatch.Path, Body: map[string]any{"user_id": id}}, func(v any) any {
		if inner := field(v, "menu"); inner != nil {
			v = inner // some answers have it one level down (wechat-protocol §6.2)
		}
		return list("button")(v)
	})
}

func menuDeleteConditional(c call) int {
	id := c.filled(1, "the menuid that menu.add_conditional gave")
	return c.request(id, api.Request{Path: api.MenuDeleteConditional.Path, Body: map[string]any{"menuid": id}}, done)
}

// statuses are what a menu event may come to (wechat-protocol §9.2).
var statuses = []string{"pending", "answered", "acknowledged", "answered_async", "failed", "late", "unhandled"}

func menuEventStatus(c call) int {
	key := c.text(1)
	told := c.effect(engine.Effect{Kind: engine.KindStore, Label: key}, func(ctx context.Context) (any, error) {
		records := c.state.p.config.Records
		if records == nil {
			return nil, errNoMemory
		}
		events, err := records.MenuEvents(ctx, key)
		if err != nil {
			return nil, err
		}
		if c.arg(1) == lua.LNil {
			return eachStatus(events), nil
		}
		return sumStatus(key, events), nil
	})
	return c.push(c.toLua(told))
}

func eachStatus(events []MenuEvent) []any {
	all := make([]any, len(events))
	for i, e := range events {
		one := sumStatus(e.EventKey, events[i:i+1])
		one["event"], one["menuid"] = e.Event, e.MenuID
		all[i] = one
	}
	return all
}

// sumStatus adds up the events of one key; the newest of them is the last.
func sumStatus(key string, events []MenuEvent) map[string]any {
	sum := map[string]any{"event_key": key}
	for _, status := range statuses {
		n := int64(0)
		for _, e := range events {
			n += e.Counts[status]
		}
		sum[status] = float64(n)
	}
	last := int64(0)
	for _, e := range events {
		if e.LastAt > last {
			last = e.LastAt
			sum["last_at"], sum["last_status"] = float64(e.LastAt), e.LastStatus
		}
	}
	return sum
}
