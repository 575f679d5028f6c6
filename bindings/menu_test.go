package bindings_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/wechat"
	"moonwire/wechat/api"
	"moonwire/wechat/sim"
)

const shopMenu = `
menu{
  button("今日推荐", { click = function(msg) return "新豆子 " .. msg.event_key end }),
  group("更多", {
    button("官网", { view = "https://example.com/" }),
    button("小程序", { miniprogram = { appid = "wx00000000000000aa", pagepath = "pages/index", url = "https://example.com/" } }),
    button("扫一扫", { scancode_waitmsg = function(msg) return msg.scan_code_info.scan_result end }),
    button("签到", { key = "SIGN", click = "签到成功" }),
    button("积分", { key = "POINTS" }),
  }),
}
on.click("POINTS", "7 分")
on.click(function(msg) return "别的 " .. msg.event_key end)
on.fallback("没听懂")
`

func TestDeclaredMenu(t *testing.T) {
	p := program(t, shopMenu)
	buttons, hash := p.Menu()
	require.Len(t, hash, 64)
	require.Equal(t, []api.Button{
		{Type: "click", Name: "今日推荐", Key: "mw:今日推荐"},
		{Name: "更多", SubButtons: []api.Button{
			{Type: "view", Name: "官网", URL: "https://example.com/"},
			{Type: "miniprogram", Name: "小程序", AppID: "wx00000000000000aa", PagePath: "pages/index", URL: "https://example.com/"},
			{Type: "scancode_waitmsg", Name: "扫一扫", Key: "mw:更多/扫一扫"},
			{Type: "click", Name: "签到", Key: "SIGN"},
			{Type: "click", Name: "积分", Key: "POINTS"},
		}},
	}, buttons)
	_, again := program(t, "-- the same\n"+shopMenu).Menu()
	require.Equal(t, hash, again, "the hash is of the menu, not of the script")
	_, other := program(t, strings.Replace(shopMenu, "签到\"", "打卡\"", 1)).Menu()
	require.NotEqual(t, hash, other)
	none, noHash := program(t, `on.text("a")`).Menu()
	require.Nil(t, none)
	require.Empty(t, noHash)
}

func TestTapsOnTheDeclaredMenu(t *testing.T) {
	p := program(t, shopMenu)
	tests := []struct {
		name string
		push *wechat.Message
		want string
		rule string
	}{
		{"a function", event(t, "CLICK", "<EventKey>mw:今日推荐</EventKey>"), "新豆子 mw:今日推荐", `main.lua:3 button("今日推荐")`},
		{"another kind of event", event(t, "scancode_waitmsg", "<EventKey>mw:更多/扫一扫</EventKey><ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>42</ScanResult></ScanCodeInfo>"), "42", `main.lua:7 button("更多/扫一扫")`},
		{"a key and a text", event(t, "CLICK", "<EventKey>SIGN</EventKey>"), "签到成功", `main.lua:8 button("更多/签到")`},
		{"a key of on.click", event(t, "CLICK", "<EventKey>POINTS</EventKey>"), "7 分", `main.lua:12 on.click("POINTS")`},
		{"a key of nobody", event(t, "CLICK", "<EventKey>OLD</EventKey>"), "别的 OLD", "main.lua:13 on.click"},
		{"a stale key of ours", event(t, "CLICK", "<EventKey>mw:昨日推荐</EventKey>"), "没听懂", "main.lua:14 on.fallback"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := answer(t, p, tt.push)
			require.Equal(t, tt.want, out.Reply.Content)
			require.Equal(t, tt.rule, out.Rule)
		})
	}
}

// The menu as the stand-in takes it, tapped on the phone.
func TestDeclaredMenuOnThePhone(t *testing.T) {
	s := newShop(t)
	buttons, _ := s.compile(shopMenu).Menu()
	require.NoError(t, s.config.API.CreateMenu(t.Context(), buttons))
	s.push("amy", sim.Tap("今日推荐"))
	s.push("amy", sim.Tap("扫一扫"))
}

func TestMenusThatAreRefused(t *testing.T) {
	long := strings.Repeat("茶", 6)
	tests := []struct{ name, main, want string }{
		{"a long name", "menu{\n  button('a', {key = 'A'}),\n  button('" + long + "', {key = 'B'}),\n}", "menu: button[2].name (" + long + ", main.lua:3): "},
		{"a long name below", "menu{ group('更多', { button('a', {key = 'A'}), button(('茶'):rep(21), {key = 'B'}) }) }", "menu: button[1].sub_button[2].name (更多/茶"},
		{"four buttons", "menu{ button('a', {key = 'A'}), button('b', {key = 'B'}), button('c', {key = 'C'}), button('d', {key = 'D'}) }", "menu: 4 buttons in the list; want 1 to 3 in a menu"},
		{"six buttons below", "local b = function(k) return button(k, {key = k}) end menu{ group('g', { b'1', b'2', b'3', b'4', b'5', b'6' }) }", "main.lua:1: group: 6 buttons in the list; want 1 to 5 in a group"},
		{"three levels", "menu{ group('a', { group('b', { button('c', {key = 'C'}) }) }) }", "main.lua:1: group: item 1 is a group; want button(…): a menu has two levels"},
		{"a name without end", "button(\"k\", {key = 'k'}) group(('x'):rep(1000), {button('k', {key = 'k'})})", "main.lua:1: group: argument 1 (name) is 1000 bytes long; want at most 16 bytes in the menu, 60 in a group"},
		{"a name that is longer than any may be", "button(('x'):rep(301), {key = 'k'})", "main.lua:1: button: argument 1 (name) is 301 bytes long"},
		{"the longest that may be made", "menu{ button(('x'):rep(300), {key = 'k'}) }", "menu: button[1].name (xxx"},
		{"a long key", "menu{ button('a', {key = ('k'):rep(129)}) }", "button[1].key (a, main.lua:1)"},
		{"no address", "menu{ button('a', {view = 'example.com'}) }", "button[1].url (a, main.lua:1)"},
		{"an empty menu", "menu{}", "menu: 0 buttons in the list; want 1 to 3"},
		{"an empty group", "menu{ group('a', {}) }", "group: 0 buttons in the list"},
		{"a table", "menu{ {name = 'a'} }", "menu: item 1 is a table; want button(…) or group(…)"},
		{"something beside", "menu{ button('a', {key = 'A'}), matchrule = {} }", "menu: matchrule stands beside the buttons"},
		{"no action", "menu{ button('a', {}) }", `button: "a": does nothing; want one of view, miniprogram, click`},
		{"two actions", "menu{ button('a', {view = 'https://e.com/', click = 'x'}) }", `button: "a": has view and click; want one of them`},
		{"an action misspelled", "menu{ button('a', {clik = 'x'}) }", "did you mean click?"},
		{"no handler", "menu{ button('a', {click = 7}) }", `button: "a": click is a number; want a function, a flow, a string or a reply.* value, or true with a key`},
		{"true without a key", "menu{ button('a', {click = true}) }", `button: "a": click is true and there is no key`},
		{"a key without an event", "menu{ button('a', {view = 'https://e.com/', key = 'A'}) }", `button: "a": has a key, but a button with view sends none`},
		{"a mini program without page", "menu{ button('a', {miniprogram = {appid = 'wx00000000000000aa', url = 'https://e.com/'}}) }", "pagepath"},
		{"a mini program that is text", "menu{ button('a', {miniprogram = 'wx'}) }", "miniprogram is a string; want a table"},
		{"two menus", "menu{ button('a', {key = 'A'}) }\nmenu{ button('b', {key = 'B'}) }", "main.lua:2: menu: the menu is declared already at main.lua:1"},
		{"a key twice", "on.click('A', 'x')\nmenu{ button('a', {key = 'A', click = 'y'}) }", `main.lua:2: menu: "A" has a rule already at main.lua:1`},
		{"a name twice", "menu{ group('g', { button('a', {click = 'x'}), button('a', {click = 'y'}) }) }", `menu: "mw:g/a" has a rule already at main.lua:1`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := compileFiles(t, files{"main.lua": tt.main}, config())
			require.ErrorContains(t, err, tt.want)
		})
	}
}

// A menu that is not what it was at load is an error of the turn, not a wrong answer.
func TestAMenuMustNotChangeItsMind(t *testing.T) {
	declared := program(t, `menu{ button("a", {click = "x"}) }`)
	for name, main := range map[string]string{
		"another button": `menu{ button("b", {click = "x"}) }`,
		"one more":       `menu{ button("a", {click = "x"}), button("b", {click = "x"}) }`,
		"none":           `on.text("x")`,
	} {
		t.Run(name, func(t *testing.T) {
			p := bindings.WithRulesOf(program(t, main), declared)
			_, err := p.Answer(t.Context(), input(event(t, "CLICK", "<EventKey>mw:a</EventKey>")))
			require.ErrorContains(t, err, "time or chance")
		})
	}
	p := bindings.WithRulesOf(program(t, `menu{ button("a", {click = "x"}) }`), program(t, `on.text("x")`))
	_, err := p.Answer(t.Context(), input(text(t, "x")))
	require.ErrorContains(t, err, "menu was not declared when the script was loaded")
}

func TestOwnKeys(t *testing.T) {
	require.Equal(t, "mw:更多/签到", bindings.OwnKey("更多/签到"))
	long := strings.Repeat("茶", 50)
	key := bindings.OwnKey(long)
	require.LessOrEqual(t, len(key), 128)
	require.Regexp(t, `^mw:[0-9a-f]{32}$`, key)
	require.NotEqual(t, key, bindings.OwnKey(long+"a"))
}

// kept is what a bot noted.
type kept struct {
	at     int64
	events []bindings.MenuEvent
	err    error
}

func (k kept) LastMessage(_ context.Context, openid string) (int64, bool, error) {
	return k.at, openid == fan, k.err
}

func (k kept) MenuEvents(_ context.Context, key string) ([]bindings.MenuEvent, error) {
	var found []bindings.MenuEvent
	for _, e := range k.events {
		if key == "" || e.EventKey == key {
			found = append(found, e)
		}
	}
	return found, k.err
}

func recalls(t *testing.T, k bindings.Records, body string) (string, error) {
	t.Helper()
	cfg := config()
	cfg.Records = k
	p, err := compileFiles(t, files{"main.lua": `on.text(function(msg) return json.encode(` + body + `) end)`}, cfg)
	require.NoError(t, err)
	out, err := p.Answer(t.Context(), input(text(t, "x")))
	if err != nil {
		return "", err
	}
	return out.Reply.Content, nil
}

func TestRecords(t *testing.T) {
	k := kept{at: 1_759_000_000, events: []bindings.MenuEvent{
		{Event: "CLICK", EventKey: "A", MenuID: "1", Counts: map[string]int64{"answered": 2, "late": 1}, LastAt: 20, LastStatus: "late"},
		{Event: "CLICK", EventKey: "A", MenuID: "2", Counts: map[string]int64{"answered": 3}, LastAt: 10, LastStatus: "answered"},
		{Event: "VIEW", EventKey: "https://e.com/", Counts: map[string]int64{"acknowledged": 1}, LastAt: 5, LastStatus: "acknowledged"},
	}}
	tests := []struct{ name, body, want string }{
		{"a fan who wrote", `user.last_message_time(msg.openid)`, "1759000000"},
		{"a fan who never wrote", `{tostring(user.last_message_time("oOTHER"))}`, `["nil"]`},
		{"a key", `menu.event_status("A")`, `{"acknowledged":0,"answered":5,"answered_async":0,"event_key":"A","failed":0,"last_at":20,"last_status":"late","late":1,"pending":0,"unhandled":0}`},
		{"a key nobody pressed", `{menu.event_status("B").answered, tostring(menu.event_status("B").last_at)}`, `[0,"nil"]`},
		{"all keys", `(function() local s = menu.event_status() return {#s, s[1].menuid, s[2].answered, s[3].event, s[3].acknowledged} end)()`, `[3,"1",3,"VIEW",1]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := recalls(t, k, tt.body)
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
	broken := errors.New("disk gone")
	_, err := recalls(t, kept{err: broken}, `user.last_message_time(msg.openid)`)
	require.ErrorIs(t, err, broken)
	_, err = recalls(t, kept{err: broken}, `menu.event_status()`)
	require.ErrorIs(t, err, broken)
	_, err = recalls(t, nil, `menu.event_status()`)
	require.ErrorContains(t, err, "menu.event_status: nothing can be stored in this run")
	_, err = recalls(t, nil, `user.last_message_time(msg.openid)`)
	require.ErrorContains(t, err, "user.last_message_time: nothing can be stored in this run")
}
