package engine

import (
	"strings"

	"moonwire/engine/syntax"
)

// What is only tested is nil without harm: `if utf8 then … end`, `table.unpack or unpack`, `debug and debug.traceback()`.

// test reads an expression whose value is only tested.
func (l *linter) test(e syntax.Expr) {
	name, root := dotted(e)
	if root == nil || root.Local != nil {
		l.Expr(e)
		return
	}
	m := l.mention(name, e.Line())
	m.Tested = name
	l.facts.Reads = append(l.facts.Reads, m)
}

func (l *linter) tests(list ...syntax.Expr) {
	for _, e := range list {
		l.test(e)
	}
}

// chain reads a chain of `and` or `or`: all but the last are tested, and behind an `and` what was tested holds.
func (l *linter) chain(e *syntax.Logic) {
	var held []string
	for i, x := range e.List {
		if i == len(e.List)-1 {
			l.Expr(x)
			break
		}
		l.test(x)
		if yes, no := testedIn(x); e.And {
			l.know(yes)
			held = append(held, yes...)
		} else {
			l.know(no)
			held = append(held, no...)
		}
	}
	l.unknow(held)
}

// compare reads arithmetic, or a comparison; what is compared is tested.
func (l *linter) compare(e *syntax.Binary) {
	if e.Op == syntax.Eq || e.Op == syntax.Ne {
		l.tests(e.Left, e.Right)
		return
	}
	l.Expr(e.Left)
	l.Expr(e.Right)
}

// choose reads an if.
func (l *linter) choose(s *syntax.If) {
	var held []string
	for _, arm := range s.Arms {
		l.test(arm.Cond)
		yes, no := testedIn(arm.Cond)
		l.know(yes)
		l.Block(arm.Body)
		l.unknow(yes)
		l.know(no)
		held = append(held, no...)
	}
	l.Block(s.Else)
	l.unknow(held)
}

// declare reads local a, b = …; `local utf8 = utf8` asks whether there is one.
func (l *linter) declare(s *syntax.Declare) {
	for i, v := range s.Values {
		if name, ok := v.(*syntax.Name); ok && i < len(s.Locals) && s.Locals[i].Name == name.Ident {
			l.test(v)
			continue
		}
		l.Expr(v)
	}
}

func (l *linter) know(names []string) {
	for _, n := range names {
		l.tested[n]++
	}
}

func (l *linter) unknow(names []string) {
	for _, n := range names {
		l.tested[n]--
	}
}

// testedOf is the longest tested name that a name begins with.
func (l *linter) testedOf(name string) string {
	for {
		if l.tested[name] > 0 {
			return name
		}
		dot := strings.LastIndexByte(name, '.')
		if dot < 0 {
			return ""
		}
		name = name[:dot]
	}
}

// testedIn are the globals that are there when a condition holds, and when it does not.
func testedIn(e syntax.Expr) (yes, no []string) {
	switch e := e.(type) {
	case *syntax.Unary:
		if e.Op == syntax.Not {
			no, yes = testedIn(e.X)
		}
	case *syntax.Logic:
		for _, x := range e.List {
			y, n := testedIn(x)
			if e.And {
				yes = append(yes, y...)
			} else {
				no = append(no, n...)
			}
		}
	case *syntax.Binary:
		return testedByComparing(e)
	default:
		if name, root := dotted(e); root != nil && root.Local == nil {
			return []string{name}, nil
		}
	}
	return yes, no
}

// testedByComparing knows x ~= nil, x == nil and type(x) == "table".
func testedByComparing(e *syntax.Binary) (yes, no []string) {
	left := e.Left
	call, ok := left.(*syntax.Call)
	_, isNil := e.Right.(*syntax.Nil)
	switch {
	case ok && len(call.Args) == 1 && syntax.GlobalName(call.Func) == "type":
		left = call.Args[0]
	case !isNil:
		return nil, nil
	}
	name, root := dotted(left)
	if root == nil || root.Local != nil {
		return nil, nil
	}
	if (e.Op == syntax.Eq) == isNil {
		return nil, []string{name}
	}
	return []string{name}, nil
}

// survivors are the globals that are there behind a statement: what an `if not x then return end` asks for.
func survivors(st syntax.Stmt) []string {
	s, ok := st.(*syntax.If)
	if !ok || len(s.Arms) != 1 || s.Else != nil {
		return nil
	}
	body := s.Arms[0].Body.Stmts
	if len(body) == 0 {
		return nil
	}
	if _, leaves := body[len(body)-1].(*syntax.Return); !leaves {
		return nil
	}
	_, no := testedIn(s.Arms[0].Cond)
	return no
}
