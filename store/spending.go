package store

import (
	"context"
	"time"
)

// Spending is what a language model was asked on one day.
type Spending struct{ Tokens, Asked int64 }

// SpendingKey says whose tokens are counted: those of a fan count for the account too.
type SpendingKey struct {
	Account, OpenID string // OpenID "" = nobody's, the account's only
	Day             int64  // yyyymmdd in the account's time zone
}

// SpendingBounds are how many tokens a fan, and an account, may have on one day.
type SpendingBounds struct{ Fan, Account int64 }

// keepSpendings is for how many days tokens are kept, so that an operator sees what a month has cost.
const keepSpendings = 40

const (
	readSpending = `SELECT tokens, asked FROM spendings WHERE account = ? AND day = ? AND openid = ?`
	addSpending  = `INSERT INTO spendings (account, day, openid, tokens, asked) VALUES (?, ?, ?, ?, ?)
	ON CONFLICT (account, day, openid) DO UPDATE SET tokens = max(0, spendings.tokens + excluded.tokens), asked = spendings.asked + excluded.asked`
	forgetSpendings = `DELETE FROM spendings WHERE account = ? AND openid = ?`
)

// ReserveTokens counts tokens that a question may take, for the fan and for the account, unless one of them would have
// more than it may; then whose says which: "fan" or "account". Of several processes that reserve at once none takes what
// another has. It returns once that is on the disk, so that a process that dies leaves no question uncounted.
func (s *Store) ReserveTokens(ctx context.Context, k SpendingKey, tokens int64, most SpendingBounds) (whose string, err error) {
	err = s.writer.do(ctx, true, func(b *batch) error {
		whose = ""
		bounds := []struct {
			openid, whose string
			most          int64
		}{{"", "account", most.Account}, {k.OpenID, "fan", most.Fan}}
		if k.OpenID == "" {
			bounds = bounds[:1]
		}
		for _, bound := range bounds {
			used, err := spendingOf(b, k, bound.openid)
			if err != nil {
				return err
			}
			if used.Tokens+tokens > bound.most {
				whose = bound.whose
				return nil
			}
		}
		return k.add(b, Spending{tokens, 1})
	})
	return whose, err
}

// SettleTokens corrects what ReserveTokens has counted by the difference to what was used.
func (s *Store) SettleTokens(ctx context.Context, k SpendingKey, difference int64) error {
	if difference == 0 {
		return nil
	}
	return s.writer.do(ctx, true, func(b *batch) error { return k.add(b, Spending{difference, 0}) })
}

func (k SpendingKey) add(b *batch, t Spending) error {
	openids := []string{"", k.OpenID}
	if k.OpenID == "" {
		openids = openids[:1]
	}
	for _, openid := range openids {
		if err := b.exec(addSpending, k.Account, k.Day, openid, t.Tokens, t.Asked); err != nil {
			return err
		}
	}
	return nil
}

// SpendingOf is what was counted on a day, for a fan or, for "", for the account.
func (s *Store) SpendingOf(ctx context.Context, k SpendingKey) (Spending, error) {
	return spendingOf(s.committed(ctx), k, k.OpenID)
}

func spendingOf(v reader, k SpendingKey, openid string) (t Spending, err error) {
	_, err = v.row(readSpending, []any{k.Account, k.Day, openid}, &t.Tokens, &t.Asked)
	return t, err
}

// spendingsEnd is the last day whose tokens are not kept any more.
func (s *Store) spendingsEnd() int64 {
	return SpendingDay(s.now().UTC().AddDate(0, 0, -keepSpendings-1))
}

// SpendingDay is the day of a time, in its zone.
func SpendingDay(t time.Time) int64 {
	year, month, day := t.Date()
	return int64(year*10_000 + int(month)*100 + day)
}
