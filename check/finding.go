package check

import (
	"cmp"
	"fmt"
	"slices"
)

// Finding is one thing to mend.
type Finding struct {
	File    string `json:"file"` // within the account's folder
	Line    int    `json:"line"` // 0 = the file as a whole
	Warning bool   `json:"warning"`
	Cause   string `json:"cause"`
	Cure    string `json:"cure,omitempty"`
}

// String is the finding on one line: file:line: cause: cure.
func (f Finding) String() string {
	at := f.File
	if f.Line > 0 {
		at = fmt.Sprintf("%s:%d", f.File, f.Line)
	}
	if f.Cure == "" {
		return at + ": " + f.Cause
	}
	return at + ": " + f.Cause + ": " + f.Cure
}

// sorted orders findings by place and drops those that say the same.
func sorted(all []Finding) []Finding {
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Cause, b.Cause))
	})
	return slices.CompactFunc(all, func(a, b Finding) bool { return a.File == b.File && a.Line == b.Line && a.Cause == b.Cause })
}
