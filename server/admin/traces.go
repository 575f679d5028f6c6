package admin

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"

	"moonwire/bot"
	"moonwire/server/openapi"
	"moonwire/store"
)

// Trace is how one turn went. Times are Unix milliseconds and microseconds.
type Trace struct {
	Account  string            `json:"account"`
	Trace    string            `json:"trace"`
	Received int64             `json:"received_ms"`
	OpenID   string            `json:"openid"`
	MsgID    string            `json:"msg_id,omitempty"`
	Type     string            `json:"msg_type"`
	Event    string            `json:"event,omitempty"`
	EventKey string            `json:"event_key,omitempty"`
	Content  string            `json:"content,omitempty"`
	Outcome  string            `json:"outcome"`
	Reply    string            `json:"reply"`
	Rule     string            `json:"rule"`
	Build    string            `json:"build"`
	Error    string            `json:"error,omitempty"`
	Attempts int               `json:"attempts"`
	Latency  int64             `json:"latency_us"`
	Script   int64             `json:"script_us"`
	Kept     bool              `json:"kept"`
	Whole    bool              `json:"whole"`
	Box      string            `json:"box,omitempty"`
	Rules    []TracedRule      `json:"rules"`
	Calls    []TracedCall      `json:"calls"`
	Sent     []string          `json:"sent"`
	Log      []TracedLine      `json:"log"`
	Warnings []string          `json:"warnings"`
	Push     map[string]string `json:"push,omitempty"`
}

// TracedRule is one rule, in the order in which they are asked.
type TracedRule struct {
	Rule     string `json:"rule"`
	Answered bool   `json:"answered"`
	Why      string `json:"why"`
	WhyZH    string `json:"why_zh"`
}

// TracedCall is one call that reached outside of the turn.
type TracedCall struct {
	Function string `json:"function"`
	Label    string `json:"label,omitempty"`
	Acts     bool   `json:"acts"`
	Value    string `json:"value,omitempty"`
	Failed   string `json:"failed,omitempty"`
	Took     int64  `json:"took_us"`
}

// TracedLine is one line that the script logged.
type TracedLine struct {
	Level string `json:"level"`
	Text  string `json:"text"`
	File  string `json:"file"`
	Line  int    `json:"line"`
}

func traceRef(what string) shape { return text(what).Within(4, 64) }

func tracedShape() shape {
	return object("",
		need("account", text("")), need("trace", text("")), need("received_ms", whole("Unix milliseconds")), need("openid", text("")), may("msg_id", text("")), need("msg_type", text("")),
		may("event", text("")), may("event_key", text("")), may("content", text("")), need("outcome", text("")), need("reply", text("What the fan saw")),
		need("rule", text("That answered or failed")), need("build", text("")), may("error", text("")), need("attempts", whole("")), need("latency_us", whole("Until the answer was written")),
		need("script_us", whole("The script ran")), need("kept", yesNo("false: only what a message's record has is known")), need("whole", yesNo("It can be run again")), may("box", text("The error as its author reads it")),
		need("rules", list("In the order in which they are asked, at most 200", object("", need("rule", text("")), need("answered", yesNo("")), need("why", text("")), need("why_zh", text(""))))),
		need("calls", list("That reached outside of the turn, in order", object("",
			need("function", text("")), may("label", text("")), need("acts", yesNo("It changes something")), may("value", text("What it came to, as JSON, the first 500 characters")), may("failed", text("")), need("took_us", whole(""))))),
		need("sent", list("To fans, besides the answer", text(""))),
		need("log", list("", object("", need("level", text("")), need("text", text("")), need("file", text("")), need("line", whole(""))))),
		need("warnings", list("", text(""))), may("push", table("The elements of the push as it came", text(""))))
}

const tracedExample = `{"account":"shop","trace":"M3K8Q2A7QK","received_ms":1772416805123,"openid":"oXbY0amy0000000000000000009f","msg_id":"24012345678901234","msg_type":"text","content":"下单","outcome":"answered","reply":"喝点什么？","rule":"main.lua:12 on.text(\"下单\")","build":"3f9c12ab","attempts":1,"latency_us":810,"script_us":402,"kept":true,"whole":true,"rules":[{"rule":"main.lua:12 on.text(\"下单\")","answered":true,"why":"answered","why_zh":"作了回答"}],"calls":[{"function":"store.get","label":"menu","acts":false,"value":"[\"茶\"]","took_us":41}],"sent":[],"log":[],"warnings":[],"push":{"MsgType":"text","Content":"下单"}}`

// maxShownValue is how many characters of what a call came to are shown.
const maxShownValue = 500

func showTrace(ctx context.Context, q *ask) (any, error) {
	var body struct{ Account, Trace string }
	if err := q.read(&body); err != nil {
		return nil, err
	}
	accounts := []string{body.Account}
	if body.Account == "" {
		all, err := q.accounts(ctx)
		if err != nil {
			return nil, err
		}
		accounts = slices.Sorted(maps.Keys(all))
	} else if err := q.known(ctx, "account", body.Account); err != nil {
		return nil, err
	}
	for _, name := range accounts {
		t, found, err := q.fleet.TraceOf(ctx, name, body.Trace)
		if errors.Is(err, store.ErrAmbiguous) {
			return nil, &openapi.Failure{Kind: openapi.Conflict, Status: http.StatusConflict, Field: "trace", Message: "several messages have traces that end so", Hint: "give more of its end", HintZH: "多给几位结尾"}
		}
		if err != nil {
			return nil, err
		}
		if found {
			return tracedOf(name, t), nil
		}
	}
	return nil, &openapi.Failure{Kind: openapi.NotFound, Status: http.StatusNotFound, Field: "trace", Message: "there is no message with that trace or msg_id"}
}

func tracedOf(account string, t bot.TraceOf) Trace {
	m := &t.Message
	shown := Trace{
		Account: account, Trace: m.Trace[max(0, len(m.Trace)-traceBytes):], Received: m.Received.UnixMilli(), OpenID: m.OpenID, MsgID: m.MsgID, Type: m.Type, Event: m.Event, EventKey: m.EventKey,
		Content: m.Content, Outcome: m.Outcome, Reply: m.Reply, Rule: m.Rule, Build: m.Build, Error: m.Error, Attempts: m.Attempts,
		Latency: m.Latency.Microseconds(), Script: m.Handler.Microseconds(),
		Rules: []TracedRule{}, Calls: []TracedCall{}, Sent: []string{}, Log: []TracedLine{}, Warnings: []string{},
	}
	for _, r := range t.Rules {
		shown.Rules = append(shown.Rules, TracedRule{r.Rule, r.Answered, r.Why.EN, r.Why.ZH})
	}
	if t.Trace == nil {
		return shown
	}
	shown.Kept, shown.Whole, shown.Box = true, t.Whole && !t.Carried && t.Push.Message != nil, t.Box
	if t.Rules == nil {
		for _, r := range t.Tried {
			shown.Rules = append(shown.Rules, TracedRule{Rule: r.Rule, Answered: r.Rule == t.Trace.Rule, Why: "gave " + r.Result, WhyZH: "给出 " + r.Result})
		}
	}
	for _, c := range t.Made {
		shown.Calls = append(shown.Calls, TracedCall{
			Function: c.Function, Label: c.Label, Acts: c.Acts, Value: shownValue(c.Known, c.Value), Failed: c.Failed, Took: c.Took.Microseconds(),
		})
	}
	for _, e := range t.Log {
		shown.Log = append(shown.Log, TracedLine(e))
	}
	shown.Sent, shown.Warnings = append(shown.Sent, t.Sent...), append(shown.Warnings, t.Warnings...)
	shown.Push = t.Elements()
	return shown
}

// shownValue is the beginning of what a call came to, as JSON; "" when that is not known.
func shownValue(known bool, v any) string {
	value, err := json.Marshal(v)
	if !known || err != nil {
		return ""
	}
	text := []rune(string(value))
	if len(text) > maxShownValue {
		return string(text[:maxShownValue]) + "…"
	}
	return string(text)
}
