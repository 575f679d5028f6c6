package bindings

import (
	"context"
	"errors"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/wechat"
	"moonwire/wechat/api"
)

// Of what acts on WeChat, the turn claims its push before the first.
const (
	reads = engine.Reads
	acts  = engine.Acts
)

// weightOf is that of the endpoint asked for.
func weightOf(r api.Request) engine.Weight {
	if r.Reads() {
		return reads
	}
	return acts
}

// wechat makes one call to WeChat and gives its answer as plain data, or what WeChat refused it with; both
// are values, so that a journal can keep them. It raises when the arguments do not fit.
func (c call) wechat(w engine.Weight, label string, fn func(context.Context, API) (any, error)) (answer any, refused map[string]any) {
	return c.outward(engine.KindWeChat, w, label, fn)
}

func (c call) outward(k engine.Kind, w engine.Weight, label string, fn func(context.Context, API) (any, error)) (answer any, refused map[string]any) {
	for n := 1; n <= c.given; n++ {
		c.wholeText(n)
	}
	v := c.effect(engine.Effect{Kind: k, Weight: w, Label: label}, func(ctx context.Context) (any, error) {
		api, err := c.state.p.api()
		if err != nil {
			return map[string]any{"refused": refusal(err, w)}, nil
		}
		if w == acts {
			if err := c.claim(ctx); err != nil {
				return nil, err
			}
		}
		sent := len(c.state.out.Sent)
		answer, err := fn(ctx, outbox{api, c.state})
		var field *wechat.FieldError
		switch {
		case errors.As(err, &field):
			return map[string]any{"wrong": field.Error()}, nil
		case err != nil:
			kept := refusal(err, w)
			if w == acts && len(c.state.out.Sent) == sent { // a script may not look; what it sent is seen anyway
				c.tellRefused(kept)
			}
			return map[string]any{"refused": kept}, nil
		}
		return map[string]any{"answer": answer}, nil
	})
	kept, _ := v.(map[string]any)
	if wrong, ok := kept["wrong"].(string); ok {
		c.fail("%s", wrong)
	}
	refused, _ = kept["refused"].(map[string]any)
	return kept["answer"], refused
}

// tellRefused is for whoever watches.
func (c call) tellRefused(refused map[string]any) {
	c.state.warn("%s was refused: %v: %s (%s)", c.fn.Name, refused["errcode"], refused["hint"], refused["errmsg"])
}

// ask makes one call to WeChat that has no result: true, or nil and an error table.
func (c call) ask(label string, fn func(context.Context, API) error) int {
	_, refused := c.wechat(acts, label, func(ctx context.Context, api API) (any, error) { return nil, fn(ctx, api) })
	if refused != nil {
		return c.pushRefusal(refused)
	}
	return c.push(lua.LTrue)
}

// act makes one call to WeChat that changes something and gives what it answered, or nil and an error table.
func (c call) act(label string, fn func(context.Context, API) (any, error)) int {
	return c.pushAnswered(c.wechat(acts, label, fn))
}

// actPlaced is act for what may name files of media/, which are uploaded first.
func (c call) actPlaced(label string, places []mediaPlace, fn func(context.Context, API) (any, error)) int {
	files, refused := c.place(places)
	if refused != nil {
		return c.pushRefusal(refused)
	}
	return c.act(label, func(ctx context.Context, api API) (answer any, err error) {
		err = files.again(ctx, c.state.p, api, func() error {
			answer, err = fn(ctx, api)
			return err
		})
		return answer, err
	})
}

// request makes one call to WeChat and gives the part of the answer that pick finds.
func (c call) request(label string, r api.Request, pick func(answer any) any) int {
	return c.pushAnswered(c.wechat(weightOf(r), label, func(ctx context.Context, api API) (any, error) {
		v, err := readAnswer(ctx, api, r)
		if err != nil {
			return nil, err
		}
		return pick(v), nil
	}))
}

// readAnswer calls and gives the answer as plain data, without the errcode 0 that says nothing.
func readAnswer(ctx context.Context, api API, r api.Request) (any, error) {
	answer, err := api.Call(ctx, r)
	if err != nil {
		return nil, err
	}
	v, err := answer.Value()
	if m, ok := v.(map[string]any); ok {
		delete(m, "errcode")
		delete(m, "errmsg")
	}
	return v, err
}

// done, whole and part pick from an answer: that it came, all of it, or one of its fields.
func done(any) any { return true }

func whole(v any) any { return v }

func part(name string) func(any) any {
	return func(v any) any { return field(v, name) }
}

// list picks a field that is a list, an empty one when WeChat left it out.
func list(name string) func(any) any {
	return func(v any) any {
		if items, ok := field(v, name).([]any); ok {
			return items
		}
		return []any{}
	}
}

// listOrOne is list for a field that WeChat also sends as one object.
func listOrOne(name string) func(any) any {
	return func(v any) any {
		if one, ok := field(v, name).(map[string]any); ok && len(one) > 0 {
			return []any{one}
		}
		return list(name)(v)
	}
}

func field(v any, name string) any {
	m, _ := v.(map[string]any)
	return m[name]
}

func (c call) pushAnswered(answer any, refused map[string]any) int {
	if refused != nil {
		return c.pushRefusal(refused)
	}
	return c.push(c.toLua(answer))
}

// claim makes sure, before the first act that people see, that no other run of the same push acts too.
func (c call) claim(ctx context.Context) error {
	s := c.state
	if s.claimed || s.in == nil || s.in.Memory == nil || s.talk != nil && s.in.Keeper != nil { // the journal has claimed
		return nil
	}
	if err := s.in.Memory.Claim(ctx); err != nil {
		return err
	}
	s.claimed = true
	return nil
}

// api is what calls go to, or why there is nothing.
func (p *Program) api() (API, error) {
	if err := p.config.mayCall(); err != nil {
		return nil, err
	}
	if p.config.API == nil {
		return nil, errNoSecret
	}
	return p.config.API, nil
}

// mayCall is why the account has no right to call WeChat's API; nil when it has.
func (c *ProgramConfig) mayCall() error {
	switch {
	case c.Personal:
		return errPersonal
	case !c.Verified:
		return errNotVerified
	}
	return nil
}

// These are WeChat's own answers to an account without the right, given without asking.
var (
	errNotVerified = &api.Error{
		Code: 48001, Msg: "api unauthorized",
		Hint:   "account.yaml says that this account is not verified, so it may not call WeChat's API (verified: false)",
		HintZH: "account.yaml 说这个账号没有认证，不能调用微信接口(verified: false)",
	}
	errPersonal = &api.Error{
		Code: 48001, Msg: "api unauthorized",
		Hint:   "account.yaml says that this account belongs to a person (subject: personal): it may not call WeChat's API, verified or not",
		HintZH: "account.yaml 说这是个人主体的账号(subject: personal),认证与否都不能调用微信接口",
	}
	errNoSecret = &api.Error{
		Code: 41004, Msg: "appsecret missing",
		Hint:   "account.yaml gives no app_secret, so WeChat's API cannot be called",
		HintZH: "account.yaml 里没有 app_secret,不能调用微信接口",
	}
)

// refusal is an error of a call as plain data: errcode, errmsg, hint and hint_zh, rid, and msg_id where there is one.
func refusal(err error, w engine.Weight) map[string]any {
	var refused *api.Error
	if errors.As(err, &refused) {
		told := map[string]any{"errcode": float64(refused.Code), "errmsg": refused.Msg, "hint": refused.Hint, "hint_zh": refused.HintZH, "rid": refused.Rid}
		if refused.MsgID != "" {
			told["msg_id"] = refused.MsgID
		}
		return told
	}
	var transport *api.TransportError
	if !errors.As(err, &transport) {
		transport = &api.TransportError{MaybeDone: w == acts}
	}
	hint, zh := transport.Hint()
	return map[string]any{"errcode": float64(-1), "errmsg": err.Error(), "hint": hint, "hint_zh": zh, "rid": ""}
}

// pushRefusal gives nil and the error as a table.
func (c call) pushRefusal(refused map[string]any) int {
	c.L.Push(lua.LNil)
	c.L.Push(c.turn.Push(c.L, refused))
	return 2
}
