package llm

import (
	"regexp"
	"strings"
	"sync"
)

// Thinkers are models that were seen to begin with their thoughts without a tag: the opening one stands in what they are
// asked, and only </think> comes. The zero one is ready; it is safe for concurrent use, and clients may share one.
type Thinkers struct {
	mu   sync.Mutex
	seen map[string]bool
}

// mostThinkers is how many models are remembered.
const mostThinkers = 1_000

func (t *Thinkers) add(endpoint, model string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seen == nil || len(t.seen) >= mostThinkers {
		t.seen = map[string]bool{}
	}
	t.seen[endpoint+" "+model] = true
}

func (t *Thinkers) has(endpoint, model string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.seen[endpoint+" "+model]
}

// thinkerName are names of models that begin so: DeepSeek-R1, QwQ, Qwen3-…-Thinking and those made from them.
var thinkerName = regexp.MustCompile(`\b(r1|qwq|thinking|reasoner|reasoning)\b`)

// thinks reports whether the model that is asked begins with its thoughts.
func (c *Client) thinks(r *Request) bool {
	if c.endpoint.Thinks != nil {
		return *c.endpoint.Thinks
	}
	model := c.model(r)
	return thinkerName.MatchString(strings.ToLower(strings.ReplaceAll(model, "_", "-"))) || c.thinkers.has(c.endpoint.Base, model)
}

// noteThinker remembers a model whose thoughts were seen before </think> came.
func (c *Client) noteThinker(r *Request, g *gathering) {
	if g.think.late {
		c.thinkers.add(c.endpoint.Base, c.model(r))
	}
}

// model is which one is asked.
func (c *Client) model(r *Request) string {
	if r.Model != "" {
		return r.Model
	}
	return c.endpoint.Model
}
