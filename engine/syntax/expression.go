package syntax

func (p *parser) exprs() []Expr {
	list := []Expr{p.expr()}
	for p.accept(',') {
		list = append(list, p.expr())
	}
	return list
}

func (p *parser) expr() Expr { return p.above(0) }

// binding says how tightly an operator of two operands binds on its left and on its right.
type binding struct{ left, right int }

const unaryBinding = 8

func bindingOf(kind int) binding {
	switch kind {
	case tokOr:
		return binding{1, 1}
	case tokAnd:
		return binding{2, 2}
	case '<', '>', tokLe, tokGe, tokNe, tokEq:
		return binding{3, 3}
	case tokConcat:
		return binding{5, 5} // one chain, see above
	case '+', '-':
		return binding{6, 6}
	case '*', '/', '%':
		return binding{7, 7}
	case '^':
		return binding{10, 9} // to the right
	}
	return binding{}
}

// above reads an expression as far as its operators bind more tightly than limit.
func (p *parser) above(limit int) Expr {
	p.enter()
	left := p.unary()
	var chain *Concat // that left is, if the signs of it were read here
	links := 0
	for b := bindingOf(p.tok.kind); b.left > limit; b = bindingOf(p.tok.kind) {
		kind, line := p.tok.kind, p.tok.line
		if kind != tokAnd && kind != tokOr { // those are one node, however many
			links++
			p.checkChain(links)
		}
		p.advance()
		right := p.above(b.right)
		if kind == tokConcat {
			chain = p.joinText(chain, line, left, Single(right))
			left = chain
			continue
		}
		left, chain = p.join(kind, line, left, right), nil
	}
	p.depth--
	return left
}

func (p *parser) unary() Expr {
	line := p.tok.line
	op := Minus
	switch p.tok.kind {
	case '-':
	case tokNot:
		op = Not
	case '#':
		op = Len
	default:
		return p.simple()
	}
	p.advance()
	x := p.above(unaryBinding)
	p.count()
	return &Unary{exprAt{at(line)}, op, x}
}

// joinText makes a chain of `..`, or prolongs it. It joins from the right, so a bracket on the left stays one operand.
func (p *parser) joinText(chain *Concat, line int, left, right Expr) *Concat {
	p.count()
	if chain == nil {
		return &Concat{exprAt{at(line)}, []Expr{left, right}, []int{line}}
	}
	chain.List, chain.Lines = append(chain.List, right), append(chain.Lines, line)
	p.checkOperands(len(chain.List))
	return chain
}

// join makes the node of an operator of two operands; a chain of `and` or of `or` becomes one.
func (p *parser) join(kind, line int, left, right Expr) Expr {
	p.count()
	here := exprAt{at(line)}
	switch kind {
	case tokAnd, tokOr:
		and := kind == tokAnd
		if chain, ok := left.(*Logic); ok && chain.And == and {
			chain.List = append(chain.List, right)
			return chain
		}
		return &Logic{here, and, []Expr{left, right}}
	}
	return &Binary{here, operators[kind], left, right}
}

// operators of two operands; read-only.
var operators = map[int]Op{
	'+': Add, '-': Sub, '*': Mul, '/': Div, '%': Mod, '^': Pow,
	tokEq: Eq, tokNe: Ne, '<': Lt, tokLe: Le, '>': Gt, tokGe: Ge,
}

// simple reads an operand.
func (p *parser) simple() Expr {
	here := exprAt{at(p.tok.line)}
	var e Expr
	switch p.tok.kind {
	case tokNumber:
		e = &Number{here, p.tok.number, p.tok.text}
	case tokString:
		e = &String{here, p.tok.text}
	case tokNil:
		e = &Nil{here}
	case tokTrue:
		e = &True{here}
	case tokFalse:
		e = &False{here}
	case tokDots:
		if !p.fn.Dots {
			p.fail("cannot use '...' outside a vararg function")
		}
		p.fn.UsesDots = true
		e = &Dots{here}
	case '{':
		return p.table()
	case tokFunction:
		p.advance()
		return p.function(here.Line(), "", false)
	default:
		e, _ := p.suffixed()
		return e
	}
	p.count()
	p.advance()
	return e
}

func (p *parser) table() Expr {
	p.count()
	line := p.tok.line
	t := &Table{exprAt: exprAt{at(line)}}
	p.advance()
	for p.tok.kind != '}' {
		t.Fields = append(t.Fields, p.field())
		if !p.accept(',') && !p.accept(';') {
			break
		}
	}
	p.match('}', "}", "{", line)
	return t
}

func (p *parser) field() Field {
	var key Expr
	switch {
	case p.tok.kind == '[':
		p.advance()
		key = p.expr()
		p.want(']', "]")
		p.want('=', "=")
	case p.tok.kind == tokName && p.nextIs('='):
		key = &String{exprAt{at(p.tok.line)}, p.tok.text}
		p.count()
		p.advance()
		p.advance()
	}
	value := p.expr()
	if text, ok := key.(*String); ok {
		named(value, text.Value)
	}
	return Field{key, value}
}

// suffixed reads a name or a bracket with all that hangs on it.
func (p *parser) suffixed() (e Expr, assignable bool) {
	e, assignable = p.prefix()
	for links := 0; ; links++ {
		p.checkChain(links)
		line := p.tok.line
		here := exprAt{at(line)}
		switch p.tok.kind {
		case '.':
			p.advance()
			here.at = at(p.tok.line)
			e, assignable = &Index{here, e, &String{here, p.wantName()}}, true
		case '[':
			p.advance()
			key := p.expr()
			p.want(']', "]")
			e, assignable = &Index{here, e, key}, true
		case ':':
			p.advance()
			name := p.wantName()
			at, args := p.arguments()
			e, assignable = &Method{at, e, name, args}, false
		case '(', tokString, '{':
			at, args := p.arguments()
			e, assignable = &Call{at, e, args}, false
		default:
			return e, assignable
		}
		p.count()
	}
}

func (p *parser) prefix() (e Expr, assignable bool) {
	line := p.tok.line
	switch p.tok.kind {
	case tokName:
		name := p.tok.text
		p.advance()
		return p.resolve(name, line), true
	case '(':
		p.advance()
		e := p.expr()
		p.match(')', ")", "(", line)
		p.count()
		return Single(e), false
	}
	p.fail("unexpected symbol")
	return nil, false
}

// arguments reads those of a call, and says on which line they begin.
func (p *parser) arguments() (exprAt, []Expr) {
	line := p.tok.line
	here := exprAt{at(line)}
	switch p.tok.kind {
	case tokString, '{':
		return here, []Expr{p.simple()}
	case '(':
		if line != p.last {
			p.fail("ambiguous syntax (function call x new statement)")
		}
		p.advance()
		var args []Expr
		if p.tok.kind != ')' {
			args = p.exprs()
		}
		p.match(')', ")", "(", line)
		return here, args
	}
	p.fail("function arguments expected")
	return here, nil
}

// function reads parameters and body; the words before are behind us.
func (p *parser) function(line int, name string, method bool) *Func {
	p.count()
	p.countFunction()
	outer, loops, before := p.fn, p.loops, len(p.active)
	fn := &Func{exprAt: exprAt{at(line)}, Name: name, Method: method, Parent: outer}
	p.fn, p.loops = fn, 0
	if method {
		fn.Params = []*Local{p.local("self")}
	}
	p.want('(', "(")
	p.parameters(fn)
	p.want(')', ")")
	p.declare(fn.Params...)
	if fn.Dots {
		fn.Arg = p.local("arg")
		p.declare(fn.Arg)
	}
	fn.Body = p.body("function", line)
	p.forget(before)
	p.fn, p.loops = outer, loops
	return fn
}

func (p *parser) parameters(fn *Func) {
	for p.tok.kind != ')' {
		if p.accept(tokDots) {
			fn.Dots = true
			return
		}
		if p.tok.kind != tokName {
			p.fail("<name> or '...' expected")
		}
		fn.Params = append(fn.Params, p.local(p.wantName()))
		if !p.accept(',') {
			return
		}
		if p.tok.kind == ')' {
			p.fail("<name> or '...' expected")
		}
	}
}
