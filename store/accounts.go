package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// KeepGone is how long the data of an account is kept whose folder is away.
const KeepGone = 30 * 24 * time.Hour

// ErrLive says that an account must be disabled, or its folder be away, before it is renamed or forgotten: its turns would
// write rows meanwhile.
var ErrLive = errors.New("store: the account is live; disable it first")

// Account is what is known of an account besides what happened to it.
type Account struct {
	Name  string
	AppID string // as AccountHere had it last

	Disabled   bool
	Forgetting bool      // ForgetAccount has begun
	ChangedAt  time.Time // when one of these two did; zero = never
	ChangedBy  Actor
	GoneAt     time.Time // when its folder went; zero = it is there
}

// The states of an account's row. The words are in the database.
const (
	stateEnabled    = ""
	stateDisabled   = "disabled"
	stateForgetting = "forgetting"
)

const (
	accountColumns = `SELECT account, app_id, state, changed_at, by, gone_at FROM accounts`
	allAccounts    = accountColumns + ` ORDER BY account`
	oneAccount     = accountColumns + ` WHERE account = ?`
	setState       = `INSERT INTO accounts (account, head, state, changed_at, by) VALUES (?, 0, ?, ?, ?)
	ON CONFLICT (account) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at, by = excluded.by`
	accountHere = `INSERT INTO accounts (account, head, app_id) VALUES (?, 0, ?)
	ON CONFLICT (account) DO UPDATE SET app_id = excluded.app_id, gone_at = NULL`
	accountGone = `UPDATE accounts SET gone_at = ? WHERE account = ? AND gone_at IS NULL`
)

func readAccounts(v reader, query string, args ...any) (accounts []Account, err error) {
	err = v.rows(query, args, func(scan func(...any) error) error {
		var a Account
		var state, by string
		var changed int64
		var gone *int64
		err := scan(&a.Name, &a.AppID, &state, &changed, &by, &gone)
		a.Disabled, a.Forgetting, a.ChangedBy = state == stateDisabled, state == stateForgetting, readActor(by)
		if changed > 0 {
			a.ChangedAt = time.UnixMilli(changed)
		}
		if gone != nil {
			a.GoneAt = time.UnixMilli(*gone)
		}
		accounts = append(accounts, a)
		return err
	})
	return accounts, err
}

// Accounts lists all accounts that anything is known of, by name.
func (s *Store) Accounts(ctx context.Context) ([]Account, error) {
	return readAccounts(s.committed(ctx), allAccounts)
}

// Account returns what is known of one account.
func (s *Store) Account(ctx context.Context, name string) (Account, bool, error) {
	return readAccount(s.committed(ctx), name)
}

func readAccount(v reader, name string) (Account, bool, error) {
	found, err := readAccounts(v, oneAccount, name)
	if err != nil || len(found) == 0 {
		return Account{Name: name}, false, err
	}
	return found[0], true, nil
}

// SetDisabled disables an account, or enables it, and says whether that changed anything.
func (s *Store) SetDisabled(ctx context.Context, name string, disabled bool, by Actor) (changed bool, err error) {
	if err := checkAccount(name); err != nil {
		return false, err
	}
	state, act := stateEnabled, "account.enable"
	if disabled {
		state, act = stateDisabled, "account.disable"
	}
	err = s.writer.do(ctx, true, func(b *batch) error {
		a, _, err := readAccount(b, name)
		switch {
		case err != nil:
			return err
		case a.Forgetting:
			return fmt.Errorf("store: the account %s is being forgotten", name)
		case a.Disabled == disabled:
			return nil
		}
		changed = true
		at := max(s.now().UnixMilli(), a.ChangedAt.UnixMilli()+1) // so that the Stamp is another one
		if err := b.exec(setState, name, state, at, by.String()); err != nil {
			return err
		}
		return s.noteAudit(b, AuditEntry{Account: name, Who: by, Act: act, Object: name})
	})
	return changed && err == nil, err
}

// AccountHere notes that the account's folder is there, and for which app_id. It writes only what is new.
func (s *Store) AccountHere(ctx context.Context, name, appID string) error {
	if err := checkAccount(name); err != nil {
		return err
	}
	a, known, err := s.Account(ctx, name)
	if err != nil || known && a.AppID == appID && a.GoneAt.IsZero() {
		return err
	}
	return s.writer.do(ctx, true, func(b *batch) error { return b.exec(accountHere, name, appID) })
}

// AccountGone notes that the account's folder is away. Prune forgets an account whose folder is away for KeepGone.
func (s *Store) AccountGone(ctx context.Context, name string) error {
	return s.writer.do(ctx, true, func(b *batch) error { return b.exec(accountGone, s.now().UnixMilli(), name) })
}

func checkAccount(name string) error {
	if name == "" || len(name) > maxAccount {
		return fmt.Errorf("%w: the name of an account has 1 to %d bytes", ErrTooLarge, maxAccount)
	}
	return nil
}
