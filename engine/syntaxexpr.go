package engine

import "github.com/yuin/gopher-lua/parse"

func (g *grammar) exprs() {
	g.expr()
	for g.accept(',') {
		g.expr()
	}
}

// expr reads operands and the operators between them. Which binds tighter matters to no error.
func (g *grammar) expr() {
	g.enter()
	for {
		for g.tok.Type == parse.TNot || g.tok.Type == '-' || g.tok.Type == '#' {
			g.advance()
		}
		g.operand()
		if !g.binary() {
			break
		}
		g.advance()
	}
	g.depth--
}

func (g *grammar) binary() bool {
	switch g.tok.Type {
	case '+', '-', '*', '/', '%', '^', '<', '>', parse.T2Comma, parse.TEqeq, parse.TNeq, parse.TLte, parse.TGte, parse.TAnd, parse.TOr:
		return true
	}
	return false
}

func (g *grammar) operand() {
	switch g.tok.Type {
	case parse.TNumber, parse.TString, parse.TNil, parse.TTrue, parse.TFalse, parse.T3Comma:
		g.advance()
	case '{':
		g.table()
	case parse.TFunction:
		line := g.line
		g.advance()
		g.function(line)
	default:
		g.suffixed()
	}
}

func (g *grammar) table() {
	line := g.line
	g.advance()
	for g.tok.Type != '}' {
		switch {
		case g.tok.Type == '[':
			g.advance()
			g.expr()
			g.want(']', "]")
			g.want('=', "=")
		case g.tok.Type == parse.TIdent && g.peek() == '=':
			g.advance()
			g.advance()
		}
		g.expr()
		if !g.accept(',') && !g.accept(';') {
			break
		}
	}
	g.match('}', "}", "{", line)
}

// suffixed reads a name or a bracket with all that hangs on it, and reports whether it ends in a call.
func (g *grammar) suffixed() (call bool) {
	line := g.line
	switch {
	case g.accept(parse.TIdent):
	case g.accept('('):
		g.expr()
		g.match(')', ")", "(", line)
	default:
		g.fail("unexpected symbol")
	}
	for {
		switch g.tok.Type {
		case '.':
			g.advance()
			g.name()
			call = false
		case '[':
			g.advance()
			g.expr()
			g.want(']', "]")
			call = false
		case ':':
			g.advance()
			g.name()
			g.arguments()
			call = true
		case '(', parse.TString, '{':
			g.arguments()
			call = true
		default:
			return call
		}
	}
}

func (g *grammar) arguments() {
	switch g.tok.Type {
	case parse.TString:
		g.advance()
	case '{':
		g.table()
	case '(':
		line := g.line
		if line != g.last {
			g.fail("ambiguous syntax (function call x new statement)")
		}
		g.advance()
		if g.tok.Type != ')' {
			g.exprs()
		}
		g.match(')', ")", "(", line)
	default:
		g.fail("function arguments expected")
	}
}
