package sim

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"
)

// Deliver delivers a push under explicit control; Push is its ordinary case. The answer that WeChat
// would have used, the first in the order of the attempts, is the Delivery's.
func (p *Platform) Deliver(ctx context.Context, push Push) *Delivery {
	d := &Delivery{Account: push.Account, Fan: push.Fan}
	a, err := p.account(push.Account)
	if err != nil {
		d.Err = err
		return d
	}
	r, err := p.prepare(a, push, d)
	if err != nil || d.Withheld != "" {
		d.Err = err
		return d
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	release := cutWhen(push.HangUp, cancel)
	defer release()
	if push.Times > 0 {
		r.asTold(ctx, push, d)
	} else {
		r.asWeChat(ctx, d)
	}
	a.pushed()
	r.conclude(d)
	return d
}

// prepare does what needs the account's lock before anything is sent.
func (p *Platform) prepare(a *account, push Push, d *Delivery) (*delivering, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f, err := a.receiverOf(push, p.Now())
	if err != nil {
		return nil, err
	}
	d.OpenID = f.OpenID
	out, err := p.begin(a, f, push.Act)
	if err != nil {
		return nil, err
	}
	d.MsgID, d.Act, d.Plain = out.msgID, out.act.String(), string(a.set.plain(out))
	d.Seq = f.Chat.Last
	if !isReport(out.act) {
		d.Seq = f.Chat.add(Entry{At: p.Now(), From: "fan", Via: "push", Text: push.Act.said(out), MsgID: out.msgID})
	}
	d.Withheld = p.withheld(a, f, out)
	r := &delivering{p: p, a: a, f: f, set: a.set, out: out, window: push.Window}
	if r.window <= 0 {
		r.window = p.o.ReplyWindow
	}
	return r, nil
}

// receiverOf finds whom a push is about. Events of WeChat itself may be about nobody.
func (a *account) receiverOf(push Push, now time.Time) (*fan, error) {
	if push.Fan != "" {
		return a.fan(push.Fan, now), nil
	}
	if !isSystem(push.Act) {
		return nil, errors.New("the push names no fan")
	}
	return &fan{OpenID: a.systemID()}, nil
}

// said is the line of the transcript: [again] stays itself.
func (a Act) said(out *outgoing) string {
	if a.special == again {
		return a.String()
	}
	return out.act.String()
}

// withheld says why a push does not reach the account's server.
func (p *Platform) withheld(a *account, f *fan, out *outgoing) string {
	switch {
	case a.set.CallbackURL == "":
		return "the account has no callback URL"
	case f.Blocked && !isReport(out.act):
		return "the fan is on the blacklist"
	case out.act.MsgType != "event" && p.toAgent(a, f, out):
		return "the fan talks to agent " + f.Kf.Account
	}
	return ""
}

// cutWhen calls cancel when hangUp is closed, until it is released.
func cutWhen(hangUp <-chan struct{}, cancel func()) (release func()) {
	if hangUp == nil {
		return func() {}
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-hangUp:
			cancel()
		case <-done:
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

// asWeChat asks up to three times, until an answer comes.
func (r *delivering) asWeChat(ctx context.Context, d *Delivery) {
	for n := 1; n <= attempts; n++ {
		fault := r.p.faults.strike(r.a.name, Pushes)
		if !r.wait(ctx, fault) {
			d.Attempts = append(d.Attempts, Attempt{Number: n, Verdict: HungUp, Cause: "the platform's user hung up"})
			return
		}
		if fault.Duplicate {
			d.Attempts = append(d.Attempts, r.atOnce(ctx, n, 2)...)
		} else {
			d.Attempts = append(d.Attempts, r.attempt(ctx, n, fault))
		}
		if last := d.Attempts[len(d.Attempts)-1]; d.Answered() || !last.wantsMore() {
			return
		}
	}
}

// wait is what a slow or a reordering fault does before the push leaves.
func (r *delivering) wait(ctx context.Context, fault Fault) bool {
	if fault.Reorder {
		return r.a.overtaken(ctx, r.p, r.window)
	}
	return r.p.pause(ctx, fault.Slow)
}

// asTold delivers push.Times times, whatever is answered.
func (r *delivering) asTold(ctx context.Context, push Push, d *Delivery) {
	if push.AtOnce {
		d.Attempts = r.atOnce(ctx, 1, push.Times)
		return
	}
	for n := 1; n <= push.Times; n++ {
		if n > 1 && push.Pause != nil && push.Pause(ctx, n) != nil {
			return
		}
		d.Attempts = append(d.Attempts, r.attempt(ctx, n, Fault{}))
	}
}

// atOnce delivers n times at the same time, numbered from first.
func (r *delivering) atOnce(ctx context.Context, first, n int) []Attempt {
	made := make([]Attempt, n)
	var wait sync.WaitGroup
	for i := range made {
		wait.Go(func() { made[i] = r.attempt(ctx, first+i, Fault{}) })
	}
	wait.Wait()
	return made
}

// pushed lets go of pushes that wait to be overtaken.
func (a *account) pushed() {
	a.mu.Lock()
	defer a.mu.Unlock()
	close(a.gate)
	a.gate = make(chan struct{})
}

func (a *account) overtaken(ctx context.Context, p *Platform, most time.Duration) bool {
	a.mu.Lock()
	gate := a.gate
	a.mu.Unlock()
	over := make(chan struct{})
	stop := p.o.AfterFunc(most, func() { close(over) })
	defer stop()
	select {
	case <-gate:
	case <-over:
	case <-ctx.Done():
		return false
	}
	return true
}

// conclude decides what the phone shows and writes it into the transcript.
func (r *delivering) conclude(d *Delivery) {
	r.a.mu.Lock()
	defer r.a.mu.Unlock()
	used := slices.IndexFunc(d.Attempts, func(at Attempt) bool { return at.Verdict == Shows || at.Verdict == Silence })
	r.a.state.Stats.answered(r.p.Now(), d.Attempts)
	f := r.f
	switch {
	case used >= 0 && d.Attempts[used].Verdict == Silence:
	case used >= 0 && hidden(r.out.act):
		d.Cause = "WeChat shows no answer to " + r.out.act.Event
	case used >= 0:
		d.Reply = d.Attempts[used].Reply
		f.Chat.add(Entry{At: r.p.Now(), From: "bot", Via: "passive", Text: d.Reply.String(), Shown: d.Reply, MsgID: d.MsgID})
		r.p.transferred(r.a, f, d.Reply)
	default:
		r.failed(d, f)
	}
}

func (r *delivering) failed(d *Delivery, f *fan) {
	if len(d.Attempts) == 0 {
		return
	}
	last := d.Attempts[len(d.Attempts)-1]
	d.Cause = last.Cause
	r.p.o.Log.Info("push got no usable answer", "account", d.Account, "fan", d.Fan, "act", r.out.act.MsgType,
		"verdict", string(last.Verdict), "cause", d.Cause, "attempts", len(d.Attempts))
	if last.Verdict != HungUp && notices(r.out.act) {
		d.Notice = Notice
		f.Chat.add(Entry{At: r.p.Now(), From: "platform", Via: "notice", Text: Notice, Cause: d.Cause, MsgID: d.MsgID})
	}
}

// hidden tells the events whose answer no phone shows.
func hidden(act Act) bool {
	if act.MsgType != "event" {
		return false
	}
	switch strings.ToLower(act.Event) {
	case "unsubscribe", "view", "view_miniprogram":
		return true
	}
	return isReport(act)
}

// notices tells the pushes whose failure the fan gets to see.
func notices(act Act) bool { return !hidden(act) && !strings.EqualFold(act.Event, "LOCATION") }
