package sim

import (
	"context"
	"errors"
	"time"
)

// actBody is what a fan does: a kind and arguments as ParseAct takes them, or an event or message with its
// fields spelt out. Delivery may be controlled as in Push.
type actBody struct {
	Kind string   `json:"kind"`
	Args []string `json:"args"`

	MsgType string      `json:"msg_type"`
	Event   string      `json:"event"`
	Fields  []fieldBody `json:"fields"`
	// Data is the file of an image, voice or video, in base64.
	Data []byte `json:"data"`

	Times  int  `json:"times"`
	AtOnce bool `json:"at_once"`
	Window span `json:"window"`
}

type fieldBody struct {
	Name   string      `json:"name"`
	Value  string      `json:"value"`
	Fields []fieldBody `json:"fields"`
}

func (f fieldBody) field() Field {
	kids := make([]Field, 0, len(f.Fields))
	for _, k := range f.Fields {
		kids = append(kids, k.field())
	}
	return field(f.Name, f.Value, kids...)
}

func (b *actBody) act() (Act, error) {
	if b.Kind != "" {
		act, err := ParseAct(b.Kind, b.Args...)
		if err == nil && b.Data != nil && len(act.Media) > 0 {
			act.Media[0].Data = b.Data
		}
		return act, err
	}
	fields := make([]Field, 0, len(b.Fields))
	for _, f := range b.Fields {
		fields = append(fields, f.field())
	}
	switch {
	case b.Event != "":
		return Event(b.Event, fields...), nil
	case b.MsgType != "":
		return Message(b.MsgType, fields...), nil
	}
	return Act{}, errors.New("want kind, event or msg_type")
}

func (a *ask) deliver(fan string) (any, error) {
	var body actBody
	if err := a.read(&body); err != nil {
		return nil, err
	}
	act, err := body.act()
	if err != nil {
		return nil, err
	}
	d := a.p.Deliver(a.req.Context(), Push{
		Account: a.vars["account"], Fan: fan, Act: act,
		Times: body.Times, AtOnce: body.AtOnce, Window: time.Duration(body.Window),
	})
	return d, d.Err
}

func fanActs(a *ask) (any, error) { return a.deliver(a.vars["fan"]) }

// systemAct is an event of WeChat itself, about no fan.
func systemAct(a *ask) (any, error) { return a.deliver("") }

func listFans(a *ask) (any, error) {
	fans, err := a.p.Fans(a.vars["account"])
	return map[string]any{"fans": fans}, err
}

func changeFan(a *ask) (any, error) {
	var change FanChange
	if err := a.read(&change); err != nil {
		return nil, err
	}
	return a.p.ChangeFan(a.vars["account"], a.vars["fan"], change)
}

func forgetFan(a *ask) (any, error) {
	return ok(), a.p.ForgetFan(a.vars["account"], a.vars["fan"])
}

func agentSays(a *ask) (any, error) {
	var body struct{ Text string }
	if err := a.read(&body); err != nil {
		return nil, err
	}
	return ok(), a.p.AgentSays(a.vars["account"], a.vars["fan"], body.Text)
}

func changePassword(a *ask) (any, error) {
	return ok(), a.p.ChangePassword(a.vars["account"], a.vars["fan"])
}

// readTranscript gives the lines above ?after=; with ?wait=SECONDS it waits for one.
func readTranscript(a *ask) (any, error) {
	chat, err := a.p.Chat(a.vars["account"], a.vars["fan"])
	if err != nil {
		return nil, err
	}
	after, entries := a.number("after"), []Entry{}
	if wait := time.Duration(a.number("wait")) * time.Second; wait > 0 {
		ctx, cancel := context.WithTimeout(a.req.Context(), min(wait, longPoll))
		defer cancel()
		found, err := chat.Wait(ctx, after)
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return nil, err
		}
		entries = append(entries, found...)
	} else {
		entries = append(entries, chat.After(after)...)
	}
	return map[string]any{"openid": chat.OpenID(), "entries": entries, "last": chat.Last()}, nil
}

// menuOfFan is the menu on the fan's phone; button is empty when there is none.
func menuOfFan(a *ask) (any, error) {
	buttons, err := a.p.MenuOf(a.vars["account"], a.vars["fan"])
	return map[string]any{"button": buttons}, err
}
