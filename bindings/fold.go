package bindings

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/width"
)

// fold makes two texts equal that a person takes for the same: surrounding space, letter case, and full or
// half width do not count. It is what on.text and on.has compare by.
func fold(s string) string {
	// Folding the width can lay bare space at the ends.
	return strings.TrimSpace(foldCharacters(strings.TrimSpace(s)))
}

// foldCharacters folds each character by itself, so that a long text can be folded piece by piece.
func foldCharacters(s string) string {
	upper, plain := false, true
	for _, r := range s {
		switch {
		case r < 0x80:
			upper = upper || 'A' <= r && r <= 'Z'
		case 0x4E00 <= r && r <= 0x9FFF: // unified ideographs: neither case nor width
		default:
			plain = false
		}
	}
	switch {
	case !plain: // folding the width can lay bare letters in upper case, so it goes first
		return cases.Fold().String(width.Fold.String(s))
	case upper:
		return strings.ToLower(s)
	}
	return s
}
