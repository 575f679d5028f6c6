package store

import (
	"context"
	"fmt"
	"time"
)

// What is kept of a fan's talk with a language model.
const (
	MaxHistory  = 16 << 10 // bytes
	HistoryLife = 24 * time.Hour
)

const (
	saveHistory   = `INSERT INTO histories (account, openid, value, expires) VALUES (?, ?, ?, ?) ON CONFLICT (account, openid) DO UPDATE SET value = excluded.value, expires = excluded.expires`
	deleteHistory = `DELETE FROM histories WHERE account = ? AND openid = ?`
	loadHistory   = `SELECT value FROM histories WHERE account = ? AND openid = ? AND expires > ?`
)

// History is what a fan and a language model said to each other; nil when nothing is kept.
func (s *Store) History(ctx context.Context, account, openid string) (value []byte, err error) {
	found, err := s.committed(ctx).row(loadHistory, []any{account, openid, s.now().UnixMilli()}, &value)
	if !found {
		return nil, err
	}
	return present(value), err
}

// KeepHistory keeps it for HistoryLife; nil forgets it. It returns once that is on the disk: the fan's next question may
// come to another process.
func (s *Store) KeepHistory(ctx context.Context, account, openid string, value []byte) error {
	if len(value) > MaxHistory {
		return fmt.Errorf("%w: a history may have %d bytes", ErrTooLarge, MaxHistory)
	}
	return s.writer.do(ctx, true, func(b *batch) error {
		if value == nil {
			return b.exec(deleteHistory, account, openid)
		}
		return b.exec(saveHistory, account, openid, value, s.now().Add(HistoryLife).UnixMilli())
	})
}
