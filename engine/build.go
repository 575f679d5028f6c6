package engine

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"moonwire/engine/proof"
	"moonwire/engine/syntax"
	"moonwire/folder"
	"moonwire/words"
)

// costlyTopLevel is how many instructions a top level may cost, as it runs again for every message,
// before its author is warned.
const costlyTopLevel = 100_000

// BuildOptions say for whom a build is compiled.
type BuildOptions struct {
	Account string // empty: the snapshot's
	Limits  Limits // of one turn; a zero field = its default; none goes above the engine's
	Host    any    // Turn.Host of the dry run

	// Seal runs in the dry run's turn, after the top level: the package above makes its index of what the
	// top level declared. Its result becomes Build.Index.
	Seal func(t *Turn) (index any, err error)
}

// Build is one immutable version of an account's folder. Safe for concurrent use.
type Build struct {
	ID       string // eight hex digits of the content's hash
	Hash     string // the whole hash
	Account  string
	Index    any // what BuildOptions.Seal made
	Limits   Limits
	Warnings []*ScriptError

	jobLimits  Limits
	snapshot   *folder.Snapshot
	main       *module
	modules    modules
	share      *share
	pool       pool
	assignable []global    // globals of the library that a file may assign, by name
	doubted    atomic.Bool // the top level is known to have to run for every turn
	lost       string      // why there is no shared/ although there is one
	once       sync.Map    // of Once: string to func() (any, error)
}

// module is one file of a build.
type module struct {
	file  string // lib/prices.lua
	name  string // lib.prices, as require takes it
	chunk *chunk
	err   *ScriptError // of a file in shared/ that does not compile: raised where it is required
}

// modules are few, so looking through them is as fast as a map, and smaller.
type modules []*module

func (l modules) file(name string) *module {
	for _, m := range l {
		if m.file == name {
			return m
		}
	}
	return nil
}

// named prefers lib/prices.lua to lib.prices.lua, and that to lib/prices/init.lua.
func (l modules) named(name string) *module {
	for _, name := range []string{name, name + initName} {
		for _, m := range slices.Backward(l) {
			if m.name == name {
				return m
			}
		}
	}
	return nil
}

// initName is what the file of a folder is called that require takes for the folder.
const initName = ".init"

// Source returns the text of a source file, for error boxes; nil when there is none.
func (b *Build) Source(file string) []byte { data, _ := b.snapshot.File(file); return data }

// hasFile reports whether an error may be in a file: a source file, or one of data/.
func (b *Build) hasFile(name string) bool {
	if b.modules.file(name) != nil {
		return true
	}
	_, is := b.snapshot.File(name)
	return is && strings.HasPrefix(name, "data/")
}

// shown gives an error of the package above, which only names a line, the source around it for its box.
func (b *Build) shown(err error) error {
	if err == nil {
		return nil
	}
	var e *ScriptError
	if errors.As(err, &e) && e.source == nil {
		e.source = b.Source(e.File)
	}
	return err
}

// Data returns the raw bytes of data/name. The caller must not change them.
func (b *Build) Data(name string) ([]byte, bool) { return b.snapshot.File("data/" + name) }

// Once answers what fn made on the first call with this key, for as long as the build lives: for what is
// parsed once per build. fn runs once even when many ask at the same time; its error is kept too.
func (b *Build) Once(key string, fn func() (any, error)) (any, error) {
	kept, ok := b.once.Load(key)
	if !ok {
		kept, _ = b.once.LoadOrStore(key, sync.OnceValues(fn))
	}
	return kept.(func() (any, error))()
}

// Compile makes a build of a snapshot and runs its top level once, with effects refused. The error is an
// *ScriptError.
func (e *Engine) Compile(ctx context.Context, s *folder.Snapshot, o BuildOptions) (*Build, error) {
	b := &Build{
		Hash: s.Hash, ID: s.Hash[:min(8, len(s.Hash))], Account: o.Account, snapshot: s,
		Limits: o.Limits.orDefaults().within(e.limits),
	}
	if b.Account == "" {
		b.Account = s.Account
	}
	b.share = e.shareOf(b.Account)
	b.jobLimits = b.Limits
	b.jobLimits.WeChatCalls, b.jobLimits.TotalTime = b.Limits.JobWeChatCalls, b.Limits.JobTime
	if err := e.compileFiles(b); err != nil {
		return nil, err
	}
	if err := e.dryRun(ctx, b, o); err != nil {
		return nil, err
	}
	e.gc.built(e, e.clock())
	return b, nil
}

// compileFiles compiles every source file of the build. A file of shared/ that does not compile fails
// only the accounts that require it.
func (e *Engine) compileFiles(b *Build) error {
	trees, err := e.parseFiles(b)
	if err != nil {
		return err
	}
	lib, names := e.set.library(b), make([]string, len(b.assignable))
	for i, g := range b.assignable {
		names[i] = g.name
	}
	for _, p := range trees {
		m := b.modules.file(p.file)
		key := cacheKey(p.file, p.source, names)
		if m.chunk = e.chunks.get(key); m.chunk == nil {
			if m.chunk, m.err = compile(p, lib); m.err == nil {
				m.chunk.doubt = proof.Check(p.tree, e.set)
				e.chunks.put(key, m.chunk)
			}
		}
		if m.err != nil && !strings.HasPrefix(p.file, folder.Shared+"/") {
			return m.err
		}
	}
	if b.main = b.modules.file("main.lua"); b.main == nil {
		return &ScriptError{Kind: ErrorSyntax, Msg: "main.lua is missing; every account starts there"}
	}
	return nil
}

// parseFiles also gathers which library names some file of the build may assign: those are looked up by
// name in all of them. The account's own files come first: what is too much in shared/ is not its fault.
func (e *Engine) parseFiles(b *Build) (trees []*parsed, err error) {
	var facts []syntax.Facts
	var size buildSize
	for _, shared := range []bool{false, true} {
		for _, f := range b.snapshot.Files {
			if path.Ext(f.Name) != ".lua" || strings.HasPrefix(f.Name, folder.Shared+"/") != shared {
				continue
			}
			m := newModule(f.Name)
			b.modules = append(b.modules, m)
			p, err := parseFile(f.Name, f.Data)
			if err == nil {
				err = size.add(p.tree.Facts, f)
			}
			switch {
			case err != nil && !shared:
				return nil, err
			case err != nil:
				m.err = err
			default:
				trees = append(trees, p)
				facts = append(facts, p.tree.Facts)
			}
		}
	}
	for _, bad := range b.snapshot.Shared {
		e := &ScriptError{Kind: ErrorSyntax, File: bad.File, Line: bad.Line, Msg: bad.Msg}
		b.Warnings = append(b.Warnings, e)
		if bad.File == folder.Shared {
			b.lost = e.Error()
		}
		if m := newModule(bad.File); path.Ext(bad.File) == ".lua" && b.modules.file(bad.File) == nil {
			m.err = e
			b.modules = append(b.modules, m)
		}
	}
	b.assignable = e.set.assignable(facts)
	slices.SortFunc(b.modules, func(x, y *module) int { return strings.Compare(x.file, y.file) })
	return trees, nil
}

func newModule(file string) *module {
	return &module{file: file, name: strings.ReplaceAll(strings.TrimSuffix(file, ".lua"), "/", ".")}
}

// buildSize counts what the files of a build are made of.
type buildSize struct{ nodes, functions int }

// add counts one file. What makes it too much does not count.
func (s *buildSize) add(f syntax.Facts, file folder.File) *ScriptError {
	next := buildSize{s.nodes + f.Nodes, s.functions + f.Functions}
	if next.nodes > maxBuildNodes || next.functions > maxBuildFunctions {
		return &ScriptError{Kind: ErrorSyntax, File: file.Name, Line: 1, Msg: fmt.Sprintf(
			"too much code: %s functions and %s parts up to this file; all files together may have %s and %s",
			GroupDigits(int64(next.functions)), GroupDigits(int64(next.nodes)), GroupDigits(maxBuildFunctions), GroupDigits(maxBuildNodes)), source: file.Data}
	}
	*s = next
	return nil
}

// dryRun runs the top level once and lets the package above index what it declared.
func (e *Engine) dryRun(ctx context.Context, b *Build, o BuildOptions) error {
	cost, again := int64(0), false
	err := e.Do(ctx, b, TurnOptions{Host: o.Host}, func(t *Turn) error {
		cost, _, _ = t.Used()
		again = t.mustRerun()
		b.Warnings = append(b.Warnings, t.unreturned()...)
		if o.Seal == nil {
			return nil
		}
		index, err := o.Seal(t)
		b.Index = index
		return err
	})
	e.cool(b, false) // of ten thousand accounts most are idle; the first message makes a VM in some 30 µs
	if cost > costlyTopLevel && again {
		m := words.Say(words.CostlyTop, "steps", GroupDigits(cost))
		e := &ScriptError{Kind: ErrorLimit, File: "main.lua", Line: 1, Msg: m.Cause.EN}
		e.hinted(m)
		b.Warnings = append(b.Warnings, e)
	}
	return err
}
