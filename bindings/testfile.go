package bindings

import (
	"context"
	"errors"
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/folder"
)

// A TestHost carries out what a test in Lua does, in a world of the test's own. An error's text is what the author is told.
type TestHost interface {
	Line(line string) error                                   // of a .chat file
	Says(fan, text string) error                              // a fan says something
	Does(fan, act string) error                               // click KEY, and all else that stands in brackets in a .chat file
	Sees(fan, text string, push bool) error                   // the fan must have seen this
	Silence(fan string) error                                 // the fan must have seen nothing
	Read(fan string) (text string, push, found bool, _ error) // takes what the fan has seen first
	Save(file, body string, broken bool) error                // a file of the account
}

// A TestFile is a file of tests in Lua. Immutable and safe for concurrent use.
type TestFile struct {
	program *Program
	names   []string
}

// testRun is what the functions of a test file know: in the dry run the names, in the others the functions, too.
type testRun struct {
	names []string
	fns   []lua.LValue
	host  TestHost // nil: no test runs
}

// maxTests is how many tests one file may have, maxTestName how long a name may be.
const (
	maxTests    = 1_000
	maxTestName = 200
)

// NewTestSet makes the library of test files: Lua's own, test(…), and what computes only.
func NewTestSet() (*engine.Set, error) {
	functions := []Function{testEntry()}
	for _, family := range []Family{textFamily(), jsonFamily(), reFamily(), hashFamily(), base64Family(), urlFamily()} {
		functions = append(functions, family.Functions...)
	}
	natives := make([]engine.Native, 0, len(functions)+1)
	for i := range functions {
		if f := &functions[i]; !f.method() {
			natives = append(natives, engine.Native{Name: f.Name, Fn: native(f), Writes: f.writes})
		}
	}
	for _, k := range jsonFamily().Constants {
		natives = append(natives, engine.Native{Name: k.Name, Value: k.value})
	}
	return engine.NewSet(natives, nil)
}

// CompileTests makes tests of a file, with an engine whose set is that of NewTestSet and which runs every top level anew.
// The error is an *engine.ScriptError.
func CompileTests(ctx context.Context, eng *engine.Engine, lim engine.Limits, body []byte) (*TestFile, error) {
	p := &Program{config: ProgramConfig{Location: time.UTC, Zones: &Zones{}}, engine: eng, patterns: &patterns{}}
	dry := &state{p: p, index: newIndex(), draft: true, test: &testRun{}}
	snap := &folder.Snapshot{Account: "tests", Files: []folder.File{{Name: "main.lua", Data: body}}}
	build, err := eng.Compile(ctx, snap, engine.BuildOptions{
		Account: "tests", Limits: lim, Host: dry, Seal: func(*engine.Turn) (any, error) { return dry.index.seal(), nil },
	})
	if err != nil {
		return nil, err
	}
	p.build = build
	return &TestFile{program: p, names: dry.test.names}, nil
}

// Names are the names of the tests, in their order.
func (f *TestFile) Names() []string { return slices.Clone(f.names) }

var errTestGone = errors.New("this test is not declared any more: whether a test is there must not depend on chance")

// Run runs one test. The error is an *engine.ScriptError.
func (f *TestFile) Run(ctx context.Context, n int, host TestHost) error {
	run := &testRun{host: host}
	s := &state{p: f.program, index: f.program.index(), test: run}
	return f.program.engine.Do(ctx, f.program.build, engine.TurnOptions{Host: s}, func(t *engine.Turn) error {
		if n >= len(run.fns) {
			return errTestGone
		}
		var face lua.LValue
		err := s.inside(t, func(L *lua.LState) { face = testFace(L) })
		s.testing = true
		if err == nil {
			_, err = t.Call(run.fns[n], face)
		}
		return err
	})
}
