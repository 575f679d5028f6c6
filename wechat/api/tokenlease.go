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
	of *credential
	id Secret
}

// load reads the shared row; a failing store is reported and else ignored.
func (c *credential) load(ctx context.Context) (TokenRow, error) {
	row, err := c.store.LoadToken(ctx, c.key)
	if err != nil {
		c.storeFailed(err)
	}
	return row, err
}

func (c *credential) storeFailed(err error) {
	c.log.Warn("token store failed, going on with the token in memory", "app_id", c.account, "key", c.key, "err", maskError(err.Error()))
}

// publish writes a fetched row and settles a race: whoever asked the platform last holds the token that
// lives longest, so the later row stays.
func (c *credential) publish(ctx context.Context, stale Secret, row TokenRow) TokenRow {
	for range 2 {
		now, err := c.store.SwapToken(ctx, c.key, stale.Reveal(), row)
		if err != nil {
			c.storeFailed(err)
			return row
		}
		if now.Token == row.Token || c.better(now, row) {
			return now
		}
		stale = now.Token
	}
	return row
}

// lease takes the right to fetch. While another process has it, a caller with a good row gives up for
// now (shared is that row), the others wait for what the holder shares.
func (c *credential) lease(ctx context.Context, good TokenRow) (l *lease, shared TokenRow, err error) {
	mine := Secret(rand.Text())
	for waited := time.Duration(0); ; waited += leasePoll {
		free, err := c.tryLease(ctx, mine)
		if free || err != nil {
			return &lease{c, mine}, TokenRow{}, nil
		}
		if good.Token != "" {
			return nil, good, nil
		}
		if waited >= c.leaseWait {
			return nil, TokenRow{}, nil
		}
		if err := c.sleep(ctx, leasePoll); err != nil {
			return nil, TokenRow{}, err
		}
		if row, err := c.load(ctx); err == nil && c.better(row, good) {
			return nil, row, nil
		}
	}
}

func (c *credential) tryLease(ctx context.Context, mine Secret) (bool, error) {
	key := c.key + ":lease"
	held, err := c.store.LoadToken(ctx, key)
	if err != nil {
		c.storeFailed(err)
		return false, err
	}
	now := c.now()
	if held.Token != "" && now.Before(held.Expires) {
		return false, nil
	}
	got, err := c.store.SwapToken(ctx, key, held.Token.Reveal(), TokenRow{mine, now.Add(leaseLife)})
	if err != nil {
		c.storeFailed(err)
		return false, err
	}
	return got.Token == mine, nil
}

// release ends the lease at once. It does so even for a caller who gave up meanwhile.
func (l *lease) release(ctx context.Context) {
	if l == nil {
		return
	}
	c := l.of
	ended := TokenRow{l.id, c.now().Add(-time.Second)}
	if _, err := c.store.SwapToken(context.WithoutCancel(ctx), c.key+":lease", l.id.Reveal(), ended); err != nil {
		c.storeFailed(err)
	}
}
