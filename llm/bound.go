package llm

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// What is read of one answer. Providers are asked to stop at max_tokens; not all of them do.
const (
	maxText     = 256 << 10 // bytes of text and calls
	maxThoughts = 128 << 10 // bytes of what it thinks, which some providers do not count as tokens of the answer
	tokenBytes  = 12        // more than a token has in any language, on the average of a text
	leastBound  = 256       // bytes: a few long tokens
)

// errEnough says that an answer goes on beyond what it may have.
var errEnough = errors.New("the answer has as much as it may have")

// bound is how many bytes of text and calls are read of an answer.
func (r *Request) bound() int {
	most := maxText
	if r.MaxText > 0 {
		most = min(most, r.MaxText)
	}
	if r.MaxTokens > 0 && r.MaxTokens < maxText/tokenBytes {
		most = min(most, r.MaxTokens*tokenBytes+leastBound)
	}
	return most
}

// bound ends an answer that has as much as it may have, or whose thoughts have.
func (g *gathering) bound(said *wireSaid) error {
	for _, thought := range []json.RawMessage{said.Thought, said.Reasoning} {
		if len(thought) > len(`""`) && string(thought) != "null" {
			g.apart += len(thought)
			g.think.announced()
		}
	}
	calls := 0
	for _, c := range g.calls {
		calls += len(c.Name) + len(c.Arguments)
	}
	switch shown := g.text.Len() + calls; {
	case g.full || shown > g.request.bound():
		g.finish = FinishLength
		return errEnough
	case g.heard+g.apart-shown > maxThoughts:
		return NewError(Garbage, "the model thought more than %d KiB before it was done", maxThoughts>>10)
	}
	return nil
}

// enough is what an answer gives that went on beyond what it may have: its whole sentences, as far as they fit.
func (g *gathering) enough() (*Answer, error) {
	if a := g.whole(FinishLength); a != nil {
		return a, nil
	}
	return nil, NewError(Garbage, "the answer goes on beyond max_tokens without the end of a sentence")
}

// room cuts a piece of text where the answer has as much as it may have.
func (g *gathering) room(piece string) string {
	room := max(0, g.request.bound()-g.text.Len())
	if len(piece) <= room {
		return piece
	}
	for g.full = true; room > 0 && !utf8.RuneStart(piece[room]); room-- {
	}
	return piece[:room]
}

// Within is what of a text has room in so many bytes: all of it, or its whole sentences.
func Within(text string, most int) string {
	if len(text) <= most {
		return text
	}
	whole, _ := Sentences(text[:most])
	return strings.TrimSpace(whole)
}
