package engine

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"weak"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/code"
	"moonwire/engine/proof"
	"moonwire/engine/syntax"
)

// What all files of a build together may be made of; package syntax bounds each.
const (
	maxBuildNodes     = 500_000
	maxBuildFunctions = 5_000
)

// chunk is one compiled file, ready to be made a function. Immutable and shared by every build that has
// the same file.
type chunk struct {
	file   string
	proto  *lua.FunctionProto
	source []byte
	doubt  *proof.Doubt  // that its functions leave nothing behind; nil: they do not
	lib    *code.Library // that it was compiled against, to do the same again

	mu    sync.Mutex
	notes weak.Pointer[code.Notes] // while some turn, or nobody yet but the collector, has them
}

// function makes the chunk a function of the given environment.
func (c *chunk) function(env *lua.LTable) *lua.LFunction {
	return &lua.LFunction{Proto: c.proto, Env: env}
}

// parsed is a file and what it says.
type parsed struct {
	file   string
	source []byte
	tree   *syntax.Chunk
}

func parseFile(file string, source []byte) (*parsed, *ScriptError) {
	tree, err := syntax.Parse(source)
	if err != nil {
		return nil, syntaxError(file, source, err)
	}
	return &parsed{file, source, tree}, nil
}

// syntaxError is what parser and code generator say, for the author.
func syntaxError(file string, source []byte, err error) *ScriptError {
	var e *syntax.Error
	if !errors.As(err, &e) {
		return &ScriptError{Kind: ErrorInternal, File: file, Msg: err.Error()}
	}
	return &ScriptError{Kind: ErrorSyntax, File: file, Line: e.Line, Msg: e.Msg, Hint: e.Hint, HintZH: e.HintZH, Code: e.Code, source: source}
}

func compile(p *parsed, lib *code.Library) (*chunk, *ScriptError) {
	proto, err := code.Generate(p.file, p.tree, lib, nil)
	if err != nil {
		return nil, syntaxError(p.file, p.source, err)
	}
	return &chunk{file: p.file, proto: proto, source: p.source, lib: lib}, nil
}

// closedUpvalues wraps values the way a closure holds them once their variables are gone.
func closedUpvalues(values ...lua.LValue) []*lua.Upvalue {
	list := make([]*lua.Upvalue, len(values))
	for i, v := range values {
		list[i] = &lua.Upvalue{} // of no stack: it is closed
		list[i].SetValue(v)
	}
	return list
}

// cacheKey covers all that a compiled file depends on beside the library: its name, its text, and the library
// names that may not be resolved.
func cacheKey(file string, source []byte, taken []string) [sha256.Size]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%d %s %q ", len(file), file, taken)
	h.Write(source)
	return [sha256.Size]byte(h.Sum(nil))
}
