package bindings

import (
	"context"

	"moonwire/engine"
)

// WithRulesOf is p with the rules that another program declared when it was loaded, as if p's top level
// had changed its mind.
func WithRulesOf(p, other *Program) *Program {
	p.build.Index = other.build.Index
	return p
}

// OwnKey is the key of the button at a path of names.
var OwnKey = ownKey

// Fold is how on.text and on.has compare.
var Fold = fold

// KeptPatterns is how many expressions of re.* a program keeps, and how many instructions they have together.
func KeptPatterns(p *Program) (n, size int) { return len(p.patterns.all), p.patterns.size }

// Charged answers a push and gives what the turn was charged: instructions, and bytes of strings.
func Charged(ctx context.Context, p *Program, in Input) (instructions, bytes int64, err error) {
	_, err = p.do(ctx, in, func(s *state, t *engine.Turn) error {
		err := s.run(t)
		instructions, _, bytes = t.Used()
		return err
	})
	return instructions, bytes, err
}
