package bindings_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

// BenchmarkReplay is an answer to a question behind so many others, beside a plain turn: what a conversation costs by running
// again from its start.
func BenchmarkReplay(b *testing.B) {
	for _, bb := range []struct{ name, flow string }{
		{"20 answers", `for i = 1, 21 do c:ask("问 " .. i) end`},
		{"1000 entries", `for i = 1, 21 do for j = 1, 46 do store.get("k" .. i .. j) end c:ask("问 " .. i) end`},
	} {
		b.Run(bb.name, func(b *testing.B) {
			k := newTalking(b, `local f = flow("f", function(c) `+bb.flow+` return "done" end) on.text("go", f) on.text("plain", "plain")`)
			k.say("go")
			for range 20 {
				k.say("答")
			}
			require.NotNil(b, k.conv)
			answered, plain := text(b, "答"), text(b, "plain")
			require.Equal(b, bindings.TalkWaits, k.state())
			k.conv.Wake = bindings.WakeMessage
			turn := func(in bindings.Input) {
				if _, err := k.p.Answer(context.Background(), in); err != nil {
					b.Fatal(err)
				}
				k.m.journal = nil
			}
			talks, others := k.input(answered), k.input(plain)
			others.Conversation = nil
			var spent, beside time.Duration
			for b.Loop() {
				began := time.Now()
				turn(talks)
				between := time.Now()
				turn(others)
				spent, beside = spent+between.Sub(began), beside+time.Since(between)
			}
			b.ReportMetric(spent.Seconds()*1e3/float64(b.N), "ms/answer")
			b.ReportMetric((spent-beside).Seconds()*1e3/float64(b.N), "ms-over-plain")
		})
	}
}
