package proof

import "moonwire/engine/syntax"

// declare notes which variables of a declaration hold a table that was just made. One that is assigned later holds
// who knows what.
func (p *prover) declare(s *syntax.Declare) {
	for i, local := range s.Locals {
		if i < len(s.Values) && !local.Assigned && p.makes(s.Values[i]) {
			p.fresh[local] = true
		}
	}
}

// makes reports whether an expression gives a table that it has just made.
func (p *prover) makes(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Table:
		return true
	case *syntax.Call:
		return nativeName(e.Func) == "setmetatable" && p.lib.Writes("setmetatable") && p.mayWrite("setmetatable", e.Args)
	}
	return false
}

// own reports whether an expression is a table that the running function has made in this very run. What an inner function
// captures may be older than its run.
func (p *prover) own(e syntax.Expr) bool {
	if name, ok := e.(*syntax.Name); ok {
		return name.Local != nil && name.Local.Func == p.fn && p.fresh[name.Local]
	}
	return p.makes(e)
}

// ofMsg reports whether a target is a field of msg or of msg.session: of a handler written as an argument of on.…, which
// nothing but the engine calls.
func (p *prover) ofMsg(target *syntax.Index) bool {
	object := target.Object
	if session, ok := object.(*syntax.Index); ok {
		if key, isText := session.Key.(*syntax.String); !isText || key.Value != "session" {
			return false
		}
		object = session.Object
	}
	name, ok := object.(*syntax.Name)
	return ok && p.msg[name.Local]
}

// handlers notes the msg of functions that are arguments of on.….
func (p *prover) handlers(e *syntax.Call) {
	on, ok := e.Func.(*syntax.Index)
	if !ok {
		return
	}
	if name, ok := on.Object.(*syntax.Name); !ok || name.Local != nil || name.Ident != "on" {
		return
	}
	for _, arg := range e.Args {
		if fn, ok := arg.(*syntax.Func); ok && len(fn.Params) > 0 && !fn.Params[0].Assigned {
			p.msg[fn.Params[0]] = true
		}
	}
}

// steady reports whether a metatable is nobody's to change: of the top level, or a constructor's without a name.
func (p *prover) steady(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Name:
		return e.Local == nil || e.Local.Func == p.main
	case *syntax.Table:
		return true
	}
	return false
}
