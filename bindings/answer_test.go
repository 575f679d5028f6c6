package bindings_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/wechat"
)

func TestReplies(t *testing.T) {
	tests := []struct {
		name, handler string
		want          wechat.Reply
	}{
		{"text", `reply.text("a")`, wechat.Reply{Type: "text", Content: "a"}},
		{"image", `reply.image("M")`, wechat.Reply{Type: "image", MediaID: "M"}},
		{"voice", `reply.voice("M")`, wechat.Reply{Type: "voice", MediaID: "M"}},
		{"video", `reply.video{media_id = "M", title = "t", description = "d"}`, wechat.Reply{Type: "video", MediaID: "M", Title: "t", Description: "d"}},
		{
			"music", `reply.music{title = "t", music_url = "https://e.com/u", hqmusicurl = "https://e.com/h", thumb_media_id = "T"}`,
			wechat.Reply{Type: "music", Title: "t", MusicURL: "https://e.com/u", HQMusicURL: "https://e.com/h", ThumbMediaID: "T"},
		},
		{
			"one article", `reply.news{title = "t", pic_url = "https://e.com/p", url = "https://e.com/u"}`,
			wechat.Reply{Type: "news", Articles: []wechat.Article{{Title: "t", PicURL: "https://e.com/p", URL: "https://e.com/u"}}},
		},
		{
			"a list of articles", `reply.news{{title = "t", description = "d", url = "https://e.com/u"}}`,
			wechat.Reply{Type: "news", Articles: []wechat.Article{{Title: "t", Description: "d", URL: "https://e.com/u"}}},
		},
		{"transfer", `reply.transfer()`, wechat.Reply{Type: "transfer"}},
		{"transfer to one", `reply.transfer("anna@tea")`, wechat.Reply{Type: "transfer", KfAccount: "anna@tea"}},
		{"pick", `reply.pick{reply.image("M")}`, wechat.Reply{Type: "image", MediaID: "M"}},
		{
			"settings in it", `reply.news{title = settings.shop.name, url = "https://e.com/u"}`,
			wechat.Reply{Type: "news", Articles: []wechat.Article{{Title: "茶铺", URL: "https://e.com/u"}}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, main := range []string{"on.text(" + tt.handler + ")", "on.text(function() return " + tt.handler + " end)"} {
				out := answer(t, program(t, main), text(t, "x"))
				require.Equal(t, &tt.want, out.Reply)
				require.Empty(t, out.Warnings)
			}
		})
	}
}

func TestSilence(t *testing.T) {
	out := answer(t, program(t, `on.text(reply.none()) on.fallback("f")`), text(t, "x"))
	require.Nil(t, out.Reply)
	require.True(t, out.Handled)
	require.Empty(t, out.Warnings)

	out = answer(t, program(t, `on.text("")`), text(t, "x"))
	require.Nil(t, out.Reply)
	require.Len(t, out.Warnings, 1)
}

func TestPickPicksByTheSeed(t *testing.T) {
	p := program(t, `on.text(reply.pick{"a", "b", "c", "d"})`)
	seen := map[string]bool{}
	for seed := range uint64(40) {
		in := input(text(t, "x"))
		in.Seed = seed
		out, err := p.Answer(t.Context(), in)
		require.NoError(t, err)
		again, err := p.Answer(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, out.Reply, again.Reply)
		seen[out.Reply.Content] = true
	}
	require.Len(t, seen, 4)
}

// A long text is left whole: how many messages may follow the answer is not for the script's half to know.
func TestLongTexts(t *testing.T) {
	for _, verified := range []bool{true, false} {
		cfg := config()
		cfg.Verified = verified
		p, err := compileFiles(t, files{"main.lua": `on.text(function(msg) return ("茶\n"):rep(1500) end)`}, cfg)
		require.NoError(t, err)
		out := answer(t, p, text(t, "x"))
		require.Equal(t, strings.Repeat("茶\n", 1500), out.Reply.Content)
		require.Empty(t, out.Warnings)
	}
}

func TestAnAnswerOverTheBudget(t *testing.T) {
	require.Contains(t, fails(t, `on.text(function() return ("a"):rep(70000) end)`), "main.lua:1: over the limit answer of 64.0 KiB by 4.4 KiB; account.yaml limits: { answer: … } raises it")
}

func TestMisfitsNameTheField(t *testing.T) {
	tests := []struct{ name, answer, want string }{
		{"a number for a title", "\nreply.news{{title = 'a'}, {title = 7}}", "main.lua:2: reply.news: article 2: title is a number; want a string"},
		{"an unknown field", `reply.news{titel = "a"}`, "reply.news: has no field titel; did you mean title?"},
		{"an article that is none", `reply.news{"a", "b"}`, "reply.news: article 1 is a string; want a table"},
		{"a media id missing", `reply.video{title = "a"}`, "reply.video: media_id is missing; want a string"},
		{"an empty media id", `reply.image("")`, "reply.image: argument 1 (media_id) is empty; want"},
		{"a number for a text", `reply.text(7)`, "reply.text: argument 1 (content) is a number; want a string"},
		{"music without a still", `reply.music{title = "t"}`, "main.lua:1: reply.music: thumb_media_id"},
		{"pick of nothing", `reply.pick{}`, "reply.pick: 0 answers in the list; want 1 to 100 answers"},
		{"pick of a number", `reply.pick{"a", 7}`, "reply.pick: answer 2 is a number; want a string or a reply.* value"},
		{"none with something", `reply.none("a")`, "reply.none: 1 argument; takes none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Contains(t, fails(t, `on.text(function() return `+tt.answer+` end)`), tt.want)
		})
	}
}

func TestSurplusArticlesAreTold(t *testing.T) {
	out := answer(t, program(t, `on.text(reply.news{{title = "a", url = "https://e.com/u"}, {title = "b", url = "https://e.com/u"}})`), text(t, "x"))
	require.NotNil(t, out.Reply)
	require.Len(t, out.Warnings, 1)
	require.Contains(t, out.Warnings[0], "1 of 2 articles are not shown")
}

// What is no answer, and what an author may write in its place.
func TestHintsOfAnswers(t *testing.T) {
	for value, want := range map[string]string{
		"5": "write return tostring(…), or return nil where another rule may answer", "true": "write return tostring(…), or return nil where another rule may answer",
		"{title = 'a'}": "reply.news{…} makes an answer of articles, reply.text(table.concat(…)) one of a list",
		"print":         "call the function: return f(…)", "coroutine.create(print)": "",
	} {
		_, err := program(t, `on.text(function() return `+value+` end)`).Answer(t.Context(), input(text(t, "x")))
		var e *engine.ScriptError
		require.ErrorAs(t, err, &e, value)
		require.Equal(t, want, e.Hint, value)
	}
}

// TestASecondAnswerIsWarnedOfOnce returns several values; what is no answer passes in silence.
func TestASecondAnswerIsWarnedOfOnce(t *testing.T) {
	for _, tc := range []struct {
		name, returns string
		warned        bool
	}{
		{"two texts", `"a", "b"`, true},
		{"a text and a reply", `"a", reply.image("M")`, true},
		{"nothing and a text", `nil, "b"`, true},
		{"a reply and a text", `reply.image("M"), "b"`, true},
		{"false and a text", `false, "b"`, false},
		{"one", `"a"`, false},
		{"what gsub counts", `("a"):gsub("a", "b")`, false},
		{"nothing and an err", `nil, {code = 1}`, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := program(t, "on.text(function(msg) return "+tc.returns+" end)")
			first, second := answer(t, p, text(t, "x")), answer(t, p, text(t, "x"))
			require.Empty(t, second.Warnings)
			if !tc.warned {
				require.Empty(t, first.Warnings)
				return
			}
			require.Len(t, first.Warnings, 1)
			require.Regexp(t, `^main.lua:1 on.text returned two values \((text|nil|image), (text|image)\); only the first is an answer`, first.Warnings[0])
		})
	}
}

// TestEdgeOfTheAnswer answers with exactly what a turn may say, and with one byte more, in each place that has text.
func TestEdgeOfTheAnswer(t *testing.T) {
	eng, err := theEngine()
	require.NoError(t, err)
	for _, c := range []struct{ name, answer string }{
		{"a string", `("a"):rep(%d)`},
		{"reply.text", `reply.text(("a"):rep(%d))`},
		{"a title", `reply.news{title = ("a"):rep(%d - 19), url = "https://example.com"}`},
		{"a description", `reply.news{title = "t", description = ("a"):rep(%d - 20), url = "https://example.com"}`},
		{"a picture", `reply.news{title = "t", pic_url = "https://example.com/" .. ("a"):rep(%d - 40), url = "https://example.com"}`},
		{"a link", `reply.news{title = "t", url = "https://example.com/" .. ("a"):rep(%d - 21)}`},
		{"music", `reply.music{title = "t", description = "d", musicurl = "https://e.com/u", hqmusicurl = "https://e.com/" .. ("a"):rep(%d - 31), thumb_media_id = "T"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, n := range []int{999, 1000, 1001} {
				f := files{"main.lua": "on.text(function() return " + fmt.Sprintf(c.answer, n) + " end)"}
				p, err := bindings.Compile(t.Context(), eng, f.snapshot(), unhurried(engine.Limits{Answer: 1000}), config())
				require.NoError(t, err)
				_, err = p.Answer(t.Context(), input(text(t, "x")))
				if n <= 1000 {
					require.NoError(t, err)
					continue
				}
				var e *engine.ScriptError
				require.ErrorAs(t, err, &e)
				require.Equal(t, "answer", e.Limit)
				require.Equal(t, "over the limit answer of 1000 bytes by 1 bytes; account.yaml limits: { answer: … } raises it", e.Msg)
				require.Equal(t, 1, e.Line)
			}
		})
	}
}

// TestTheLeastLimitOfTheAnswer is one byte; no limit at all is a nought.
func TestTheLeastLimitOfTheAnswer(t *testing.T) {
	p := program(t, `on.text(function(msg) return msg.content end)`)
	p.Build().Limits.Answer = 1
	require.Equal(t, "x", answer(t, p, text(t, "x")).Reply.Content)
	_, err := p.Answer(t.Context(), input(text(t, "xy")))
	require.ErrorContains(t, err, "over the limit answer of 1 bytes by 1 bytes")
}
