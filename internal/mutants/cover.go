package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// suite is the tests of one package.
type suite struct {
	path, dir string
	binary    string // of the faults
}

// probe is one test, and what it reaches.
type probe struct {
	suite  *suite
	name   string
	took   time.Duration
	blocks map[string][]block // base name of a file → what was run
}

// block is a piece of code that runs as a whole: from line and column to line and column.
type block struct{ fromLine, fromColumn, toLine, toColumn int }

func (b block) holds(line, column int) bool {
	after := line > b.fromLine || line == b.fromLine && column >= b.fromColumn
	before := line < b.toLine || line == b.toLine && column < b.toColumn
	return after && before
}

// profileLine is a line of a coverage profile: moonwire/wechat/key.go:10.2,12.3 2 1
var profileLine = regexp.MustCompile(`^(\S+):(\d+)\.(\d+),(\d+)\.(\d+) \d+ (\d+)$`)

// coverage is what the tests of a package reach.
type coverage struct {
	probes  []*probe           // the quickest first
	every   map[string][]block // base name of a file → its blocks, run or not
	failing []string           // tests that fail without any fault: they can notice nothing
	long    []string           // tests that were left out
}

// testName is how the names of tests begin.
var testName = regexp.MustCompile(`^(Test|Fuzz|Example)`)

// cover runs each test alone, without any fault. Those that take longer than longest are left out, unless that is 0.
func (p *pkg) cover(ctx context.Context, dir string, suites []*suite, longest time.Duration) (*coverage, error) {
	c := &coverage{}
	for i, s := range suites {
		binary := filepath.Join(dir, fmt.Sprintf("cover%d.test", i))
		if err := testBinary(ctx, s.path, binary, "-cover", "-covermode=set", "-coverpkg="+p.path); err != nil {
			return nil, err
		}
		if _, err := os.Stat(binary); err != nil {
			continue // it has no tests
		}
		names, err := s.run(ctx, binary, 0, time.Minute, "-test.list", testName.String())
		if err != nil {
			return nil, err
		}
		for name := range strings.FieldsSeq(names) {
			if !testName.MatchString(name) {
				continue // of a warning
			}
			profile := filepath.Join(dir, "profile")
			begin := time.Now()
			_, err := s.run(ctx, binary, 0, longestTest, "-test.short", "-test.run", "^"+name+"$", "-test.coverprofile", profile)
			if err != nil {
				c.failing = append(c.failing, s.path+" "+name)
				continue
			}
			b := &probe{suite: s, name: name, took: time.Since(begin)}
			if longest > 0 && b.took > longest {
				c.long = append(c.long, s.path+" "+name)
				continue
			}
			if b.blocks, c.every, err = readProfile(profile, p.path); err != nil {
				return nil, err
			}
			c.probes = append(c.probes, b)
		}
	}
	slices.SortStableFunc(c.probes, func(a, b *probe) int { return cmp.Compare(a.took, b.took) })
	return c, ctx.Err()
}

// longestTest is how long one test may take without any fault.
const longestTest = 5 * time.Minute

// readProfile returns the blocks of a package by file, those that were run and every one.
func readProfile(file, of string) (run, every map[string][]block, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	run, every = map[string][]block{}, map[string][]block{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		m := profileLine.FindStringSubmatch(lines.Text())
		if m == nil || path.Dir(m[1]) != of {
			continue
		}
		var n [4]int
		for i := range n {
			n[i], _ = strconv.Atoi(m[2+i])
		}
		name, b := path.Base(m[1]), block{n[0], n[1], n[2], n[3]}
		every[name] = append(every[name], b)
		if m[6] != "0" {
			run[name] = append(run[name], b)
		}
	}
	return run, every, lines.Err()
}

// reaching returns the tests that run the code of a fault: its block; where the fault stands in none (in a case,
// for one), anything of its function; outside of functions, any test.
func (c *coverage) reaching(m *mutant) []*probe {
	if m.in == nil {
		return c.probes
	}
	file := filepath.Base(m.s.path)
	wanted := func(b block) bool { return b.holds(m.line, m.column) }
	if !slices.ContainsFunc(c.every[file], wanted) {
		from, to := m.s.set.Position(m.in.Pos()), m.s.set.Position(m.in.End())
		function := block{from.Line, from.Column, to.Line, to.Column}
		wanted = func(b block) bool { return function.holds(b.fromLine, b.fromColumn) }
	}
	var reach []*probe
	for _, p := range c.probes {
		if slices.ContainsFunc(p.blocks[file], wanted) {
			reach = append(reach, p)
		}
	}
	return reach
}
