package api

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// Pauses of a credential. A forced stable_token is allowed 20 times a day and every 30 s at most
// (wechat-protocol §8); the doubling pause between forced fetches stays below both.
const (
	aheadTimeout   = 2 * time.Second
	sameTokenPause = 30 * time.Second
	maxForcePause  = 2 * time.Hour
	maxFailPause   = time.Minute
	maxDead        = 8
)

// credential is what the platform issues for a limited time, an access_token or a
// ticket; it is replaced ahead of its end, and when the platform refused it. The refresh runs on the
// goroutine of the caller who finds it due; when that caller gives up, the next one takes over.
type credential struct {
	environment
	store     TokenStore // may be nil
	key       string
	account   string
	ahead     func(life time.Duration, jitter float64) time.Duration
	fetch     func(ctx context.Context, force bool) (TokenRow, error)
	canForce  bool
	leaseWait time.Duration

	mu        sync.Mutex
	row       TokenRow
	refreshAt time.Time
	turn      chan struct{} // closed when the refresh in flight ends; nil when there is none
	dead      []Secret      // credentials known to be refused or replaced

	failures int
	failed   error
	restTill time.Time // after a failure, nobody asks before

	forcedAt   time.Time
	forcePause time.Duration
	sameTill   time.Time // ErrSameToken holds until then
}

// get returns the credential in hand unless it is stale, ended or due for a refresh.
func (c *credential) get(ctx context.Context, stale string) (TokenRow, error) {
	for {
		v := c.look(Secret(stale))
		switch {
		case v.lead:
			return c.lead(ctx, v.row, stale != "")
		case v.wait == nil:
			return v.row, v.err
		}
		select {
		case <-v.wait:
		case <-ctx.Done():
			return TokenRow{}, ctx.Err()
		}
	}
}

// judgement is what one caller does now: take row or err, wait for the refresh in flight, or lead one;
// row is then what stays good should it fail.
type judgement struct {
	row  TokenRow
	err  error
	wait <-chan struct{}
	lead bool
}

func (c *credential) look(stale Secret) judgement {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	good := c.usable(c.row, now) && c.row.Token != stale
	resting := now.Before(c.restTill)
	switch {
	case good && (now.Before(c.refreshAt) || c.turn != nil || resting):
		return judgement{row: c.row}
	case c.turn != nil:
		return judgement{wait: c.turn}
	case stale != "" && c.row.Token == stale && now.Before(c.sameTill):
		return judgement{err: ErrSameToken}
	case resting && !good:
		return judgement{err: c.failed}
	}
	c.turn = make(chan struct{})
	c.bury(stale)
	if good {
		return judgement{row: c.row, lead: true}
	}
	return judgement{lead: true}
}

// usable reports whether a row is a live credential; the caller holds the mutex.
func (c *credential) usable(row TokenRow, now time.Time) bool {
	return row.Token != "" && now.Before(row.Expires) && !slices.Contains(c.dead, row.Token)
}

// bury remembers a refused credential, so that no store can bring it back; the caller holds the mutex.
func (c *credential) bury(token Secret) {
	if token == "" || slices.Contains(c.dead, token) {
		return
	}
	c.dead = append(c.dead, token)
	c.dead = c.dead[max(0, len(c.dead)-maxDead):]
}

func (c *credential) isDead(token Secret) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Contains(c.dead, token)
}

// lead does the refresh and tells the waiting callers.
func (c *credential) lead(ctx context.Context, good TokenRow, refused bool) (TokenRow, error) {
	work, cancel := ctx, context.CancelFunc(func() {})
	if good.Token != "" {
		work, cancel = context.WithTimeout(ctx, aheadTimeout)
	}
	row, err := c.refresh(work, good)
	cancel()
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.turn)
	c.turn = nil
	switch {
	case err == nil:
		c.accept(row)
		return row, nil
	case errors.Is(err, ErrSameToken):
		c.insist(row)
		if !refused {
			return row, nil
		}
	case ctx.Err() == nil:
		c.note(err)
	}
	if good.Token != "" {
		return good, nil
	}
	return TokenRow{}, err
}

// insist takes back a refused row because the platform has no other; the caller holds the mutex.
func (c *credential) insist(row TokenRow) {
	c.accept(row)
	c.dead = slices.DeleteFunc(c.dead, func(t Secret) bool { return t == row.Token })
	c.sameTill = c.now().Add(sameTokenPause)
}

// accept takes a fetched or shared row into memory; the caller holds the mutex.
func (c *credential) accept(row TokenRow) {
	now := c.now()
	same := row.Token == c.row.Token
	c.refreshAt = row.Expires.Add(-c.ahead(row.Expires.Sub(now), c.jitter()))
	if early := now.Add(sameTokenPause); same && c.refreshAt.Before(early) {
		c.refreshAt = early
	}
	c.row = row
	c.failures, c.failed, c.restTill = 0, nil, time.Time{}
}

// note remembers a failure, so that a crowd of callers costs the platform one call per pause: 1, 2,
// 4 … 60 s, each shortened by up to half by chance. The caller holds the mutex.
func (c *credential) note(err error) {
	pause := min(time.Second<<min(c.failures, 6), maxFailPause)
	c.failures++
	c.failed = err
	c.restTill = c.now().Add(pause - time.Duration(c.jitter()*float64(pause)/2))
	c.log.Warn("token refresh failed", "app_id", c.account, "key", c.key, "try", c.failures, "err", err)
}

// refresh finds a row that is not known to be refused: in the store, else from the platform. With
// ErrSameToken comes the refused row itself.
func (c *credential) refresh(ctx context.Context, good TokenRow) (TokenRow, error) {
	if c.store == nil {
		return c.ask(ctx)
	}
	stored, err := c.load(ctx)
	if err != nil {
		return c.ask(ctx)
	}
	if c.better(stored, good) {
		return stored, nil
	}
	lease, shared, err := c.lease(ctx, good)
	if err != nil {
		return TokenRow{}, err
	}
	if shared.Token != "" {
		return shared, nil
	}
	defer lease.release(ctx)
	if stored, err = c.load(ctx); err == nil && c.better(stored, good) {
		return stored, nil
	}
	row, err := c.ask(ctx)
	if err != nil {
		return row, err
	}
	return c.publish(ctx, stored.Token, row), nil
}

// better reports whether a stored row is worth more than the one in hand.
func (c *credential) better(stored, good TokenRow) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.usable(stored, c.now()) && stored.Token != good.Token && stored.Expires.After(good.Expires)
}

// ask fetches from the platform; a forced fetch follows only when a refused token comes back.
func (c *credential) ask(ctx context.Context) (TokenRow, error) {
	row, err := c.fetch(ctx, false)
	if err != nil || !c.isDead(row.Token) {
		return row, err
	}
	if !c.mayForce() {
		return row, ErrSameToken
	}
	forced, err := c.fetch(ctx, true)
	var limited *Error
	switch {
	case errors.As(err, &limited) && (limited.Class == ClassRate || limited.Class == ClassQuota):
		return row, ErrSameToken
	case err == nil && c.isDead(forced.Token):
		return forced, ErrSameToken
	}
	return forced, err
}

// mayForce keeps the forced refreshes apart: 30 s after the first, doubling up to two hours, and
// from the beginning after a day without.
func (c *credential) mayForce() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	since := now.Sub(c.forcedAt)
	if !c.canForce || !c.forcedAt.IsZero() && since < c.forcePause {
		return false
	}
	if c.forcePause == 0 || since > 24*time.Hour {
		c.forcePause = sameTokenPause
	} else {
		c.forcePause = min(2*c.forcePause, maxForcePause)
	}
	c.forcedAt = now
	return true
}
