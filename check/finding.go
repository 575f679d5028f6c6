package check

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"moonwire/words"
)

// Finding is one thing to mend.
type Finding struct {
	Code    words.Code
	File    string // within the account's folder
	Line    int    // 0 = the file as a whole
	Warning bool
	Cause   words.Text
	Cure    words.Text
}

// Said is a finding in one language, for machines too.
type Said struct {
	Code    words.Code `json:"code"`
	File    string     `json:"file"`
	Line    int        `json:"line"`
	Warning bool       `json:"warning"`
	Cause   string     `json:"cause"`
	Cure    string     `json:"cure,omitempty"`
}

// Said is the finding in a language.
func (f Finding) Said(l words.Language) Said {
	return Said{f.Code, f.File, f.Line, f.Warning, f.Cause.In(l), f.Cure.In(l)}
}

// Of makes a finding of a message.
func Of(file string, line int, m words.Message) Finding {
	return Finding{Code: m.Code, File: file, Line: line, Cause: m.Cause, Cure: m.Cure}
}

// Doubt is one that keeps nothing from working.
func (f Finding) Doubt() Finding {
	f.Warning = true
	return f
}

// Place is file:line, or what is known of it.
func (f Finding) Place() string {
	if f.Line > 0 {
		return fmt.Sprintf("%s:%d", f.File, f.Line)
	}
	return f.File
}

// String is the finding in English, on one line.
func (f Finding) String() string { return f.In(words.English) }

// In is the finding on one line: file:line: cause: cure.
func (f Finding) In(l words.Language) string {
	var parts []string
	for _, part := range []string{f.Place(), f.Cause.In(l), f.Cure.In(l)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ": ")
}

// sorted orders findings by place and drops those that say the same.
func sorted(all []Finding) []Finding {
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Cause.EN, b.Cause.EN))
	})
	return slices.CompactFunc(all, func(a, b Finding) bool { return a.File == b.File && a.Line == b.Line && a.Cause == b.Cause })
}
