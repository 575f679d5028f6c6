package wechat

import (
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// SplitText cuts a text into parts of at most limit bytes, as CutText does. The text is cleaned first; the parts joined
// are the clean text. An empty text has no parts.
func SplitText(s string, limit int) []string {
	s = Clean(s)
	var parts []string
	for s != "" {
		var part string
		part, s = CutText(s, limit)
		parts = append(parts, part)
	}
	return parts
}

// CutText cuts the first part of at most limit bytes off a clean text: at the end of a paragraph, line or sentence or at
// a blank, where the last eighth of the part has one (see breakpoint.go), else between characters as fans see them, but
// not inside a word. A link, <a …>…</a>, a word and an emoji are torn only when they are longer than a part. A limit
// below 4 counts as 4, the longest code point.
func CutText(s string, limit int) (part, rest string) {
	limit = max(limit, utf8.UTFMax)
	if len(s) <= limit {
		return s, ""
	}
	n := breakpoint(s, limit)
	return s[:n], s[n:]
}

// borders are the places in s, from the first character on up to limit, where one character ends to a reader and the
// next begins. There is at least one: a single character longer than limit is cut between its code points.
func borders(s string, limit int) (all []int) {
	const ahead = utf8.UTFMax // whether a character ends at limit shows in the code point behind it
	for at, rest, state := 0, s[:min(len(s), limit+ahead)], -1; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if at += len(cluster); at > limit {
			break
		}
		all = append(all, at)
	}
	if len(all) == 0 {
		for !utf8.RuneStart(s[limit]) {
			limit--
		}
		all = append(all, limit)
	}
	return all
}
