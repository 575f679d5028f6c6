package engine

import (
	"strings"
	"weak"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/code"
	"moonwire/engine/syntax"
)

// names answers what the code of each function belongs to. The kept code no longer says: the file is parsed and
// compiled once more when an error in it needs to know. That is large, so nobody keeps it longer than a turn.
func (c *chunk) names() *code.Notes {
	c.mu.Lock()
	defer c.mu.Unlock()
	if notes := c.notes.Value(); notes != nil {
		return notes
	}
	notes := &code.Notes{}
	c.notes = weak.Make(notes)
	p, err := parseFile(c.file, c.source)
	if err != nil {
		return notes
	}
	again := code.Notes{}
	if full, err := code.Generate(c.file, p.tree, c.lib, again); err == nil {
		pair(*notes, c.proto, full, again)
	}
	return notes
}

// pair gives the notes on a function to its twin that runs.
func pair(notes code.Notes, kept, full *lua.FunctionProto, again code.Notes) {
	notes[kept] = again[full]
	for i, inner := range kept.FunctionPrototypes {
		pair(notes, inner, full.FunctionPrototypes[i], again)
	}
}

// namesOf finds the names of a running function; nil when there are none.
func (t *Turn) namesOf(p *lua.FunctionProto) *code.Names {
	m := t.build.modules.file(p.SourceName)
	if m == nil {
		return nil
	}
	notes, known := t.notes[m.chunk]
	if !known {
		if t.notes == nil {
			t.notes = map[*chunk]*code.Notes{}
		}
		notes = m.chunk.names()
		t.notes[m.chunk] = notes
	}
	return (*notes)[p]
}

// nodeAt is the part of the script that a frame is at; nil in a native.
func (t *Turn) nodeAt(f frame) (node any, of *syntax.Func) {
	if f.fn == nil || f.fn.IsG {
		return nil, nil
	}
	names := t.namesOf(f.fn.Proto)
	if names == nil {
		return nil, nil
	}
	return names.At[f.pc], names.Func
}

// nameOf says how the script calls a value in a function: "local 'x'", "global 'f'", "field 'item'", "upvalue
// 'n'"; "" for what has no name.
func nameOf(e syntax.Expr, in *syntax.Func) string {
	switch e := e.(type) {
	case *syntax.Name:
		switch {
		case e.Local == nil:
			return "global '" + e.Ident + "'"
		case e.Local.Func == in:
			return "local '" + e.Ident + "'"
		}
		return "upvalue '" + e.Ident + "'"
	case *syntax.Index:
		if key, ok := e.Key.(*syntax.String); ok {
			return "field '" + key.Value + "'"
		}
		return "field '?'" // as Lua 5.1 calls one whose key was computed
	}
	return ""
}

// calledName is nameOf what a call calls.
func calledName(call any, in *syntax.Func) string {
	switch c := call.(type) {
	case *syntax.Call:
		return nameOf(c.Func, in)
	case *syntax.Method:
		return "method '" + c.Name + "'"
	}
	return ""
}

// bareName is the last part of a native's name: "rep" of "string.rep".
func bareName(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }
