package sim

import (
	"context"
	"time"
)

// Entry is one line of a fan's chat.
type Entry struct {
	// Seq grows by one from line to line of a fan.
	Seq int64     `json:"seq"`
	At  time.Time `json:"at"`
	// From is fan, bot or platform.
	From string `json:"from"`
	// Via is push, passive, custom, template, subscribe, mass, agent, typing or notice.
	Via string `json:"via"`
	// Text is the line in the words of a .chat file.
	Text  string `json:"text"`
	Shown *Shown `json:"shown,omitempty"`
	MsgID string `json:"msg_id,omitempty"`
	// ErrCode is set on what the account wanted to send and the platform refused; the fan saw nothing.
	ErrCode int    `json:"errcode,omitempty"`
	Cause   string `json:"cause,omitempty"`
}

// transcriptLimit is how many lines are kept per fan.
const transcriptLimit = 1000

// transcript is guarded by the account's mutex.
type transcript struct {
	Entries []Entry `json:"entries"`
	Last    int64   `json:"last"`

	grown chan struct{}
}

func (t *transcript) add(e Entry) int64 {
	t.Last++
	e.Seq = t.Last
	if len(t.Entries) >= transcriptLimit {
		t.Entries = append(t.Entries[:0:0], t.Entries[transcriptLimit/4:]...)
	}
	t.Entries = append(t.Entries, e)
	t.wake()
	return e.Seq
}

// wake lets everyone who waits for a new line look again.
func (t *transcript) wake() {
	if t.grown != nil {
		close(t.grown)
		t.grown = nil
	}
}

// after copies the lines with a higher number than seq.
func (t *transcript) after(seq int64) []Entry {
	for i := range t.Entries {
		if t.Entries[i].Seq > seq {
			return append([]Entry(nil), t.Entries[i:]...)
		}
	}
	return nil
}

func (t *transcript) growth() <-chan struct{} {
	if t.grown == nil {
		t.grown = make(chan struct{})
	}
	return t.grown
}

// Chat is the chat of one fan with one account: everything the fan did and saw.
type Chat struct {
	p      *Platform
	a      *account
	openID string
}

// Chat opens the chat of a fan, who need not have done anything yet.
func (p *Platform) Chat(accountName, fan string) (*Chat, error) {
	a, err := p.account(accountName)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return &Chat{p: p, a: a, openID: a.fan(fan, p.Now()).OpenID}, nil
}

// OpenID is the fan's openid.
func (c *Chat) OpenID() string { return c.openID }

// Entries lists what has been said so far; of long chats the last 750 lines or more.
func (c *Chat) Entries() []Entry { return c.After(0) }

// After lists the lines with a number above seq.
func (c *Chat) After(seq int64) []Entry {
	c.a.mu.Lock()
	defer c.a.mu.Unlock()
	return c.lines().after(seq)
}

// Last is the number of the last line, 0 before the first.
func (c *Chat) Last() int64 {
	c.a.mu.Lock()
	defer c.a.mu.Unlock()
	return c.lines().Last
}

// Wait returns the lines above seq as soon as there is at least one.
func (c *Chat) Wait(ctx context.Context, seq int64) ([]Entry, error) {
	for {
		c.a.mu.Lock()
		lines := c.lines()
		found, grown := lines.after(seq), lines.growth()
		c.a.mu.Unlock()
		if len(found) > 0 {
			return found, nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Follow delivers every line above seq, and those to come, until ctx or the platform ends; then the
// channel is closed. A slow reader loses nothing that the transcript still keeps.
func (c *Chat) Follow(ctx context.Context, seq int64) <-chan Entry {
	out := make(chan Entry)
	started := c.p.crew.watch(ctx, func(ctx context.Context) {
		defer close(out)
		for {
			entries, err := c.Wait(ctx, seq)
			if err != nil {
				return
			}
			for _, e := range entries {
				select {
				case out <- e:
					seq = e.Seq
				case <-ctx.Done():
					return
				}
			}
		}
	})
	if !started {
		close(out)
	}
	return out
}

func (c *Chat) lines() *transcript { return &c.a.fan(c.openID, c.p.Now()).Chat }
