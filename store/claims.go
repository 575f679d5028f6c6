package store

import (
	"context"
	"time"
)

// ClaimLife is how long a claim on a message holds, finished or not (design.md §2.4: ten minutes). Within it
// only a dead process's claim is taken over.
const ClaimLife = 10 * time.Minute

// The states of a claim. The numbers are in the database.
const (
	claimRuns    = iota // the turn runs and has changed nothing
	claimActed          // it has written, or acted in a way that others can see
	claimDone           // the reply is there
	claimGiven          // another process than the owner has given the reply
	claimSettled        // the owner has sent the reply by another way, or knows that it was given
	claimAsks           // no message: it stands beside the claim of a turn, and its reply is what others of the fan are told
)

// Claim is one message that a turn has claimed.
type Claim struct {
	Account  string
	Key      [16]byte
	OpenID   string
	At       time.Time // when it was claimed
	Acted    bool      // it has changed something, and is not run again
	Finished bool      // false: the turn still runs, here or in another process, or was interrupted
	Reply    []byte

	owner owner
	state int64
}

// owner is whose a claim is.
type owner struct{ node, epoch, turn int64 }

const (
	claimColumns = `SELECT account, key, fan, began, state, reply, node, epoch, turn FROM claims WHERE `
	claimsSince  = claimColumns + `began >= ? AND began > ? AND state < 5 ORDER BY began`
	actedSince   = claimColumns + `state = 1 AND began >= ? AND began > ? ORDER BY began`
	oneClaim     = claimColumns + `account = ? AND key = ? AND began > ?`
	abandonClaim = `UPDATE claims SET state = 4, seq = NULL WHERE account = ? AND key = ? AND node = ? AND epoch = ? AND turn = ? AND state = 1`
)

// outlived is when a claim that has just run out began.
func (s *Store) outlived() int64 { return s.now().Add(-ClaimLife).UnixMilli() }

// Claims returns the claims made at since or later that still hold, oldest first: after a restart, the
// replies to give again and the turns that were interrupted.
func (s *Store) Claims(ctx context.Context, since time.Time) ([]Claim, error) {
	return s.claims(ctx, claimsSince, since)
}

// Unfinished returns those of Claims whose turns have acted and not finished.
func (s *Store) Unfinished(ctx context.Context, since time.Time) ([]Claim, error) {
	return s.claims(ctx, actedSince, since)
}

func (s *Store) claims(ctx context.Context, query string, since time.Time) (claims []Claim, err error) {
	err = s.committed(ctx).rows(query, []any{since.UnixMilli(), s.outlived()}, func(scan func(...any) error) error {
		c, err := scanClaim(scan)
		claims = append(claims, c)
		return err
	})
	return claims, err
}

// Claim looks at one claim; ok is false when nobody holds the message.
func (s *Store) Claim(ctx context.Context, account string, key [16]byte) (c Claim, ok bool, err error) {
	return findClaim(s.committed(ctx), account, key, s.outlived())
}

func findClaim(v reader, account string, key [16]byte, outlived int64) (c Claim, ok bool, err error) {
	err = v.rows(oneClaim, []any{account, key[:], outlived}, func(scan func(...any) error) error {
		c, err = scanClaim(scan)
		ok = true
		return err
	})
	return c, ok && err == nil, err
}

// Abandon ends the claim of a turn that was interrupted after it had acted, because its process is gone. Of
// several processes that find it, one gets true.
func (s *Store) Abandon(ctx context.Context, c Claim) (abandoned bool, err error) {
	err = s.writer.do(ctx, true, func(b *batch) error {
		gone, err := s.node.gone(b, c.owner.node, c.owner.epoch)
		if err != nil || !gone {
			return err
		}
		n, err := b.change(abandonClaim, c.Account, c.Key[:], c.owner.node, c.owner.epoch, c.owner.turn)
		abandoned = n == 1
		return err
	})
	return abandoned && err == nil, err
}

func scanClaim(scan func(...any) error) (c Claim, err error) {
	var key []byte
	var began int64
	o := &c.owner
	if err := scan(&c.Account, &key, &c.OpenID, &began, &c.state, &c.Reply, &o.node, &o.epoch, &o.turn); err != nil {
		return Claim{}, err
	}
	copy(c.Key[:], key)
	c.At, c.Acted, c.Finished = time.UnixMilli(began), c.state >= claimActed, c.state >= claimDone
	return c, nil
}
