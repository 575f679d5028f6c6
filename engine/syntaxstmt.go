package engine

import "github.com/yuin/gopher-lua/parse"

func (g *grammar) statement() {
	line := g.line
	switch g.tok.Type {
	case parse.TIf:
		g.ifStatement(line)
	case parse.TWhile:
		g.advance()
		g.expr()
		g.want(parse.TDo, "do")
		g.body("while", line)
	case parse.TDo:
		g.advance()
		g.body("do", line)
	case parse.TFor:
		g.forStatement(line)
	case parse.TRepeat:
		g.advance()
		g.block()
		g.match(parse.TUntil, "until", "repeat", line)
		g.expr()
	case parse.TFunction:
		g.advance()
		g.functionName()
		g.function(line)
	case parse.TLocal:
		g.local(line)
	case parse.TReturn:
		g.advance()
		if !g.ends() && g.tok.Type != ';' {
			g.exprs()
		}
	case parse.TBreak:
		g.advance()
	case parse.TGoto:
		g.advance()
		g.name()
	case parse.T2Colon:
		g.advance()
		g.name()
		g.want(parse.T2Colon, "::")
	default:
		g.exprStatement()
	}
}

func (g *grammar) ifStatement(line int) {
	for {
		g.advance()
		g.expr()
		g.want(parse.TThen, "then")
		g.block()
		if g.tok.Type != parse.TElseIf {
			break
		}
	}
	if g.accept(parse.TElse) {
		g.block()
	}
	g.match(parse.TEnd, "end", "if", line)
}

func (g *grammar) forStatement(line int) {
	g.advance()
	g.name()
	switch g.tok.Type {
	case '=':
		g.advance()
		g.expr()
		g.want(',', ",")
		g.expr()
		if g.accept(',') {
			g.expr()
		}
	case ',', parse.TIn:
		for g.accept(',') {
			g.name()
		}
		g.want(parse.TIn, "in")
		g.exprs()
	default:
		g.fail("'=' or 'in' expected")
	}
	g.want(parse.TDo, "do")
	g.body("for", line)
}

func (g *grammar) functionName() {
	g.name()
	for g.accept('.') {
		g.name()
	}
	if g.accept(':') {
		g.name()
	}
}

// function reads parameters and body; the word itself is behind us.
func (g *grammar) function(line int) {
	g.want('(', "(")
	for g.tok.Type != ')' {
		if g.accept(parse.T3Comma) {
			break
		}
		g.name()
		if !g.accept(',') {
			break
		}
		if g.tok.Type == ')' {
			g.fail("<name> or '...' expected")
		}
	}
	g.want(')', ")")
	g.body("function", line)
}

func (g *grammar) local(line int) {
	g.advance()
	if g.accept(parse.TFunction) {
		g.name()
		g.function(line)
		return
	}
	g.name()
	for g.accept(',') {
		g.name()
	}
	if g.accept('=') {
		g.exprs()
	}
}

// exprStatement is a call or an assignment.
func (g *grammar) exprStatement() {
	call := g.suffixed()
	if call && g.tok.Type != '=' && g.tok.Type != ',' {
		return
	}
	for !call && g.accept(',') {
		call = g.suffixed()
	}
	if call || g.tok.Type != '=' {
		if !call {
			g.fail("'=' expected")
		}
		g.fail("syntax error")
	}
	g.advance()
	g.exprs()
}
