package bindings

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
