package transcript

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"moonwire/bot"
	"moonwire/wechat/sim"
)

// play is a transcript under way.
type play struct {
	ctx       context.Context
	world     *world
	fan       string // who did something last
	fans      []*inbox
	calls     int64 // the number of the last call that was looked at
	made      []sim.Call
	wrong     []crash
	chat      []Said
	line      int        // of the step
	rewriting *rewriting // nil: what differs is a failure
}

// inbox is what a fan has seen and the transcript has not expected yet.
type inbox struct {
	fan    string
	seen   int64
	unread []sim.Entry
}

// crash is what went wrong in a script or with a call.
type crash struct{ text, box string }

// run plays all steps; nil when the chat goes as it is written.
func (p *play) run(steps []step) *Failure {
	for _, s := range steps {
		p.line = s.line()
		if w := p.rewriting; w != nil && w.over(s) {
			w.settle(p)
			w.last = s.end()
		}
		if f := s.play(p); f != nil {
			return p.tell(f, s.line())
		}
	}
	if p.rewriting != nil {
		p.rewriting.settle(p)
	}
	return p.tell(p.settled(), p.line)
}

// tell gives a failure its place and the chat so far.
func (p *play) tell(f *Failure, line int) *Failure {
	if f != nil {
		f.Line, f.Chat = line, p.chat
	}
	return f
}

// inboxOf is the inbox of a fan, made when he first does something.
func (p *play) inboxOf(fan string) *inbox {
	for _, in := range p.fans {
		if in.fan == fan {
			return in
		}
	}
	in := &inbox{fan: fan}
	p.fans = append(p.fans, in)
	return in
}

// does lets a fan act, and takes in what comes of it.
func (p *play) does(fan string, act sim.Act) *Failure {
	if f := p.settled(); f != nil {
		return f
	}
	p.inboxOf(fan)
	p.fan, p.made = fan, nil
	p.chat = append(p.chat, Said{Who: fan, Text: act.String()})
	pushed := make(chan *sim.Delivery, 1)
	go func() { pushed <- p.world.platform.Push(p.ctx, p.world.account, fan, act) }()
	d, err := p.world.settle(p.ctx, pushed)
	if err != nil {
		return p.broken(err)
	}
	if d.Err != nil {
		p.chat[len(p.chat)-1].Bad = true
		return &Failure{Kind: Unreadable, Message: fmt.Sprintf("%s cannot do that: %s", fan, d.Err)}
	}
	if d.Withheld != "" {
		p.chat[len(p.chat)-1].Note = "not delivered: " + d.Withheld
	}
	return p.takeIn()
}

// broken is the failure of what ended too early.
func (p *play) broken(err error) *Failure {
	var scripts *errScripts
	switch {
	case p.ctx.Err() != nil:
		return &Failure{Kind: Endless, Message: endlessWords(p.ctx)}
	case errors.As(err, &scripts):
		return &Failure{Kind: Broken, Message: scripts.msg, Box: scripts.box}
	}
	return &Failure{Kind: Internal, Message: err.Error()}
}

var errTimeLimit = errors.New("the time limit is over")

func endlessWords(ctx context.Context) string {
	if errors.Is(context.Cause(ctx), errTimeLimit) {
		return "it is not done at its time limit; --time-limit gives it more"
	}
	return "it was stopped before it was done"
}

// takeIn looks what has come since the last time.
func (p *play) takeIn() *Failure {
	for _, in := range p.fans {
		chat, err := p.world.platform.Chat(p.world.account, in.fan)
		if err != nil {
			return p.broken(err)
		}
		for _, e := range chat.After(in.seen) {
			in.seen = e.Seq
			p.notice(in, e)
		}
	}
	calls, err := p.world.platform.Calls(p.world.account, p.calls)
	if err != nil {
		return p.broken(err)
	}
	for _, c := range calls {
		p.calls = c.Seq
		if !strings.HasSuffix(c.Path, "/token") && !strings.HasSuffix(c.Path, "/stable_token") {
			p.made = append(p.made, c)
		}
	}
	turns, refused := p.world.reports()
	for _, r := range turns {
		p.noteTurn(r)
	}
	for _, text := range refused {
		p.wrong = append(p.wrong, crash{text: text})
	}
	return nil
}

// notice puts what a fan has seen into his inbox. What WeChat refused he has not.
func (p *play) notice(in *inbox, e sim.Entry) {
	if e.From == "fan" {
		return
	}
	if e.ErrCode != 0 {
		p.chat = append(p.chat, Said{Who: "bot", To: p.to(in.fan), Text: e.Text, Push: true, Note: fmt.Sprintf("not shown: %d %s", e.ErrCode, e.Cause)})
		return
	}
	in.unread = append(in.unread, e)
}

// to is the fan of a bubble, where there are several.
func (p *play) to(fan string) string {
	if len(p.fans) < 2 {
		return ""
	}
	return fan
}

func (p *play) noteTurn(r bot.TurnReport) {
	p.world.runner.covered.turn(r)
	if r.Err == nil {
		return
	}
	p.wrong = append(p.wrong, crash{text: r.Err.Error(), box: r.Box})
}

// settled looks whether all that came was expected.
func (p *play) settled() *Failure {
	if f := p.trouble(); f != nil {
		return f
	}
	for _, in := range p.fans {
		if len(in.unread) == 0 {
			continue
		}
		e := in.unread[0]
		for i, e := range in.unread {
			p.show(in.fan, e, i == 0)
		}
		return &Failure{Kind: Unexpected, Message: "the bot says this, and the transcript has no line for it", Got: e.Text}
	}
	return nil
}

// trouble is what went wrong beside the chat.
func (p *play) trouble() *Failure {
	if astray := p.world.web.undeclared(); len(astray) > 0 {
		return &Failure{
			Kind: Undeclared, Message: "a script calls another server, and no test does that without a line above it: " + astray[0],
			Want: strings.Join(slices.Compact(astray), "\n"),
		}
	}
	if len(p.wrong) > 0 {
		c := p.wrong[0]
		p.wrong = nil
		return &Failure{Kind: Crash, Message: c.text, Box: c.box}
	}
	return nil
}

// show writes a bubble into the chat.
func (p *play) show(fan string, e sim.Entry, bad bool) {
	who := "bot"
	if e.From == "platform" {
		who = "WeChat"
	}
	p.chat = append(p.chat, Said{Who: who, To: p.to(fan), Text: e.Text, Push: pushed(e), Bad: bad, Note: e.Cause})
}

// pushed reports whether a bubble was no reply.
func pushed(e sim.Entry) bool { return e.From == "bot" && e.Via != "passive" }
