package bindings_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/llm"
)

// scripted is a model that says what a test wants, and keeps what it was asked.
type scripted struct {
	says  []any // *llm.Answer or error, one a question; the last for all further ones
	asked []llm.Request
	fans  []string
	label bool
	rest  *rest  // of the answers; nil: they are whole
	early string // the sentences that have come when the last window closes; "" = none
}

// rest is what follows a part of an answer.
type rest struct {
	whole   string
	err     error
	stopped bool
}

func (r *rest) Wait(context.Context) (*llm.Answer, error) {
	if r.err != nil {
		return nil, r.err
	}
	return spoke(r.whole), nil
}
func (r *rest) Stop() { r.stopped = true }

func (m *scripted) Ask(_ context.Context, openid string, r llm.Request) (*llm.Answer, error) {
	m.asked, m.fans = append(m.asked, r), append(m.fans, openid)
	switch v := m.says[min(len(m.asked), len(m.says))-1].(type) {
	case *llm.Answer:
		return v, nil
	case error:
		return nil, v
	}
	return nil, errors.New("nothing")
}

func (m *scripted) Begin(ctx context.Context, openid string, r llm.Request, cut bindings.Cut) (*llm.Answer, bindings.Coming, error) {
	a, err := m.Ask(ctx, openid, r)
	if cut.Say != nil {
		if m.early != "" {
			cut.Say(m.early)
		}
		return a, nil, err
	}
	if m.rest == nil {
		return a, nil, err
	}
	return a, m.rest, err
}

func (m *scripted) MayUse(name string) error {
	if name == "" || name == "small" {
		return nil
	}
	return errors.New("account.yaml has no such model; it has small")
}
func (m *scripted) MaxTokens() int           { return 600 }
func (m *scripted) Label() bool              { return m.label }
func (m *scripted) Cost(u llm.Usage) float64 { return float64(u.Total()) }

func spoke(text string) *llm.Answer {
	return &llm.Answer{Text: text, Finish: "stop", Model: "small", Usage: llm.Usage{Prompt: 10, Completion: 5, Known: true}}
}

func calls(name, arguments string) *llm.Answer {
	return &llm.Answer{Calls: []llm.ToolCall{{ID: "c1", Name: name, Arguments: arguments}}, Finish: "tool_calls", Model: "small", Usage: llm.Usage{Prompt: 10, Completion: 5}}
}

// chatting is a bot whose question and answer are given.
func chatting(t *testing.T, m *scripted, question, then string) (bindings.Outcome, error) {
	t.Helper()
	c := config()
	c.Model = m
	p, err := compileFiles(t, files{"main.lua": "on.text(function(msg)\n local a, err = llm.chat{" + question + "}\n " + then + "\nend)"}, c)
	require.NoError(t, err)
	return p.Answer(t.Context(), input(text(t, "你好")))
}

const hello = `messages = {{role = "user", content = "你好"}}`

func TestChatAnswers(t *testing.T) {
	partial := spoke("第一句。")
	partial.Partial, partial.Finish = true, "stop_at"
	tests := []struct {
		name     string
		says     any
		then     string
		want     string
		warnings int
	}{
		{"text", spoke("**好**"), "return a.text", "好", 0},
		{"raw", spoke("**好**"), "return a.raw", "**好**", 0},
		{"no command in it", spoke(`[点](weixin://bizmsgmenu?msgmenucontent=x)<a href="weixin://y">z</a>`), "return a.text", "点z", 0},
		{"what it cost", spoke("好"), `return a.model .. " " .. a.usage.prompt .. "+" .. a.usage.completion .. "=" .. a.usage.total .. " " .. a.finish .. " " .. tostring(a.partial)`, "small 10+5=15 stop false", 0},
		{"a part", partial, `return a.text .. a.finish .. tostring(a.partial)`, "第一句。stop_attrue", 0},
		{"an error", llm.NewError(llm.Quota, "no money"), `return err.kind .. ": " .. err.message .. "; " .. err.hint_zh`, "quota: no money; 服务商账户余额或额度不足", 1},
		{"no time left", context.DeadlineExceeded, `return err.kind`, "timeout", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := &scripted{says: []any{tt.says}}
			out, err := chatting(t, m, hello, tt.then)
			require.NoError(t, err)
			require.Equal(t, tt.want, out.Reply.Content)
			require.Len(t, out.Warnings, tt.warnings)
			require.Equal(t, []string{fan}, m.fans)
			require.Len(t, out.Asked, 1)
			if a, ok := tt.says.(*llm.Answer); ok {
				require.Equal(t, bindings.Asked{Model: "small", Usage: a.Usage, Cost: 15, Partial: a.Partial}, out.Asked[0])
			} else {
				require.NotEmpty(t, out.Asked[0].Failed)
			}
		})
	}
}

func TestAnAccountWithoutAModelIsToldSo(t *testing.T) {
	out := answer(t, program(t, `on.text(function() local a, err = llm.chat{`+hello+`} return err.kind .. err.hint end)`), text(t, "x"))
	require.Contains(t, out.Reply.Content, "unauthorized")
	require.Contains(t, out.Reply.Content, "into account.yaml")
}

func TestWhatIsAsked(t *testing.T) {
	m := &scripted{says: []any{spoke("好")}}
	_, err := chatting(t, m, `messages = {{role = "system", content = "s"}, {role = "user", content = "u"}, {role = "assistant", content = "a"}},
		model = "small", max_tokens = 20, temperature = 0.5, timeout = "20s", stop_at = 4`, "return 'x'")
	require.NoError(t, err)
	half := 0.5
	require.Equal(t, []llm.Request{{
		Messages: []llm.Message{{Role: llm.System, Content: "s"}, {Role: llm.User, Content: "u"}, {Role: llm.Assistant, Content: "a"}},
		Model:    "small", MaxTokens: 20, Temperature: &half, Timeout: 20 * time.Second, StopAt: m.asked[0].StopAt,
		MaxText: 64 << 10,
	}}, m.asked)
	require.Equal(t, int64(1_760_000_004), m.asked[0].StopAt.Unix(), "counted from when the message came")
}

func TestChatRefusesWhatDoesNotFit(t *testing.T) {
	tests := []struct{ name, question, want string }{
		{"no messages", ``, "llm.chat: messages is missing or empty"},
		{"a message that is none", `messages = {"x"}`, "messages 1 is a string"},
		{"another role", `messages = {{role = "tool", content = "x"}}`, `messages 1: role is "tool"; want system, user, assistant`},
		{"another field", hello + `, modle = "x"`, "did you mean model?"},
		{"another model", hello + `, model = "large"`, "it has small"},
		{"more tokens", hello + `, max_tokens = 601`, "want 1 to 600"},
		{"too warm", hello + `, temperature = 3`, "want a number from 0 to 2"},
		{"too long", hello + `, timeout = "2m"`, "want a time up to 55s"},
		{"no time", hello + `, stop_at = 0`, "want a time up to 55s"},
		{"tools that are none", hello + `, tools = "x"`, "tools is a string"},
		{"a tool without words", hello + `, tools = {x = {run = print}}`, "tools: x: doc is missing"},
		{"a tool that does nothing", hello + `, tools = {x = {doc = "d"}}`, "tools: x: run is nil"},
		{"another type of argument", hello + `, tools = {x = {doc = "d", args = {a = "date"}, run = print}}`, "want one of string, number, integer, boolean"},
		{"an odd name", hello + `, tools = {["x y"] = {doc = "d", run = print}}`, "x y is no name"},
		{"a list of tools", hello + `, tools = {{doc = "d", run = print}}`, "is no name"},
		{"too much text", `messages = {{role = "user", content = ("x"):rep(300000)}}`, "more than 256 KiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := &scripted{says: []any{spoke("好")}}
			_, err := chatting(t, m, tt.question, "return a.text")
			var e *engine.ScriptError
			require.ErrorAs(t, err, &e)
			require.Contains(t, e.Error(), tt.want)
			require.Equal(t, 2, e.Line)
			require.Empty(t, m.asked)
		})
	}
}

func TestTools(t *testing.T) {
	tests := []struct {
		name, tool string
		says       []any
		told       string // to the model, of the tool
		want, fail string
	}{
		{name: "a text", tool: `run = function(args) return args.city .. "晴" end`, says: []any{calls("weather", `{"city":"北京"}`)}, told: "北京晴", want: "好"},
		{name: "a table", tool: `run = function(args) return {city = args.city, days = args.days or 1} end`, says: []any{calls("weather", `{"city":"北京","days":2}`)}, told: `{"city":"北京","days":2}`, want: "好"},
		{name: "nothing", tool: `run = function() end`, says: []any{calls("weather", `{"city":"北京"}`)}, told: "null", want: "好"},
		{name: "arguments that do not fit", tool: `run = function() error("not run") end`, says: []any{calls("weather", `{"town":"北京"}`)}, told: "error: city is missing; want a string", want: "好"},
		{name: "another function", tool: `run = function() error("not run") end`, says: []any{calls("rm", `{}`)}, told: "error: there is no such function", want: "好"},
		{name: "too long", tool: `run = function() return ("x"):rep(20000) end`, says: []any{calls("weather", `{"city":"x"}`)}, told: "error: the result is too long or no plain data", want: "好"},
		{name: "what it may look at", tool: `run = function() return store.get("k") or "nothing" end`, says: []any{calls("weather", `{"city":"x"}`)}, told: "nothing", want: "好"},
		{name: "what it may not change", tool: `run = function(args) store.set("k", args.city) end`, says: []any{calls("weather", `{"city":"x"}`)}, fail: "store.set: it changes something, and the model asked for it through the tool weather"},
		{name: "nor within pcall", tool: `run = function(args) return tostring((pcall(store.set, "k", args.city))) .. tostring(store.get("k")) end`, says: []any{calls("weather", `{"city":"x"}`)}, told: "falsenil", want: "好"},
		{name: "what it may", tool: `acts = true, run = function(args) store.set("k", args.city) return store.get("k") end`, says: []any{calls("weather", `{"city":"x"}`)}, told: "x", want: "好"},
		{name: "it raises", tool: `run = function() error("kaputt") end`, says: []any{calls("weather", `{"city":"x"}`)}, fail: "kaputt"},
		{name: "it gives a function", tool: `run = function() return print end`, says: []any{calls("weather", `{"city":"x"}`)}, fail: "tool weather: the result is a function"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := &scripted{says: append(tt.says, spoke("好"))}
			out, err := chatting(t, m, hello+`, tools = {weather = {doc = "天气", args = {city = "string", days = "integer?"}, `+tt.tool+`}}`, "store.set('after', 1) return a.text")
			if tt.fail != "" {
				require.ErrorContains(t, err, tt.fail)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, out.Reply.Content)
			require.Len(t, m.asked, 2)
			require.Equal(t, []llm.Tool{{Name: "weather", Doc: "天气", Parameters: llm.Parameters{{Name: "city", Type: "string"}, {Name: "days", Type: "integer", Optional: true}}}}, m.asked[0].Tools)
			told := m.asked[1].Messages
			require.Equal(t, llm.Message{Role: llm.FromTool, CallID: "c1", Content: tt.told}, told[len(told)-1])
			require.Equal(t, llm.Assistant, told[len(told)-2].Role)
		})
	}
}

func TestToolsEndAfterFiveRounds(t *testing.T) {
	m := &scripted{says: []any{calls("f", "{}"), calls("f", "{}"), calls("f", "{}"), calls("f", "{}"), calls("f", "{}"), spoke("好")}}
	out, err := chatting(t, m, hello+`, tools = {f = {doc = "d", run = function() return 1 end}}`, "return a.text .. a.usage.total")
	require.NoError(t, err)
	require.Equal(t, "好90", out.Reply.Content, "the usage is that of all rounds")
	require.Len(t, m.asked, 6)
	require.NotNil(t, m.asked[4].Tools)
	require.Nil(t, m.asked[5].Tools, "it must answer now")
}

func TestQuestionsAreCounted(t *testing.T) {
	m := &scripted{says: []any{spoke("好")}}
	_, err := chatting(t, m, hello, `for _ = 1, 10 do llm.chat{`+hello+`} end`)
	var e *engine.ScriptError
	require.ErrorAs(t, err, &e)
	require.Equal(t, "llm_calls", e.Limit)
	require.Len(t, m.asked, 10)
}

// TestAJournalCouldKeepTheAnswer: what passes the door is plain data, and says nothing that JSON would lose.
func TestAJournalCouldKeepTheAnswer(t *testing.T) {
	for _, says := range []any{spoke("好"), calls("f", "{}"), llm.NewError(llm.Down, "x")} {
		m := &scripted{says: []any{says, spoke("好")}}
		c := config()
		c.Model = m
		p, err := compileFiles(t, files{"main.lua": `on.text(function() llm.chat{` + hello + `} end)`}, c)
		require.NoError(t, err)
		seen, _, err := observe(t, p, input(text(t, "x")))
		require.NoError(t, err)
		require.Equal(t, "llm.chat", seen[0].Function)
		require.Equal(t, engine.KindModel, seen[0].Kind)
		b, err := json.Marshal(seen[0].Value)
		require.NoError(t, err)
		var back any
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, seen[0].Value, back)
		require.False(t, strings.Contains(string(b), "sk-"))
	}
}

// TestAnAnswerThatHasNoEndIsToldSo: the trace says why, and that thoughts were shown.
func TestAnAnswerThatHasNoEndIsToldSo(t *testing.T) {
	for finish, want := range map[string]string{"length": "not whole: it reached max_tokens", "cut": "not whole: the connection broke", "content_filter": "not whole: the provider kept the rest back"} {
		a := spoke("第一句。")
		a.Partial, a.Finish, a.Thought = true, finish, true
		out, err := chatting(t, &scripted{says: []any{a}}, hello, "return a.text")
		require.NoError(t, err)
		require.Len(t, out.Warnings, 2)
		require.Contains(t, out.Warnings[0], want)
		require.Contains(t, out.Warnings[1], "thinks: true")
	}
}

// TestALongAnswerOfAModelIsCut: how much a model says is nothing that the script has done.
func TestALongAnswerOfAModelIsCut(t *testing.T) {
	long := strings.Repeat("好。", 20_000)
	for name, p := range map[string]*bindings.Program{
		"llm.reply": replying(t, &scripted{says: []any{spoke(long)}}, "", ""),
		"llm.chat":  asking(t, &scripted{says: []any{spoke(long)}}),
	} {
		out, err := p.Answer(t.Context(), input(text(t, "你好")))
		require.NoError(t, err, name)
		require.Equal(t, strings.Repeat("好。", (64<<10)/6), out.Reply.Content, name)
		require.Contains(t, out.Warnings[0], "limits: answer", name)
	}
	_, err := program(t, `on.text(function() return ("好。"):rep(20000) end)`).Answer(t.Context(), input(text(t, "你好")))
	require.ErrorContains(t, err, "answer", "what a script says itself is its own doing")
}

// asking is a bot that answers with what the model says.
func asking(t *testing.T, m *scripted) *bindings.Program {
	t.Helper()
	c := config()
	c.Model = m
	p, err := compileFiles(t, files{"main.lua": "on.text(function() return llm.chat{" + hello + "}.text end)"}, c)
	require.NoError(t, err)
	return p
}
