package engine

import "strings"

// Nearest returns the candidate that a mistyped name most likely stands for, "" when none is near: at most
// one slip in names up to four letters, two in longer ones. Letter case does not count.
func Nearest(name string, candidates []string) string {
	allowed := 1
	if len(name) > 4 {
		allowed = 2
	}
	return NearestWithin(name, candidates, allowed)
}

// NearestWithin is Nearest with a number of slips of its own.
func NearestWithin(name string, candidates []string, allowed int) string {
	best, found := allowed+1, ""
	for _, c := range candidates {
		if d := slips(strings.ToLower(name), strings.ToLower(c), best); d < best && c != name {
			best, found = d, c
		}
	}
	return found
}

// slips is the number of letters added, dropped, changed or swapped with their neighbour between two
// words, or stop when there are that many or more.
func slips(a, b string, stop int) int {
	if len(a)-len(b) >= stop || len(b)-len(a) >= stop || len(a) > 64 {
		return stop
	}
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return min(last[len(b)], stop)
}

// didYouMean words a guess as the end of a sentence, "" for none.
func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return ", did you mean " + name + "?"
}

// Undotted finds the name with a dot that was written without it, or with another sign: ontext, on_text → on.text. It is
// "" for none.
func Undotted(name string, dotted []string) string {
	for _, full := range dotted {
		library, member, ok := strings.Cut(full, ".")
		rest, begins := strings.CutPrefix(strings.ToLower(name), library)
		if ok && begins && strings.TrimPrefix(rest, "_") == strings.ToLower(member) {
			return full
		}
	}
	return ""
}
