package bindings

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/outside"
)

// HTTP makes calls to other people's servers; *outside.Account is one.
type HTTP interface {
	Do(ctx context.Context, r outside.Request) (*outside.Answer, error)
}

var (
	faultHTTP = Text{
		"Gives nil, err when there is no answer; err has kind, message, hint (cause and cure) and hint_zh (the same in Chinese). " +
			"Kinds: not_allowed (account.yaml does not name the host), private (no public address), dns, connect, tls, timeout, too_large (more than 1 MiB), redirect, protocol.",
		"没有得到应答时返回 nil, err；err 含 kind、message、hint_zh（原因和办法）、hint（同上，英文）。" +
			"kind 有：not_allowed（account.yaml 没有列出该主机）、private（不是公网地址）、dns、connect、tls、timeout、too_large（超过 1 MiB）、redirect、protocol。",
	}
	faultHTTPCall = Text{
		"Raises when an argument is wrong, at the top level, and after 10 calls in a turn.",
		"参数不对、在顶层调用、或一轮内调用超过 10 次时报错。",
	}
)

func httpFamily() Family {
	return Family{
		Name: "http",
		Doc: Text{
			"Other people's servers, as far as account.yaml allows: hosts of `allow_http`, or services of `http` by their name (\"orders:/items/7\"), whose headers a script uses and never sees. " +
				"A status of 400 and more is an answer too. Other fans are served while a script waits.",
			"访问别人的服务器，以 account.yaml 允许的为限：`allow_http` 里的主机，或 `http` 里有名字的服务（\"orders:/items/7\"），脚本用得到服务的请求头却看不到。" +
				"状态码 400 及以上也算应答。脚本等待期间不影响其他粉丝。",
		},
		Functions: []Function{
			httpFunction("get", ReachReads, Text{
				"Gets an address. Options: query = {…}, headers = {…}, timeout = \"20s\" (10 s if nothing is said, 50 s at most), retry = {times = 2} (3 at most).",
				"请求一个地址。选项：query = {…}、headers = {…}、timeout = \"20s\"（默认 10 秒，最多 50 秒）、retry = {times = 2}（最多 3 次）。",
			}, `on.text("天气", function()
  local r, err = http.get("https://api.example.com/weather", { query = { city = "上海" } })
  if not r then return err.hint end
  return r.status == 200 and r.json().text or "查不到"
end)`),
			httpFunction("post", ReachActs, Text{
				"Sends something. One of json = value, form = {…}, body = \"…\"; else as http.get. retry needs a key, by which the server knows the same call again: retry = {times = 2, key = order_id}.",
				"提交数据。json = 值、form = {…}、body = \"…\" 三选一；其余同 http.get。retry 要有 key，好让对方认出是同一次请求：retry = {times = 2, key = 订单号}。",
			}, `on.text("下单", function(msg)
  local r, err = http.post("orders:/items", { json = { item = "龙井", fan = msg.openid }, timeout = "5s" })
  return r and r.status == 201 and "好了" or "店里没应"
end)`),
			httpFunction("put", ReachActs, Text{"Replaces something; options as http.post, but retry needs no key.", "替换数据；选项同 http.post，但 retry 不必有 key。"},
				`on.text("改名", function() return http.put("orders:/name", { json = { name = "茶铺" } }) and "改了" or "没改成" end)`),
			httpFunction("patch", ReachActs, Text{"Changes a part of something; options as http.post.", "修改一部分数据；选项同 http.post。"},
				`on.text("备注", function() return http.patch("orders:/items/7", { json = { note = "少糖" } }) and "记下了" or "没记成" end)`),
			httpFunction("delete", ReachActs, Text{"Removes something; options as http.put.", "删除数据；选项同 http.put。"},
				`on.text("取消", function() return http.delete("orders:/items/7") and "取消了" or "没取消成" end)`),
		},
	}
}

func httpFunction(name string, reach Reach, doc Text, example string) Function {
	method := strings.ToUpper(name)
	return Function{
		Name: "http." + name, Forms: params(Param{Name: "url", Type: tString}, optional("options", tHTTPOptions)),
		Returns: []Result{{"answer", "HTTPAnswer?"}, {"err", "HTTPError?"}}, Reach: reach, Doc: doc, Example: example,
		Errors: []Text{faultHTTP, faultHTTPCall}, run: func(c call) int { return httpCall(c, method) },
	}
}

// httpCall makes one call. What account.yaml does not allow is an answer of the effect, as what the network does not.
func httpCall(c call, method string) int {
	r := outside.Request{Method: method}
	var refused error
	r.Target, refused = c.state.p.located.find(&c.state.p.config.Policy, c.text(1))
	var wrong *outside.Mistake
	if errors.As(refused, &wrong) {
		c.fail("%s %s", c.argument(1), wrong.Reason)
	}
	if tb := c.table(2); tb != nil {
		c.httpOptions(&r, tb)
	}
	if err := r.Target.CheckHeaders(r.Headers); errors.As(err, &wrong) {
		c.fail("options: headers: %s", wrong.Reason)
	}
	w := acts
	if method == http.MethodGet {
		w = reads
	}
	v := c.effect(engine.Effect{Kind: engine.KindHTTP, Weight: w, Label: httpLabel(c, r)}, func(ctx context.Context) (any, error) {
		if refused != nil {
			return outsideFault(refused), nil
		}
		if w == acts {
			if err := c.claim(ctx); err != nil {
				return nil, err
			}
		}
		return c.remembered(c.state.p.callOutside(ctx, r)), nil
	})
	kept, _ := v.(map[string]any)
	if refused, ok := kept["refused"].(map[string]any); ok {
		if w == acts {
			c.state.warn("%s came to nothing: %v: %s", c.fn.Name, refused["kind"], refused["message"])
		}
		return c.pushRefusal(refused)
	}
	return c.pushHTTPAnswer(kept)
}

// maxRememberedHTTP is how large an answer may be that a conversation keeps, in bytes.
const maxRememberedHTTP = 32 << 10

// remembered is an answer as far as a conversation has room for it.
func (c call) remembered(answer map[string]any) map[string]any {
	body, _ := answer["body"].(string)
	if c.state.talk == nil || len(body) <= maxRememberedHTTP {
		return answer
	}
	return outsideFault(&outside.Error{
		Kind: outside.TooLarge, Message: fmt.Sprintf("the answer has %d bytes; in a flow it may have %d", len(body), maxRememberedHTTP),
		Hint: "ask for less at a time: a flow keeps each answer", HintZH: "一次少要一些：流程会保存每次的应答",
	})
}

// httpLabel tells calls apart: by their key, else by what is called.
func httpLabel(c call, r outside.Request) string {
	if r.Retry.Key != "" {
		return r.Retry.Key
	}
	at := r.Target.Text()
	if at == "" { // it is not allowed
		at, _, _ = strings.Cut(c.text(1), "?")
	}
	return r.Method + " " + at
}

var errNoHTTP = &outside.Error{
	Kind: outside.NotAllowed, Message: "no calls to other servers can be made here",
	Hint: "they are made where messages are answered", HintZH: "只有在回复消息时才能访问外部服务器",
}

// callOutside gives the answer, or why there is none, as plain data.
func (p *Program) callOutside(ctx context.Context, r outside.Request) map[string]any {
	if p.config.HTTP == nil {
		return outsideFault(errNoHTTP)
	}
	answer, err := p.config.HTTP.Do(ctx, r)
	if err != nil {
		return outsideFault(err)
	}
	headers := make(map[string]any, len(answer.Header))
	for name, values := range answer.Header {
		headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return map[string]any{"status": float64(answer.Status), "headers": headers, "body": answer.Body}
}

// outsideFault is an error of a call as plain data.
func outsideFault(err error) map[string]any {
	var e *outside.Error
	if !errors.As(err, &e) {
		e = &outside.Error{
			Kind: outside.Connect, Message: "the call could not be made",
			Hint: "try again later", HintZH: "请稍后再试",
		}
	}
	return map[string]any{"refused": map[string]any{"kind": string(e.Kind), "message": e.Message, "hint": e.Hint, "hint_zh": e.HintZH}}
}

// pushHTTPAnswer gives an answer as a table: status, headers, body, and json().
func (c call) pushHTTPAnswer(answer map[string]any) int {
	body, _ := answer["body"].(string)
	c.turn.Bytes(c.L, len(body))
	tb := c.L.CreateTable(0, 4)
	tb.RawSetString("status", lua.LNumber(answer["status"].(float64)))
	tb.RawSetString("headers", c.turn.Push(c.L, answer["headers"]))
	text := lua.LString(body)
	tb.RawSetString("body", text)
	tb.RawSetString("json", engine.NewHolding(func(L *lua.LState) int {
		return answerJSON(callOf(L, engine.TurnOf(L), &jsonOfAnswer), string(text))
	}, text))
	return c.push(tb)
}

// jsonOfAnswer is in no library: it belongs to an answer. A colon before its name works too.
var jsonOfAnswer = Function{Name: "answer.json", Forms: []Form{{optional("self", tAny)}}, apart: true}

func answerJSON(c call, body string) int {
	v, err := c.decodeJSON(body, stringIDs)
	if err != nil {
		return c.pushRefusal(map[string]any{
			"kind": string(outside.Protocol), "message": "the answer is no JSON: " + err.Error(),
			"hint":    "look at answer.body and answer.status: an error page perhaps",
			"hint_zh": "看一下 answer.body 和 answer.status，可能是错误页面",
		})
	}
	return c.push(v)
}
