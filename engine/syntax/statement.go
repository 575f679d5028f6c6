package syntax

import "strconv"

func itoa(n int) string { return strconv.Itoa(n) }

func (p *parser) statement() Stmt {
	line := p.tok.line
	here := stmtAt{at(line)}
	switch p.tok.kind {
	case tokIf:
		return p.ifStatement(here)
	case tokWhile:
		p.advance()
		cond := p.expr()
		p.want(tokDo, "do")
		return &While{here, cond, p.loop("while", line)}
	case tokDo:
		p.advance()
		return &Do{here, p.body("do", line)}
	case tokFor:
		return p.forStatement(here)
	case tokRepeat:
		return p.repeatStatement(here)
	case tokFunction:
		return p.functionStatement(here)
	case tokLocal:
		p.advance()
		if p.accept(tokFunction) {
			return p.localFunction(here)
		}
		return p.localStatement(here)
	case tokReturn:
		p.advance()
		ret := &Return{stmtAt: here}
		if !p.ends() && p.tok.kind != ';' {
			ret.Values = p.exprs()
		}
		return ret
	case tokBreak:
		p.advance()
		if p.loops == 0 {
			p.fail("no loop to break")
		}
		return &Break{here}
	}
	return p.exprStatement(here)
}

func (p *parser) ifStatement(here stmtAt) Stmt {
	s := &If{stmtAt: here}
	for {
		p.advance() // if, elseif
		cond := p.expr()
		p.want(tokThen, "then")
		s.Arms = append(s.Arms, Arm{cond, p.block()})
		if p.tok.kind != tokElseif {
			break
		}
	}
	if line := p.tok.line; p.accept(tokElse) {
		if p.slips != nil && p.tok.kind == tokIf && p.tok.line == line {
			p.slips.elses[here.Line()] = line
		}
		s.Else = p.block()
	}
	p.match(tokEnd, "end", "if", here.Line())
	return s
}

func (p *parser) forStatement(here stmtAt) Stmt {
	p.advance()
	name := p.wantName()
	switch p.tok.kind {
	case '=':
		return p.numericFor(here, name)
	case ',', tokIn:
		return p.genericFor(here, name)
	}
	p.fail("'=' or 'in' expected")
	return nil
}

func (p *parser) numericFor(here stmtAt, name string) Stmt {
	p.advance()
	s := &NumericFor{stmtAt: here, Var: p.local(name)}
	s.Init = p.expr()
	p.want(',', ",")
	s.Limit = p.expr()
	if p.accept(',') {
		s.Step = p.expr()
	}
	p.want(tokDo, "do")
	s.Body = p.loop("for", here.Line(), s.Var)
	return s
}

func (p *parser) genericFor(here stmtAt, name string) Stmt {
	s := &GenericFor{stmtAt: here, Vars: []*Local{p.local(name)}}
	for p.accept(',') {
		s.Vars = append(s.Vars, p.local(p.wantName()))
	}
	p.want(tokIn, "in")
	s.Values = p.exprs()
	p.want(tokDo, "do")
	s.Body = p.loop("for", here.Line(), s.Vars...)
	return s
}

func (p *parser) repeatStatement(here stmtAt) Stmt {
	p.advance()
	before := len(p.active)
	p.loops++
	body := p.open()
	p.loops--
	p.match(tokUntil, "until", "repeat", here.Line())
	until := p.expr()
	p.forget(before)
	return &Repeat{here, body, until}
}

func (p *parser) functionStatement(here stmtAt) Stmt {
	p.advance()
	line, name := p.tok.line, p.wantName()
	var target Expr = p.resolve(name, line)
	method := false
	for !method && (p.tok.kind == '.' || p.tok.kind == ':') {
		method = p.tok.kind == ':'
		sign := string(rune(p.tok.kind))
		p.advance()
		line := p.tok.line
		key := p.wantName()
		name += sign + key
		p.count()
		target = &Index{exprAt{at(line)}, target, &String{exprAt{at(line)}, key}}
	}
	p.assigned(target)
	return &Function{here, target, p.function(here.Line(), name, method)}
}

func (p *parser) localFunction(here stmtAt) Stmt {
	l := p.local(p.wantName())
	p.declare(l) // the function sees itself
	return &LocalFunction{here, l, p.function(here.Line(), l.Name, false)}
}

func (p *parser) localStatement(here stmtAt) Stmt {
	s := &Declare{stmtAt: here, Locals: []*Local{p.local(p.wantName())}}
	for p.accept(',') {
		s.Locals = append(s.Locals, p.local(p.wantName()))
	}
	if p.accept('=') {
		s.Values = p.exprs()
		for i, v := range s.Values {
			if i < len(s.Locals) {
				named(v, s.Locals[i].Name)
			}
		}
	}
	p.declare(s.Locals...)
	return s
}

// exprStatement reads a call or an assignment.
func (p *parser) exprStatement(here stmtAt) Stmt {
	e, assignable := p.suffixed()
	if !assignable && Multi(e) {
		return &CallStmt{here, e}
	}
	s := &Assign{stmtAt: here, Targets: []Expr{p.target(e, assignable)}}
	for p.accept(',') {
		s.Targets = append(s.Targets, p.target(p.suffixed()))
	}
	p.want('=', "=")
	s.Values = p.exprs()
	for i, target := range s.Targets {
		p.assigned(target)
		if i < len(s.Values) {
			named(s.Values[i], dotted(target))
		}
	}
	return s
}

// target refuses what cannot be assigned to.
func (p *parser) target(e Expr, assignable bool) Expr {
	if !assignable {
		p.fail("syntax error")
	}
	return e
}

// named gives a function the name of what it is assigned to.
func named(e Expr, name string) {
	if fn, ok := e.(*Func); ok {
		fn.Name = name
	}
}

// dotted writes M.list as the script does, "" for anything that is no plain name.
func dotted(e Expr) string {
	switch e := e.(type) {
	case *Name:
		return e.Ident
	case *Index:
		key, ok := e.Key.(*String)
		if object := dotted(e.Object); ok && object != "" {
			return object + "." + key.Value
		}
	}
	return ""
}
