package bot

import (
	"context"

	"moonwire/bindings"
	"moonwire/store"
	"moonwire/wechat"
)

// TraceOf is how one turn went.
type TraceOf struct {
	store.Message
	*bindings.Trace                      // nil: it is not kept
	Did             string               // what the fan did, for people
	Rules           []bindings.Explained // nil: its build is not kept, or nobody pushed it
}

// TraceOf finds a turn as Store.Message does, and tells how it went. found is false when there is none.
func (f *Fleet) TraceOf(ctx context.Context, account, ref string) (t TraceOf, found bool, err error) {
	if t.Message, found, err = f.o.Store.Message(ctx, account, ref); err != nil || !found {
		return t, false, err
	}
	body, err := f.o.Store.TraceBody(ctx, account, t.Message.Trace)
	if err != nil || body == nil {
		return t, true, err
	}
	if t.Trace, err = bindings.ReadTrace(body); err != nil {
		return t, true, err
	}
	t.Did = said(t.Push.Message)
	if t.Push.Message == nil || t.Carried {
		return t, true, nil
	}
	p, done, err := f.toTry(ctx, account, t.Build, nil)
	if err != nil {
		return t, true, nil // what is kept is told none the less
	}
	defer done()
	t.Rules = p.Explain(t.Push.Message, t.Tried, t.Trace.Rule)
	return t, true, nil
}

// Elements are the elements of the push by their path: ScanCodeInfo/ScanType. Of those with one name the first counts.
func (t *TraceOf) Elements() map[string]string {
	if t.Trace == nil || t.Push.Message == nil {
		return nil
	}
	all := map[string]string{}
	elements(all, "", t.Push.Message.Tree())
	return all
}

func elements(into map[string]string, under string, fields []wechat.Field) {
	for _, f := range fields {
		name := under + f.Name
		if len(f.Fields) > 0 {
			elements(into, name+"/", f.Fields)
		} else if _, there := into[name]; !there {
			into[name] = f.Value
		}
	}
}

// toTry gives a program to try something with: the draft, if there is one, or a kept build, or for "" the live one. It
// runs with the account.yaml that serves. done gives it back. The error says why it cannot serve, or is ErrNotServing.
func (f *Fleet) toTry(ctx context.Context, account, build string, d *Draft) (p *bindings.Program, done func(), err error) {
	a, _ := f.find(account, ctx.Done)
	if a == nil {
		return nil, nil, ErrNotServing
	}
	live := a.current.Load()
	if live == nil || live.program == nil {
		return nil, nil, ErrNotServing
	}
	l, c := f.loader, content{}
	switch {
	case d != nil:
		c = l.ofDraft(account, *d)
	case build == "" || build == live.build:
		return live.program, func() {}, nil
	default:
		if c, err = l.ofStore(ctx, account, build); err != nil {
			return nil, nil, err
		}
	}
	next := &release{made: live.made, config: live.config, callback: live.callback, client: live.client}
	next.setCapacity(live.config.Limits)
	if err := l.program(ctx, account, next, c); err != nil {
		return nil, nil, err
	}
	return next.program, func() { l.retire(next) }, nil
}
