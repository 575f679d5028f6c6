package bindings_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"moonwire/bindings"
	"moonwire/wechat"
)

// tenRules is a small shop: exact texts, a regular expression, events, pictures, a session, any text.
const tenRules = `
on.text("菜单", "茶单:龙井、普洱、茉莉")
on.text({"你好", "hi"}, function() return "你好，这里是茶铺" end)
on.has("退款", "退款请打 0571-8765-4321")
on.match([[^(\p{Han}+)多少钱$]], function(msg, name) return name .. " 28 元" end)
on.subscribe(function(msg) return "欢迎!" end)
on.scan("desk-*", function(msg) return msg.scene .. " 桌" end)
on.click("TODAY", function(msg) return "今日推荐" end)
on.image(function(msg) return reply.image(msg.media_id) end)
on.text("计数", function(msg) msg.session.n = (msg.session.n or 0) + 1 return "第 " .. msg.session.n .. " 次" end)
on.text(function(msg) return "你说:" .. msg.content end)
`

func BenchmarkAnswer(b *testing.B) {
	many := strings.Builder{}
	for i := range 500 {
		fmt.Fprintf(&many, "on.text(\"key %d\", function(msg) return \"answer %d\" end)\n", i, i)
	}
	modules := files{"main.lua": tenRules}
	for i := range 5 {
		modules[fmt.Sprintf("lib/m%d.lua", i)] = `local M = { price = 28 } function M.find(x) return x end return M`
		modules["main.lua"] = fmt.Sprintf("local m%d = require \"lib.m%d\"\n", i, i) + modules["main.lua"]
	}
	benches := []struct {
		name string
		f    files
		said string
	}{
		{"one rule", files{"main.lua": `on.text(function(msg) return msg.content end)`}, "hello"},
		{"ten rules, any text", files{"main.lua": tenRules}, "随便说说"},
		{"ten rules, exact", files{"main.lua": tenRules}, "你好"},
		{"ten rules, match", files{"main.lua": tenRules}, "龙井多少钱"},
		{"ten rules, session", files{"main.lua": tenRules}, "计数"},
		{"ten rules and five modules", modules, "随便说说"},
		{"500 rules", files{"main.lua": many.String()}, "key 321"},
	}
	for _, bb := range benches {
		b.Run(bb.name, func(b *testing.B) {
			p, in := load(b, bb.f), input(text(b, bb.said))
			b.ReportAllocs()
			for b.Loop() {
				if out, err := p.Answer(context.Background(), in); err != nil || out.Reply == nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkManyKeys is one push that none of very many keys fits, or nearly.
func BenchmarkManyKeys(b *testing.B) {
	keys := func(function, pattern string, n int) string {
		return fmt.Sprintf("local keys = {} for i = 1, %d do keys[i] = (%q):format(i) end on.%s(keys, 'x') on.message('y')", n, pattern, function)
	}
	long, scan := text(b, "x"), event(b, "SCAN", "")
	long.Content, scan.EventKey = strings.Repeat("退款 refund ", 4_400)[:60_000], strings.Repeat("a", 1_000)
	short := *scan
	short.EventKey = "desk-7"
	benches := []struct {
		name, main string
		push       *wechat.Message
	}{
		{"18000 texts, 60 KB", keys("has", "退款 refun%d", 18_000), long},
		{"18000 texts, 12 bytes", keys("has", "退款 refun%d", 18_000), text(b, "随便说说")},
		{"9000 globs, 1000 bytes", keys("scan", "*a*a*a*%d", 9_000), scan},
		{"9000 globs, 6 bytes", keys("scan", "table-%d*", 9_000), &short},
	}
	for _, bb := range benches {
		b.Run(bb.name, func(b *testing.B) {
			p, in := program(b, bb.main), input(bb.push)
			for b.Loop() {
				if out, err := p.Answer(context.Background(), in); err != nil || out.Reply.Content != "y" {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkHeap reports the bytes that one more account of ten rules holds before its first message.
func BenchmarkHeap(b *testing.B) {
	const n = 200
	for b.Loop() {
		programs := make([]*bindings.Program, n)
		before := heap()
		for i := range programs {
			programs[i] = program(b, tenRules+"-- "+strings.Repeat("x", i))
		}
		b.ReportMetric(float64(heap()-before)/n/1024, "KiB/account")
		runtime.KeepAlive(programs)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
