package engine

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// syntaxError words what the parser could not read. The parser itself only says "syntax error", so the
// source is read once more by recursive descent, which knows what it expected, in Lua 5.1's words.
func syntaxError(file string, source []byte, err error) *ScriptError {
	e := &ScriptError{Kind: ErrorSyntax, File: file, source: source}
	if fault := findFault(file, source); fault != nil {
		e.Line, e.Msg = fault.line, fault.msg
		return e
	}
	var p *parse.Error
	if !errors.As(err, &p) {
		e.Msg = "syntax error"
		return e
	}
	e.Line, e.Msg = p.Pos.Line, "syntax error near '"+p.Token+"'"
	if p.Pos.Line == parse.EOF {
		e.Line, e.Msg = bytes.Count(source, []byte("\n"))+1, "syntax error near '<eof>'"
	}
	return e
}

// fault is the first place that is no Lua.
type fault struct {
	line int
	msg  string
}

// grammar reads a source by recursive descent and panics with a *fault.
type grammar struct {
	scan  *parse.Scanner
	lexer parse.Lexer
	tok   ast.Token
	next  *ast.Token // one more, when it was peeked at
	line  int        // of tok
	last  int        // of the token before
	depth int
	lines int // of the file
}

func findFault(file string, source []byte) (found *fault) {
	g := &grammar{scan: parse.NewScanner(bytes.NewReader(source), file), line: 1, lines: bytes.Count(source, []byte("\n")) + 1}
	defer func() {
		if r := recover(); r != nil {
			f, ok := r.(*fault)
			if !ok {
				panic(r)
			}
			found = f
		}
	}()
	g.advance()
	g.block()
	if g.tok.Type != parse.EOF {
		g.expected("<eof>")
	}
	return nil
}

func (g *grammar) read() ast.Token {
	tok, err := g.scan.Scan(&g.lexer)
	g.lexer.PrevTokenType, g.lexer.Token = tok.Type, tok
	if err != nil {
		panic(g.scanFault(err))
	}
	return tok
}

func (g *grammar) advance() {
	g.last = g.line
	if g.next != nil {
		g.tok, g.next = *g.next, nil
	} else {
		g.tok = g.read()
	}
	g.line = g.tok.Pos.Line
	if g.tok.Type == parse.EOF {
		g.line = g.lines
	}
}

func (g *grammar) peek() int {
	if g.next == nil {
		tok := g.read()
		g.next = &tok
	}
	return g.next.Type
}

// scanFault words what is no token.
func (g *grammar) scanFault(err error) *fault {
	var e *parse.Error
	if !errors.As(err, &e) {
		return &fault{g.line, err.Error()}
	}
	line := e.Pos.Line
	if line == parse.EOF {
		line = g.lines
	}
	switch {
	case strings.Contains(e.Message, "unterminated string"):
		if e.Pos.Line > 1 { // the line break is already read
			line--
		}
		return &fault{line, "unfinished string near '\"" + shorten(oneLine(e.Token), 40) + "'"}
	case strings.Contains(e.Message, "unterminated multiline string"):
		return &fault{line, "unfinished long string near '<eof>'"}
	case strings.Contains(e.Message, "multiline comment"):
		return &fault{line, "unfinished long comment near '<eof>'"}
	case strings.Contains(e.Message, "hexadecimal"):
		return &fault{line, "malformed number near '" + e.Token + "'"}
	case e.Token != "" && e.Token[0] >= 0x80:
		return &fault{line, "unexpected symbol: a letter or sign outside ASCII; is a quotation mark or comma full-width, or a text not quoted?"}
	}
	return &fault{line, "unexpected symbol near '" + shorten(oneLine(e.Token), 40) + "'"}
}

func (g *grammar) near() string {
	switch g.tok.Type {
	case parse.EOF:
		return " near '<eof>'"
	case parse.TString:
		return " near '\"" + shorten(oneLine(g.tok.Str), 40) + "\"'"
	}
	return " near '" + shorten(oneLine(g.tok.Str), 40) + "'"
}

func (g *grammar) fail(format string, args ...any) {
	panic(&fault{g.line, fmt.Sprintf(format, args...) + g.near()})
}

func (g *grammar) expected(what string) { g.fail("'%s' expected", what) }

func (g *grammar) accept(kind int) bool {
	if g.tok.Type != kind {
		return false
	}
	g.advance()
	return true
}

func (g *grammar) want(kind int, text string) {
	if !g.accept(kind) {
		g.expected(text)
	}
}

// match wants the end of what began on a line.
func (g *grammar) match(kind int, text, opener string, line int) {
	if g.accept(kind) {
		return
	}
	if line == g.line {
		g.expected(text)
	}
	g.fail("'%s' expected (to close '%s' at line %d)", text, opener, line)
}

func (g *grammar) name() {
	if !g.accept(parse.TIdent) {
		g.fail("<name> expected")
	}
}

// enter bounds the recursion; deeper code is refused by measure anyway.
func (g *grammar) enter() {
	if g.depth++; g.depth > maxDepth {
		panic(&fault{g.line, fmt.Sprintf("the code is nested too deeply here; at most %d levels are allowed", maxDepth)})
	}
}

func (g *grammar) ends() bool {
	switch g.tok.Type {
	case parse.EOF, parse.TEnd, parse.TElse, parse.TElseIf, parse.TUntil:
		return true
	}
	return false
}

func (g *grammar) block() {
	g.enter()
	for !g.ends() {
		final := g.tok.Type == parse.TReturn
		g.statement()
		g.accept(';')
		if final {
			break
		}
	}
	g.depth--
}

// body is a block and the end that closes it.
func (g *grammar) body(opener string, line int) {
	g.block()
	g.match(parse.TEnd, "end", opener, line)
}
