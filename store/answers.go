package store

import (
	"context"
	"fmt"
	"time"
)

// AnswerLife is how long an answer that came too late is kept (design.md §2.6).
const AnswerLife = 24 * time.Hour

// MaxAnswers bounds the answers kept for one fan; the oldest goes first.
const MaxAnswers = 20

const (
	findAnswer  = `SELECT 1 FROM answers WHERE account = ? AND openid = ? AND expires > ? LIMIT 1`
	keepAnswer  = `INSERT INTO answers (account, openid, id, answer, expires) VALUES (?, ?, ?, ?, ?)`
	spareAnswer = `DELETE FROM answers WHERE account = ? AND openid = ? AND id NOT IN
	(SELECT id FROM answers WHERE account = ? AND openid = ? ORDER BY id DESC LIMIT ?)`
	fansKept   = `SELECT DISTINCT openid FROM answers WHERE account = ? AND expires > ?`
	takeAnswer = `DELETE FROM answers WHERE account = ? AND openid = ? AND id =
	(SELECT min(id) FROM answers WHERE account = ? AND openid = ? AND expires > ?) RETURNING answer`
)

// KeepAnswer keeps a late answer for a fan, up to 24 hours; several are kept in order. It returns
// once the answer is on the disk.
func (s *Store) KeepAnswer(ctx context.Context, account, openid string, answer []byte) error {
	if len(answer) > MaxReply {
		return fmt.Errorf("%w: an answer may have %d bytes", ErrTooLarge, MaxReply)
	}
	return s.writer.do(ctx, true, func(b *batch) error {
		if err := b.exec(keepAnswer, account, openid, s.newID(), present(answer), s.now().Add(AnswerLife).UnixMilli()); err != nil {
			return err
		}
		return b.exec(spareAnswer, account, openid, account, openid, MaxAnswers)
	})
}

// HasAnswer reports whether an answer is kept for a fan.
func (s *Store) HasAnswer(ctx context.Context, account, openid string) (bool, error) {
	var one int
	return s.committed(ctx).row(findAnswer, []any{account, openid, s.now().UnixMilli()}, &one)
}

// AnsweredFans names the fans of an account for whom an answer is kept.
func (s *Store) AnsweredFans(ctx context.Context, account string, add func(openid string)) error {
	return s.committed(ctx).rows(fansKept, []any{account, s.now().UnixMilli()}, func(scan func(...any) error) error {
		var openid string
		err := scan(&openid)
		add(openid)
		return err
	})
}

// TakeAnswer removes and returns the oldest answer kept for a fan. Of several takers one gets it. It
// returns once that is on the disk, so that an answer is never given twice.
func (s *Store) TakeAnswer(ctx context.Context, account, openid string) (answer []byte, ok bool, err error) {
	// Most fans have none: do not trouble the writer for them.
	if ok, err = s.HasAnswer(ctx, account, openid); err != nil || !ok {
		return nil, false, err
	}
	now := s.now().UnixMilli()
	err = s.writer.do(ctx, true, func(b *batch) error {
		ok, err = b.row(takeAnswer, []any{account, openid, account, openid, now}, &answer)
		return err
	})
	if err != nil || !ok {
		return nil, false, err
	}
	return present(answer), true, nil
}
