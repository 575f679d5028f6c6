package api

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// Pauses of a keeper. A forced stable_token is allowed 20 times a day and every 30 s at most
// (wechat-protocol §8); the doubling pause between forced fetches stays below both.
const (
	aheadTimeout   = 2 * time.Second
	sameTokenPause = 30 * time.Second
	maxForcePause  = 2 * time.Hour
	maxFailPause   = time.Minute
	maxDead        = 8
)

// keeper holds one credential that the platform issues for a limited time, an access_token or a
// ticket, and replaces it ahead of its end or when the platform refused it. The refresh runs on the
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
func (k *credential) get(ctx context.Context, stale string) (TokenRow, error) {
	for {
		v := k.look(Secret(stale))
		switch {
		case v.lead:
			return k.lead(ctx, v.row, stale != "")
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

// verdict is what one caller does now: take row or err, wait for the refresh in flight, or lead one;
// row is then what stays good should it fail.
type judgement struct {
	row  TokenRow
	err  error
	wait <-chan struct{}
	lead bool
}

func (k *credential) look(stale Secret) judgement {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	good := k.usable(k.row, now) && k.row.Token != stale
	resting := now.Before(k.restTill)
	switch {
	case good && (now.Before(k.refreshAt) || k.turn != nil || resting):
		return judgement{row: k.row}
	case k.turn != nil:
		return judgement{wait: k.turn}
	case stale != "" && k.row.Token == stale && now.Before(k.sameTill):
		return judgement{err: ErrSameToken}
	case resting && !good:
		return judgement{err: k.failed}
	}
	k.turn = make(chan struct{})
	k.bury(stale)
	if good {
		return judgement{row: k.row, lead: true}
	}
	return judgement{lead: true}
}

// usable reports whether a row is a live credential; the caller holds the mutex.
func (k *credential) usable(row TokenRow, now time.Time) bool {
	return row.Token != "" && now.Before(row.Expires) && !slices.Contains(k.dead, row.Token)
}

// bury remembers a refused credential, so that no store can bring it back; the caller holds the mutex.
func (k *credential) bury(token Secret) {
	if token == "" || slices.Contains(k.dead, token) {
		return
	}
	k.dead = append(k.dead, token)
	k.dead = k.dead[max(0, len(k.dead)-maxDead):]
}

func (k *credential) isDead(token Secret) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Contains(k.dead, token)
}

// lead does the refresh and tells the waiting callers.
func (k *credential) lead(ctx context.Context, good TokenRow, refused bool) (TokenRow, error) {
	work, cancel := ctx, context.CancelFunc(func() {})
	if good.Token != "" {
		work, cancel = context.WithTimeout(ctx, aheadTimeout)
	}
	row, err := k.refresh(work, good)
	cancel()
	k.mu.Lock()
	defer k.mu.Unlock()
	close(k.turn)
	k.turn = nil
	switch {
	case err == nil:
		k.accept(row)
		return row, nil
	case errors.Is(err, ErrSameToken):
		k.insist(row)
		if !refused {
			return row, nil
		}
	case ctx.Err() == nil:
		k.note(err)
	}
	if good.Token != "" {
		return good, nil
	}
	return TokenRow{}, err
}

// insist takes back a refused row because the platform has no other; the caller holds the mutex.
func (k *credential) insist(row TokenRow) {
	k.accept(row)
	k.dead = slices.DeleteFunc(k.dead, func(t Secret) bool { return t == row.Token })
	k.sameTill = k.now().Add(sameTokenPause)
}

// accept takes a fetched or shared row into memory; the caller holds the mutex.
func (k *credential) accept(row TokenRow) {
	now := k.now()
	same := row.Token == k.row.Token
	k.refreshAt = row.Expires.Add(-k.ahead(row.Expires.Sub(now), k.jitter()))
	if early := now.Add(sameTokenPause); same && k.refreshAt.Before(early) {
		k.refreshAt = early
	}
	k.row = row
	k.failures, k.failed, k.restTill = 0, nil, time.Time{}
}

// note remembers a failure, so that a crowd of callers costs the platform one call per pause: 1, 2,
// 4 … 60 s, each shortened by up to half by chance. The caller holds the mutex.
func (k *credential) note(err error) {
	pause := min(time.Second<<min(k.failures, 6), maxFailPause)
	k.failures++
	k.failed = err
	k.restTill = k.now().Add(pause - time.Duration(k.jitter()*float64(pause)/2))
	k.log.Warn("token refresh failed", "app_id", k.account, "key", k.key, "try", k.failures, "err", err)
}

// refresh finds a row that is not known to be refused: in the store, else from the platform. With
// ErrSameToken comes the refused row itself.
func (k *credential) refresh(ctx context.Context, good TokenRow) (TokenRow, error) {
	if k.store == nil {
		return k.ask(ctx)
	}
	stored, err := k.load(ctx)
	if err != nil {
		return k.ask(ctx)
	}
	if k.better(stored, good) {
		return stored, nil
	}
	lease, shared, err := k.lease(ctx, good)
	if err != nil {
		return TokenRow{}, err
	}
	if shared.Token != "" {
		return shared, nil
	}
	defer lease.release(ctx)
	if stored, err = k.load(ctx); err == nil && k.better(stored, good) {
		return stored, nil
	}
	row, err := k.ask(ctx)
	if err != nil {
		return row, err
	}
	return k.share(ctx, stored.Token, row), nil
}

// better reports whether a stored row is worth more than the one in hand.
func (k *credential) better(stored, good TokenRow) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.usable(stored, k.now()) && stored.Token != good.Token && stored.Expires.After(good.Expires)
}

// ask fetches from the platform; a forced fetch follows only when a refused token comes back.
func (k *credential) ask(ctx context.Context) (TokenRow, error) {
	row, err := k.fetch(ctx, false)
	if err != nil || !k.isDead(row.Token) {
		return row, err
	}
	if !k.mayForce() {
		return row, ErrSameToken
	}
	forced, err := k.fetch(ctx, true)
	var limited *Error
	switch {
	case errors.As(err, &limited) && (limited.Class == ClassRate || limited.Class == ClassQuota):
		return row, ErrSameToken
	case err == nil && k.isDead(forced.Token):
		return forced, ErrSameToken
	}
	return forced, err
}

// mayForce keeps the forced refreshes apart: 30 s after the first, doubling up to two hours, and
// from the beginning after a day without.
func (k *credential) mayForce() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	since := now.Sub(k.forcedAt)
	if !k.canForce || !k.forcedAt.IsZero() && since < k.forcePause {
		return false
	}
	if k.forcePause == 0 || since > 24*time.Hour {
		k.forcePause = sameTokenPause
	} else {
		k.forcePause = min(2*k.forcePause, maxForcePause)
	}
	k.forcedAt = now
	return true
}
