package engine

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// chunk is one compiled file, ready to be made a function. Immutable and shared by every build that has
// the same file.
type chunk struct {
	file     string
	proto    *lua.FunctionProto
	upvalues []*lua.Upvalue // library functions behind hidden names, of the Set

	source []byte
	effort int               // of compiling it, in bytes of source that is quickly compiled
	known  func(string) bool // what the rewriter was told, to do the same again
	once   sync.Once
	detail map[*lua.FunctionProto]*detail

	detailed atomic.Bool // detail is there
}

// function makes the chunk a function of the given environment.
func (c *chunk) function(env *lua.LTable) *lua.LFunction {
	return &lua.LFunction{Proto: c.proto, Env: env, Upvalues: c.upvalues}
}

// parsed is a syntax tree and what it says. The tree is used up by the first rewrite.
type parsed struct {
	file   string
	source []byte
	tree   []ast.Stmt
	facts  facts
}

// parseFile reads a source file within the limits of measure.
func parseFile(file string, source []byte) (*parsed, *ScriptError) {
	tree, err := parseSource(file, source)
	if err != nil {
		return nil, err
	}
	facts, err := measure(file, tree)
	if err != nil {
		err.source = source
		return nil, err
	}
	return &parsed{file, source, tree, facts}, nil
}

func parseSource(file string, source []byte) ([]ast.Stmt, *ScriptError) {
	text := bytes.TrimPrefix(source, []byte("\xef\xbb\xbf")) // some editors begin UTF-8 files so
	if err := prescan(file, text); err != nil {
		err.source = text
		return nil, err
	}
	tree, err := parse.Parse(bytes.NewReader(text), file)
	if err != nil {
		return nil, syntaxError(file, text, err)
	}
	return tree, nil
}

// compile rewrites and compiles a parsed file against the library.
func (s *Set) compile(p *parsed, known func(string) bool) (*chunk, *ScriptError) {
	proto, names, err := compileTree(p, known)
	if err != nil {
		return nil, &ScriptError{Kind: ErrorSyntax, File: p.file, Line: compileLine(err), Msg: compileWords(err), source: p.source}
	}
	c := &chunk{file: p.file, proto: proto, source: p.source, effort: len(p.source) + p.facts.lookups>>8, known: known}
	c.upvalues = make([]*lua.Upvalue, len(proto.DbgUpvalues))
	for i, name := range proto.DbgUpvalues {
		if c.upvalues[i] = s.hidden[name]; c.upvalues[i] == nil {
			return nil, &ScriptError{Kind: ErrorInternal, File: p.file, Msg: fmt.Sprintf("no function for %q of %q", name, names)}
		}
	}
	finish(proto)
	return c, nil
}

// compileTree compiles a file. Where a function uses so many outer variables that the hidden names are too many,
// it starts again and leaves the library to look-ups by name; not in files that take long.
func compileTree(p *parsed, known func(string) bool) (*lua.FunctionProto, []string, error) {
	proto, names, err := compileOnce(p.file, p.tree, p.facts.dots, known)
	if err == nil && crowded(proto) != nil && p.facts.lookups < maxLookups/10 {
		tree, failed := parseSource(p.file, p.source)
		if failed != nil {
			return nil, nil, failed
		}
		p.tree = tree
		proto, names, err = compileOnce(p.file, tree, p.facts.dots, func(string) bool { return false })
	}
	if err != nil {
		return nil, nil, err
	}
	if fn := crowded(proto); fn != nil {
		return nil, nil, tooManyUpvalues(fn)
	}
	return proto, names, nil
}

// compileOnce compiles a tree as the one function of an outer one, whose locals are the hidden names.
func compileOnce(file string, tree []ast.Stmt, dots bool, known func(string) bool) (*lua.FunctionProto, []string, error) {
	names := rewrite(tree, known)
	body := &ast.FunctionExpr{ParList: &ast.ParList{HasVargs: dots, Names: []string{}}, Stmts: tree}
	if len(tree) > 0 {
		body.SetLastLine(lastLine(tree[len(tree)-1]))
	}
	outer := []ast.Stmt{&ast.ReturnStmt{Exprs: []ast.Expr{body}}}
	if len(names) > 0 {
		outer = slices.Insert(outer, 0, ast.Stmt(&ast.LocalAssignStmt{Names: names, Exprs: []ast.Expr{&ast.NilExpr{}}}))
	}
	proto, err := lua.Compile(outer, file)
	if err != nil {
		return nil, nil, err
	}
	return proto.FunctionPrototypes[0], names, nil
}

func lastLine(s ast.PositionHolder) int { return max(s.Line(), s.LastLine()) }

// closedUpvalues wraps values the way a closure holds them once their variables are gone.
func closedUpvalues(values ...lua.LValue) []*lua.Upvalue {
	list := make([]*lua.Upvalue, len(values))
	for i, v := range values {
		list[i] = closedUpvalue(v)
	}
	return list
}

func closedUpvalue(v lua.LValue) *lua.Upvalue {
	up := &lua.Upvalue{}
	up.Close()
	up.SetValue(v)
	return up
}

// compileLine and compileWords tell of what only the compiler finds.
func compileLine(err error) int {
	if e, ok := err.(*lua.CompileError); ok {
		return max(e.Line, 1)
	}
	return 0
}

func compileWords(err error) string {
	e, ok := err.(*lua.CompileError)
	if !ok {
		return err.Error()
	}
	switch {
	case strings.Contains(e.Message, "local variables"), strings.Contains(e.Message, "register overflow"):
		return "too many local variables or too large an expression (limit is 200)"
	case strings.Contains(e.Message, "no loop to break"):
		return "no loop to break"
	}
	return strings.TrimSuffix(e.Message, ".")
}

// cacheKey covers all that a compiled file depends on beside the library: its name, its text, and the library
// names that may not be resolved.
func cacheKey(file string, source []byte, taken []string) [sha256.Size]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%d %s %q ", len(file), file, taken)
	h.Write(source)
	return [sha256.Size]byte(h.Sum(nil))
}
