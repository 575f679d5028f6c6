package store

import (
	"context"
	"errors"
	"fmt"
)

// MaxRename is how many rows an account may have to be renamed: they move in one transaction, for which all others wait
// about two seconds at that many.
const MaxRename = 100_000

// ErrTaken says that an account cannot have a name because something is kept under it.
var ErrTaken = errors.New("store: something is kept of an account with that name")

// errStirred says that messages came while the account was renamed.
var errStirred = errors.New("store: messages of the account still come; no process may run its turns while it is renamed")

const (
	accountHead   = `SELECT head FROM accounts WHERE account = ?`
	renameMessage = `UPDATE messages SET account = ? WHERE id = ?`
)

// RenameAccount moves every row of an account to another name, in one transaction. The audit stays as it was written. The
// errors are ErrLive as with ForgetAccount, ErrTaken when anything is kept under the new name, ErrTooLarge for more than
// MaxRename rows.
func (s *Store) RenameAccount(ctx context.Context, from, to string, by Actor) error {
	if err := checkAccount(to); err != nil {
		return err
	}
	if err := s.Flush(ctx); err != nil {
		return err
	}
	var head int64
	if _, err := s.committed(ctx).row(accountHead, []any{from}, &head); err != nil {
		return err
	}
	var messages []any
	err := s.walkMessages(ctx, from, func(ids [][]any) error {
		for _, id := range ids {
			messages = append(messages, id[0])
		}
		if len(messages) > MaxRename {
			return tooManyRows(from)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.writer.do(ctx, true, func(b *batch) error {
		if err := mayRename(b, from, to, head, len(messages)); err != nil {
			return err
		}
		b.known.forget()
		for _, t := range owned() {
			if t.accountForgets == byWalk {
				continue
			}
			if err := b.exec(`UPDATE `+t.name+` SET account = ? WHERE account = ?`, to, from); err != nil {
				return err
			}
		}
		for _, id := range messages {
			if err := b.exec(renameMessage, to, id); err != nil {
				return err
			}
		}
		return s.noteAudit(b, AuditEntry{Account: to, Who: by, Act: "account.rename", Object: from + " " + to})
	})
}

// mayRename looks at everything that could be in the way, before the first row moves.
func mayRename(b *batch, from, to string, head int64, messages int) error {
	a, known, err := readAccount(b, from)
	switch {
	case err != nil:
		return err
	case !known || a.Forgetting || !a.Disabled && a.GoneAt.IsZero():
		return fmt.Errorf("%w: %s", ErrLive, from)
	}
	var now int64
	if _, err := b.row(accountHead, []any{from}, &now); err != nil {
		return err
	}
	if now != head {
		return errStirred
	}
	rows := messages
	for _, t := range owned() {
		if t.accountForgets == byWalk {
			continue
		}
		var some, taken int
		count := `SELECT count(*) FROM (SELECT 1 FROM ` + t.name + ` WHERE account = ? LIMIT ?) AS some`
		if _, err := b.row(count, []any{from, MaxRename + 1}, &some); err != nil {
			return err
		}
		if _, err := b.row(count, []any{to, 1}, &taken); err != nil {
			return err
		}
		if taken > 0 {
			return fmt.Errorf("%w: %s", ErrTaken, to)
		}
		rows += some
	}
	if rows > MaxRename {
		return tooManyRows(from)
	}
	return nil
}

func tooManyRows(account string) error {
	return fmt.Errorf("%w: %s has more than %d rows, which do not move in one transaction", ErrTooLarge, account, MaxRename)
}
