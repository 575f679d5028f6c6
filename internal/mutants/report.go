package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
)

// verdict is what became of one fault.
type verdict struct {
	*mutant
	killed  string // how: a failure, or the time; "" = it survived
	covered bool   // some test reached it
}

func (v verdict) String() string {
	what := "survived: "
	switch {
	case v.killed != "":
		what = "killed by " + v.killed + ": "
	case !v.covered:
		what = "survived, as no test runs it: "
	}
	return fmt.Sprintf("%s%s:%d: %s%s%s", what, v.s.show, v.line, v.before, arrow, v.after)
}

// report is what became of all.
type report struct {
	pkg      *pkg
	seed     uint64
	possible int
	verdicts []verdict
	excused  int
	idle     []excuse
	failing  []string
	long     []string
}

func (r *report) print(out io.Writer) {
	killed, late, unseen := 0, 0, 0
	var survivors []verdict
	for _, v := range r.verdicts {
		switch {
		case v.killed != "":
			killed++
			if v.killed == "time" {
				late++
			}
			continue
		case !v.covered:
			unseen++
		}
		survivors = append(survivors, v)
	}
	fmt.Fprintf(out, "%s, seed %d: of %d possible faults %d drawn, %d excused; %d killed (%d by the time), %d survived (%d that no test runs): %.1f %% killed\n",
		r.pkg.path, r.seed, r.possible, len(r.verdicts)+r.excused, r.excused, killed, late, len(survivors), unseen, 100*float64(killed)/float64(max(1, len(r.verdicts))))
	slices.SortFunc(survivors, func(a, b verdict) int {
		return cmp.Or(cmp.Compare(a.s.show, b.s.show), cmp.Compare(a.from, b.from), cmp.Compare(a.text, b.text))
	})
	for _, v := range survivors {
		fmt.Fprintln(out, v)
	}
	for _, name := range r.failing {
		fmt.Fprintln(out, "not used, as it fails alone:", name)
	}
	for _, name := range r.long {
		fmt.Fprintln(out, "left out, as it takes long:", name)
	}
	for _, x := range r.idle {
		fmt.Fprintln(out, "excuses nothing any more:", x.line)
	}
}
