package bindings_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/wechat"
)

// What grows with n.
var (
	number   = func(n int) any { return float64(n) }
	repeated = func(s string) func(n int) any {
		return func(n int) any { return strings.Repeat(s, n) }
	}
	listOf = func(s string) func(n int) any {
		return func(n int) any {
			list := make([]any, n)
			for i := range list {
				list[i] = s
			}
			return list
		}
	}
	namesTo = func(s string) func(n int) any {
		return func(n int) any {
			all := map[string]any{}
			for i := range n {
				all[fmt.Sprintf("k%05d", i)] = s
			}
			return all
		}
	}
)

// charged is what the turn of a push is charged where settings.v is value, and all that WeChat answers has it as well.
func charged(t *testing.T, main string, value any, push *wechat.Message) (instructions, bytes int64) {
	t.Helper()
	page, err := json.Marshal(map[string]any{"list": value, "data": map[string]any{"openid": value}})
	require.NoError(t, err)
	cfg := config()
	cfg.Settings, cfg.API = map[string]any{"v": value}, manyFans{page: page}
	eng, err := theEngine()
	require.NoError(t, err)
	sheet := "x,y\n" + strings.Repeat("1,2\n", 6000)
	f := files{"main.lua": "local v = settings.v\n" + main, "data/a.csv": sheet}
	p, err := bindings.Compile(t.Context(), eng, f.snapshot(), unhurried(engine.Limits{Data: 600_000}), cfg)
	require.NoError(t, err)
	in := input(push)
	in.Sleep = func(context.Context, time.Duration) error { return nil }
	instructions, bytes, err = bindings.Charged(t.Context(), p, in)
	require.NoError(t, err)
	return instructions, bytes
}

// TestPrices holds each function that goes over something against its price: how many instructions, and how many bytes
// of strings, three thousand more of it cost. A price is a decision: whoever changes one changes this list.
func TestPrices(t *testing.T) {
	for _, tt := range []struct {
		name, body   string
		value        func(n int) any
		steps, bytes int64 // of three thousand more
	}{
		{"base64.encode", `base64.encode(v)`, repeated("a"), 249, 4000},
		{"base64.decode", `base64.decode(v)`, repeated("aaaa"), 890, 9000},
		{"hash.md5", `hash.md5(v)`, repeated("a"), 3000 / 8, 0},
		{"hash.hmac, its key", `hash.hmac("md5", v, "")`, repeated("a"), 3000 / 8, 0},
		{"hash.hmac, its text", `hash.hmac("md5", "", v)`, repeated("a"), 3000 / 8, 0},
		{"url.encode", `url.encode(v)`, repeated("a"), 421, 3000},
		{"url.encode, signs", `url.encode(v)`, repeated("/"), 515, 9000},
		{"url.decode", `url.decode(v)`, repeated("a"), 421, 3000},
		{"url.query, a value", `url.query{a = v}`, repeated("/"), 280, 18000},
		{"url.query, names", `url.query(v)`, namesTo("a"), 31171, 53999},
		{"json.encode, a text", `json.encode(v)`, repeated("a"), 92, 3000},
		{"json.encode, a list", `json.encode(v)`, listOf("a"), 9937, 11999},
		{"json.encode, names", `json.encode(v)`, namesTo("a"), 10359, 38999},
		{"json.decode, a text", `json.decode('"' .. v .. '"')`, repeated("a"), 92, 6000},
		{"json.decode, a list", `json.decode("[" .. v .. "1]")`, repeated("1,"), 12186, 12000},
		{"re.test, its pattern", `re.test("", v)`, repeated("a"), 187, 0},
		{"re.test, many", `for i = 1, v do re.test("", "a") end`, number, 3000 * (1000 + 6), 0},
		{"re.find_all", `re.find_all(v, "a")`, repeated("a"), 9562, 3000},
		{"re.find_all, groups", `re.find_all(v, "(a)(b)")`, repeated("ab"), 30000, 6000},
		{"re.gsub", `re.gsub(v, "a", "b")`, repeated("a"), 42562, 3000},
		{"re.gsub, a template", `re.gsub(v, "a", "$0$0")`, repeated("a"), 42562, 6000},
		{"re.gsub, a function", `re.gsub(v, "a", string.upper)`, repeated("a"), 42562, 9000},
		{"log.info, a text", `log.info(v)`, repeated("a"), 3000 / 64, 0},
		{"log.info, names", `log.info(v)`, namesTo("a"), 4761, 0},
		{"log.info, a list", `log.info(v)`, listOf("a"), 3753, 0},
		{"time.sleep", `for i = 1, v / 3 do time.sleep(0) end`, number, 1000*10_000 + 54_000, 0},
		{"time.format, a zone", `for i = 1, v do time.format(0, "%A", "UTC") end`, number, 3000 * (500 + 6), 24000},
		{"store.set", `store.set("k", v)`, repeated("a"), 92, 3000},
		{"reply.text", `reply.text(v)`, repeated("a"), 92, 3000},
		{"user.get_all", `user.get_all(v)`, func(n int) any { return listOf(fan)(n / 2) }, 3000, 0},
		{"user.list", `for id in user.list() do end`, listOf(fan), 3000 * 7, 81_000},
		{"an answer with a list", `api.call("/cgi-bin/x")`, listOf("a"), 3000 * 4, 6000},
		{"an answer with names", `api.call("/cgi-bin/x")`, namesTo("a"), 3000 * 4, 42_000},
		{"button", `button("a", {key = v .. "k", click = true})`, repeated("a"), 92, 6000},
		{"a look without an index", `for i = 1, v do data.csv("a.csv"):find("y", "1") end`, number, 13527000, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			main := "on.text(function(msg) " + tt.body + " end)"
			s1, b1 := charged(t, main, tt.value(0), text(t, "x"))
			s2, b2 := charged(t, main, tt.value(3000), text(t, "x"))
			require.Equal(t, [2]int64{tt.steps, tt.bytes}, [2]int64{s2 - s1, b2 - b1})
		})
	}
}

// TestPricesOfRules: what the top level declares is compared again in each turn, and the push with it.
func TestPricesOfRules(t *testing.T) {
	tap := func(name string) func(n int) *wechat.Message {
		return func(n int) *wechat.Message {
			return event(t, name, "<EventKey>"+strings.Repeat("a", n)+"</EventKey>")
		}
	}
	say := func(n int) *wechat.Message { return text(t, strings.Repeat("a", n)) }
	for _, tt := range []struct {
		name, main string
		value      func(n int) any
		push       func(n int) *wechat.Message
		steps      int64 // of eight hundred more
	}{
		{"a key", `on.text(v .. "b", "x")`, repeated("a"), tap("VIEW"), 112},
		{"lists of a key", `for i = 1, v do on.has({("a"):rep(800)}, "x") end`, number, tap("VIEW"), 98600},
		{"a list of keys", `on.has(v, "x")`, listOf("a"), tap("VIEW"), 800 / 4},
		{"rules", `for i = 1, v do on.image("x") end`, number, tap("VIEW"), 800*4 + 800/4},
		{"names of events", `for i = 1, v do on.event(("a"):rep(800), "x") end`, number, tap("CLICK"), 256200},
		{"keys of the menu", `for i = 1, v do on.click("k" .. i, "x") end`, number, tap("CLICK"), 6700},
		{"a key of the menu", `on.click("k", "x")`, number, tap("CLICK"), 800 / 8},
		{"no key of the menu", `on.click("x")`, number, tap("CLICK"), 0},
		{"any text", `on.text("x")`, number, say, 0},
		{"a text as a whole", `on.text("a", "x")`, number, say, 800 / 4},
		{"the parts of a text", `on.has("b", "x")`, number, say, 800/4 + 800},
		{"a part that is found", `on.has("a", "x")`, number, say, 800/4 + 800},
		{"many parts that are found", `local l = {} for i = 1, v do l[i] = ("a"):rep(i) end on.has(l, "x")`, number, func(int) *wechat.Message { return say(801) }, 50232},
		{"a scene", `on.scan("b*", "x")`, number, tap("SCAN"), 803},
		{"a scene that fits", `on.scan("a*a?", "x")`, number, tap("SCAN"), 813},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s1, _ := charged(t, tt.main, tt.value(1), tt.push(1))
			s2, _ := charged(t, tt.main, tt.value(801), tt.push(801))
			require.Equal(t, tt.steps, s2-s1)
		})
	}
}
