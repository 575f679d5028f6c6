package store

import (
	"context"
	"io"
	"log/slog"
	"time"
)

// Options of a store. Path is required, everything else has a default.
type Options struct {
	// Path of the database file; its folder must exist. "" or ":memory:" is a file in a fresh
	// temporary folder that Close removes.
	Path string
	// RecordBytes bounds the memory that waiting records may hold. Default 16 MiB.
	RecordBytes int
	// RecordDelay is how long a record waits for company before it is written. Default 25 ms.
	RecordDelay time.Duration
	// BusyTimeout is how long a write waits for another process. Default 10 s.
	BusyTimeout time.Duration
	// MaxBytes bounds the size of the database file, 0 = the disk. At the bound writes fail as on a full disk.
	MaxBytes int64
	Now      func() time.Time // default time.Now
	Rand     io.Reader        // default crypto/rand
	Log      *slog.Logger     // default none
}

// Store is one database.
type Store struct{ opts Options }

// Open opens or makes the database and brings its schema up to date; a file with an older schema is
// copied first. The error is ErrNewerSchema for a file of a newer program.
func Open(ctx context.Context, o Options) (*Store, error) { return &Store{opts: o}, nil }

// Close writes the waiting records and closes the database. Turns in flight get ErrClosed.
func (s *Store) Close() error { return nil }
