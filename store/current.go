package store

import (
	"context"
	"fmt"
)

// Current says which build of an account is live.
type Current struct {
	Build string // "" = none yet
	// Seq grows with every change; 0 = there was none yet.
	Seq int64
	// PinnedOver is the hash of the folder that was gone back from: as long as the folder has that hash, it is not
	// followed. "" = the folder is followed.
	PinnedOver string
}

const (
	loadCurrent = `SELECT build, seq, pinned_over FROM current WHERE account = ?`
	saveCurrent = `INSERT INTO current (account, build, seq, pinned_over) VALUES (?, ?, ?, ?)
	ON CONFLICT (account) DO UPDATE SET build = excluded.build, seq = excluded.seq, pinned_over = excluded.pinned_over`
	maxPin = 256 // bytes
)

func readCurrent(v reader, account string) (c Current, ok bool, err error) {
	ok, err = v.row(loadCurrent, []any{account}, &c.Build, &c.Seq, &c.PinnedOver)
	return c, ok, err
}

// Current returns which build of an account is live; the zero Current when none was yet.
func (s *Store) Current(ctx context.Context, account string) (Current, error) {
	c, _, err := readCurrent(s.committed(ctx), account)
	return c, err
}

// SetCurrent makes another build live, if the change that next.Seq numbers is the last one still, and returns what is live
// afterwards, once that is on the disk. Rolling back is to set PinnedOver to the hash of the folder that is there; it
// outlives restarts, and ends with Follow or with another SetCurrent. The error is ErrNoBuild when the account has no such
// build.
func (s *Store) SetCurrent(ctx context.Context, account string, next Current, by Actor) (now Current, set bool, err error) {
	if len(next.PinnedOver) > maxPin {
		return Current{}, false, fmt.Errorf("%w: a hash may have %d bytes", ErrTooLarge, maxPin)
	}
	same := func(now Current) bool { return now.Seq == next.Seq }
	return s.setCurrent(ctx, account, &currentChange{next: next, by: by, may: same})
}

// Follow makes the build live that the folder has now, whose hash is folder. It changes nothing, and says what is live
// instead, when that was gone back from; a folder with another hash ends it. It changes nothing either, and says that
// it did, when that build is live and nothing pinned.
func (s *Store) Follow(ctx context.Context, account, build, folder string) (now Current, followed bool, err error) {
	follows := func(now Current) bool { return now.PinnedOver == "" || now.PinnedOver != folder }
	if now, err = s.Current(ctx, account); err != nil || !follows(now) {
		return now, false, err
	}
	if now.Seq > 0 && now.Build == build && now.PinnedOver == "" {
		return now, true, nil
	}
	return s.setCurrent(ctx, account, &currentChange{next: Current{Build: build}, may: follows})
}

// currentChange is a change of what is live, if it may be made of what is live now.
type currentChange struct {
	next Current
	by   Actor
	may  func(now Current) bool
	also func(b *batch) error // in the same transaction; nil = nothing
}

func (s *Store) setCurrent(ctx context.Context, account string, c *currentChange) (now Current, set bool, err error) {
	err = s.writer.do(ctx, true, func(b *batch) error {
		if now, _, err = readCurrent(b, account); err != nil || !c.may(now) {
			return err
		}
		found, err := readBuilds(b, shownBuild, account, c.next.Build)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return fmt.Errorf("%w: %s of %s", ErrNoBuild, c.next.Build, account)
		}
		before, next := now, c.next
		next.Seq = before.Seq + 1
		if err := b.exec(saveCurrent, account, next.Build, next.Seq, next.PinnedOver); err != nil {
			return err
		}
		if c.also != nil {
			if err := c.also(b); err != nil {
				return err
			}
		}
		now, set = next, true
		return s.noteAudit(b, c.audit(account, before))
	})
	if err != nil {
		return Current{}, false, err
	}
	return now, set, nil
}

func (c *currentChange) audit(account string, before Current) AuditEntry {
	act := "build.rollback"
	if c.also != nil { // what was published comes with its account.yaml
		act = "build.publish"
	}
	return AuditEntry{Account: account, Who: c.by, Act: act, Object: c.next.Build, Hashes: before.Build + " " + c.next.Build}
}
