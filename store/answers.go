package store

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// AnswerLife is how long an answer that came too late is kept (design.md §2.6).
const AnswerLife = 24 * time.Hour

// MaxAnswers bounds the answers kept for one fan; the oldest goes first.
const MaxAnswers = 20

const (
	findAnswer  = `SELECT 1 FROM answers WHERE account = ? AND openid = ? AND expires > ? LIMIT 1`
	findAnswers = `SELECT id, answer FROM answers WHERE account = ? AND openid = ? AND expires > ? ORDER BY id`
	keepAnswer  = `INSERT INTO answers (account, openid, id, answer, expires) VALUES (?, ?, ?, ?, ?)`
	spareAnswer = `DELETE FROM answers WHERE account = ? AND openid = ? AND id NOT IN
	(SELECT id FROM answers WHERE account = ? AND openid = ? ORDER BY id DESC LIMIT ?)`
	accountsKept = `SELECT DISTINCT account FROM answers`
	fansKept     = `SELECT DISTINCT openid FROM answers WHERE account = ? AND expires > ?`
	takeAnswer   = `DELETE FROM answers WHERE account = ? AND openid = ? AND id = ? AND expires > ?`
	editAnswer   = `UPDATE answers SET answer = ? WHERE account = ? AND openid = ? AND id = ? AND expires > ?`
	isAnswer     = `SELECT 1 FROM answers WHERE account = ? AND openid = ? AND id = ? AND expires > ?`
)

// KeepAnswer keeps a late answer for a fan, up to 24 hours; several are kept in order. It returns
// once the answer is on the disk.
func (s *Store) KeepAnswer(ctx context.Context, account, openid string, answer []byte) error {
	if len(answer) > MaxReply {
		return fmt.Errorf("%w: an answer may have %d bytes", ErrTooLarge, MaxReply)
	}
	return s.writer.do(ctx, true, func(b *batch) error { return s.keepAnswer(b, account, openid, answer) })
}

func (s *Store) keepAnswer(b *batch, account, openid string, answer []byte) error {
	if err := b.exec(keepAnswer, account, openid, s.newID(), present(answer), s.now().Add(AnswerLife).UnixMilli()); err != nil {
		return err
	}
	return b.exec(spareAnswer, account, openid, account, openid, MaxAnswers)
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

// AnsweredAccounts are the accounts of which an answer is kept for any fan.
func (s *Store) AnsweredAccounts(ctx context.Context) (map[string]bool, error) {
	all := map[string]bool{}
	err := s.committed(ctx).rows(accountsKept, nil, func(scan func(...any) error) error {
		var account string
		err := scan(&account)
		all[account] = true
		return err
	})
	return all, err
}

// KeptAnswer is an answer that is kept for a fan.
type KeptAnswer struct {
	ID     int64
	Answer []byte
}

// KeptAnswers are the answers kept for a fan, the oldest first.
func (s *Store) KeptAnswers(ctx context.Context, account, openid string) (all []KeptAnswer, err error) {
	err = s.committed(ctx).rows(findAnswers, []any{account, openid, s.now().UnixMilli()}, func(scan func(...any) error) error {
		var k KeptAnswer
		err := scan(&k.ID, &k.Answer)
		k.Answer = present(k.Answer)
		all = append(all, k)
		return err
	})
	return all, err
}

// TakeAnswer removes an answer that is kept for a fan. Of several takers one gets it, also of those that take with the
// end of a turn (Result.Take). It returns once that is on the disk.
func (s *Store) TakeAnswer(ctx context.Context, account, openid string, id int64) (ok bool, err error) {
	err = s.writer.do(ctx, true, func(b *batch) error {
		n, err := b.change(takeAnswer, account, openid, id, s.now().UnixMilli())
		ok = n > 0
		return err
	})
	return ok && err == nil, err
}

// ChangeAnswer puts an answer in place of one that is kept for a fan; false when that is gone. It keeps its place in the
// order and its end of life.
func (s *Store) ChangeAnswer(ctx context.Context, account, openid string, id int64, answer []byte) (ok bool, err error) {
	if len(answer) > MaxReply {
		return false, fmt.Errorf("%w: an answer may have %d bytes", ErrTooLarge, MaxReply)
	}
	err = s.writer.do(ctx, true, func(b *batch) error {
		n, err := b.change(editAnswer, present(answer), account, openid, id, s.now().UnixMilli())
		ok = n > 0
		return err
	})
	return ok && err == nil, err
}

// missing is ErrFetched when not all the answers that a turn is to take are there.
func (t *Turn) missing(b *batch, r Result) error {
	for _, id := range r.Take {
		var one int
		found, err := b.row(isAnswer, []any{t.key.Account, t.key.OpenID, id, t.store.now().UnixMilli()}, &one)
		if err != nil {
			return err
		}
		if !found {
			return ErrFetched
		}
	}
	return nil
}

// exchange takes and keeps the answers that a turn takes and keeps.
func (t *Turn) exchange(b *batch, r Result) error {
	for _, id := range r.Take {
		if err := b.exec(takeAnswer, t.key.Account, t.key.OpenID, id, t.store.now().UnixMilli()); err != nil {
			return err
		}
	}
	for _, answer := range r.Keep {
		if err := t.store.keepAnswer(b, t.key.Account, t.key.OpenID, answer); err != nil {
			return err
		}
	}
	return nil
}

func (r *Result) keepsTooMuch() bool {
	return slices.ContainsFunc(r.Keep, func(answer []byte) bool { return len(answer) > MaxReply })
}
