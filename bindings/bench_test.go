package bindings_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// tenRules is a small shop: exact texts, a regular expression, events, pictures, a session, any text.
const tenRules = `
on.text("菜单", "茶单:龙井、普洱、茉莉")
on.text({"你好", "hi"}, function() return "你好,这里是茶铺" end)
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
