package store

import (
	"context"
	"strings"
	"time"
)

// The kinds of actors. The words are in the database.
const (
	ActorUser = "user" // of the console
	ActorKey  = "key"  // of the general interface
	ActorCLI  = "cli"
)

// Actor is who changes something. The zero Actor is the program itself, which leaves no audit.
type Actor struct{ Kind, Name string }

// String is what columns named by hold; readActor is the inverse.
func (a Actor) String() string {
	if a == (Actor{}) {
		return ""
	}
	return cutText(a.Kind+":"+a.Name, maxAuditWord)
}

func readActor(by string) Actor {
	kind, name, _ := strings.Cut(by, ":")
	return Actor{kind, name}
}

// What is kept of what was done.
const (
	KeepAudit = 400 * 24 * time.Hour
	MaxAudit  = 500_000 // rows; the oldest go first

	maxAuditWord = 256     // bytes of who and act, and of a note's author
	maxAuditText = 2 << 10 // bytes of object and hashes
)

// AuditEntry says who did what. Texts that are too long are cut. There must be no secret in it.
type AuditEntry struct {
	Cursor  int64 // for AuditFilter.Before; Audit makes it
	At      time.Time
	Account string // "" = none, or all
	Who     Actor
	Act     string // account.disable, build.rollback, …
	Object  string // what it was done to
	Hashes  string // of what was there before and after, where that is content
}

// AuditFilter chooses entries; the zero filter means the newest 50.
type AuditFilter struct {
	Account string    // "" = all
	Before  int64     // the Cursor of the last entry of the page before; 0 = from the newest
	Since   time.Time // our clock
	Limit   int       // default 50, at most 500
}

const (
	addAudit       = `INSERT INTO audit (id, at, account, who_kind, who, act, object, hashes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	auditColumns   = `SELECT id, at, account, who_kind, who, act, object, hashes FROM audit WHERE id < ? AND id >= ?`
	auditByTime    = auditColumns + ` ORDER BY id DESC LIMIT ?`
	auditByAccount = auditColumns + ` AND account = ? ORDER BY id DESC LIMIT ?`
	oldestSpared   = `SELECT id FROM audit ORDER BY id DESC LIMIT 1 OFFSET ?`
	oldAudit       = `SELECT id FROM audit WHERE id <= ? ORDER BY id LIMIT ?`
	removeAudit    = `DELETE FROM audit WHERE id = ? AND id <= ?`
)

// Audit notes what was done, and returns once that is on the disk. What the store does itself for an Actor it notes
// itself, in the commit that does it.
func (s *Store) Audit(ctx context.Context, e AuditEntry) error {
	return s.writer.do(ctx, true, func(b *batch) error { return s.noteAudit(b, e) })
}

// noteAudit notes an entry in the open transaction, unless the program itself acts.
func (s *Store) noteAudit(b *batch, e AuditEntry) error {
	if e.Who == (Actor{}) {
		return nil
	}
	word := func(text string) string { return cutText(text, maxAuditWord) }
	return b.exec(addAudit, s.newID(), s.now().UnixMilli(), e.Account, word(e.Who.Kind), word(e.Who.Name), word(e.Act),
		cutText(e.Object, maxAuditText), cutText(e.Hashes, maxAuditText))
}

// AuditLog lists what was done, newest first.
func (s *Store) AuditLog(ctx context.Context, f AuditFilter) (entries []AuditEntry, err error) {
	before, since, limit := f.Before, int64(0), f.Limit
	if before == 0 {
		before = maxID
	}
	if !f.Since.IsZero() {
		since = idAt(f.Since)
	}
	if limit <= 0 {
		limit = defaultPage
	}
	query, args := auditByTime, []any{before, since}
	if f.Account != "" {
		query, args = auditByAccount, append(args, f.Account)
	}
	err = s.committed(ctx).rows(query, append(args, min(limit, maxPage)), func(scan func(...any) error) error {
		var e AuditEntry
		var at int64
		err := scan(&e.Cursor, &at, &e.Account, &e.Who.Kind, &e.Who.Name, &e.Act, &e.Object, &e.Hashes)
		e.At = time.UnixMilli(at)
		entries = append(entries, e)
		return err
	})
	return entries, err
}

// pruneAudit removes what is too old, and the oldest of what is too much.
func (s *Store) pruneAudit(ctx context.Context) (gone int64, err error) {
	until, spared := idAt(s.now().Add(-KeepAudit)), int64(0)
	if _, err := s.committed(ctx).row(oldestSpared, []any{MaxAudit}, &spared); err != nil {
		return 0, err
	}
	return s.expire(ctx, expiry{oldAudit, removeAudit, 1, nil}, max(until, spared))
}
