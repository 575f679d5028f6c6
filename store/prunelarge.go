package store

import (
	"context"
	"errors"
)

// pruneLarge removes what takes longer to find.
func (s *Store) pruneLarge(ctx context.Context, r Retention, p *Pruned) (err error) {
	if p.Audit, err = s.pruneAudit(ctx); err != nil {
		return err
	}
	if p.Accounts, err = s.pruneAccounts(ctx); err != nil {
		return err
	}
	if err := s.forgetMasked(ctx); err != nil {
		return err
	}
	if p.Messages, err = s.pruneRecords(ctx, r); err != nil {
		return err
	}
	if p.Traces, err = s.pruneTraces(ctx, r); err != nil {
		return err
	}
	return s.pruneBuilds(ctx, r)
}

// pruneAccounts forgets accounts whose folder is away for too long, and goes on with those that were being forgotten.
func (s *Store) pruneAccounts(ctx context.Context) (gone int64, err error) {
	accounts, err := s.Accounts(ctx)
	if err != nil {
		return 0, err
	}
	until := s.now().Add(-KeepGone)
	for _, a := range accounts {
		if !a.Forgetting && (a.GoneAt.IsZero() || a.GoneAt.After(until)) {
			continue
		}
		s.log.Info("forgetting an account", "account", a.Name)
		switch err := s.ForgetAccount(ctx, a.Name, Actor{}); {
		case errors.Is(err, ErrLive): // it is back
		case err != nil:
			return gone, err
		default:
			gone++
		}
	}
	return gone, nil
}

func (s *Store) pruneBuilds(ctx context.Context, r Retention) error {
	var accounts []string
	err := s.committed(ctx).rows(buildsOf, nil, func(scan func(...any) error) error {
		var account string
		err := scan(&account)
		accounts = append(accounts, account)
		return err
	})
	if err != nil {
		return err
	}
	for _, account := range accounts {
		var held []string
		if r.Held != nil {
			held = r.Held(account)
		}
		if err := s.TrimBuilds(ctx, account, held); err != nil {
			return err
		}
	}
	return nil
}
