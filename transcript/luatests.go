package transcript

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/wechat/sim"
)

// newTestEngine makes the engine that runs test files. How long a test may take is the runner's to say.
func newTestEngine(timeLimit time.Duration) (*engine.Engine, engine.Limits, error) {
	limits := engine.DefaultLimits()
	for _, name := range []string{"script_time", "total_time"} {
		if err := limits.Set(name, timeLimit.String(), engine.Boundless()); err != nil {
			return nil, limits, err
		}
	}
	set, err := bindings.NewTestSet()
	if err != nil {
		return nil, limits, err
	}
	eng, err := engine.New(set, engine.Options{Limits: limits, Rerun: true})
	return eng, limits, err
}

// runLua runs the tests of a file in Lua, each in a world of its own.
func (r *Runner) runLua(ctx context.Context, f File) []Result {
	whole := Result{Account: f.Account, File: f.String()}
	body, err := readFile(f.path())
	switch {
	case err != nil:
		whole.Failure = &Failure{Kind: Unreadable, Message: err.Error()}
		return []Result{whole}
	case len(body) > MaxFile:
		whole.Failure = &Failure{Kind: Unreadable, Message: fmt.Sprintf("the file is larger than %d bytes", MaxFile)}
		return []Result{whole}
	}
	limit, cancel := context.WithTimeoutCause(ctx, r.timeLimit, errTimeLimit)
	defer cancel()
	tests, err := bindings.CompileTests(limit, r.testEngine, r.testLimits, body)
	if err != nil {
		whole.Failure = luaFailure(f, err, Unreadable)
		return []Result{whole}
	}
	names := tests.Names()
	if len(names) == 0 {
		whole.Failure = &Failure{Kind: Unreadable, Message: `the file declares no test: want test("name", function(t) … end)`}
		return []Result{whole}
	}
	all := make([]Result, len(names))
	for i, name := range names {
		all[i] = r.luaTest(ctx, f, tests, i)
		all[i].Name = name
	}
	return all
}

// luaTest runs one test of a file.
func (r *Runner) luaTest(ctx context.Context, f File, tests *bindings.TestFile, n int) Result {
	return guarded(f, func() *Failure { return r.playLua(ctx, f, tests, n) })
}

// playLua runs it in a world of its own.
func (r *Runner) playLua(ctx context.Context, f File, tests *bindings.TestFile, n int) *Failure {
	return r.inWorld(ctx, f, firstDay(), nil, func(p *play) *Failure {
		h := &luaHost{p: p, reader: &reader{t: &Transcript{File: f.String()}}}
		err := tests.Run(p.ctx, n, h)
		var broken *engine.ScriptError
		switch {
		case h.failure != nil:
			if errors.As(err, &broken) {
				h.failure.Line = broken.Line
			}
			return h.failure
		case err != nil && p.ctx.Err() != nil:
			return p.broken(err)
		case err != nil:
			failure := luaFailure(f, err, Wrong)
			failure.Chat = p.chat
			return failure
		}
		return p.tell(p.settled(), 0)
	})
}

// luaFailure is an error of a test file itself, as of an assert.
func luaFailure(f File, err error, kind Kind) *Failure {
	var broken *engine.ScriptError
	if !errors.As(err, &broken) {
		return &Failure{Kind: kind, Message: err.Error()}
	}
	message := broken.Msg
	if broken.Hint != "" {
		message += "; " + broken.Hint
	}
	return &Failure{Kind: kind, Line: broken.Line, Message: strings.ReplaceAll(message, "main.lua", f.Name)}
}

// luaHost is what a test in Lua does to its world: the same steps as those of a .chat file.
type luaHost struct {
	p       *play
	reader  *reader
	failure *Failure // the first; nothing is done after it
}

// does plays a step.
func (h *luaHost) does(s step) error {
	if h.failure == nil {
		h.failure = h.p.tell(s.play(h.p), 0)
	}
	return h.wrong()
}

func (h *luaHost) wrong() error {
	if h.failure == nil {
		return nil
	}
	text := h.failure.Message
	if h.failure.Want != "" {
		text += "; want " + h.failure.Want
	}
	return errors.New(text)
}

// Line carries out a line of a .chat file.
func (h *luaHost) Line(line string) error {
	if h.failure != nil {
		return h.wrong()
	}
	lines := strings.Split(line, "\n")
	h.reader.t.lines = append(lines[:1:1], indented(lines[1:])...)
	h.reader.t.steps, h.reader.next = nil, 0
	for h.reader.next < len(h.reader.t.lines) {
		if err := h.reader.step(); err != nil {
			return err
		}
	}
	for _, s := range h.reader.t.steps {
		if err := h.does(s); err != nil {
			return err
		}
	}
	return nil
}

// indented are further lines of a text.
func indented(lines []string) []string {
	if n := len(lines); n > 0 && strings.TrimSpace(lines[n-1]) == ">>" { // a here-document is taken as it stands
		return lines
	}
	all := make([]string, len(lines))
	for i, l := range lines {
		all[i] = indent + l
	}
	return all
}

// Says lets a fan say a text as it stands.
func (h *luaHost) Says(fan, text string) error {
	if err := h.reader.fan(fan); err != nil {
		return err
	}
	return h.does(&says{fan: fan, act: sim.Text(text)})
}

// Does lets a fan do what stands in brackets in a .chat file.
func (h *luaHost) Does(fan, act string) error { return h.Line(fan + ": [" + act + "]") }

// Sees wants a bubble.
func (h *luaHost) Sees(fan, text string, push bool) error {
	if err := h.reader.known(fan); err != nil {
		return err
	}
	want, err := readExpected(text)
	if err != nil {
		return err
	}
	return h.does(&sees{fan: fan, want: want, push: push})
}

// Silence wants none.
func (h *luaHost) Silence(fan string) error {
	if err := h.reader.known(fan); err != nil {
		return err
	}
	return h.does(&sees{fan: fan, silence: true})
}

// Read takes the first bubble that nobody has expected.
func (h *luaHost) Read(fan string) (text string, push, found bool, err error) {
	if err := h.reader.known(fan); err != nil {
		return "", false, false, err
	}
	in := h.p.inboxOf(fan)
	if h.failure != nil || len(in.unread) == 0 {
		return "", false, false, h.wrong()
	}
	e := in.unread[0]
	in.unread = in.unread[1:]
	h.p.show(fan, e, false)
	return e.Text, pushed(e), true, nil
}

// Save saves a file of the account.
func (h *luaHost) Save(file, body string, broken bool) error {
	if err := savable(file); err != nil {
		return err
	}
	return h.does(&saves{name: file, body: body, broken: broken})
}
