package transcript

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"moonwire/wechat/sim"
)

// says is what a fan does.
type says struct {
	at
	fan string
	act sim.Act
}

func (s *says) play(p *play) *Failure {
	return p.does(s.fan, s.act)
}

// sees is what a fan shall see.
type sees struct {
	at
	want     expected
	fan      string // "" = who did something last
	push     bool   // it is no reply
	platform bool   // WeChat says it
	silence  bool   // it is nothing
	implied  bool   // fan was not written
}

func (s *sees) play(p *play) *Failure {
	fan := s.fan
	if fan == "" {
		fan = p.fan
	}
	in := p.inboxOf(fan)
	if p.rewriting != nil {
		p.rewriting.expect(p, s)
		return nil
	}
	if s.silence {
		return p.settled()
	}
	if len(in.unread) == 0 {
		if f := p.trouble(); f != nil {
			return f
		}
		p.chat = append(p.chat, Said{Who: s.who(), To: p.to(fan), Text: "…", Bad: true})
		return &Failure{Kind: Missing, Message: "nothing came to " + fan, Want: s.want.text}
	}
	e := in.unread[0]
	if why := s.differs(e); why != "" {
		if f := p.trouble(); f != nil {
			p.show(fan, e, true)
			return f
		}
		for i, e := range in.unread {
			p.show(fan, e, i == 0)
		}
		return &Failure{Kind: Wrong, Message: why, Want: s.want.text, Got: e.Text}
	}
	in.unread = in.unread[1:]
	p.show(fan, e, false)
	return nil
}

func (s *sees) who() string {
	if s.platform {
		return "WeChat"
	}
	return "bot"
}

// differs says why a bubble is not the one that is expected.
func (s *sees) differs(e sim.Entry) string {
	switch {
	case s.platform && e.From != "platform":
		return "the bot says this, and WeChat should"
	case !s.platform && e.From == "platform":
		return "WeChat says this, and the bot should: " + e.Cause
	case !s.want.fits(e.Text):
		return "the bot says something else"
	case s.push && !pushed(e):
		return "this is the reply, and a message of its own was expected"
	}
	return ""
}

// breaks is an error that the bot shall have.
type breaks struct {
	at
	want expected
}

func (s *breaks) play(p *play) *Failure {
	for i, c := range p.wrong {
		if s.want.fits(c.text) {
			p.wrong = slices.Delete(p.wrong, i, i+1)
			return nil
		}
	}
	if len(p.wrong) > 0 {
		return &Failure{Kind: Wrong, Message: "another error came", Want: s.want.text, Got: p.wrong[0].text, Box: p.wrong[0].box}
	}
	return &Failure{Kind: Missing, Message: "no error came", Want: s.want.text}
}

// calls is a call of WeChat's API that the bot shall have made since a fan did something, or that it has made none.
type calls struct {
	at
	path string // "" = none
	body expected
}

func (s *calls) play(p *play) *Failure {
	if s.path == "" {
		if len(p.made) > 0 {
			return &Failure{Kind: Unexpected, Message: "the bot calls WeChat's API: " + strings.Join(pathsOf(p.made), ", "), Want: "none", Got: pathsOf(p.made)[0]}
		}
		return nil
	}
	var near *sim.Call
	for i, c := range p.made {
		if pathOf(c) != plainPath(s.path) {
			continue
		}
		if s.body.re == nil || s.body.fits(c.Body) {
			p.made = p.made[i+1:]
			return nil
		}
		near = &p.made[i]
	}
	if near != nil {
		return &Failure{Kind: Wrong, Message: s.path + " was called with another body", Want: s.body.text, Got: near.Body}
	}
	got := "no call"
	if len(p.made) > 0 {
		got = strings.Join(pathsOf(p.made), ", ")
	}
	return &Failure{Kind: Missing, Message: s.path + " was not called", Want: s.path, Got: got}
}

func pathOf(c sim.Call) string { return plainPath(c.Path) }

// plainPath is a path without what stands in front of most.
func plainPath(path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, "/"), "cgi-bin/")
}

func pathsOf(calls []sim.Call) []string {
	all := make([]string, len(calls))
	for i, c := range calls {
		all[i] = pathOf(c)
	}
	return all
}

// moves lets time pass.
type moves struct {
	at
	by time.Duration
	to time.Time // of the account's zone, as if it were UTC; zero: by counts
}

func (s *moves) play(p *play) *Failure {
	if f := p.settled(); f != nil {
		return f
	}
	now := p.world.clock.Now()
	to := now.Add(s.by)
	if !s.to.IsZero() {
		to = inZone(s.to, p.world.config.Location)
	}
	if to.Before(now) {
		return &Failure{Kind: Unreadable, Message: fmt.Sprintf("the clock does not go back: it says %s", now.In(p.world.config.Location).Format(time.DateTime))}
	}
	p.made = nil
	if err := p.world.pass(p.ctx, to); err != nil {
		return p.broken(err)
	}
	return p.takeIn()
}
