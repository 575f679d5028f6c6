package transcript

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"time"

	"moonwire/bindings"
	"moonwire/engine"
)

// Options of a Runner; the zero Options work.
type Options struct {
	// Ceilings are the operator's limits; the zero Limits are the defaults.
	Ceilings engine.Limits
	// TimeLimit is how long one test may take, by the machine's clock; 0 = DefaultTimeLimit.
	TimeLimit time.Duration
	// Coverage has the runner find out which lines and rules run; scripts are several times as slow then.
	Coverage bool
}

// DefaultTimeLimit is how long one test may take.
const DefaultTimeLimit = 30 * time.Second

// Runner runs tests.
type Runner struct {
	engine    *engine.Engine
	ceilings  engine.Limits
	timeLimit time.Duration
	covered   *covered       // nil: nobody wants to know what runs
	plain     *engine.Engine // compiles without that counting as a run

	testEngine *engine.Engine // of tests in Lua
	testLimits engine.Limits
}

// NewRunner makes a runner. Its engine serves all tests: they share nothing that a script can see.
func NewRunner(o Options) (*Runner, error) {
	set, err := bindings.NewSet()
	if err != nil {
		return nil, err
	}
	r := &Runner{ceilings: o.Ceilings, timeLimit: o.TimeLimit}
	if r.ceilings == (engine.Limits{}) {
		r.ceilings = engine.DefaultLimits()
	}
	if r.timeLimit == 0 {
		r.timeLimit = DefaultTimeLimit
	}
	options := engine.Options{Limits: r.ceilings, Collector: &engine.Collector{}}
	if o.Coverage {
		if r.plain, err = engine.New(set, options); err != nil {
			return nil, err
		}
		r.covered = newCovered()
		options.Covers = r.covered.line
	}
	if r.engine, err = engine.New(set, options); err != nil {
		return nil, err
	}
	r.testEngine, r.testLimits, err = newTestEngine(r.timeLimit)
	return r, err
}

// Run runs the tests of a file: one, or those that a file in Lua declares.
func (r *Runner) Run(ctx context.Context, f File) []Result {
	if f.IsChat() {
		return []Result{r.runChat(ctx, f)}
	}
	return r.runLua(ctx, f)
}

// guarded gives the result of a test of a file. A panic is a fault of ours, and harms no other test.
func guarded(f File, test func() *Failure) (result Result) {
	began := time.Now()
	result = Result{Account: f.Account, File: f.String()}
	defer func() {
		if cause := recover(); cause != nil {
			result.Failure = &Failure{Kind: Internal, Message: fmt.Sprintf("%v\n%s", cause, debug.Stack())}
		}
		result.Milliseconds = time.Since(began).Milliseconds()
	}()
	result.Failure = test()
	return result
}

// runChat runs one transcript.
func (r *Runner) runChat(ctx context.Context, f File) Result {
	return guarded(f, func() *Failure {
		body, err := readFile(f.path())
		if err != nil {
			return &Failure{Kind: Unreadable, Message: err.Error()}
		}
		t, err := Read(f.String(), body)
		var wrong *ReadError
		switch {
		case errors.As(err, &wrong):
			return &Failure{Kind: Unreadable, Line: wrong.Line, Message: wrong.Msg}
		case err != nil:
			return &Failure{Kind: Unreadable, Message: err.Error()}
		}
		return r.play(ctx, f, t, nil)
	})
}

// play runs a transcript in a world of its own. What the bot says is written down where that is wished.
func (r *Runner) play(ctx context.Context, f File, t *Transcript, rewriting *rewriting) *Failure {
	begin, steps := t.begin()
	if rewriting != nil {
		rewriting.lines = t.lines
	}
	return r.inWorld(ctx, f, begin, rewriting, func(p *play) *Failure { return p.run(steps) })
}

// inWorld makes a world and lets run act in it.
func (r *Runner) inWorld(ctx context.Context, f File, begin time.Time, rewriting *rewriting, run func(*play) *Failure) *Failure {
	ctx, cancel := context.WithTimeoutCause(ctx, r.timeLimit, errTimeLimit)
	defer cancel()
	p := &play{ctx: ctx, rewriting: rewriting}
	w, err := r.newWorld(ctx, f, begin)
	if err != nil {
		return p.broken(err)
	}
	defer w.close()
	p.world = w
	if _, err := w.settle(ctx, nil); err != nil {
		return p.broken(err)
	}
	if f := p.takeIn(); f != nil {
		return f
	}
	p.made = nil // a menu that was pushed is nothing that a fan has done
	return run(p)
}

// firstDay is when tests begin that do not say.
func firstDay() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }

// begin is the time at which a transcript begins, and what follows it.
func (t *Transcript) begin() (time.Time, []step) {
	if len(t.steps) > 0 {
		if m, ok := t.steps[0].(*moves); ok && !m.to.IsZero() {
			return m.to, t.steps[1:]
		}
	}
	return firstDay(), t.steps
}

// readFile reads a test, and no more of it than a test may have.
func readFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read", path.Base(filepath.ToSlash(name)))
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", info.Name())
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read", info.Name())
	}
	defer func() { _ = file.Close() }()
	return io.ReadAll(io.LimitReader(file, MaxFile+1))
}
