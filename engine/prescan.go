package engine

import (
	"bytes"

	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// prescan refuses, before the parser runs, what makes it slow: brackets and blocks in one another, and long
// runs of not, - and #. The parser cannot be interrupted, and takes a second and a hundred megabytes for 128
// KiB of opening brackets. What is no Lua is left to the parser to complain about.
func prescan(file string, text []byte) *ScriptError {
	scan := parse.NewScanner(bytes.NewReader(text), file)
	var lexer parse.Lexer
	depth, run := 0, 0
	for {
		tok, err := scan.Scan(&lexer)
		if err != nil || tok.Type == parse.EOF {
			return nil
		}
		lexer.PrevTokenType, lexer.Token = tok.Type, tok
		depth += nesting(tok)
		if run++; tok.Type != parse.TNot && tok.Type != '-' && tok.Type != '#' {
			run = 0
		}
		if max(depth, run) > maxDepth {
			return tooDeep(file, tok.Pos.Line)
		}
	}
}

// nesting is by how many levels a token goes in or out.
func nesting(tok ast.Token) int {
	switch tok.Type {
	case '(', '{', '[', parse.TFunction, parse.TIf, parse.TDo, parse.TRepeat:
		return 1
	case ')', '}', ']', parse.TEnd, parse.TUntil:
		return -1
	}
	return 0
}
