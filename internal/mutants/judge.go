package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// memory is how many KiB of addresses a test may use: a fault may ask for more and more.
const memory = 16 << 20

// run runs a test binary in its package's folder and returns what it prints. A time that is over is an error.
func (s *suite) run(ctx context.Context, binary string, fault int, limit time.Duration, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	limited := fmt.Sprintf(`ulimit -v %d && exec "$0" "$@"`, memory)
	cmd := exec.CommandContext(ctx, "sh", append([]string{"-c", limited, binary}, args...)...)
	cmd.Dir = s.dir
	cmd.Env = append(cmd.Environ(), switchVariable+"="+strconv.Itoa(fault))
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return string(out), ctx.Err()
	}
	return string(out), err
}

// run puts faults into a package and tells what became of them.
func run(ctx context.Context, pattern string, o options) (*report, error) {
	excuses, err := readExcuses(o.excused)
	if err != nil {
		return nil, err
	}
	p, err := load(ctx, pattern)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if o.tests == nil {
		o.tests = []string{pattern}
	}
	var suites []*suite
	for _, t := range o.tests {
		l, err := list(ctx, t)
		if err != nil {
			return nil, err
		}
		suites = append(suites, &suite{path: l.ImportPath, dir: l.Dir})
	}
	r := &report{pkg: p, seed: o.seed, idle: p.idle(excuses), possible: len(p.all())}
	drawn, err := p.draw(ctx, filepath.Join(dir, "draw"), o.n, o.seed)
	if err != nil {
		return nil, err
	}
	j := judge{pkg: p, dir: dir, suites: suites, verbose: o.verbose}
	if j.coverage, err = p.cover(ctx, dir, suites, o.longest); err != nil {
		return nil, err
	}
	r.failing, r.long = j.coverage.failing, j.coverage.long
	for n, m := range drawn {
		if slices.ContainsFunc(excuses, func(x excuse) bool { return x.is(m) }) {
			r.excused++
			delete(drawn, n)
		}
	}
	return r, j.all(ctx, drawn, r)
}

// judge shows faults to the tests that reach them.
type judge struct {
	pkg      *pkg
	dir      string
	suites   []*suite
	coverage *coverage
	verbose  bool
}

func (j *judge) all(ctx context.Context, drawn map[int]*mutant, r *report) error {
	together, alone := map[int]*mutant{}, map[int]*mutant{}
	for n, m := range drawn {
		if m.in != nil {
			together[n] = m
		} else {
			alone[n] = m
		}
	}
	if err := j.some(ctx, together, r); err != nil {
		return err
	}
	for _, n := range sortedKeys(alone) {
		if err := j.some(ctx, map[int]*mutant{n: alone[n]}, r); err != nil {
			return err
		}
	}
	return nil
}

// some compiles the tests with faults and runs them, once for each.
func (j *judge) some(ctx context.Context, faults map[int]*mutant, r *report) error {
	if len(faults) == 0 {
		return nil
	}
	lain, err := j.pkg.lay(filepath.Join(j.dir, "lain"), faults)
	if err != nil {
		return err
	}
	for i, s := range j.suites {
		s.binary = filepath.Join(j.dir, fmt.Sprintf("faults%d.test", i))
		if err := testBinary(ctx, s.path, s.binary, "-overlay", lain.file); err != nil {
			return err
		}
	}
	for _, n := range sortedKeys(faults) {
		v := verdict{mutant: faults[n]}
		reach := j.coverage.reaching(faults[n])
		v.covered = len(reach) > 0
		if v.killed, err = j.kill(ctx, n, reach); err != nil {
			return err
		}
		if j.verbose {
			fmt.Fprintln(os.Stderr, v)
		}
		r.verdicts = append(r.verdicts, v)
	}
	return nil
}

// kill runs tests with a fault until one fails and returns how that one ended; "" = none. The quick ones go first.
func (j *judge) kill(ctx context.Context, fault int, reach []*probe) (string, error) {
	for len(reach) > 0 {
		n, sum := 0, time.Duration(0)
		for n < len(reach) && reach[n].suite == reach[0].suite && (n == 0 || sum+reach[n].took < atOnce) {
			sum += reach[n].took
			n++
		}
		names := make([]string, 0, n)
		for _, p := range reach[:n] {
			names = append(names, p.name)
		}
		s := reach[0].suite
		_, err := s.run(ctx, s.binary, fault, patience+5*sum, "-test.short", "-test.failfast", "-test.run", "^("+strings.Join(names, "|")+")$")
		switch {
		case ctx.Err() != nil:
			return "", ctx.Err()
		case errors.Is(err, context.DeadlineExceeded):
			return "time", nil
		case err != nil:
			return "failure", nil
		}
		reach = reach[n:]
	}
	return "", nil
}

// atOnce is how long the tests of one run may take together, and patience how much longer a fault may make them.
const (
	atOnce   = 2 * time.Second
	patience = 15 * time.Second
)
