package transcript

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/bot"
	"moonwire/engine"
	"moonwire/folder"
)

// covered is what ran in all tests of a runner. What a test has saved itself is another build, and does not count.
type covered struct {
	mu    sync.Mutex
	lines map[place]bool
	rules map[answered]bool
}

type place struct {
	build, file string
	line        int
}

type answered struct{ build, rule string }

func newCovered() *covered { return &covered{lines: map[place]bool{}, rules: map[answered]bool{}} }

func (c *covered) line(b *engine.Build, file string, line int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines[place{b.ID, file, line}] = true
}

// turn notes the rule that was asked last: it has answered, or nothing was left to be said. Those that go before the others need
// not answer.
func (c *covered) turn(r bot.TurnReport) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, t := range r.Tried {
		if i == len(r.Tried)-1 || strings.Contains(t.Rule, " on.before") {
			c.rules[answered{r.Build, t.Rule}] = true
		}
	}
}

// Coverage is how much of an account's scripts ran in the tests.
type Coverage struct {
	Account   string   `json:"account"`
	Lines     int      `json:"lines"`
	Missed    []Missed `json:"missed"` // lines that never ran
	Rules     int      `json:"rules"`
	Silent    []string `json:"silent"` // rules that never answered: `7: main.lua:12 on.text("下单")`
	Questions int      `json:"questions"`
	Unasked   []string `json:"unasked"` // questions of flows that nobody was asked: `main.lua:9 「几杯?」`
}

// Missed are lines of a file.
type Missed struct {
	File  string `json:"file"`
	Lines []int  `json:"lines"`
}

// Coverage tells what ran of an account, for a runner that was made to find out.
func (r *Runner) Coverage(ctx context.Context, scripts, name string) (*Coverage, error) {
	if r.covered == nil {
		return nil, errors.New("the runner does not look which lines run")
	}
	root, err := os.OpenRoot(scripts)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	snap, err := folder.Read(root, name, r.ceilings.Folder())
	if err != nil {
		return nil, err
	}
	yaml, _ := snap.File(account.FileName)
	config, _, err := account.Load(name, yaml, noSecrets(), account.Options{Dev: true, Ceilings: r.ceilings})
	if err != nil {
		return nil, err
	}
	program, err := bindings.Compile(ctx, r.plain, snap, config.Limits, bot.ProgramConfig(config))
	if err != nil {
		return nil, err
	}
	r.covered.mu.Lock()
	defer r.covered.mu.Unlock()
	c := &Coverage{Account: name}
	r.covered.addLines(c, program.Build())
	r.covered.addRules(c, program)
	return c, r.covered.addQuestions(c, program.Build().ID, snap)
}

func (c *covered) addLines(to *Coverage, b *engine.Build) {
	all := b.Lines()
	for _, file := range slices.Sorted(maps.Keys(all)) {
		missed := Missed{File: file}
		for _, line := range all[file] {
			if !c.lines[place{b.ID, file, line}] {
				missed.Lines = append(missed.Lines, line)
			}
		}
		if strings.HasPrefix(file, folder.Shared+"/") && len(missed.Lines) == len(all[file]) {
			continue // another account's
		}
		to.Lines += len(all[file])
		if len(missed.Lines) > 0 {
			to.Missed = append(to.Missed, missed)
		}
	}
}

func (c *covered) addRules(to *Coverage, p *bindings.Program) {
	for i, rule := range p.Rules() {
		to.Rules++
		if !c.rules[answered{p.Build().ID, rule}] {
			to.Silent = append(to.Silent, fmt.Sprintf("%d: %s", i+1, rule))
		}
	}
}

// addQuestions finds the questions that stand in the text of a flow: calls of c:ask and its kin.
func (c *covered) addQuestions(to *Coverage, build string, snap *folder.Snapshot) error {
	for _, f := range snap.Files {
		if !strings.HasSuffix(f.Name, ".lua") || strings.HasPrefix(f.Name, folder.Shared+"/") {
			continue
		}
		facts, err := engine.Lint(f.Name, f.Data)
		if err != nil {
			return err
		}
		for _, call := range facts.Calls {
			if !call.Method || !asks(call.Name) {
				continue
			}
			to.Questions++
			if !c.lines[place{build, f.Name, call.Line}] {
				to.Unasked = append(to.Unasked, fmt.Sprintf("%s:%d %s", f.Name, call.Line, asked(call)))
			}
		}
	}
	return nil
}

// asks reports whether a method waits for the fan or for something else: c:ask.
func asks(name string) bool {
	_, method, _ := strings.Cut(name, ":")
	return slices.Contains([]string{"ask", "confirm", "choose", "wait_event", "wait_signal"}, method)
}

func asked(call engine.Call) string {
	if len(call.Args) > 0 && call.Args[0].Kind == engine.ArgString {
		text, _, _ := strings.Cut(call.Args[0].Text, "\n")
		return "「" + shortened(text) + "」"
	}
	return call.Name
}

// mostShown is how many rules and questions are shown.
const mostShown = 20

// Print writes the coverage for people.
func (c *Coverage) Print(out io.Writer) {
	missed := 0
	for _, m := range c.Missed {
		missed += len(m.Lines)
	}
	fmt.Fprintf(out, "%s: %d of %d lines ran, %d of %d rules answered", c.Account, c.Lines-missed, c.Lines, c.Rules-len(c.Silent), c.Rules)
	if c.Questions > 0 {
		fmt.Fprintf(out, ", %d of %d questions were asked", c.Questions-len(c.Unasked), c.Questions)
	}
	fmt.Fprintln(out)
	for _, m := range c.Missed {
		fmt.Fprintf(out, "  never ran       %s: %s\n", m.File, ranges(m.Lines))
	}
	for _, list := range []struct {
		what string
		all  []string
	}{{"never answered  rule ", c.Silent}, {"never asked     ", c.Unasked}} {
		for i, one := range list.all {
			if i == mostShown {
				fmt.Fprintf(out, "  … and %d more\n", len(list.all)-mostShown)
				break
			}
			fmt.Fprintf(out, "  %s%s\n", list.what, one)
		}
	}
}

// ranges writes lines as 3, 7-9.
func ranges(lines []int) string {
	var all []string
	for i := 0; i < len(lines); {
		last := i
		for last+1 < len(lines) && lines[last+1] == lines[last]+1 {
			last++
		}
		if last == i {
			all = append(all, fmt.Sprint(lines[i]))
		} else {
			all = append(all, fmt.Sprintf("%d-%d", lines[i], lines[last]))
		}
		i = last + 1
	}
	return strings.Join(all, ", ")
}
