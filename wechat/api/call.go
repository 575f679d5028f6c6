package api

import (
	"context"
	"errors"
	"slices"
	"time"
)

// maxBusyTries is how often one call is repeated while the platform is busy: after 1, 2 and 4 s.
const maxBusyTries = 3

// Call calls any API that needs nothing but the access_token. It repeats a call at most once with a
// fresh token and at most three times while the platform is busy, all before the context's deadline,
// and never one that may have been carried out and must not happen twice.
//
// Errors: *FieldError for a request that must not be sent, *APIError for the platform's refusal,
// *TransportError when no usable answer came. Secrets are masked in answers and errors.
func (c *Client) Call(ctx context.Context, r Request) (Answer, error) {
	if err := CheckCall(r.Path, r.Query); err != nil {
		return Answer{}, err
	}
	x, err := r.exchange()
	if err != nil {
		return Answer{}, err
	}
	a := attempt{client: c, request: r, exchange: x, budget: newWaitBudget(ctx, c.clock, c.sleep)}
	answer, err := a.run(ctx)
	err = c.wire.blame.add(err)
	if err == nil && (r.Path == ClearQuota.Path || r.Path == ClearAPIQuota.Path) {
		c.pacing.resume()
	}
	return answer, err
}

// Fetch is Call, and reads the answer into v as Answer.Decode does; nil v reads nothing.
func (c *Client) Fetch(ctx context.Context, r Request, v any) error {
	answer, err := c.Call(ctx, r)
	if err != nil || v == nil {
		return err
	}
	if err := answer.Decode(v); err != nil {
		x, _ := r.exchange() // it was made before
		return fatalError(x, notJSON, "the answer cannot be read: %s", maskError(err.Error()))
	}
	return nil
}

// attempt is the state of one call across its repeats.
type attempt struct {
	client   *Client
	request  Request
	exchange exchange
	budget   *waitBudget

	token     string
	secrets   []string // every token that was sent
	stale     string   // the refused token while a fresh one is being got
	refused   *Error   // what the platform said of it
	waited    bool
	busy      int
	uncertain bool // the last try may have been carried out
	unsure    bool // any of them may have been
}

func (a *attempt) run(ctx context.Context) (Answer, error) {
	for {
		answer, err := a.once(ctx)
		if err == nil {
			return answer, nil
		}
		a.unsure = a.unsure || a.uncertain
		again, final := a.again(ctx, err)
		if !again {
			return Answer{}, a.told(final)
		}
	}
}

// told is the error for the caller, who must hear of it when an earlier try may have been carried out.
// Errors are shared between calls, so it is a copy that says so.
func (a *attempt) told(err error) error {
	var refused *Error
	var transport *TransportError
	switch {
	case !a.unsure:
	case errors.As(err, &refused):
		own := *refused
		own.MaybeDone = true
		own.Hint += "; an earlier try of this call got no answer, and may have been carried out"
		own.HintZH += ";这次调用先前的一次尝试没有收到回答，可能已经生效"
		return &own
	case errors.As(err, &transport):
		own := *transport
		own.MaybeDone = true
		return &own
	}
	return err
}

// once makes one exchange with the token in hand.
func (a *attempt) once(ctx context.Context) (Answer, error) {
	a.uncertain = false
	if err := a.client.pacing.enter(ctx, a.exchange.path, a.budget); err != nil {
		a.waited = true
		return Answer{}, err
	}
	if err := a.getToken(ctx); err != nil {
		return Answer{}, err
	}
	begun := a.client.clock()
	answer, err := a.send(ctx)
	a.client.observe(a.exchange.op, err, a.client.clock().Sub(begun))
	return answer, err
}

func (a *attempt) getToken(ctx context.Context) (err error) {
	switch {
	case a.token != "":
	case a.stale != "":
		a.token, err = a.client.tokens.Renew(ctx, a.stale)
	default:
		a.token, err = a.client.tokens.Token(ctx)
	}
	return err
}

func (a *attempt) send(ctx context.Context) (Answer, error) {
	x := a.exchange
	x.query.Set("access_token", a.token)
	if !slices.Contains(a.secrets, a.token) {
		a.secrets = append(a.secrets, a.token) // an answer may quote the one that was sent before
	}
	x.secrets = append(slices.Clone(a.secrets), a.client.secret.Reveal())
	answer, err := a.client.wire.do(ctx, x)
	if err != nil {
		var transport *TransportError
		a.uncertain = errors.As(err, &transport) && transport.MaybeDone
		return Answer{}, err
	}
	return a.client.judge(x, answer, a.request.Download)
}

// judge turns an errcode into an error and refuses what is neither JSON nor an awaited file.
func (c *Client) judge(x exchange, answer Answer, download bool) (Answer, error) {
	h := answer.head()
	if h.Errcode != 0 {
		err := newAPIError(x.op, h.Errcode, maskError(h.Errmsg, x.secrets...), "")
		if h.Errcode == clientMsgIDUsed {
			err.MsgID = answer.earlierMsgID()
		}
		c.pacing.learn(x.path, err)
		return Answer{}, err
	}
	if answer.JSON == nil && !download {
		return Answer{}, fatalError(x, notJSON, "the answer is not JSON (content type %q)", maskError(answer.ContentType, x.secrets...))
	}
	return answer.hide(x.secrets...), nil
}

// again decides about one more try and prepares it: a fresh token, or a pause. When there is none,
// final is the error for the caller.
func (a *attempt) again(ctx context.Context, err error) (again bool, final error) {
	var refused *Error
	var transport *TransportError
	switch {
	case errors.Is(err, ErrSameToken) && a.refused != nil:
		return false, a.refused
	case errors.As(err, &refused) && refused.Class == ClassToken && a.refused == nil:
		a.refused, a.stale, a.token = refused, a.token, ""
		return true, err
	case refused != nil && refused.Class == ClassRate && !a.waited:
		a.waited = true
		return a.pause(ctx, rateBackoff), err
	case refused != nil && refused.Class == ClassBusy,
		errors.As(err, &transport) && transport.busy() && (!a.uncertain || a.exchange.repeatable()):
		pause := time.Second << a.busy
		a.busy++
		return a.busy <= maxBusyTries && a.pause(ctx, pause), err
	}
	return false, err
}

func (a *attempt) pause(ctx context.Context, d time.Duration) bool {
	return a.budget.wait(ctx, d)
}
