package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// What differs between databases stands in this file and in schemaWords. Everywhere else the SQL is
// what SQLite and PostgreSQL share: ON CONFLICT, RETURNING, WITH RECURSIVE, partial indexes, CASE
// for the greater of two; parameters are plain ? in order, which PostgreSQL gets numbered.

// Transactions. After syncFull COMMIT returns once the disk has it; after syncNormal what is committed
// survives the process but perhaps not a power cut.
const (
	beginWrite    = "BEGIN IMMEDIATE"
	syncFull      = "PRAGMA synchronous=FULL"
	syncNormal    = "PRAGMA synchronous=NORMAL"
	commitWrite   = "COMMIT"
	rollbackWrite = "ROLLBACK"
	dataVersion   = "PRAGMA data_version" // changes when another connection has written
	countTables   = "SELECT count(*) FROM sqlite_master WHERE name = ?"
)

const pageSize = 4096

// A checkpoint moves committed pages from the log into the database, which takes tens of milliseconds
// with its waits for the disk, so it runs beside the writer. While writes never pause, the log is
// emptied only by a checkpoint that the writer makes itself, at backstopPages; by then little is left
// to move.
const (
	checkpointWrite = "PRAGMA wal_checkpoint(PASSIVE)"
	checkpointEvery = time.Second
	backstopPages   = 12000
)

// readers is how many connections read at once; a read takes some tens of microseconds.
const readers = 4

// openWriter opens the one connection that writes.
func openWriter(path string, o Options) (*sql.DB, error) {
	// As durable as fsync, and half as long on many file systems; an error says that the platform has
	// its own way.
	_, _ = sqlite.Fdatasync(true)
	pragmas := []string{"journal_mode(WAL)", "synchronous(FULL)", "cache_size(-16384)", fmt.Sprintf("wal_autocheckpoint(%d)", backstopPages), fmt.Sprintf("journal_size_limit(%d)", backstopPages*pageSize)}
	if o.MaxBytes > 0 {
		pragmas = append(pragmas, fmt.Sprintf("max_page_count(%d)", max(1, o.MaxBytes/pageSize)))
	}
	db, err := sql.Open("sqlite", dataSource(path, o.BusyTimeout, pragmas...))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	return db, nil
}

// openReaders opens the connections that read what is committed.
func openReaders(path string, o Options) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dataSource(path, o.BusyTimeout, "query_only(1)", "cache_size(-4096)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	return db, nil
}

func dataSource(path string, busy time.Duration, pragmas ...string) string {
	q := url.Values{"_dqs": {"0"}, "_error_rc": {"1"}}
	q.Add("_pragma", fmt.Sprintf("busy_timeout(%d)", busy.Milliseconds()))
	for _, p := range pragmas {
		q.Add("_pragma", p)
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}
	return u.String()
}

// openCheckpointer opens the connection that moves pages beside the writer.
func openCheckpointer(path string, o Options) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dataSource(path, o.BusyTimeout, "synchronous(FULL)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// copyDatabase writes a copy of what is committed beside the file, whoever else has it open.
func copyDatabase(ctx context.Context, path, to string) error {
	db, err := sql.Open("sqlite", dataSource(path, time.Minute))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", to)
	return errors.Join(err, db.Close())
}

// isBusy reports whether another process was in the way.
func isBusy(err error) bool { return sqliteCode(err) == sqlite3.SQLITE_BUSY }

// isDamage reports whether the file is broken inside, or is no database at all.
func isDamage(err error) bool {
	code := sqliteCode(err)
	return code == sqlite3.SQLITE_CORRUPT || code == sqlite3.SQLITE_NOTADB
}

// plainDetail is SQLite's own word for an error.
func plainDetail(err error) string {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Error()
	}
	return err.Error()
}

// isDiskTrouble reports whether the same write may well succeed later: a full or failing disk, or
// another process in the way.
func isDiskTrouble(err error) bool {
	switch sqliteCode(err) {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL:
		return true
	}
	return false
}

func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// schemaWords turns the words of the migrations into the database's own; SQLite's need no change.
func schemaWords() *strings.Replacer { return strings.NewReplacer() }
