package bindings_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

// TestEdges holds every limit of what a handler may hand over against its border: so much fits, and one more, or one
// less, is refused in words that say what is allowed.
func TestEdges(t *testing.T) {
	s := newShop(t)
	s.config.Records = noRecords{}
	for _, tt := range []struct {
		name, body   string // of %d
		fits, beyond int
		want         string
	}{
		{"an openid", `user.last_message_time(("o"):rep(%d))`, 128, 129, `argument 1 (openid) is "ooo`},
		{"openids of a list", `user.get_all{("o"):rep(%d)}`, 128, 129, `argument 1 (openids): item 1 is "ooo`},
		{"a list of texts", `local l = {} for i = 1, %d do l[i] = "a" end template.add("T", l)`, 10_000, 10_001, "argument 2 (keywords) has 10001 items; want at most 10000"},
		{"texts of one call", `local l = {("x"):rep(1000000), ("x"):rep(%d)} template.add("T", l)`, 48_576, 48_577, "argument 2 (keywords): the texts up to here have 1048577 bytes; want at most 1048576 in one call"},
		{"values of a template", `template.send("$amy", "order_paid", {a = ("x"):rep(1000000), b = ("x"):rep(%d)})`, 48_574, 48_575, "b: the texts up to here have 1048577 bytes"},
		{"a key of the store", `store.get(("k"):rep(%d))`, 256, 257, "argument 1 (key) is 257 bytes long; want 1 to 256 bytes"},
		{"a short key of the store", `store.get(("k"):rep(%d))`, 1, 0, "argument 1 (key) is 0 bytes long; want 1 to 256 bytes"},
		{"a prefix of keys", `store.list(("k"):rep(%d))`, 256, 257, "argument 1 (prefix) is 257 bytes long; want at most 256 bytes"},
		{"items of the store", `store.list("", %d)`, 1000, 1001, "argument 2 (options) is 1001; want 1 to 1000"},
		{"few items of the store", `store.list("", %d)`, 1, 0, "argument 2 (options) is 0; want 1 to 1000"},
		{"a value of the store", `store.set("k", ("v"):rep(%d))`, 65_536, 65_537, "argument 2 (value): more than 65536 bytes of JSON"},
		{"a value in depth", `local v = 1 for i = 1, %d do v = {v} end store.set("k", v)`, 32, 33, "tables are nested too deep; does one contain itself?"},
		{"a session", `msg.session.t = ("v"):rep(%d)`, 65_536 - len(`{"t":""}`), 65_537, "msg.session: t: more than 65536 bytes of JSON"},
		{"a session in depth", `local v = 1 for i = 1, %d do v = {v} end msg.session.t = v`, 16, 17, "msg.session: t[1][1]"},
		{"a text in JSON", `json.encode(("v"):rep(%d))`, 1<<20 - 2, 1<<20 + 1, "json.encode: more than 1048576 bytes of JSON"},
		{"a list in JSON", `local l = {} for i = 1, %d do l[i] = "" end json.encode(l)`, 349_526, 349_527, "json.encode: [349527]: more than 1048576 bytes of JSON"},
		{"JSON in depth", `local v = 1 for i = 1, %d do v = {v} end json.encode(v)`, 32, 33, "tables are nested too deep"},
		{"JSON that is read, in depth", `json.decode(("["):rep(%[1]d) .. ("]"):rep(%[1]d))`, 32, 33, "line 1, column 33: nested more than 32 deep"},
		{"a body of a call", `api.call("/cgi-bin/x", {("v"):rep(%d)})`, 1<<20 - 4, 1<<20 + 1, "argument 2 (body): [1]: more than 1048576 bytes of JSON"},
		{"a body in depth", `local v = {} for i = 2, %d do v = {v} end api.call("/cgi-bin/x", v)`, 32, 33, "nested too deep"},
		{"matches of a pattern", `re.find_all("", "a", %d)`, 1 << 30, 1<<30 + 1, "argument 3 (limit) is 1073741825; want a count from 0"},
		{"no matches of a pattern", `re.find_all("", "a", %d)`, 0, -1, "argument 3 (limit) is -1; want a count from 0"},
		{"replacements", `re.gsub("", "a", "", %d)`, 0, -1, "argument 4 (limit) is -1; want a count from 0"},
		{"a sleep", `time.sleep("%ds")`, 50, 51, `argument 1 (duration) is "51s"; want at most 50s`},
		{"a time", `time.format(%d, "")`, 1 << 40, 1<<40 + 1, "argument 1 (seconds) is far from any date; want Unix seconds"},
		{"an early time", `time.format(%d, "")`, -1 << 40, -1<<40 - 1, "argument 1 (seconds) is far from any date; want Unix seconds"},
		{"a format of times", `time.format(0, ("a"):rep(%d))`, 1000, 1001, "argument 2 (format): is longer than 1000 bytes"},
		{"a span", `store.set("k", 1, {ttl = "%dd"})`, 3660, 3661, `options: ttl is "3661d"; want a duration`},
		{"a span of several", `store.set("k", 1, {ttl = "3659d%dh"})`, 24, 25, `options: ttl is "3659d25h"; want a duration`},
		{"a span in seconds", `store.set("k", 1, {ttl = %d})`, 3660 * 86_400, 3660*86_400 + 1, `options: ttl is "316224001"; want a duration`},
		{"a short span", `store.set("k", 1, {ttl = %d})`, 1, 0, `options: ttl is "0"; want a duration`},
		{"the life of a code", `qrcode.create{scene = 1, expire_seconds = %d}`, 1, 0, "qrcode.create: expire_seconds is 0; want a number of seconds from 1"},
		{"the life of a key", `pcall(short.gen, "a", {expire_seconds = 316224000}) short.gen("a", {expire_seconds = %d})`, 1, 316_224_001, "short.gen: options: expire_seconds is 316224001; want a number of seconds from 1"},
		{"a scene", `qrcode.create{scene = %d, expire_seconds = 60}`, 4_294_967_295, 4_294_967_296, "scene is 4294967296; want a whole number from 1 to 4294967295"},
		{"the first scene", `qrcode.create{scene = %d, expire_seconds = 60}`, 1, 0, "scene is 0; want a whole number from 1 to 4294967295"},
		{"a whole number", `tag.delete(%d)`, 1 << 53, 1<<53 + 2, "argument 1 (id) is a number; want a whole number"},
		{"a whole number below nought", `tag.delete(%d)`, -1 << 53, -1<<53 - 2, "argument 1 (id) is a number; want a whole number"},
		{"answers to pick of", `local l = {} for i = 1, %d do l[i] = "a" end reply.pick(l)`, 100, 101, "reply.pick: 101 answers in the list; want 1 to 100 answers"},
		{"articles", `local l = {} for i = 1, %d do l[i] = {title = "a"} end reply.news(l)`, 100, 101, "reply.news: more than 100 articles; WeChat shows 8 at most"},
		{"the buttons of a menu", `local l = {} for i = 1, %d do l[i] = button("b" .. i, {key = "K"}) end menu.create(l)`, 3, 4, "menu.create: 4 buttons in the list; want 1 to 3 in a menu"},
		{"the buttons of a group", `local l = {} for i = 1, %d do l[i] = button("b" .. i, {key = "K"}) end group("g", l)`, 5, 6, "group: 6 buttons in the list; want 1 to 5 in a group"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run := func(n int) error {
				in := input(text(t, "x"))
				in.Sleep = func(context.Context, time.Duration) error { return nil }
				_, err := s.compile("on.text(function(msg) "+fmt.Sprintf(tt.body, n)+" end)").Answer(t.Context(), in)
				return err
			}
			require.NoError(t, run(tt.fits))
			require.ErrorContains(t, run(tt.beyond), tt.want)
		})
	}
}

// TestEdgesOfTheTopLevel is the same for what a top level declares.
func TestEdgesOfTheTopLevel(t *testing.T) {
	for _, tt := range []struct {
		name, main   string
		fits, beyond int
		want         string
	}{
		{"a key", `on.has(("k"):rep(%d), "x")`, 1024, 1025, "on.has: argument 1 (texts) has a text of 1025 bytes; want at most 1024"},
		{"a pattern", `on.match("[" .. ("k"):rep(%d) .. "]", "x")`, 1022, 1023, "on.match: argument 1 (pattern) has a text of 1025 bytes; want at most 1024"},
		{"all keys together", `for i = 1, 1023 do on.has(("a"):rep(1020) .. ("%%04d"):format(i), "x") end on.has(("b"):rep(%d), "x")`, 1024, 1025, "1025 bytes"},
		{"all keys together, of one rule", `for i = 1, 1023 do on.has(("a"):rep(1020) .. ("%%04d"):format(i), "x") end on.has({("b"):rep(1000), ("b"):rep(%d)}, "x")`, 24, 25, "the keys of all rules up to here have 1048577 bytes; want at most 1048576"},
		{"the buttons of a menu", `local l = {} for i = 1, %d do l[i] = button("b" .. i, {key = "K" .. i}) end menu(l)`, 3, 4, "menu: 4 buttons in the list; want 1 to 3 in a menu"},
		{"the name of a button", `button(("n"):rep(%d), {key = "K"})`, 300, 301, "argument 1 (name) is 301 bytes long; want at most 16 bytes in the menu, 60 in a group"},
		{"the name of a group", `group(("n"):rep(%d), {button("a", {key = "K"})})`, 300, 301, "argument 1 (name) is 301 bytes long"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			compile := func(n int) error {
				_, err := compileFiles(t, files{"main.lua": fmt.Sprintf(tt.main, n)}, config())
				return err
			}
			require.NoError(t, compile(tt.fits))
			require.ErrorContains(t, compile(tt.beyond), tt.want)
		})
	}
}

// A menu has a bound as a whole before anybody looks for what is wrong in it.
func TestEdgeOfAMenu(t *testing.T) {
	s := newShop(t)
	const menu = `menu.create{button = {{type = "click", name = "a", key = "K"}}, x = ("v"):rep(%d)}`
	require.Contains(t, s.raises(fmt.Sprintf(menu, 64<<10)), "menu.create: x: is unknown")
	require.Contains(t, s.raises(fmt.Sprintf(menu, 64<<10+1)), "menu.create: argument 1 (menu): x: more than 65536 bytes of JSON")
}

// TestEdgesOfWhatIsCompared sends what is as long as a rule looks, and a byte more.
func TestEdgesOfWhatIsCompared(t *testing.T) {
	long := func(n int) string { return strings.Repeat("a", n-1) + "b" }
	for _, tt := range []struct {
		name, main string
		push       func(n int) *wechat.Message
		looks      int // bytes
	}{
		{"on.has", `on.has("b", "y")`, func(n int) *wechat.Message { return text(t, long(n)) }, 64 << 10},
		{"on.match", `on.match("b", "y")`, func(n int) *wechat.Message { return text(t, long(n)) }, 8 << 10},
		{"on.scan", `on.scan("*b", "y")`, func(n int) *wechat.Message { return event(t, "SCAN", "<EventKey>"+long(n)+"</EventKey>") }, 1 << 10},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := program(t, tt.main)
			require.True(t, answer(t, p, tt.push(tt.looks)).Handled)
			require.False(t, answer(t, p, tt.push(tt.looks+1)).Handled)
		})
	}
}
