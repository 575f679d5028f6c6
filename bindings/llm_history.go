package bindings

import (
	"context"
	"encoding/json"

	"moonwire/engine"
)

// Histories keep what fans and language models say to each other. Memory has them.
type Histories interface {
	// History is what the fan of the turn and the model said lately, as KeepHistory kept it; nil when nothing is kept.
	History(ctx context.Context) ([]byte, error)
	// KeepHistory keeps it for a day; nil forgets it.
	KeepHistory(ctx context.Context, value []byte) error
}

// historyPair is a question and its answer.
type historyPair struct {
	Asked    string `json:"asked"`
	Answered string `json:"answered"`
}

// maxHistory is how many bytes of JSON are kept of a fan.
const maxHistory = 16 << 10

// history are the last pairs of the fan, at most so many.
func (c call) history(most int) []historyPair {
	if most == 0 {
		return nil
	}
	v := c.remember(reads, "history", func(ctx context.Context, m Memory) (any, error) {
		b, err := m.History(ctx)
		return string(b), err
	})
	var pairs []historyPair
	if text, _ := v.(string); text == "" || json.Unmarshal([]byte(text), &pairs) != nil {
		return nil
	}
	return pairs[max(0, len(pairs)-most+1):] // and the one that is asked now
}

// keepHistory keeps pairs, the oldest of which go first when they are too long; nil forgets all.
func (c call) keepHistory(pairs []historyPair) {
	value := packHistory(pairs)
	c.effect(engine.Effect{Kind: engine.KindStore, Weight: acts, Label: "history"}, func(ctx context.Context) (any, error) {
		if c.state.in == nil || c.state.in.Memory == nil {
			return nil, errNoMemory
		}
		return nil, c.state.in.Memory.KeepHistory(ctx, value)
	})
}

func packHistory(pairs []historyPair) []byte {
	for ; len(pairs) > 0; pairs = pairs[1:] {
		if b, err := json.Marshal(pairs); err == nil && len(b) <= maxHistory {
			return b
		}
	}
	return nil
}
