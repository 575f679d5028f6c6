package store

import (
	"context"
	"time"
)

// ClaimLife is how long a claim on a message holds, finished or not (design.md §2.4: ten minutes).
const ClaimLife = 10 * time.Minute

// Claim is one message that a turn has claimed.
type Claim struct {
	Account  string
	Key      [16]byte
	OpenID   string
	At       time.Time // when the turn began
	Expires  time.Time
	Finished bool // false: the turn still runs, here or in another process, or was interrupted
	Reply    []byte
}

const (
	claimColumns = `SELECT account, key, openid, began, expires, finished, reply FROM claims WHERE `
	claimsSince  = claimColumns + `began >= ? AND expires > ? ORDER BY began`
	oneClaim     = claimColumns + `account = ? AND key = ? AND expires > ?`
)

// Claims returns the claims of turns that began at since or later and still hold, oldest first: after
// a restart, the replies to give again and the turns that were interrupted.
func (s *Store) Claims(ctx context.Context, since time.Time) (claims []Claim, err error) {
	err = s.committed(ctx).rows(claimsSince, []any{since.UnixMilli(), s.now().UnixMilli()}, func(scan func(...any) error) error {
		c, err := scanClaim(scan)
		claims = append(claims, c)
		return err
	})
	return claims, err
}

// Claim looks at one claim; ok is false when nobody holds the message.
func (s *Store) Claim(ctx context.Context, account string, key [16]byte) (c Claim, ok bool, err error) {
	err = s.committed(ctx).rows(oneClaim, []any{account, key[:], s.now().UnixMilli()}, func(scan func(...any) error) error {
		c, err = scanClaim(scan)
		ok = true
		return err
	})
	return c, ok && err == nil, err
}

func scanClaim(scan func(...any) error) (c Claim, err error) {
	var key []byte
	var began, expires int64
	if err := scan(&c.Account, &key, &c.OpenID, &began, &expires, &c.Finished, &c.Reply); err != nil {
		return Claim{}, err
	}
	copy(c.Key[:], key)
	c.At, c.Expires = time.UnixMilli(began), time.UnixMilli(expires)
	return c, nil
}
