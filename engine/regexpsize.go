package engine

import (
	"math/bits"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode/utf8"
)

func greatestRepeat(re *syntax.Regexp) int {
	most := 0
	if re.Op == syntax.OpRepeat {
		most = max(re.Min, re.Max)
	}
	for _, sub := range re.Sub {
		most = max(most, greatestRepeat(sub))
	}
	return most
}

// regexpSize is about how many instructions a tree makes, without making them.
func regexpSize(re *syntax.Regexp) int {
	size := 1
	if re.Op == syntax.OpLiteral {
		size = len(re.Rune)
	}
	for _, sub := range re.Sub {
		size = min(size+regexpSize(sub), 1<<40)
	}
	if re.Op == syntax.OpRepeat {
		size = min(size*max(re.Min, re.Max, 1), 1<<40)
	}
	return size
}

func programSize(p *syntax.Prog) int {
	size := 0
	for _, inst := range p.Inst {
		size += 1 + bits.Len(uint(len(inst.Rune)/4))
	}
	return size
}

// foldFlag is a group of flags that makes what follows ignore case.
var foldFlag = regexp.MustCompile(`\(\?[a-zA-Z]*i`)

// The letters that have two cases lie between these.
const (
	firstFolded = 'A'
	lastFolded  = '\U0001E943'
)

// foldedRunes is about how many characters the ranges of a pattern's sets have, if any of them ignores case:
// the parser then looks up each of them, and cannot be interrupted. Ranges that read the same count each time,
// and what looks like a range and is none may count too.
func foldedRunes(pattern string) (n int) {
	if !foldFlag.MatchString(pattern) {
		return 0
	}
	for rest := pattern; ; {
		i := strings.IndexByte(rest, '-')
		if i < 0 {
			return n
		}
		low, _ := utf8.DecodeLastRuneInString(rest[:i])
		rest = rest[i+1:]
		n += max(0, int(min(rangeEnd(rest), lastFolded)-max(low, firstFolded)))
	}
}

// rangeEnd is the character at the beginning of a pattern, written out or as \x{4e00}; of the other escapes
// none stands for one that is large.
func rangeEnd(pattern string) rune {
	if digits, ok := strings.CutPrefix(pattern, `\x{`); ok {
		digits, _, _ = strings.Cut(digits, "}")
		r, err := strconv.ParseInt(digits, 16, 32)
		if err != nil {
			return 0 // no character: the parser will say so
		}
		return rune(r)
	}
	r, _ := utf8.DecodeRuneInString(pattern)
	return r
}
