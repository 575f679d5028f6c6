package bindings

import (
	"fmt"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/llm"
)

var (
	faultModel = Text{
		"Gives nil, err when there is no answer; err has kind, message, hint (cause and cure) and hint_zh (the same in Chinese). Kinds: " +
			"unauthorized (the key), quota (no money left at the provider), rate, down, timeout, garbage, budget (account.yaml's own), refused.",
		"没有得到回答时返回 nil, err；err 含 kind、message、hint_zh（原因和办法）、hint（同上，英文）。kind 有：" +
			"unauthorized（密钥）、quota（服务商余额不足）、rate、down、timeout、garbage、budget（account.yaml 的预算用完）、refused。",
	}
	faultModelCall = Text{
		"Raises when an argument is wrong, at the top level, after 10 questions in a turn, and when a tool raises.",
		"参数不对、在顶层调用、一轮内提问超过 10 次、或工具函数报错时报错。",
	}
)

func llmFamily() Family {
	return Family{
		Name: "llm",
		Doc: Text{
			"A language model: that of `llm` in account.yaml, any that speaks the chat/completions protocol. Its key is never in a script; what it thinks before it answers never comes out. Other fans are served while a script waits.",
			"大语言模型：account.yaml 的 `llm` 所写的那一个，凡是 chat/completions 协议的都可以。脚本里没有密钥；模型作答前的思考过程不会出现。脚本等待期间不影响其他粉丝。",
		},
		Functions: []Function{
			{
				Name: "llm.chat", Forms: params(Param{Name: "question", Type: tTable}), run: llmChat, Reach: ReachReads,
				Returns: []Result{{"answer", "ModelAnswer?"}, {"err", "ModelError?"}},
				Doc: Text{
					"Asks the model. Fields: messages = {{role = \"system\" | \"user\" | \"assistant\", content = …}, …}; model (one of account.yaml), max_tokens, temperature (0 to 2), " +
						"timeout = \"20s\" (50 s if nothing is said), stop_at = \"4s\": the answer ends so long after the message came, at the end of a sentence; " +
						"tools = {name = {doc = …, args = {city = \"string\", n = \"number?\"}, run = function(args) … end, acts = false}}: functions that the model may ask for, in at most 5 rounds. " +
						"Their arguments are words of the fan: they are checked against args, and what changes something raises unless acts = true. " +
						"The answer has text (as WeChat shows it, with links to http and https only), raw (Markdown, as it came), partial, finish, model and usage = {prompt, completion, total} in tokens.",
					"向模型提问。字段：messages = {{role = \"system\" | \"user\" | \"assistant\", content = …}, …}；model（account.yaml 里写的其中之一）、max_tokens、temperature（0 到 2）、" +
						"timeout = \"20s\"（默认 50 秒）、stop_at = \"4s\"：从收到消息算起到这时截止，停在整句处；" +
						"tools = {名字 = {doc = …, args = {city = \"string\", n = \"number?\"}, run = function(args) … end, acts = false}}：模型可以调用的函数，最多 5 轮。" +
						"参数来自粉丝的话：先按 args 检查；会改变东西的调用一律报错，除非写 acts = true。" +
						"回答含 text（微信能显示的样子，只保留 http 和 https 链接）、raw（原样的 Markdown）、partial、finish、model，以及 usage = {prompt, completion, total}（token 数）。",
				},
				Example: `on.text("问茶", function(msg)
  local answer, err = llm.chat{ messages = {
    { role = "system", content = "你是茶铺的店员，用一两句话回答。" },
    { role = "user", content = "怎么泡绿茶？" },
  }, stop_at = "4s" }
  return answer and answer.text or err.hint
end)`,
				Errors: []Text{faultModel, faultModelCall},
			},
			llmReplyFunction(),
		},
	}
}

func llmReplyFunction() Function {
	return Function{
		Name: "llm.reply", Forms: params(Param{Name: "options", Type: tTable}), run: llmReply, Reach: ReachActs,
		Returns: []Result{{"reply", "Reply"}},
		Doc: Text{
			"An answer of the model to what the fan said, in place of a handler or as what a handler returns. It knows what the two said before: the last 8 questions (history), at most 16 KiB, for 24 hours. " +
				"Fields, all optional: system, history (0 to 50), forget = {\"清空\"} (words that make it forget), busy, failed, spent, forgotten, ended (what the fan is told: while a question is being answered, " +
				"when there is no answer, when the budget is spent, when it has forgotten, after a tap for more when there is no more), before = function(msg, text) (an answer of it is given instead), after = function(msg, text) (an answer of it takes the place of the model's), " +
				"and model, tools, max_tokens, temperature, timeout as in llm.chat. A message without words goes to the next rule; a voice message counts as what WeChat understood.",
			"让模型回答粉丝的话；可以放在处理函数的位置，也可以由处理函数返回。它记得之前说过的：最近 8 个问题（history）、最多 16 KiB、24 小时。" +
				"字段都可省略：system、history（0 到 50）、forget = {\"清空\"}（说这些词就忘掉）、busy、failed、spent、forgotten、ended（分别在上一个问题还没答完、没有得到回答、预算用完、忘掉之后、点了“继续”却没有更多时告诉粉丝的话）、" +
				"before = function(msg, text)（它有返回值就直接用作回答）、after = function(msg, text)（它的返回值代替模型的回答），" +
				"以及与 llm.chat 相同的 model、tools、max_tokens、temperature、timeout。没有文字的消息交给下一条规则；语音按微信识别出的文字算。",
		},
		Example: `on.text("你好", llm.reply{ system = "你是茶铺的店员，用一两句话回答。" })`,
		Errors: []Text{
			{"Raises at the load when a field does not fit. When the model does not answer, the fan is told failed, or spent; the trace says why.", "字段不对时在载入时报错。模型没有回答时，粉丝看到 failed 或 spent 的话，原因在追踪里。"},
			faultModelCall,
		},
	}
}

// Bounds of a question.
const (
	maxMessages  = 200
	maxModelText = 256 << 10 // bytes of all messages
)

// modelRoles are the roles that a script may give a message.
var modelRoles = []string{"system", "user", "assistant"}

func llmChat(c call) int {
	r := c.record("", c.table(1), "messages", "model", "tools", "max_tokens", "temperature", "timeout", "stop_at")
	q := &question{tools: c.tools(r.get("tools"))}
	q.Messages = c.modelMessages(r)
	c.modelOptions(r, q)
	if v := r.get("stop_at"); v != lua.LNil {
		q.StopAt = c.came().Add(c.span(r, "stop_at", llm.MaxTimeout))
	}
	answer, refused := c.converse(q)
	if refused != nil {
		return c.pushRefusal(refused)
	}
	return c.push(c.modelAnswer(answer))
}

// came is when the push came.
func (c call) came() time.Time {
	if in := c.state.in; in != nil && !in.Came.IsZero() {
		return in.Came
	}
	return c.turn.Now()
}

// modelOptions reads what a question to a model may say besides its messages.
func (c call) modelOptions(r record, q *question) {
	m := c.state.p.config.Model
	q.Model = r.text("model")
	if err := mayUse(m, q.Model); err != nil {
		r.fail("model is %s: %s", quote(q.Model), err.Error())
	}
	q.MaxTokens = int(r.integer("max_tokens"))
	if most := mostTokens(m); r.get("max_tokens") != lua.LNil && (q.MaxTokens < 1 || q.MaxTokens > most) {
		r.fail("max_tokens is %d; want 1 to %d (llm: max_tokens in account.yaml)", q.MaxTokens, most)
	}
	if v := r.get("temperature"); v != lua.LNil {
		n, ok := v.(lua.LNumber)
		if !ok || !isFinite(v) || n < 0 || n > 2 {
			r.fail("temperature is %s; want a number from 0 to 2", quote(valueText(v)))
		}
		t := float64(n)
		q.Temperature = &t
	}
	if r.get("timeout") != lua.LNil {
		q.Timeout = c.span(r, "timeout", llm.MaxTimeout)
	}
}

// span is a field that is a time, up to most.
func (c call) span(r record, name string, most time.Duration) time.Duration {
	v := r.get(name)
	d, ok := durationOf(v)
	if !ok || d <= 0 || d > most {
		r.fail("%s is %s; want a time up to %s: seconds, or a string such as \"20s\"", name, quote(valueText(v)), most)
	}
	return d
}

func (c call) modelMessages(r record) []llm.Message {
	tb := r.inner("messages")
	if tb == nil || tb.Len() == 0 {
		r.fail("messages is missing or empty; want a list of {role = …, content = …}")
	}
	if tb.Len() > maxMessages {
		r.fail("messages has %d items; want at most %d", tb.Len(), maxMessages)
	}
	all := make([]llm.Message, tb.Len())
	size := 0
	for i := range all {
		at := fmt.Sprintf("messages %d", i+1)
		item, ok := tb.RawGetInt(i + 1).(*lua.LTable)
		if !ok {
			c.fail("%s is %s; want {role = …, content = …}", at, describe(tb.RawGetInt(i+1)))
		}
		one := c.record(at, item, "role", "content")
		role, content := one.required("role"), one.text("content")
		if !slices.Contains(modelRoles, role) {
			one.fail("role is %s; want %s", quote(role), strings.Join(modelRoles, ", "))
		}
		if size += len(content); size > maxModelText {
			c.fail("messages have more than %d KiB of text", maxModelText>>10)
		}
		all[i] = llm.Message{Role: llm.Role(role), Content: content}
	}
	return all
}

// modelAnswer is an answer as a script sees it.
func (c call) modelAnswer(a map[string]any) lua.LValue {
	prompt, completion := a["prompt"].(float64), a["completion"].(float64)
	return c.toLua(map[string]any{
		"text": c.masked(llm.Plain(a["text"].(string))), "raw": a["text"], "partial": a["partial"], "finish": a["finish"], "model": a["model"],
		"usage": map[string]any{"prompt": prompt, "completion": completion, "total": prompt + completion},
	})
}
