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

// RenameAccount moves every row of an account to another name, in one transaction. Records know the account by its number,
// so none of them is touched. The audit stays as it was written. The errors are ErrLive as with ForgetAccount, ErrTaken when
// anything is kept under the new name, ErrTooLarge for more than MaxRename rows.
func (s *Store) RenameAccount(ctx context.Context, from, to string, by Actor) error {
	if err := checkAccount(to); err != nil {
		return err
	}
	if err := s.Flush(ctx); err != nil {
		return err
	}
	if err := s.moveRecords(ctx); err != nil {
		return err
	}
	r := renaming{from: from, to: to}
	return s.writer.do(ctx, true, func(b *batch) error {
		if err := r.check(b); err != nil {
			return err
		}
		b.tail.forget()
		if err := r.move(b); err != nil {
			return err
		}
		return s.noteAudit(b, AuditEntry{Account: to, Who: by, Act: "account.rename", Object: from + " " + to})
	})
}

// renaming is an account that gets another name.
type renaming struct{ from, to string }

// check looks at everything that could be in the way, before the first row moves.
func (r *renaming) check(b *batch) error {
	a, known, err := readAccount(b, r.from)
	switch {
	case err != nil:
		return err
	case !known || a.Forgetting || !a.Disabled && a.GoneAt.IsZero():
		return fmt.Errorf("%w: %s", ErrLive, r.from)
	}
	rows := 0
	for _, t := range owned() {
		var some, taken int
		count := `SELECT count(*) FROM (SELECT 1 FROM ` + t.name + ` WHERE account = ? LIMIT ?) AS some`
		if _, err := b.row(count, []any{r.from, MaxRename + 1}, &some); err != nil {
			return err
		}
		if _, err := b.row(count, []any{r.to, 1}, &taken); err != nil {
			return err
		}
		if taken > 0 {
			return fmt.Errorf("%w: %s", ErrTaken, r.to)
		}
		rows += some
	}
	if rows > MaxRename {
		return r.tooLarge()
	}
	return nil
}

func (r *renaming) move(b *batch) error {
	for _, t := range owned() {
		if err := b.exec(`UPDATE `+t.name+` SET account = ? WHERE account = ?`, r.to, r.from); err != nil {
			return err
		}
	}
	return nil
}

func (r *renaming) tooLarge() error {
	return fmt.Errorf("%w: %s has more than %d rows, which do not move in one transaction", ErrTooLarge, r.from, MaxRename)
}
