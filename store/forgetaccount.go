package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

const (
	dropBuilds = `UPDATE builds SET state = 'dropping' WHERE account = ?`
	forgetRow  = `DELETE FROM accounts WHERE account = ?`
	forgetMenu = `DELETE FROM menus WHERE app_id = ? AND NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.app_id = menus.app_id)`
)

// ForgetAccount removes all rows of an account, in small steps that give way to other writes, and returns once that is on
// the disk. What is interrupted in the middle, the next call or Prune ends. Only the audit stays, and of an account whose folder is there that it is
// disabled, so that the folder does not come to life, whenever a process is killed. The error is ErrLive
// unless the account is disabled or its folder away: no process may run its turns.
func (s *Store) ForgetAccount(ctx context.Context, name string, by Actor) error {
	if err := s.Flush(ctx); err != nil {
		return err
	}
	if err := s.moveRecords(ctx); err != nil {
		return err
	}
	var a Account
	err := s.writer.do(ctx, true, func(b *batch) (err error) {
		if a, _, err = readAccount(b, name); err != nil {
			return err
		}
		switch {
		case a.Forgetting: // it goes on
			return nil
		case !a.Disabled && a.GoneAt.IsZero():
			return fmt.Errorf("%w: %s", ErrLive, name)
		}
		if err := b.exec(setState, name, stateForgetting, s.now().UnixMilli(), by.String()); err != nil {
			return err
		}
		return s.noteAudit(b, AuditEntry{Account: name, Who: by, Act: "account.forget", Object: name})
	})
	if err != nil {
		return err
	}
	for _, t := range owned() {
		if err := s.forgetRows(ctx, t, name); err != nil {
			return fmt.Errorf("forget %s: %s: %w", name, t.name, err)
		}
	}
	if err := s.forgetRecords(ctx, name); err != nil {
		return fmt.Errorf("forget %s: records: %w", name, err)
	}
	return s.writer.do(ctx, true, func(b *batch) error {
		b.tail.forget()
		if err := b.exec(forgetRow, name); err != nil {
			return err
		}
		if err := b.exec(forgetMedia, a.AppID); err != nil {
			return err
		}
		if err := b.exec(forgetMenu, a.AppID); err != nil || !a.GoneAt.IsZero() {
			return err
		}
		return b.exec(setState, name, stateDisabled, max(s.now().UnixMilli(), a.ChangedAt.UnixMilli()+1), "")
	})
}

// forgetRows removes the rows of an account from one table.
func (s *Store) forgetRows(ctx context.Context, t table, account string) error {
	switch t.accountForgets {
	case byRows:
		return s.removeByKey(ctx, t, account)
	case byBuilds:
		return s.forgetBuilds(ctx, account)
	}
	return nil
}

// removeByKey removes the rows of an account, some at a time.
func (s *Store) removeByKey(ctx context.Context, t table, account string) error {
	if len(t.key) == 0 {
		return s.writer.do(ctx, true, func(b *batch) error { return b.exec(`DELETE FROM `+t.name+` WHERE account = ?`, account) })
	}
	find := `SELECT ` + strings.Join(t.key, ", ") + ` FROM ` + t.name + ` WHERE account = ? LIMIT ?`
	remove := `DELETE FROM ` + t.name + ` WHERE account = ? AND ` + strings.Join(t.key, " = ? AND ") + ` = ?`
	for {
		var keys [][]any
		err := s.committed(ctx).rows(find, []any{account, pruneStep}, func(scan func(...any) error) error {
			key, into := make([]any, 1+len(t.key)), make([]any, len(t.key))
			key[0] = account
			for i := range into {
				into[i] = &key[1+i]
			}
			keys = append(keys, key)
			return scan(into...)
		})
		if err != nil || len(keys) == 0 {
			return err
		}
		if _, err := s.remove(ctx, expiry{remove: remove}, keys); err != nil {
			return err
		}
	}
}

// errSaved says that builds of an account that is forgotten are still saved.
var errSaved = errors.New("store: builds of the account are still saved")

func (s *Store) forgetBuilds(ctx context.Context, account string) error {
	for range saveTries {
		err := s.writer.do(ctx, true, func(b *batch) error { return b.exec(dropBuilds, account) })
		if err != nil {
			return err
		}
		if _, err := s.clearDropping(ctx, account); err != nil {
			return err
		}
		left, err := readBuilds(s.committed(ctx), allBuilds, account)
		if err != nil || len(left) == 0 {
			return err
		}
	}
	return errSaved
}
