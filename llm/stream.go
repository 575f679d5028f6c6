package llm

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// The protocol's answers: a whole one has messages, a chunk of a stream has deltas.
type (
	wireAnswer struct {
		Model   string       `json:"model"`
		Choices []wireChoice `json:"choices"`
		Usage   *wireUsage   `json:"usage"`
		Error   any          `json:"error"`
	}
	wireChoice struct {
		Index   int      `json:"index"`
		Delta   wireSaid `json:"delta"`
		Message wireSaid `json:"message"`
		Finish  string   `json:"finish_reason"`
	}
	// wireSaid has what the model thought (reasoning_content, reasoning) to measure it only: it is nobody's to read.
	wireSaid struct {
		Content json.RawMessage `json:"content"`
		Calls   []wireSaidCall  `json:"tool_calls"`
		Refusal json.RawMessage `json:"refusal"`

		Thought   json.RawMessage `json:"reasoning_content"`
		Reasoning json.RawMessage `json:"reasoning"`
	}
	wireSaidCall struct {
		Index    *int   `json:"index"`
		ID       string `json:"id"`
		Function struct {
			Name      string          `json:"name"`
			Arguments json.RawMessage `json:"arguments"`
		} `json:"function"`
	}
	wireUsage struct {
		Prompt     int `json:"prompt_tokens"`
		Completion int `json:"completion_tokens"`
		Total      int `json:"total_tokens"`
	}
)

// readStream gathers an answer that comes in pieces, until its time is over.
func (g *gathering) readStream(body io.Reader, over func() bool) error {
	stream := newEvents(body)
	for {
		data, err := stream.next()
		switch {
		case over():
			return errBrokeOff // whatever else has come already
		case errors.Is(err, io.EOF) && g.finish == "":
			return errBrokeOff
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case string(bytes.TrimSpace(data)) == "[DONE]":
			if g.finish == "" {
				g.finish = FinishStop
			}
			return nil
		}
		var w wireAnswer
		if json.Unmarshal(data, &w) != nil {
			return errNotProtocol()
		}
		if err := g.add(&w, true); err != nil {
			return err
		}
	}
}

// readWhole reads an answer that comes at once.
func (g *gathering) readWhole(body io.Reader) error {
	b, err := io.ReadAll(io.LimitReader(body, maxStream+1))
	switch {
	case err != nil:
		return errBrokeOff
	case len(b) > maxStream:
		return NewError(Garbage, "the answer has more than %d MiB", maxStream>>20)
	}
	var w wireAnswer
	if json.Unmarshal(b, &w) != nil {
		return NewError(Garbage, "the answer is not JSON of the protocol")
	}
	if err := g.add(&w, false); err != nil {
		return err
	}
	if len(w.Choices) == 0 {
		return NewError(Garbage, "the answer has no choices")
	}
	if g.finish == "" {
		g.finish = FinishStop
	}
	return nil
}

func errNotProtocol() error {
	return NewError(Garbage, "a piece of the answer is not JSON of the protocol")
}

func (g *gathering) add(w *wireAnswer, piece bool) error {
	if w.Error != nil {
		return g.failed(w)
	}
	if w.Model != "" {
		g.model = w.Model
	}
	if w.Usage != nil {
		g.usage = Usage{Prompt: max(0, w.Usage.Prompt), Completion: max(0, w.Usage.Completion), Known: true}
	}
	for i := range w.Choices {
		choice := &w.Choices[i]
		if choice.Index != 0 {
			continue
		}
		said := &choice.Message
		if piece {
			said = &choice.Delta
		}
		if err := g.say(said); err != nil {
			return err
		}
		if choice.Finish != "" {
			g.finish = choice.Finish
		}
	}
	return nil
}

// failed is an error that comes where an answer should.
func (g *gathering) failed(w *wireAnswer) error {
	b, _ := json.Marshal(map[string]any{"error": w.Error})
	code, reason := reasonOf(b)
	k := kindOf(500, code, reason)
	e := NewError(k, "the provider broke the answer off")
	if reason = g.client.tellable(reason); reason != "" {
		e.Message += ": " + reason
	}
	return e
}
