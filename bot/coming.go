package bot

import (
	"context"
	"strings"
	"sync"

	"moonwire/bindings"
	"moonwire/llm"
)

// Begin asks like Ask, but gives out whole sentences that have come before the rest, as cut says.
func (m *model) Begin(ctx context.Context, openid string, r llm.Request, cut bindings.Cut) (*llm.Answer, bindings.Coming, error) {
	life, cancel := context.WithCancel(context.WithoutCancel(ctx)) // it may outlive the turn
	c := &coming{cancel: cancel, done: make(chan struct{})}
	r.Said = c.hear
	go func() {
		defer close(c.done)
		c.answer, c.err = m.Ask(life, openid, r)
	}()
	closing := cut.Closing
	for {
		select {
		case <-c.done:
			cancel()
			return c.answer, nil, c.err
		case <-ctx.Done():
			c.Stop()
			return nil, nil, context.Cause(ctx)
		case <-closing:
			switch text := c.sentences(); {
			case text == "":
			case cut.Say == nil:
				return &llm.Answer{Text: text, Partial: true, Finish: llm.FinishStopAt, Model: r.Model}, c, nil
			case cut.Say(text):
				closing = nil
			}
		}
	}
}

// coming is an answer that is on its way, on a goroutine of its own.
type coming struct {
	cancel context.CancelFunc
	done   chan struct{} // closed once the answer is there
	answer *llm.Answer
	err    error

	mu   sync.Mutex
	text strings.Builder // so far
}

func (c *coming) hear(piece string, restart bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if restart {
		c.text.Reset()
	}
	c.text.WriteString(piece)
}

// sentences are those that are whole by now.
func (c *coming) sentences() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	whole, _ := llm.Sentences(c.text.String())
	return strings.TrimSpace(whole)
}

func (c *coming) Wait(ctx context.Context) (*llm.Answer, error) {
	defer c.cancel()
	defer context.AfterFunc(ctx, c.cancel)()
	<-c.done
	return c.answer, c.err
}

func (c *coming) Stop() {
	c.cancel()
	<-c.done
}

// mostFollowing is how many answers of an account may be on their way while their turns are over. Beyond that they are
// given whole, within the account's turns.
const mostFollowing = 500

// awaitFollowing waits for the rest of an answer, which then follows it.
func (f *Fleet) awaitFollowing(w *work) {
	r := w.result
	if r.out.Following == nil {
		return
	}
	w.account.following.Add(1)
	defer w.account.following.Add(-1)
	rest, asked, err := r.out.Following.Rest(f.life)
	r.out.Following = nil
	r.out.Asked = append(r.out.Asked, asked)
	for _, warning := range asked.Warnings {
		r.warn(warning)
	}
	if err != nil {
		r.warn("the end of the language model's answer did not come: " + err.Error())
	}
	if r.rest != "" && rest != "" {
		r.rest += "\n"
	}
	r.rest += rest
}

// giveUpFollowing stops the rest of an answer that nobody gets.
func (w *work) giveUpFollowing() {
	if w.result != nil && w.result.out.Following != nil {
		w.result.out.Following.Stop()
		w.result.out.Following = nil
	}
}
