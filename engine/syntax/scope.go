package syntax

import "fmt"

// scope is which variable a name means at the place that is read.
type scope struct {
	visible map[string]*Local // the innermost of each name
	active  []*Local          // in the order of declaration
}

// declare makes variables visible from here on, the last one foremost.
func (p *parser) declare(locals ...*Local) {
	for _, l := range locals {
		if p.fn.active++; p.fn.active > MaxLocals {
			p.refuse(fmt.Sprintf("more than %d local variables in one function", MaxLocals), "put some of them into a table")
		}
		l.shadows = p.visible[l.Name]
		p.visible[l.Name] = l
		p.active = append(p.active, l)
	}
}

// forget ends the scope that began when n variables were active.
func (p *parser) forget(n int) {
	for len(p.active) > n {
		l := p.active[len(p.active)-1]
		p.active = p.active[:len(p.active)-1]
		l.Func.active--
		if l.shadows == nil {
			delete(p.visible, l.Name)
		} else {
			p.visible[l.Name] = l.shadows
		}
	}
}

func (p *parser) local(name string) *Local { return &Local{Name: name, Func: p.fn} }

// resolve makes the expression that a name stands for.
func (p *parser) resolve(name string, line int) *Name {
	l := p.visible[name]
	switch {
	case l == nil:
		p.Reflects = p.Reflects || name == "_G"
	case l.Func != p.fn:
		l.Captured = true
	}
	p.count()
	return &Name{exprAt{at(line)}, name, l}
}

// assigned notes a target of an assignment.
func (p *parser) assigned(target Expr) {
	name, ok := target.(*Name)
	switch {
	case !ok:
	case name.Local == nil:
		p.Assigned[name.Ident] = true
	default:
		name.Local.Assigned = true
	}
}
