package store

import "context"

// AccountRow is what the rows say of an account: what an operator has decided, and which build is live.
type AccountRow struct {
	Account
	Current
	Hash string // of the live build; "" = none is
}

const (
	liveBuilds = `SELECT c.account, c.build, c.seq, c.pinned_over, b.hash FROM current c LEFT JOIN builds b ON b.account = c.account AND b.id = c.build`
	stampRows  = `SELECT (SELECT coalesce(sum(seq), 0) FROM current), (SELECT coalesce(sum(changed_at), 0) FROM accounts),
	(SELECT count(*) FROM current), (SELECT count(*) FROM accounts WHERE changed_at > 0)`
)

// Stamp is another one whenever an operator has decided anything of an account, or another build is live: then AccountRows
// has something new.
type Stamp [4]int64

// Stamp reads the stamp, which costs some milliseconds at ten thousand accounts.
func (s *Store) Stamp(ctx context.Context) (p Stamp, err error) {
	_, err = s.committed(ctx).row(stampRows, nil, &p[0], &p[1], &p[2], &p[3])
	return p, err
}

// AccountRows returns where all accounts stand that anything is known of, by name.
func (s *Store) AccountRows(ctx context.Context) (map[string]AccountRow, error) {
	accounts, err := s.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	all := make(map[string]AccountRow, len(accounts))
	for _, a := range accounts {
		all[a.Name] = AccountRow{Account: a}
	}
	err = s.committed(ctx).rows(liveBuilds, nil, func(scan func(...any) error) error {
		var name string
		var c Current
		var hash []byte
		if err := scan(&name, &c.Build, &c.Seq, &c.PinnedOver, &hash); err != nil {
			return err
		}
		one := all[name]
		one.Name, one.Current, one.Hash = name, c, hashText(hash)
		all[name] = one
		return nil
	})
	return all, err
}
