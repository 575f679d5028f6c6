package bindings_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/llm"
)

// replying is a bot whose whole answer is an llm.reply.
func replying(t *testing.T, m *scripted, options, more string) *bindings.Program {
	t.Helper()
	c := config()
	c.Model = m
	p, err := compileFiles(t, files{"main.lua": more + "\non.message(llm.reply{" + options + "})\non.fallback('next rule')"}, c)
	require.NoError(t, err)
	return p
}

func TestReply(t *testing.T) {
	tests := []struct {
		name, options, said, kept string
		says                      any
		want, keeps               string
		asked                     []llm.Message
		fromModel                 bool
	}{
		{name: "the first question", options: `system = "店员"`, said: "你好", says: spoke("**您好**"), want: "您好", keeps: `[{"asked":"你好","answered":"**您好**"}]`, fromModel: true, asked: []llm.Message{{Role: "system", Content: "店员"}, {Role: "user", Content: "你好"}}},
		{name: "the next", said: "再来", kept: `[{"asked":"a","answered":"b"}]`, says: spoke("好"), want: "好", keeps: `[{"asked":"a","answered":"b"},{"asked":"再来","answered":"好"}]`, fromModel: true, asked: []llm.Message{{Role: "user", Content: "a"}, {Role: "assistant", Content: "b"}, {Role: "user", Content: "再来"}}},
		{name: "what is longer ago", options: "history = 2", said: "c", kept: `[{"asked":"a","answered":"a"},{"asked":"b","answered":"b"}]`, says: spoke("c"), want: "c", keeps: `[{"asked":"b","answered":"b"},{"asked":"c","answered":"c"}]`, fromModel: true, asked: []llm.Message{{Role: "user", Content: "b"}, {Role: "assistant", Content: "b"}, {Role: "user", Content: "c"}}},
		{name: "no history", options: "history = 0", said: "c", kept: `[{"asked":"a","answered":"a"}]`, says: spoke("c"), want: "c", keeps: `[{"asked":"a","answered":"a"}]`, fromModel: true, asked: []llm.Message{{Role: "user", Content: "c"}}},
		{name: "forget", said: " 清空 ", kept: `[{"asked":"a","answered":"a"}]`, want: "好的，我们重新开始"},
		{name: "forget by another word", options: `forget = "RESET", forgotten = "ok"`, said: "ｒｅｓｅｔ", kept: `[{"asked":"a","answered":"a"}]`, want: "ok"},
		{name: "no answer", said: "你好", kept: "x", says: llm.NewError(llm.Down, "x"), want: "抱歉，暂时没能回答，请稍后再试", keeps: "x", asked: []llm.Message{{Role: "user", Content: "你好"}}},
		{name: "no answer, in other words", options: `failed = "唉"`, said: "你好", says: llm.NewError(llm.Quota, "x"), want: "唉", asked: []llm.Message{{Role: "user", Content: "你好"}}},
		{name: "nothing left", said: "你好", says: llm.NewError(llm.Budget, "x"), want: "今天的提问次数已用完，请明天再来", asked: []llm.Message{{Role: "user", Content: "你好"}}},
		{name: "before answers", options: `before = function(msg, text) return msg.openid:sub(1, 5) .. text end`, said: "你好", want: "oTEST你好"},
		{name: "before lets go", options: `before = function() end`, said: "你好", says: spoke("好"), want: "好", keeps: `[{"asked":"你好","answered":"好"}]`, fromModel: true, asked: []llm.Message{{Role: "user", Content: "你好"}}},
		{name: "after answers", options: `after = function(msg, text) return reply.text(text .. "!") end`, said: "你好", says: spoke("好"), want: "好!", keeps: `[{"asked":"你好","answered":"好"}]`, asked: []llm.Message{{Role: "user", Content: "你好"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := &scripted{says: []any{tt.says}}
			in := input(text(t, tt.said))
			if tt.kept != "" {
				in.Memory.(*memory).history = []byte(tt.kept)
			}
			busy := ""
			in.Asking = func(text string) { busy = text }
			out, err := replying(t, m, tt.options, "").Answer(t.Context(), in)
			require.NoError(t, err)
			require.Equal(t, tt.want, out.Reply.Content)
			require.Equal(t, tt.keeps, string(in.Memory.(*memory).history))
			require.Equal(t, tt.fromModel, out.FromModel)
			if tt.asked == nil {
				require.Empty(t, m.asked)
				return
			}
			require.Equal(t, tt.asked, m.asked[0].Messages)
			require.Equal(t, "还在回答您的上一个问题，请稍等", busy)
		})
	}
}

func TestReplyToWhatHasNoWords(t *testing.T) {
	image := parse(t, `<MsgType><![CDATA[image]]></MsgType><PicUrl><![CDATA[http://x]]></PicUrl><MediaId><![CDATA[m]]></MediaId><MsgId>1</MsgId>`)
	voice := func(heard string) string {
		return `<MsgType><![CDATA[voice]]></MsgType><MediaId><![CDATA[m]]></MediaId><Format><![CDATA[amr]]></Format><Recognition><![CDATA[` + heard + `]]></Recognition><MsgId>1</MsgId>`
	}
	m := &scripted{says: []any{spoke("好")}}
	p := replying(t, m, "", "")
	require.Equal(t, "next rule", answer(t, p, image).Reply.Content)
	require.Equal(t, "next rule", answer(t, p, parse(t, voice(""))).Reply.Content)
	require.Empty(t, m.asked)
	require.Equal(t, "好", answer(t, p, parse(t, voice("怎么泡茶"))).Reply.Content)
	require.Equal(t, "怎么泡茶", m.asked[0].Messages[0].Content)
}

func TestReplyKeepsNoMoreThanItMay(t *testing.T) {
	m := &scripted{says: []any{spoke(strings.Repeat("好", 1500))}}
	p := replying(t, m, "history = 50", "")
	in := input(text(t, "你好"))
	for range 9 {
		_, err := p.Answer(t.Context(), in)
		require.NoError(t, err)
		kept := in.Memory.(*memory).history
		require.LessOrEqual(t, len(kept), 16<<10)
		require.True(t, json.Valid(kept))
	}
	require.Len(t, m.asked[8].Messages, 7, "three pairs fit")
}

func TestReplySaysWhoWroteIt(t *testing.T) {
	for label, want := range map[bool]string{true: "好\n\n（内容由 AI 生成）", false: "好"} {
		m := &scripted{says: []any{spoke("好")}, label: label}
		require.Equal(t, want, answer(t, replying(t, m, "", ""), text(t, "x")).Reply.Content)
	}
}

func TestReplyRefusesWhatDoesNotFit(t *testing.T) {
	tests := []struct{ name, options, want string }{
		{"another field", `sytem = "x"`, "did you mean system?"},
		{"system", `system = 7`, "system is a number"},
		{"history", `history = 51`, "history is 51; want 0 to 50"},
		{"before", `before = "x"`, "before is a string; want a function"},
		{"forget", `forget = {7}`, "forget: item 1 is a number"},
		{"a model", `model = "large"`, "it has small"},
		{"a text that does not fit", `failed = ("x"):rep(3000)`, "failed has 3000 bytes"},
		{"a tool", `tools = {x = {doc = "d"}}`, "tools: x: run is nil"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := config()
			c.Model = &scripted{}
			_, err := compileFiles(t, files{"main.lua": "on.text(llm.reply{" + tt.options + "})"}, c)
			require.ErrorContains(t, err, "main.lua:1")
			require.ErrorContains(t, err, "llm.reply")
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestReplyUsesTools(t *testing.T) {
	m := &scripted{says: []any{calls("f", `{}`), spoke("好")}}
	p := replying(t, m, `tools = {f = {doc = "d", run = function() return store.get("k") or "nichts" end}}`, "")
	require.Equal(t, "好", answer(t, p, text(t, "x")).Reply.Content)
	require.Equal(t, "nichts", m.asked[1].Messages[2].Content)
	m = &scripted{says: []any{calls("f", `{}`), spoke("好")}}
	p = replying(t, m, `tools = {f = {doc = "d", run = function() send.text("x", "y") end}}`, "")
	_, err := p.Answer(t.Context(), input(text(t, "x")))
	require.ErrorContains(t, err, "acts = true")
}

func TestAHandlerMayReturnAnLLMReply(t *testing.T) {
	c := config()
	c.Model = &scripted{says: []any{spoke("好")}}
	p, err := compileFiles(t, files{"main.lua": `on.text(function(msg) return llm.reply{system = msg.content} end)`}, c)
	require.NoError(t, err)
	out := answer(t, p, text(t, "x"))
	require.Equal(t, "好", out.Reply.Content)
	require.Equal(t, "llm", out.Tried[0].Result)
}

func TestAnAnswerInTwo(t *testing.T) {
	lost := llm.NewError(llm.Down, "x")
	tests := []struct {
		name, options string
		part, whole   string
		err           error
		shown, rest   string
		keeps         string
		failed        llm.Kind
	}{
		{name: "sentences", part: "一。", whole: "一。二。", shown: "一。", rest: "二。", keeps: "一。二。"},
		{name: "Markdown", part: "**一。**\n\n", whole: "**一。**\n\n- 二\n- 三", shown: "一。", rest: "• 二\n• 三", keeps: "**一。**\n\n- 二\n- 三"},
		{name: "Markdown that becomes something else", part: "标题。\n", whole: "标题。\n===\n二。", shown: "标题。", rest: "===\n二。", keeps: "标题。\n===\n二。"},
		{name: "taken back", part: "想。", whole: "一。", shown: "想。", rest: "一。", keeps: "一。"},
		{name: "nothing more", part: "一。", whole: "一。", shown: "一。", rest: "", keeps: "一。"},
		{name: "it breaks off", part: "一。", err: lost, shown: "一。", failed: llm.Down},
		{name: "no history", options: "history = 0", part: "一。", whole: "一。二。", shown: "一。", rest: "二。"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := &scripted{says: []any{spoke(tt.part)}, rest: &rest{whole: tt.whole, err: tt.err}}
			in := input(text(t, "你好"))
			in.Closing, in.Follows = make(chan struct{}), true
			out, err := replying(t, m, tt.options, "").Answer(t.Context(), in)
			require.NoError(t, err)
			require.Equal(t, tt.shown, out.Reply.Content)
			require.NotNil(t, out.Following)
			require.Empty(t, out.Asked, "counted once it is whole")
			require.Empty(t, in.Memory.(*memory).history)
			rest, asked, err := out.Following.Rest(t.Context())
			require.Equal(t, tt.err, err)
			require.Equal(t, tt.rest, rest)
			require.Equal(t, tt.failed, asked.Failed)
			require.False(t, m.rest.stopped)
			if tt.keeps == "" {
				require.Empty(t, in.Memory.(*memory).history)
				return
			}
			require.Equal(t, 15, asked.Usage.Total())
			var kept []map[string]string
			require.NoError(t, json.Unmarshal(in.Memory.(*memory).history, &kept))
			require.Equal(t, []map[string]string{{"asked": "你好", "answered": tt.keeps}}, kept)
		})
	}
}

// TestTheBeginningIsSaidWhileTheTurnGoesOn: what it answers then is what follows, without a word lost or said twice.
func TestTheBeginningIsSaidWhileTheTurnGoesOn(t *testing.T) {
	lost := llm.NewError(llm.Down, "x")
	broken := spoke("一。")
	broken.Partial = true
	long := strings.Repeat("好", 20) + "。"
	const tools = `tools = {f = {doc = "d", run = function() return "价" end}}`
	tests := []struct {
		name, options string
		early         string
		says          []any
		label         bool
		follows, gone bool
		given, want   string
		keeps         string
	}{
		{name: "sentences", early: "一。", says: []any{spoke("一。二。")}, given: "一。", want: "二。", keeps: "一。二。"},
		{name: "Markdown", early: "**一。**\n\n", says: []any{spoke("**一。**\n\n- 二\n- 三")}, given: "一。", want: "• 二\n• 三", keeps: "**一。**\n\n- 二\n- 三"},
		{name: "more than a message holds", early: long, says: []any{spoke(long + "二。")}, given: strings.Repeat("好", 10), want: strings.Repeat("好", 10) + "。二。", keeps: long + "二。"},
		{name: "more than a message holds, and Markdown that becomes something else", early: long + "\n", says: []any{spoke(long + "\n===\n二。")}, given: strings.Repeat("好", 10), want: strings.Repeat("好", 10) + "。===\n二。", keeps: long + "\n===\n二。"},
		{name: "taken back", early: "想。", says: []any{spoke("一。")}, given: "想。", want: "一。", keeps: "一。"},
		{name: "nothing more", early: "一。", says: []any{spoke("一。")}, given: "一。", want: "就这些，没有更多了", keeps: "一。"},
		{name: "nothing more, in other words", options: `ended = "完"`, early: "一。", says: []any{spoke("一。")}, given: "一。", want: "完", keeps: "一。"},
		{name: "it broke off", early: "一。", says: []any{broken}, given: "一。", want: "抱歉，暂时没能回答，请稍后再试", keeps: "一。"},
		{name: "it fails", early: "一。", says: []any{lost}, given: "一。", want: "抱歉，暂时没能回答，请稍后再试"},
		{name: "nobody is there", early: "一。", gone: true, says: []any{spoke("一。二。")}, want: "一。二。", keeps: "一。二。"},
		{name: "no sentence in time", says: []any{spoke("一。二。")}, want: "一。二。", keeps: "一。二。"},
		{name: "before a tool", options: tools, early: "查一下。", says: []any{calls("f", "{}"), spoke("80 元。")}, given: "查一下。", want: "80 元。", keeps: "80 元。"},
		{name: "with tools, after them", options: tools, early: "一。", says: []any{spoke("一。二。")}, given: "一。", want: "二。", keeps: "一。二。"},
		{name: "with tools, where more may follow", options: tools, follows: true, early: "一。", says: []any{spoke("一。二。")}, given: "一。", want: "二。", keeps: "一。二。"},
		{name: "nothing more, where more may follow", options: tools, follows: true, early: "一。", says: []any{spoke("一。")}, given: "一。", want: "", keeps: "一。"},
		{name: "after is to see it whole", options: `after = function(msg, text) return text .. "!" end`, early: "一。", says: []any{spoke("一。二。")}, want: "一。二。!", keeps: "一。二。"},
		{name: "a mark", label: true, early: "一。", says: []any{spoke("一。二。")}, given: "一。", want: "二。\n\n（内容由 AI 生成）", keeps: "一。二。"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := &scripted{says: tt.says, early: tt.early, label: tt.label}
			in := input(text(t, "你好"))
			in.Closing, in.Follows = make(chan struct{}), tt.follows
			given := ""
			in.Speak = func(text, mark string) string {
				require.Equal(t, tt.label, mark != "")
				require.Empty(t, given, "once")
				if !tt.gone {
					given = string([]rune(text)[:min(10, len([]rune(text)))])
				}
				return given
			}
			out, err := replying(t, m, tt.options, "").Answer(t.Context(), in)
			require.NoError(t, err)
			require.Nil(t, out.Following)
			require.Equal(t, tt.given, given)
			if tt.want == "" {
				require.Nil(t, out.Reply)
			} else {
				require.Equal(t, tt.want, out.Reply.Content)
			}
			var kept []map[string]string
			if tt.keeps != "" {
				require.NoError(t, json.Unmarshal(in.Memory.(*memory).history, &kept))
				require.Equal(t, []map[string]string{{"asked": "你好", "answered": tt.keeps}}, kept)
			}
		})
	}
}

func TestWhatNobodyWillGiveIsStopped(t *testing.T) {
	tests := []struct {
		name, main   string
		inTwo        bool
		want, failed string
	}{
		{name: "after sees the whole", main: `on.text(llm.reply{after = function(msg, text) return text end})`, want: "一。"},
		{name: "with tools it is whole", main: `on.text(llm.reply{tools = {f = {doc = "d", run = print}}})`, want: "一。"},
		{name: "the session cannot be kept", main: `on.before(function(msg) msg.session.x = {} msg.session.x.f = print end) on.text(llm.reply{})`, inTwo: true, failed: "msg.session"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := config()
			m := &scripted{says: []any{spoke("一。")}, rest: &rest{whole: "一。二。"}}
			c.Model = m
			p, err := compileFiles(t, files{"main.lua": tt.main}, c)
			require.NoError(t, err)
			in := input(text(t, "你好"))
			in.Closing, in.Follows = make(chan struct{}), true
			out, err := p.Answer(t.Context(), in)
			require.Nil(t, out.Following)
			require.Equal(t, tt.inTwo, m.rest.stopped)
			if tt.failed != "" {
				require.ErrorContains(t, err, tt.failed)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, out.Reply.Content)
		})
	}
}
