package engine_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/internal/luaprogram"
)

var (
	programCount = flag.Int("programs", 8_000, "how many random programs are compared with lua5.1")
	programSeed  = flag.Uint64("seed", 1, "the first of their seeds")
	programClass = flag.String("class", "", "compare programs of this class only")
)

// programsToRun is a tenth with -short, for the race detector.
func programsToRun() int {
	if testing.Short() {
		return *programCount / 10
	}
	return *programCount
}

// shownDifferences is how many differences are minimised and shown.
const shownDifferences = 20

func programOf(seed uint64) *luaprogram.Program {
	c := rand.New(rand.NewPCG(seed, 51))
	if *programClass != "" {
		if p, ok := luaprogram.OfClass(c, *programClass); ok {
			return p
		}
	}
	return luaprogram.New(c)
}

var (
	// zero is one with a sign.
	zero     = regexp.MustCompile(`-[\s(]*0+(?:[^.xX\d]|$)`)
	position = regexp.MustCompile(`main\.lua:\d+:`)
	// address is how Lua names a table or a function.
	address = regexp.MustCompile(`0x[0-9a-f]{8,}`)
	// argument is where lua5.1 has the name by which a function was called, and the engine its own.
	argument = regexp.MustCompile(`bad argument #(\d+) to '[^']*'`)
	// nowhere is an error that lua5.1 raises without a place; at the end of a program, an author is told one all the same.
	nowhere = regexp.MustCompile(`main\.lua:[\d?]+: (invalid key to 'next')`)
	// passed is an error that ends the program by way of coroutine.wrap: lua5.1 puts the place of each side before it,
	// an author is told the last one.
	passed = regexp.MustCompile(`(?m)^error "(?:main\.lua:[\d?]+: )+(main\.lua:[\d?]+: )`)
)

// judged is an answer without what a program leaves open, and what the engine says otherwise on purpose.
func judged(p *luaprogram.Program, answer string) string {
	answer = address.ReplaceAllString(answer, "0x?")
	answer = argument.ReplaceAllString(answer, "bad argument #$1 to '?'")
	if zero.MatchString(p.Text()) { // lua5.1 keeps 0 and -0 in one place
		answer = strings.ReplaceAll(answer, "-0", "0")
	}
	if p.AnyLine || strings.Contains(p.Text(), "\\\n") || strings.Contains(p.Text(), "[[") { // a statement over two lines
		answer = position.ReplaceAllString(answer, "main.lua:?:")
	}
	answer = passed.ReplaceAllString(answer, `error "$1`)
	return nowhere.ReplaceAllString(answer, "$1")
}

// guess is a value of no name that lua5.1 names all the same: by the last thing that its code has put into the register.
var guess = regexp.MustCompile(`(attempt to [a-z ]+) (?:local|global|upvalue|field|method) '[^']*' \((a [a-z]+ value)\)`)

// alike reports whether two answers are the same, but for names that lua5.1 guesses.
func alike(got, want string) bool {
	gots, wants := strings.Split(got, "\n"), strings.Split(want, "\n")
	return got == want || slices.EqualFunc(gots, wants, func(got, want string) bool {
		return got == want || got == guess.ReplaceAllString(want, "$1 $2")
	})
}

// difference is a program that the engine and lua5.1 answer otherwise.
type difference struct {
	seed      uint64
	program   *luaprogram.Program
	got, want string
}

func (d difference) String() string {
	return fmt.Sprintf("seed %d, class %q\n%s\n got %s\nwant %s", d.seed, d.program.Class, d.program.Text(), d.got, d.want)
}

// sort is what kind of lines the first two that differ are, and how lua5.1 ends: a smaller program may not differ in
// quite another way.
func (d difference) sort() string {
	got, want := strings.Split(d.got, "\n"), strings.Split(d.want, "\n")
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	return sortOf(got, i) + "/" + sortOf(want, i) + "/" + sortOf(want, len(want)-1)
}

func sortOf(lines []string, i int) string {
	if i >= len(lines) {
		return "none"
	}
	if strings.Contains(lines[i], "main.lua:") {
		return "error"
	}
	if word, _, _ := strings.Cut(lines[i], " "); word == "error" || word == "internal" || word == "panic" || word == "refused:" || word == "limit" {
		return word
	}
	return "values"
}

// minimised is the difference at its smallest.
func (d difference) minimised(t *testing.T, l *programLab, real *realLua51) difference {
	t.Helper()
	real.run(d.program.Text())
	strays := real.strays
	small := luaprogram.Minimise(d.program, func(text string) bool {
		want := real.run(text)
		if want == tooLong || strings.HasPrefix(want, "refused") || strings.Contains(want, ": 0x") {
			return false
		}
		for _, name := range real.strays {
			if !slices.Contains(strays, name) {
				return false // its declaration has gone, so it says something else
			}
		}
		candidate := difference{d.seed, d.program, judged(d.program, l.run(text)), judged(d.program, want)}
		return !alike(candidate.got, candidate.want) && candidate.sort() == d.sort()
	})
	return difference{d.seed, small, judged(small, l.run(small.Text())), judged(small, real.run(small.Text()))}
}

// Random programs compute in the engine what they compute in the real Lua 5.1, errors and their lines included.
func TestProgramsAgainstLua51(t *testing.T) {
	if newRealLua51(t) == nil {
		t.Skip("lua5.1 is not installed; TestProgramsAsRecorded ran what was recorded from it")
	}
	t.Parallel()
	r := &programRun{classes: map[string]int{}}
	seeds := make(chan uint64)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		l := newProgramLab(t)
		real := newRealLua51(t)
		workers.Go(func() {
			for seed := range seeds {
				r.compare(t, l, real, seed)
			}
		})
	}
	for n := 0; n < programsToRun(); n++ {
		seeds <- *programSeed + uint64(n)
	}
	close(seeds)
	workers.Wait()
	t.Logf("%d programs, %d too long, %d differ: %v", r.ran, r.long, r.differ, r.classes)
	require.Less(t, r.long*100, r.ran, "the generator writes programs that do not end")
	l := newProgramLab(t)
	real := newRealLua51(t)
	for _, d := range r.found {
		t.Error(d.minimised(t, l, real))
	}
}

type programRun struct {
	mu                sync.Mutex // guards what follows
	ran, long, differ int
	classes           map[string]int
	found             []difference
}

// compare runs the programs of some seeds on both sides.
func (r *programRun) compare(t *testing.T, l *programLab, real *realLua51, seed uint64) {
	p := programOf(seed)
	text := p.Text()
	d := difference{seed: seed, program: p, want: judged(p, real.run(text))}
	if d.want != tooLong {
		d.got = judged(p, l.run(text))
	}
	r.note(t, d)
}

func (r *programRun) note(t *testing.T, d difference) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ran++
	switch {
	case d.want == tooLong:
		r.long++
	case strings.HasPrefix(d.want, "refused"):
		t.Errorf("the generator wrote what is no Lua: %v", d)
	case !alike(d.got, d.want):
		r.differ++
		r.classes[d.program.Class]++
		if len(r.found) < shownDifferences {
			r.found = append(r.found, d)
		}
	}
}
