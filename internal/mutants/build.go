package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
)

// overlay is a package's code with faults, beside the tree.
type overlay struct {
	file  string                 // for -overlay
	lines map[string]map[int]int // base name of a file → line → number of the fault
}

// lay writes faults into dir: those of functions together, or a single one outside of any.
func (p *pkg) lay(dir string, faults map[int]*mutant) (overlay, error) {
	o := overlay{file: filepath.Join(dir, "overlay.json"), lines: map[string]map[int]int{}}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return o, err
	}
	replace := map[string]string{}
	write := func(path, text string) error {
		to := filepath.Join(dir, filepath.Base(path))
		replace[path] = to
		return os.WriteFile(to, []byte(text), 0o600)
	}
	byFile := map[*source]map[int]*mutant{}
	for n, m := range faults {
		if m.in == nil {
			if err := write(m.s.path, string(m.s.text[:m.from])+m.text+string(m.s.text[m.to:])); err != nil {
				return o, err
			}
			continue
		}
		if byFile[m.s] == nil {
			byFile[m.s] = map[int]*mutant{}
		}
		byFile[m.s][n] = m
	}
	for s, some := range byFile {
		g := graft(s, some)
		o.lines[filepath.Base(s.path)] = g.lines
		if err := write(s.path, g.text); err != nil {
			return o, err
		}
	}
	if err := write(filepath.Join(p.dir, "zz_mutant_switch.go"), switchFile(p.name)); err != nil {
		return o, err
	}
	encoded, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return o, err
	}
	return o, os.WriteFile(o.file, encoded, 0o600)
}

// place is where the compiler finds fault: file:line:column.
var place = regexp.MustCompile(`(?m)^\S*?([^/\s]+\.go):(\d+):\d+: `)

// broken compiles a package with faults and returns the numbers of those that do not compile. Without any, a package
// that does not is an error.
func (p *pkg) broken(ctx context.Context, dir string, faults map[int]*mutant) (map[int]bool, error) {
	o, err := p.lay(dir, faults)
	if err != nil {
		return nil, err
	}
	out, err := exec.CommandContext(ctx, "go", "build", "-gcflags=-e", "-overlay", o.file, p.path).CombinedOutput()
	if err == nil {
		return nil, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	bad := map[int]bool{}
	for _, m := range place.FindAllStringSubmatch(string(out), -1) {
		line, _ := strconv.Atoi(m[2])
		if n, ok := o.lines[m[1]][line]; ok {
			bad[n] = true
		}
	}
	if len(faults) == 1 { // its error may show in another file
		bad[sortedKeys(faults)[0]] = true
	}
	if len(bad) == 0 {
		return nil, errors.New(string(out))
	}
	return bad, nil
}

// draw picks n faults that compile, at random.
func (p *pkg) draw(ctx context.Context, dir string, n int, seed uint64) (map[int]*mutant, error) {
	if _, err := p.broken(ctx, dir, nil); err != nil {
		return nil, err
	}
	rest := shuffled(p.all(), seed)
	picked, number := map[int]*mutant{}, 0
	for {
		together := map[int]*mutant{}
		for len(picked) < n && len(rest) > 0 {
			number++
			m := rest[0]
			rest = rest[1:]
			if m.in == nil {
				bad, err := p.broken(ctx, dir, map[int]*mutant{number: m})
				if err != nil {
					return nil, err
				}
				if len(bad) > 0 {
					continue
				}
			}
			picked[number] = m
		}
		for k, m := range picked {
			if m.in != nil {
				together[k] = m
			}
		}
		bad, err := p.broken(ctx, dir, together)
		if err != nil || len(bad) == 0 {
			return picked, err
		}
		for k := range bad {
			delete(picked, k)
		}
	}
}

// testBinary compiles the tests of a package, with what args say.
func testBinary(ctx context.Context, of, to string, args ...string) error {
	args = append([]string{"test", "-c", "-vet=off", "-ldflags=-s -w", "-o", to}, args...)
	_, err := command(ctx, "go", append(args, of)...)
	return err
}
