package bindings

import (
	"context"
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// Call runs a function that the script keeps as a global, in a turn that nobody pushed. The function is given msg, which
// has openid, account, trace and the fan's session; what it returns counts for nothing. The error is as that of Answer.
func (p *Program) Call(ctx context.Context, in Input, name string) (Outcome, error) {
	in.Message = nil
	return p.do(ctx, in, func(s *state, t *engine.Turn) error { return s.call(t, name) })
}

func (s *state) call(t *engine.Turn, name string) error {
	fn := t.Global(name)
	if fn.Type() != lua.LTFunction {
		return &engine.ScriptError{File: "main.lua", Msg: fmt.Sprintf("there is no global function %s: it is %s", quote(name), describe(fn))}
	}
	s.out.Rule = name
	if _, err := t.Call(fn, msgTable); err != nil {
		return err
	}
	s.out.Ran, s.out.Handled = true, true
	return s.saveSession(t)
}
