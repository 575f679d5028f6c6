package cli

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/bot"
)

// turnLines is what the log writes for one turn: in the short way, and by slog's handler alone.
func turnLines(t testing.TB, c LogConfig, r bot.TurnReport) (short, slogs string) {
	t.Helper()
	at := time.Date(2026, 3, 4, 5, 6, 7, 89_123_456, time.FixedZone("", 8*3600))
	handler, err := c.handler(false)
	require.NoError(t, err)
	lines := &logLines{most: logLinesMost}
	log := &serveLog{
		Logger: slog.New(heldTime{handler(lines), at}), lines: lines, messages: c.Messages, now: func() time.Time { return at },
		encoders: &sync.Pool{New: func() any { return &messageLine{json: c.Format == "json"} }},
	}
	log.turn(r)
	var out bytes.Buffer
	log = &serveLog{Logger: slog.New(heldTime{handler(&out), at}), messages: c.Messages}
	log.turn(r)
	return string(lines.waiting), out.String()
}

// heldTime is a handler whose clock stands still.
type heldTime struct {
	slog.Handler
	at time.Time
}

func (h heldTime) Handle(ctx context.Context, r slog.Record) error {
	r.Time = h.at
	return h.Handler.Handle(ctx, r)
}

// TestMessageLinesAreWhatSlogWrites holds the encoder against slog's handlers.
func TestMessageLinesAreWhatSlogWrites(t *testing.T) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for _, tt := range []struct {
		name, value string
	}{
		{"nothing", ""},
		{"a word", "tea"},
		{"spaces", " two  words "},
		{"quotes", `main.lua:12 on.text("下单")`},
		{"backslashes", `C:\tea\n`},
		{"an equals sign", "a=b"},
		{"newlines", "a\nb\r\nc"},
		{"tabs, bells and the like", "\t\b\f\v\a\x00\x7f"},
		{"colours", "\x1b[31mred\x1b[0m"},
		{"markup", "<a href='x'>&amp;</a>"},
		{"Chinese", "珍珠奶茶，大杯"},
		{"an ideographic space", "珍珠　奶茶"},
		{"emoji", "🧋👩‍👩‍👧"},
		{"line separators", "a\u2028b\u2029c\u0085d"},
		{"what cannot be printed", "a\u200bb\ufeffc\U000e0001"},
		{"the replacement character", "a\ufffdb"},
		{"broken UTF-8", "a\xffb\xc3"},
		{"surrogates", "\xed\xa0\x80"},
		{"long", strings.Repeat("长 \"and\" \n", 20_000)},
		{"every byte", string(all)},
	} {
		for _, c := range []LogConfig{{"info", "text", true}, {"info", "json", true}, {"info", "json", false}, {"info", "text", false}} {
			t.Run(tt.name+" "+c.Format, func(t *testing.T) {
				r := bot.TurnReport{
					Account: "shop", Trace: "a1b2c3d4e5", OpenID: "o" + tt.value, MsgType: "event", Event: "CLICK", EventKey: tt.value,
					Said: tt.value, Outcome: bot.Answered, Reply: "text", Rule: tt.value, Build: tt.value, Attempts: 2,
					Waited: 1234 * time.Microsecond, Took: 50 * time.Microsecond,
				}
				short, slogs := turnLines(t, c, r)
				require.Equal(t, slogs, short)
				require.Equal(t, 1, strings.Count(short, "\n"))
			})
		}
	}
}

// TestMessageLinesGoTheShortWay shows which lines do, so that the comparison above is not of slog with itself.
func TestMessageLinesGoTheShortWay(t *testing.T) {
	for _, tt := range []struct {
		name, format, value string
		want                bool
	}{
		{"text", "text", `main.lua:12 on.text("下单")`, true},
		{"control bytes", "text", "a\nb\x00", true},
		{"colours", "text", "\x1b[31m", false},
		{"broken UTF-8", "text", "\xff", false},
		{"json", "json", "\x1b\xff\n\u2028", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			line := &messageLine{json: tt.format == "json"}
			require.Equal(t, tt.want, line.encode(time.Unix(0, 0), &bot.TurnReport{Rule: tt.value}, ""))
			require.True(t, line.encode(time.Unix(0, 0), &bot.TurnReport{}, ""), "one odd line does not spoil the next")
		})
	}
}

func FuzzMessageLines(f *testing.F) {
	f.Add("shop", "hi", `main.lua:1 on.text("x")`, int64(1_500_000))
	f.Add("", "\xff\u2028\x1b", "a=b", int64(-1))
	f.Fuzz(func(t *testing.T, account, said, rule string, took int64) {
		for _, format := range []string{"text", "json"} {
			short, slogs := turnLines(t, LogConfig{"info", format, true}, bot.TurnReport{
				Account: account, OpenID: said, MsgType: account, Said: said, Rule: rule, Took: time.Duration(took),
			})
			require.Equal(t, slogs, short)
		}
	})
}

// TestEveryLineOfATurnNamesTheFan wants the fan, and never the whole openid, in each line.
func TestEveryLineOfATurnNamesTheFan(t *testing.T) {
	for _, tt := range []struct {
		name, openid, want string
	}{
		{"as WeChat makes them", "oTESTfan0000000000000000001", `"fan":"oTE…001"`},
		{"seven characters", "oTESTfa", `"fan":"…Tfa"`},
		{"one", "o", `"fan":"…"`},
		{"none", "", `"fan":""`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			handler, err := LogConfig{Level: "info", Format: "json"}.handler(false)
			require.NoError(t, err)
			log := &serveLog{Logger: slog.New(handler(&out)), now: time.Now, drops: &sparingly{every: time.Minute, now: time.Now}}
			r := bot.TurnReport{OpenID: tt.openid, Warnings: []string{"w"}, Log: []bindings.Entry{{Level: "info", Text: "said by a script", File: "main.lua", Line: 3}}}
			log.events().Turn(r)
			r.Err, r.Warnings, r.Log = io.ErrUnexpectedEOF, nil, nil
			log.events().Turn(r)
			log.events().Turn(bot.TurnReport{OpenID: tt.openid, Outcome: bot.Dropped})
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			require.Len(t, lines, 5)
			for _, line := range lines {
				require.Contains(t, line, tt.want)
				if tt.openid != "" {
					require.NotContains(t, line, `"`+tt.openid+`"`)
				}
			}
		})
	}
}

func BenchmarkMessageLine(b *testing.B) {
	r := bot.TurnReport{
		Account: "shop", Trace: "a1b2c3d4e5", OpenID: "oTESTfan0000000000000000001", MsgType: "text", Said: "下单 珍珠奶茶",
		Outcome: bot.Answered, Reply: "text", Rule: `main.lua:12 on.text("下单")`, Build: "0f1e2d3c", Attempts: 1, Took: 300 * time.Microsecond,
	}
	for _, format := range []string{"text", "json"} {
		for _, way := range []string{"short", "slog"} {
			b.Run(format+"/"+way, func(b *testing.B) {
				handler, err := LogConfig{Level: "info", Format: format}.handler(false)
				require.NoError(b, err)
				ticks := make(chan time.Time)
				log := &serveLog{lines: newLogLines(io.Discard, handler, ticks, time.After), now: time.Now}
				defer log.close()
				log.Logger = slog.New(hurrying{handler(log.lines), log.lines})
				if way == "short" {
					log.encoders = &sync.Pool{New: func() any { return &messageLine{json: format == "json"} }}
				}
				b.ReportAllocs()
				for b.Loop() {
					log.turn(r)
				}
			})
		}
	}
}
