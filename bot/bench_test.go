package bot_test

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"

	"moonwire/bot"
)

// quiet is a Responder that keeps nothing.
type quiet struct{ gone chan struct{} }

func (quiet) Respond(string, []byte, bot.Wire) bool { return true }
func (q quiet) Gone() <-chan struct{}               { return q.gone }
func (quiet) Refuse()                               { panic("refused") }
func (quiet) Drop()                                 { panic("dropped") }

// BenchmarkReceive is one new message through the house, from the body to the answer, recording on.
func BenchmarkReceive(b *testing.B) {
	for _, fans := range []int{1, 1000} {
		b.Run(fmt.Sprintf("fans=%d", fans), func(b *testing.B) {
			h := newHouse(b, map[string]files{"demo": {"main.lua": `on.text(function(msg) return msg.content end)`}},
				func(o *bot.Options) { o.Events = bot.Events{Save: o.Events.Save, Turn: func(bot.TurnReport) {}} })
			h.say(h.text("amy", "first", "x"))
			q := h.signature(h.fleet.Account("demo").Config())
			var n atomic.Int64
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := int(n.Add(1))
					p := h.text("fan"+strconv.Itoa(i%fans), strconv.Itoa(i), "hello")
					h.fleet.Receive("demo", q, bodyOf(p.body), quiet{})
				}
			})
		})
	}
}

// BenchmarkRepeat is a repeat that gets its recent reply.
func BenchmarkRepeat(b *testing.B) {
	h := newHouse(b, map[string]files{"demo": {"main.lua": `on.text(function(msg) return msg.content end)`}},
		func(o *bot.Options) { o.Events = bot.Events{Save: o.Events.Save, Turn: func(bot.TurnReport) {}} })
	p := h.text("amy", "1", "hello")
	h.say(p)
	q := h.signature(h.fleet.Account("demo").Config())
	b.ReportAllocs()
	for b.Loop() {
		h.fleet.Receive("demo", q, bodyOf(p.body), quiet{})
	}
}
