package bindings

import (
	"context"
	"slices"
	"strconv"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// MaxHookBody is how much another system may send with a call of a hook, MaxHookAnswer what it may get back, in bytes.
const (
	MaxHookBody   = 256 << 10
	MaxHookAnswer = 16 << 10
)

// HookCall is a call of a hook by another system, which has proved who it is. No header of it holds a secret.
type HookCall struct {
	Raw     []byte
	Headers map[string]string // names in lower case
}

// HookAnswer is what a hook's function answered.
type HookAnswer struct {
	Type string // text/plain or application/json; "" = nothing was answered
	Body []byte
}

// onHook is the entry of on.hook.
func onHook() Function {
	return Function{
		Name: "on.hook", Forms: []Form{{{Name: "name", Type: tString}, {Name: "handler", Type: tFunction}}},
		run: declare(kind{keyed: fitsHook, phase: phaseHook}),
		Doc: Text{
			"Another system calls: POST /hook/ACCOUNT/NAME, checked by the secret of hooks in account.yaml. The function gets hook.json (nil when the body is no JSON), hook.raw, hook.headers (names in lower case) and hook.name. " +
				"A text that it returns is answered as text, a table as JSON, nil as 204. The turn has no fan: write to one with send.text. An error answers 500 without words, and the caller may ask again.",
			"其他系统来调用：POST /hook/账号/名字，用 account.yaml 里 hooks 的密钥校验。函数得到 hook.json（正文不是 JSON 时为 nil）、hook.raw、hook.headers（名字小写）和 hook.name。" +
				"返回文本就以文本回应，返回表以 JSON 回应，返回 nil 则是 204。这一轮没有粉丝：要发消息用 send.text。出错时回应 500，不带内容，对方可以再来。",
		},
		Example: `on.hook("paid", function(hook)
  send.text(hook.json.openid, "收到付款 " .. hook.json.amount .. " 元")
end)`,
		Errors: append([]Text{onTwice, {
			"Raises in a turn when the answer is neither text, table nor nil, has more than 16 KiB, is no UTF-8, or is no JSON.",
			"回答不是文本、表或 nil，超过 16 KiB，不是 UTF-8，或写不成 JSON 时报错。",
		}}, onErrors[1:]...),
	}
}

// Hooks are the names that on.hook was called with, in order of the alphabet.
func (p *Program) Hooks() []string {
	names := make([]string, 0, len(p.index().hooks))
	for name := range p.index().hooks {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// IdleHooks says which hooks nobody can call, and which calls nobody takes.
func (p *Program) IdleHooks() (all []*engine.ScriptError) {
	for _, name := range p.Hooks() {
		if !slices.Contains(p.config.Hooks, name) {
			r := &p.index().rules[p.index().hooks[name]]
			e := r.error("nobody can call it: account.yaml names no such hook")
			e.Hint = "hooks: { " + name + ": { secret: ${env:NAME} } }"
			all = append(all, e)
		}
	}
	for _, name := range p.config.Hooks {
		if _, declared := p.index().hooks[name]; !declared {
			all = append(all, &engine.ScriptError{File: "account.yaml", Msg: "hooks." + name + ": the scripts have no on.hook(" + quote(name) + ")"})
		}
	}
	return all
}

// Hook runs the function of a hook; Outcome.Hook is its answer, nil when there is no such hook. The error is as that of Answer.
func (p *Program) Hook(ctx context.Context, in Input, name string, h HookCall) (Outcome, error) {
	n, there := p.index().hooks[name]
	if !there {
		return Outcome{}, nil
	}
	in.Message = nil
	out, err := p.do(ctx, in, func(s *state, t *engine.Turn) error {
		if err := s.declared(); err != nil {
			return err
		}
		return s.runHook(t, n, name, h)
	})
	if err != nil {
		out.Hook = nil
	}
	return out, err
}

func (s *state) runHook(t *engine.Turn, n int, name string, h HookCall) error {
	r := &s.index.rules[n]
	s.out.Rule = r.label
	var arg lua.LValue
	if err := s.inside(t, func(L *lua.LState) { arg = hookCallOf(L, t).hookTable(name, h) }); err != nil {
		return r.blame(err)
	}
	v, err := t.Call(s.handlers[n], arg)
	s.out.Tried = append(s.out.Tried, Tried{Rule: r.label, Result: outcomeOf(v, err)})
	if err != nil {
		return r.blame(err)
	}
	s.out.Ran, s.out.Handled = true, true
	if s.out.Hook, err = s.hookAnswer(t, r, v); err != nil {
		return err
	}
	return r.blame(s.saveSession(t))
}

// hookFunction is the name under which what a hook is given and gives back is made.
var hookFunction = Function{Name: "on.hook", Forms: params()}

func hookCallOf(L *lua.LState, t *engine.Turn) call { return callOf(L, t, &hookFunction) }

// hookTable is what the function of a hook is called with.
func (c call) hookTable(name string, h HookCall) lua.LValue {
	headers := make(map[string]any, len(h.Headers))
	for k, v := range h.Headers {
		headers[k] = v
	}
	tb := c.L.CreateTable(0, 4)
	tb.RawSetString("name", lua.LString(name))
	tb.RawSetString("headers", c.toLua(headers))
	c.turn.Bytes(c.L, len(h.Raw))
	tb.RawSetString("raw", lua.LString(h.Raw))
	if !utf8.Valid(h.Raw) {
		return tb
	}
	if v, err := c.decodeJSON(string(h.Raw), stringIDs); err == nil {
		tb.RawSetString("json", v)
	}
	return tb
}

// hookAnswer is what the caller gets of the value that the function returned.
func (s *state) hookAnswer(t *engine.Turn, r *rule, v lua.LValue) (*HookAnswer, error) {
	a := &HookAnswer{}
	switch v := v.(type) {
	case *lua.LNilType:
		return a, nil
	case lua.LString:
		a.Type, a.Body = "text/plain; charset=utf-8", []byte(v)
	case *lua.LTable:
		var bad *pathError
		err := s.inside(t, func(L *lua.LState) {
			a.Body, bad = hookCallOf(L, t).encodeJSON(v, jsonDepth, MaxHookAnswer)
		})
		switch {
		case err != nil:
			return nil, r.blame(err)
		case bad != nil:
			return nil, r.error("the answer cannot be JSON: %s", bad)
		}
		a.Type = "application/json"
	default:
		return nil, r.error("the answer is %s; want a text, a table, or nil for none", describe(v))
	}
	switch {
	case len(a.Body) > MaxHookAnswer:
		return nil, r.error("the answer has %s bytes; want at most %d", strconv.Itoa(len(a.Body)), MaxHookAnswer)
	case !utf8.Valid(a.Body):
		return nil, r.error("the answer is not UTF-8")
	case s.tells(string(a.Body)):
		return nil, r.error("the answer holds the account's access_token")
	}
	return a, nil
}
