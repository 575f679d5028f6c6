package main

import (
	"fmt"
	"os"
	"strings"
)

// excuse is a line of excused.txt: a fault that no test should notice.
type excuse struct {
	file, before, after string // after is * for whatever is done to the line
	line                string
}

func (x excuse) is(m *mutant) bool {
	return x.file == m.s.show && x.before == m.before && (x.after == "*" || x.after == m.after)
}

// arrow stands between a line without and with a fault.
const arrow = " → "

// readExcuses reads a list of lines "file: before → after ## reason".
func readExcuses(name string) ([]excuse, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var all []excuse
	for i, line := range strings.Split(string(text), "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fault, reason, _ := strings.Cut(line, " ## ")
		file, change, _ := strings.Cut(fault, ": ")
		before, after, ok := strings.Cut(change, arrow)
		if !ok || strings.TrimSpace(reason) == "" {
			return nil, fmt.Errorf("%s:%d: want file: before%safter ## reason", name, i+1, arrow)
		}
		all = append(all, excuse{file: file, before: strings.TrimSpace(before), after: strings.TrimSpace(after), line: line})
	}
	return all, nil
}

// idle returns the excuses of a package's files that excuse nothing any more.
func (p *pkg) idle(excuses []excuse) []excuse {
	left := map[string]excuse{}
	for _, s := range p.files {
		for _, x := range excuses {
			if x.file == s.show {
				left[x.line] = x
			}
		}
	}
	for _, m := range p.all() {
		for line, x := range left {
			if x.is(m) {
				delete(left, line)
			}
		}
	}
	var idle []excuse
	for _, x := range excuses {
		if _, ok := left[x.line]; ok {
			idle = append(idle, x)
		}
	}
	return idle
}
