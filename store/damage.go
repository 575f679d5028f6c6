package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// DamageError says that the database file is broken inside: what it holds cannot all be read or written any more. No
// later try mends it.
type DamageError struct {
	Path string
	// Detail is SQLite's word for it.
	Detail string
	// Met is true once something that was wanted could not be read or written; else only a check has found it.
	Met bool
	// Idle is true when nothing but room is lost: pages that belong to nothing.
	Idle bool
}

// Error says what is wrong and what to do.
func (e *DamageError) Error() string {
	name := filepath.Base(e.Path)
	if e.Idle {
		return fmt.Sprintf("the database %s has pages that belong to nothing (%s); nothing is lost: when moonwire is stopped, `sqlite3 %s VACUUM` mends it", e.Path, e.Detail, name)
	}
	return fmt.Sprintf("the database %s is damaged (%s): stop moonwire, keep a copy of the file, and put back the last backup, or what can still be read: "+
		"`sqlite3 %s .dump | sed 's/^ROLLBACK.*/COMMIT;/' | sqlite3 whole.db`, then whole.db in its place and no %s-wal or %s-shm beside it; look for the cause too, a failing disk or another program that wrote to the file",
		e.Path, e.Detail, name, name, name)
}

// damage is what is known to be broken in the file.
type damage struct {
	path string
	log  *slog.Logger

	mu      sync.Mutex
	known   *DamageError
	checked time.Time // when a check began
	looked  bool      // one has ended
}

// note takes up an error of a statement; most say nothing about the file.
func (d *damage) note(err error) {
	if !isDamage(err) {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known != nil && d.known.Met {
		return
	}
	d.known = &DamageError{Path: d.path, Detail: plainDetail(err), Met: true}
	d.log.Error(d.known.Error())
}

// Damage is what is known to be broken in the database file, nil = nothing.
func (s *Store) Damage() *DamageError {
	s.damage.mu.Lock()
	defer s.damage.mu.Unlock()
	return s.damage.known
}

// What is read to look for damage, all of the file, takes its time: so it is done once after the start, where the file
// is small, and again now and then while there is damage.
const (
	checkAtMost = 64 << 20
	checkAgain  = 10 * time.Minute
	checkFile   = "PRAGMA quick_check(100)"
)

// check looks through the file where that is due.
func (d *damage) check(ctx context.Context, db *sql.DB) {
	if !d.due(time.Now()) {
		return
	}
	found, err := checkWith(ctx, db)
	if ctx.Err() != nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.looked = true
	switch {
	case err != nil && !isDamage(err): // the check itself did not work; it is not a word about the file
	case err == nil && len(found) == 0 && d.known != nil:
		d.known = nil
		d.log.Info("the database is whole again")
	case err != nil || len(found) > 0:
		d.learn(found, err)
	}
}

func (d *damage) due(now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	first := d.checked.IsZero()
	if !first && (d.known == nil || now.Sub(d.checked) < checkAgain) {
		return false
	}
	d.checked = now
	info, err := os.Stat(d.path)
	return d.known != nil || err == nil && info.Size() <= checkAtMost
}

// learn takes up what a check found.
func (d *damage) learn(found []string, err error) {
	now := &DamageError{Path: d.path, Idle: err == nil, Met: d.known != nil && d.known.Met}
	for _, line := range found {
		now.Idle = now.Idle && strings.HasSuffix(line, "never used")
	}
	const told = 3
	now.Detail = strings.Join(found[:min(told, len(found))], "; ")
	if now.Detail == "" {
		now.Detail = plainDetail(err)
	}
	now.Idle = now.Idle && !now.Met
	news := d.known == nil || d.known.Detail != now.Detail
	switch d.known = now; {
	case !news:
	case now.Idle:
		d.log.Warn(now.Error())
	default:
		d.log.Error(now.Error())
	}
}

// checkWith returns what SQLite finds wrong, a line each.
func checkWith(ctx context.Context, db *sql.DB) (found []string, err error) {
	rows, err := db.QueryContext(ctx, checkFile)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return found, err
		}
		for line := range strings.Lines(line) { // a row can have several, below a heading
			if line = strings.TrimSpace(line); line != "" && line != "ok" && !strings.HasPrefix(line, "***") {
				found = append(found, line)
			}
		}
	}
	return found, rows.Err()
}
