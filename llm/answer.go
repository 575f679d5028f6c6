package llm

import (
	"strings"

	"moonwire/internal/mask"
)

// Answer is what a model said.
type Answer struct {
	Text    string     // without what it thought; Markdown, as it came
	Calls   []ToolCall // the functions it asks for, in order
	Partial bool       // the answer is not whole: Finish says why
	Finish  string
	Usage   Usage
	Model   string
	// Thought says that the model began with its thoughts without saying so: whoever was told pieces was told thoughts.
	Thought bool
}

// Why an answer ended: the provider's words, and two of ours. Others may come.
const (
	FinishStop    = "stop"
	FinishLength  = "length"         // max_tokens were spent
	FinishCalls   = "tool_calls"     // it waits for what the functions say
	FinishFilter  = "content_filter" // the provider kept the rest back
	FinishStopAt  = "stop_at"        // its time was over
	FinishCut     = "cut"            // the connection broke
	maxCalls      = 32
	maxCallsBytes = 64 << 10
)

// unfinished are the ways to end that leave an answer without its end: the words of several providers.
var unfinished = map[string]string{
	FinishLength: "it reached max_tokens, or the most that an answer may have", "max_tokens": "it reached max_tokens",
	FinishFilter: "the provider kept the rest back", "sensitive": "the provider kept the rest back",
	FinishCut: "the connection broke off", FinishStopAt: "its time was over",
	"network_error": "the provider broke off", "insufficient_system_resource": "the provider broke off",
}

// Unfinished says why an answer has no end; "" of one that is whole.
func (a *Answer) Unfinished() string {
	if !a.Partial {
		return ""
	}
	return unfinished[a.Finish]
}

// Usage is what an answer cost, in tokens.
type Usage struct {
	Prompt, Completion int
	Known              bool // the provider said so; else it is guessed
}

// Total is both together.
func (u Usage) Total() int { return u.Prompt + u.Completion }

// gathering is an answer that is on its way.
type gathering struct {
	client  *Client
	request *Request
	think   thoughts
	keyless *mask.Stream // of the text
	text    strings.Builder
	heard   int  // bytes of text, of thoughts in it, and of calls
	apart   int  // bytes of thoughts in a field of their own
	full    bool // no more text has room
	calls   []ToolCall
	refusal string
	content torn   // what has not come whole of the text,
	refused torn   // of why the model refuses,
	asked   []torn // and of the arguments of each call
	usage   Usage
	model   string
	finish  string
}

func newGathering(c *Client, r *Request) *gathering {
	return &gathering{client: c, request: r, keyless: c.mask.Stream(), think: thoughts{begins: c.thinks(r)}}
}

// begun reports whether the model has said something: from then on it is not asked again.
func (g *gathering) begun() bool { return g.heard > 0 }

// say adds a piece.
func (g *gathering) say(said *wireSaid) error {
	piece, ok := g.content.content(said.Content)
	if !ok {
		return NewError(Garbage, "the content of the answer is neither a text nor a list of parts")
	}
	refusal, ok := g.refused.text(said.Refusal)
	if !ok {
		return errNotProtocol()
	}
	g.heard += len(piece)
	g.refusal += refusal[:min(len(refusal), max(0, maxRefusal-len(g.refusal)))] // what is told of it is cut once the key is out
	g.hear(g.think.feed(piece))
	for i := range said.Calls {
		if err := g.call(&said.Calls[i]); err != nil {
			return err
		}
	}
	return g.bound(said)
}

// hear takes a piece of the text, without the key.
func (g *gathering) hear(piece string, restart bool) {
	if restart {
		g.keyless = g.client.mask.Stream()
		g.text.Reset()
	}
	g.show(g.keyless.Feed(piece), restart)
}

func (g *gathering) show(piece string, restart bool) {
	piece = g.room(piece)
	g.text.WriteString(piece)
	if g.request.Said != nil && (piece != "" || restart) {
		g.request.Said(piece, restart)
	}
}

// call puts the pieces of a tool call together: the first has its id and name, all have a part of the arguments. Some
// providers leave the index out and send each call whole.
func (g *gathering) call(piece *wireSaidCall) error {
	at := len(g.calls)
	switch {
	case piece.Index != nil:
		at = *piece.Index
	case piece.ID == "" && at > 0:
		at--
	}
	if at < 0 || at > len(g.calls) || at >= maxCalls {
		return NewError(Garbage, "the answer asks for functions in no order, or for more than %d", maxCalls)
	}
	if at == len(g.calls) {
		g.calls, g.asked = append(g.calls, ToolCall{}), append(g.asked, torn{})
	}
	c := &g.calls[at]
	if c.ID == "" {
		c.ID = piece.ID
	}
	if c.Name == "" {
		c.Name = piece.Function.Name
	}
	arguments, ok := g.asked[at].text(piece.Function.Arguments)
	if !ok {
		return errNotProtocol()
	}
	c.Arguments += arguments
	if g.heard += len(piece.ID) + len(piece.Function.Name) + len(arguments); len(c.Arguments) > maxCallsBytes {
		return NewError(Garbage, "the arguments of a function have more than %d KiB", maxCallsBytes>>10)
	}
	return nil
}

// answer is the whole of it.
func (g *gathering) answer() (*Answer, error) {
	g.tearOff()
	g.hear(g.think.end(unfinished[g.finish] == ""))
	g.show(g.keyless.End(), false)
	a := g.made(strings.TrimSpace(g.text.String()))
	a.Calls = g.keylessCalls()
	a.Partial = unfinished[a.Finish] != ""
	for i := range a.Calls {
		if a.Calls[i].Name == "" {
			return nil, NewError(Garbage, "the answer asks for a function without a name")
		}
	}
	switch {
	case a.Text != "" || len(a.Calls) > 0:
		return a, nil
	case g.refusal != "":
		return nil, NewError(Refused, "the model: %s", g.client.tellable(g.refusal))
	case a.Finish == FinishFilter:
		return nil, NewError(Refused, "the provider kept the answer back (%s)", FinishFilter)
	case a.Finish == FinishLength:
		e := NewError(Refused, "max_tokens were spent before the model said a word")
		e.Hint, e.HintZH = "raise max_tokens: the model thinks before it answers", "调大 max_tokens：模型在回答前先思考"
		return nil, e
	}
	return nil, NewError(Garbage, "the answer is empty")
}

// tearOff gives up waiting for the rest of characters.
func (g *gathering) tearOff() {
	g.hear(g.think.feed(g.content.end()))
	g.refusal += g.refused.end()
	for i := range g.calls {
		g.calls[i].Arguments += g.asked[i].end()
	}
}

// whole is the part of the answer that ends at the end of a sentence, nil when there is none.
func (g *gathering) whole(finish string) *Answer {
	text, _ := Sentences(g.text.String())
	if text = strings.TrimSpace(text); text == "" {
		return nil
	}
	g.finish = finish
	a := g.made(text)
	a.Partial = true
	return a
}

// keylessCalls are the functions that it asks for, without the key.
func (g *gathering) keylessCalls() []ToolCall {
	for i := range g.calls {
		c, m := &g.calls[i], g.client.mask
		c.ID, c.Name, c.Arguments = m.Text(c.ID), m.Text(c.Name), m.Text(c.Arguments)
	}
	return g.calls
}

func (g *gathering) made(text string) *Answer {
	m := g.client.mask
	a := &Answer{Text: text, Finish: m.Text(g.finish), Usage: g.usage, Model: m.Text(g.model), Thought: g.think.late}
	if a.Model == "" {
		a.Model = g.client.endpoint.Model
	}
	if !a.Usage.Known {
		a.Usage = Usage{Prompt: g.request.Guess(), Completion: guessTokens(g.heard + g.apart)}
	}
	return a
}

// guessTokens guesses how many tokens n bytes of text are, rather too many: three bytes, one Han character, are one.
func guessTokens(n int) int { return (n + 2) / 3 }

// Guess is about how many tokens the question has, rather too many.
func (r *Request) Guess() int {
	n := 0
	for _, m := range r.Messages {
		n += len(m.Content) + 12
		for _, c := range m.Calls {
			n += len(c.Name) + len(c.Arguments)
		}
	}
	for _, t := range r.Tools {
		n += len(t.Name) + len(t.Doc) + 30*len(t.Parameters)
	}
	return guessTokens(n)
}
