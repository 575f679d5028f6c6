package syntax

import (
	"fmt"
	"strconv"

	"moonwire/words"
)

// What a file may be made of. Parser and code generator recurse, and neither can be interrupted.
const (
	MaxDepth     = 220    // expressions and blocks in one another
	MaxNodes     = 40_000 // statements and expressions
	MaxFunctions = 1_000
	MaxOperands  = 180   // of one chain of ..
	MaxChain     = 1_000 // operators, calls or keys that hang on one another
	MaxLocals    = 200   // of one function at a place; lua5.1's own limit
)

// Error is why a text is no Lua that may run here.
type Error struct {
	Line int
	Msg  string // in Lua 5.1's words where it has some
	Hint string

	HintZH string // the same in Chinese
	Code   words.Code

	open   openBlock // that has no end
	inText bool      // what is wrong is said already
}

func (e *Error) Error() string { return strconv.Itoa(e.Line) + ": " + e.Msg }

// count counts one more node and refuses a file of too many.
func (p *parser) count() {
	if p.Nodes++; p.Nodes > MaxNodes {
		p.refuse(fmt.Sprintf("too much code; at most %s are allowed in a file", grouped(MaxNodes)), "")
	}
}

func (p *parser) countFunction() {
	if p.Functions++; p.Functions > MaxFunctions {
		p.refuse(fmt.Sprintf("too many functions; at most %s are allowed in a file", grouped(MaxFunctions)), "")
	}
}

// enter goes one level deeper; leave with p.depth--.
func (p *parser) enter() {
	if p.depth++; p.depth > MaxDepth {
		p.refuse(fmt.Sprintf("the code is nested too deeply here; at most %d levels are allowed", MaxDepth), "")
	}
}

func (p *parser) checkOperands(n int) {
	if n > MaxOperands {
		p.refuse(fmt.Sprintf("more than %d texts joined by .. in one expression", MaxOperands),
			"collect them in a table and use table.concat")
	}
}

func (p *parser) checkChain(n int) {
	if n > MaxChain {
		p.refuse(fmt.Sprintf("more than %s operators after one another", grouped(MaxChain)), "")
	}
}

func (p *parser) refuse(msg, hint string) { panic(&Error{Line: p.tok.line, Msg: msg, Hint: hint}) }

// grouped writes 40000 as 40,000.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
