package api

import (
	"context"
	"crypto/rand"
	"time"
)

// A lease keeps two processes from fetching at the same moment: with /cgi-bin/token they would end
// each other's tokens. It is a row beside the token's, taken by compare-and-set. A holder that died
// blocks nobody for longer than leaseLife, and nobody who still has a good token.
const (
	leaseLife = 15 * time.Second
	leasePoll = 200 * time.Millisecond
)

type lease struct {
	keeper *credential
	id     Secret
}

// load reads the shared row; a failing store is reported and else ignored.
func (k *credential) load(ctx context.Context) (TokenRow, error) {
	row, err := k.store.LoadToken(ctx, k.key)
	if err != nil {
		k.storeFailed(err)
	}
	return row, err
}

func (k *credential) storeFailed(err error) {
	k.log.Warn("token store failed, going on with the token in memory", "app_id", k.account, "key", k.key, "err", maskError(err.Error()))
}

// share writes a fetched row and settles a race: whoever asked the platform last holds the token that
// lives longest, so the later row stays.
func (k *credential) share(ctx context.Context, stale Secret, row TokenRow) TokenRow {
	for range 2 {
		now, err := k.store.SwapToken(ctx, k.key, stale.Reveal(), row)
		if err != nil {
			k.storeFailed(err)
			return row
		}
		if now.Token == row.Token || k.better(now, row) {
			return now
		}
		stale = now.Token
	}
	return row
}

// lease takes the right to fetch. While another process has it, a keeper with a good row gives up for
// now (shared is that row), the others wait for what the holder shares.
func (k *credential) lease(ctx context.Context, good TokenRow) (l *lease, shared TokenRow, err error) {
	mine := Secret(rand.Text())
	for waited := time.Duration(0); ; waited += leasePoll {
		free, err := k.tryLease(ctx, mine)
		if free || err != nil {
			return &lease{k, mine}, TokenRow{}, nil
		}
		if good.Token != "" {
			return nil, good, nil
		}
		if waited >= k.leaseWait {
			return nil, TokenRow{}, nil
		}
		if err := k.sleep(ctx, leasePoll); err != nil {
			return nil, TokenRow{}, err
		}
		if row, err := k.load(ctx); err == nil && k.better(row, good) {
			return nil, row, nil
		}
	}
}

func (k *credential) tryLease(ctx context.Context, mine Secret) (bool, error) {
	key := k.key + ":lease"
	held, err := k.store.LoadToken(ctx, key)
	if err != nil {
		k.storeFailed(err)
		return false, err
	}
	now := k.now()
	if held.Token != "" && now.Before(held.Expires) {
		return false, nil
	}
	got, err := k.store.SwapToken(ctx, key, held.Token.Reveal(), TokenRow{mine, now.Add(leaseLife)})
	if err != nil {
		k.storeFailed(err)
		return false, err
	}
	return got.Token == mine, nil
}

// release ends the lease at once. It does so even for a caller who gave up meanwhile.
func (l *lease) release(ctx context.Context) {
	if l == nil {
		return
	}
	k := l.keeper
	ended := TokenRow{l.id, k.now().Add(-time.Second)}
	if _, err := k.store.SwapToken(context.WithoutCancel(ctx), k.key+":lease", l.id.Reveal(), ended); err != nil {
		k.storeFailed(err)
	}
}
