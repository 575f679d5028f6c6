package standin

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
	"unicode/utf8"
)

// complete answers one question.
func (m *Model) complete(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	var q question
	if err != nil || len(body) > maxBody || json.Unmarshal(body, &q) != nil || len(q.Messages) == 0 {
		refuse(w, http.StatusBadRequest, "bad_request", "want a chat/completions request of at most 1 MiB with messages")
		return
	}
	asked := q.words(m.note(&q, r.Header.Get("Authorization") != ""))
	if m.sleep(r.Context(), asked.duration("delay")) != nil {
		return
	}
	_, fan := q.last()
	if !asked.has("fails") || m.fails(fan.Content, asked.number("fails", maxAsked)) {
		if m.spoilt(w, asked) {
			return
		}
	}
	a := m.answer(&q, asked)
	if asked.has("whole") || !q.Stream {
		if m.sleep(r.Context(), asked.duration("over")) == nil {
			writeJSON(w, http.StatusOK, a.whole())
		}
		return
	}
	m.stream(w, r, a)
}

// spoilt makes an answer that is none.
func (m *Model) spoilt(w http.ResponseWriter, asked words) bool {
	status := asked.number("status", 599)
	switch {
	case status == http.StatusUnauthorized:
		refuse(w, status, "invalid_api_key", "Incorrect API key provided")
	case asked.has("quota"):
		refuse(w, http.StatusTooManyRequests, "insufficient_quota", "You exceeded your current quota")
	case status == http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "1")
		refuse(w, status, "rate_limit_exceeded", "Too many requests")
	case status >= 400:
		refuse(w, status, "error", fmt.Sprintf("the stand-in was asked for %d", status))
	case asked.has("garbage"):
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "data: {\"choices\": [{\"delta\"\n\n<html>这不是协议</html>\n\n")
	case asked.has("fails"):
		refuse(w, http.StatusInternalServerError, "error", "the stand-in was asked to fail")
	default:
		return false
	}
	return true
}

// spoken is an answer before it is said.
type spoken struct {
	words     words
	text      string
	thoughts  string // in a field of their own
	call      *callSaid
	usage     bool
	prompt    int
	generated int
}

type callSaid struct{ id, name, arguments string }

func (m *Model) answer(q *question, asked words) *spoken {
	a := &spoken{words: asked, text: q.text(asked), usage: !asked.has("nousage") && (q.Options != nil || !q.Stream)}
	last, _ := q.last()
	if t := toolWord.FindStringSubmatch(asked["tool"]); t != nil && last.Role != "tool" {
		for i := range q.Tools {
			if q.Tools[i].Function.Name == t[1] {
				a.call = &callSaid{fmt.Sprintf("call_%d", len(q.Messages)), t[1], t[2]}
				if t[2] == "" {
					a.call.arguments = q.Tools[i].arguments()
				}
				a.text = ""
			}
		}
	}
	switch {
	case asked.has("thinktag"):
		a.text = "<think>" + thought + "</think>\n\n" + a.text
	case asked.has("think"):
		a.thoughts = thought
	}
	for _, one := range q.Messages {
		a.prompt += utf8.RuneCountInString(one.Content) + 4
	}
	a.generated = utf8.RuneCountInString(a.text + a.thoughts)
	return a
}

func (a *spoken) finish() string {
	if a.call != nil {
		return "tool_calls"
	}
	return "stop"
}

func (a *spoken) usageFields() map[string]any {
	return map[string]any{"prompt_tokens": a.prompt, "completion_tokens": a.generated, "total_tokens": a.prompt + a.generated}
}

func (a *spoken) whole() map[string]any {
	message := map[string]any{"role": "assistant", "content": a.text}
	if a.thoughts != "" {
		message["reasoning_content"] = a.thoughts
	}
	if a.call != nil {
		message["content"] = nil
		message["tool_calls"] = []any{map[string]any{"id": a.call.id, "type": "function", "function": map[string]any{"name": a.call.name, "arguments": a.call.arguments}}}
	}
	whole := map[string]any{"id": "standin", "object": "chat.completion", "model": ModelName, "choices": []any{map[string]any{"index": 0, "message": message, "finish_reason": a.finish()}}}
	if a.usage {
		whole["usage"] = a.usageFields()
	}
	return whole
}

// deltas are the pieces in which the answer is said.
func (a *spoken) deltas() []map[string]any {
	all := []map[string]any{{"role": "assistant", "content": ""}}
	for _, p := range pieces(a.thoughts) {
		all = append(all, map[string]any{"reasoning_content": p})
	}
	for _, p := range pieces(a.text) {
		all = append(all, map[string]any{"content": p})
	}
	if a.call != nil {
		call := func(function map[string]any, id string) map[string]any {
			one := map[string]any{"index": 0, "function": function}
			if id != "" {
				one["id"], one["type"] = id, "function"
			}
			return map[string]any{"tool_calls": []any{one}}
		}
		all = append(all, call(map[string]any{"name": a.call.name, "arguments": ""}, a.call.id))
		for _, p := range pieces(a.call.arguments) {
			all = append(all, call(map[string]any{"arguments": p}, ""))
		}
	}
	return all
}

// stream says the answer in pieces, as slowly as it was asked to.
func (m *Model) stream(w http.ResponseWriter, r *http.Request, a *spoken) {
	w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(w)
	say := func(v any) bool {
		b, _ := json.Marshal(v)
		_, err := fmt.Fprintf(w, "data: %s\n\n", b)
		return err == nil && flush.Flush() == nil
	}
	chunk := func(delta map[string]any, finish any) map[string]any {
		return map[string]any{"id": "standin", "object": "chat.completion.chunk", "model": ModelName, "choices": []any{map[string]any{"index": 0, "delta": delta, "finish_reason": finish}}}
	}
	deltas := a.deltas()
	pause := a.words.duration("over") / time.Duration(len(deltas))
	for i, d := range deltas {
		if a.words.has("cut") && i > len(deltas)/2 {
			_ = flush.Flush()
			panic(http.ErrAbortHandler) // the connection breaks
		}
		if pause > 0 && m.sleep(r.Context(), pause) != nil || !say(chunk(d, nil)) {
			return
		}
	}
	if !say(chunk(map[string]any{}, a.finish())) {
		return
	}
	if a.usage {
		say(map[string]any{"id": "standin", "object": "chat.completion.chunk", "model": ModelName, "choices": []any{}, "usage": a.usageFields()})
	}
	_, _ = io.WriteString(w, "data: [DONE]\n\n")
}
