package llm

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"moonwire/internal/mask"
)

// Options of a Client; the zero Options work.
type Options struct {
	Doer  Doer             // nil: a client of its own without a proxy
	Now   func() time.Time // nil: the machine's clock
	After After            // nil: the machine's clock
	// Thinkers is what is known of how models think; nil: this client begins to know.
	Thinkers *Thinkers
}

// Client asks one endpoint.
type Client struct {
	endpoint Endpoint
	doer     Doer
	mask     *mask.Mask // of the key
	now      func() time.Time
	after    After
	dialect  atomic.Pointer[dialect] // as far as the endpoint has complained
	thinkers *Thinkers
}

// NewClient makes a client; nothing is sent yet.
func NewClient(e Endpoint, o Options) *Client {
	c := &Client{endpoint: e, mask: e.Mask(), doer: o.Doer, now: o.Now, after: o.After, thinkers: o.Thinkers}
	if c.thinkers == nil {
		c.thinkers = &Thinkers{}
	}
	if c.doer == nil {
		c.doer = NewDoer()
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.after == nil {
		c.after = byTheClock
	}
	c.dialect.Store(&dialect{})
	return c
}

// NewDoer is a plain client that follows no redirect and no proxy of the environment. All clients may share one.
func NewDoer() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DisableCompression: true, IdleConnTimeout: idleTime, MaxIdleConns: idleConns, TLSHandshakeTimeout: idleTime},
		CheckRedirect: stay,
	}
}

// What a client of our own keeps of connections that nobody uses.
const (
	idleTime  = 30 * time.Second
	idleConns = 100
)

// stay follows no redirect: the key belongs to the address of the operator.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Chat asks a question and waits for the answer. The error is an *Error, or that of ctx when the caller gave up.
func (c *Client) Chat(ctx context.Context, r Request) (*Answer, error) {
	w := c.wait(ctx, &r)
	defer w.end()
	for try := 1; ; try++ {
		g := newGathering(c, &r)
		err := c.ask(w, &r, g)
		c.noteThinker(&r, g)
		switch {
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case err == nil:
			return g.answer()
		case errors.Is(err, errEnough):
			return g.enough()
		case w.over():
			return g.soFar(err, w.stopped())
		case g.begun():
			return g.soFar(err, false)
		}
		if pause, again := pauseBefore(try, err); !again || !w.pause(pause) {
			return nil, plain(err)
		}
	}
}

// soFar is what to make of an answer that came to no end: its whole sentences, if there are any.
func (g *gathering) soFar(err error, stopped bool) (*Answer, error) {
	finish := FinishCut
	if stopped {
		finish = FinishStopAt
	}
	if a := g.whole(finish); a != nil {
		return a, nil
	}
	return nil, plain(err)
}

// ask makes one try.
func (c *Client) ask(w *waiting, r *Request, g *gathering) error {
	for {
		d := *c.dialect.Load()
		again, err := c.askIn(w, r, g, d)
		if !again {
			return err
		}
	}
}

// askIn makes one try in a dialect. again: the endpoint wants another, which is known now.
func (c *Client) askIn(w *waiting, r *Request, g *gathering, d dialect) (again bool, err error) {
	body, err := r.encode(c.model(r), d)
	if err != nil {
		return false, NewError(Refused, "the question cannot be written as JSON")
	}
	req, err := http.NewRequestWithContext(w.ctx, http.MethodPost, c.endpoint.url(), bytes.NewReader(body))
	if err != nil {
		return false, NewError(Down, "the address of the endpoint is not one")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream, application/json")
	req.Header.Set("User-Agent", "Moonwire")
	if c.endpoint.Key != "" {
		req.Header.Set("Authorization", "Bearer "+string(c.endpoint.Key))
	}
	resp, err := c.doer.Do(req)
	if err != nil {
		return false, w.unreached(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		refused, raw := c.refusal(resp)
		if learnt, ok := d.learn(resp.StatusCode, raw); ok {
			c.dialect.Store(&learnt)
			return true, nil
		}
		return false, &tryError{cause: refused, after: retryAfter(resp, c.now())}
	}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		err = g.readWhole(resp.Body)
	} else {
		err = g.readStream(resp.Body, w.over)
	}
	if errors.Is(err, errBrokeOff) {
		err = w.unreached(err)
	}
	return false, err
}

// learn reads from a complaint which dialect an endpoint speaks.
func (d dialect) learn(status int, complaint string) (dialect, bool) {
	if status != http.StatusBadRequest && status != http.StatusUnprocessableEntity {
		return d, false
	}
	switch {
	case !d.noUsage && strings.Contains(complaint, "stream_options"):
		d.noUsage = true
	case !d.newMaxNames && strings.Contains(complaint, "max_completion_tokens"):
		d.newMaxNames = true
	default:
		return d, false
	}
	return d, true
}
