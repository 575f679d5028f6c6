package engine

import "moonwire/engine/syntax"

// Reworded reports whether between two versions of a source file exactly one string constant went, which was from, and
// exactly one came, which is to.
func Reworded(old, now []byte, from, to string) bool {
	if from == to {
		return false
	}
	before, after := syntax.Texts(old), syntax.Texts(now)
	if before[from] != after[from]+1 || after[to] != before[to]+1 {
		return false
	}
	before[from]--
	after[to]--
	for text := range after {
		if before[text] != after[text] {
			return false
		}
	}
	for text, n := range before {
		if n != after[text] {
			return false
		}
	}
	return true
}
