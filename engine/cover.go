package engine

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// A Cover is told each line that a build runs, on the turn's goroutine: at least once, and mostly far more often. It
// makes turns several times as slow, and is for tests.
type Cover func(b *Build, file string, line int)

// cover tells the line that is about to run.
func (t *Turn) cover() {
	L := t.vm.L.G.CurrentThread
	if L == nil {
		L = t.vm.L
	}
	dbg, ok := L.GetStack(0)
	if !ok {
		return
	}
	if fn, err := L.GetInfo("fl", dbg, nil); err == nil {
		if f, is := fn.(*lua.LFunction); is && !f.IsG && f.Proto.SourceName != "" && !strings.HasPrefix(f.Proto.SourceName, hidden) {
			t.engine.covers(t.build, f.Proto.SourceName, dbg.CurrentLine)
		}
	}
}

// Lines are the lines of a build's files that can run, by file; the ends of functions and the files of shared/ that do not compile
// are none.
func (b *Build) Lines() map[string][]int {
	all := map[string][]int{}
	for _, m := range append(modules{b.main}, b.modules...) {
		if m.chunk == nil || m.err != nil {
			continue
		}
		lines := slices.Sorted(slices.Values(linesOf(m.chunk.proto, nil)))
		all[m.file] = slices.Compact(lines)
	}
	return all
}

// linesOf are the lines of a function and those in it. An instruction at its end is the return that nobody has written.
func linesOf(p *lua.FunctionProto, lines []int) []int {
	own := p.DbgSourcePositions
	if last := len(own) - 1; last >= 0 && own[last] == p.LastLineDefined && p.LineDefined != p.LastLineDefined {
		own = own[:last]
	}
	lines = append(lines, own...)
	for _, inner := range p.FunctionPrototypes {
		lines = linesOf(inner, lines)
	}
	return lines
}
