package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
)

// Options of a store. The zero Options work: a database that is gone after Close.
type Options struct {
	// Path of the database file; its folder must exist. "" or ":memory:" is a file in a fresh
	// temporary folder that Close removes.
	Path string
	// RecordBytes bounds the memory that waiting records may hold. Default 16 MiB.
	RecordBytes int
	// RecordDelay is how long a record waits for company before it is written. Default 25 ms.
	RecordDelay time.Duration
	// ReadWait is how long a reader waits for the records handed in before it. On a disk that is slower it sees
	// what is there. Default 500 ms.
	ReadWait time.Duration
	// BusyTimeout is how long a write waits for another process. Default 10 s.
	BusyTimeout time.Duration
	// MaxBytes bounds the size of the database file, 0 = the disk. At the bound writes fail as on a full disk.
	MaxBytes int64
	// Version of the program, for those who look at the nodes.
	Version string
	// Beats tells when to show the other processes that this one lives; nil = every second.
	Beats <-chan time.Time
	Now   func() time.Time // default time.Now
	Rand  io.Reader        // default crypto/rand
	Log   *slog.Logger     // default none
}

func (o Options) withDefaults() Options {
	if o.RecordBytes <= 0 {
		o.RecordBytes = 16 << 20
	}
	if o.RecordDelay <= 0 {
		o.RecordDelay = 25 * time.Millisecond
	}
	if o.ReadWait <= 0 {
		o.ReadWait = 500 * time.Millisecond
	}
	if o.BusyTimeout <= 0 {
		o.BusyTimeout = 10 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Store is one database.
type Store struct {
	path         string
	temp         string // folder to remove on Close
	now          func() time.Time
	log          *slog.Logger
	write        *sql.DB // one connection, the writer's
	read         *sql.DB
	moves        *sql.DB // one connection, the checkpointer's
	reads        statements
	checkpointer *checkpointer
	mover        *mover
	writer       *writer
	records      *recorder
	blocks       blockCache
	filters      runFilters
	sizes        sizes
	moved        atomic.Bool // no records of older programs are left to move
	node         *node
	wait         time.Duration // Options.ReadWait
	serial       atomic.Uint64 // numbers traces, owners of claims and kept answers
	stats        counters
	damage       *damage
}

// Open opens or makes the database and brings its schema up to date; a file with an older schema is
// copied first. A file with a newer schema is used as it is, unless that wants a newer program: then the error is a
// *NewerSchemaError.
func Open(ctx context.Context, o Options) (*Store, error) {
	steps, err := migrations()
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	s, err := openAt(ctx, o, steps)
	if err != nil {
		return nil, err
	}
	if err := s.join(ctx, len(steps)); err != nil {
		return nil, errors.Join(s.unopened(err, o), s.Close())
	}
	return s, nil
}

// unopened says why a database cannot be opened.
func (s *Store) unopened(err error, o Options) error {
	if isDamage(err) {
		return &DamageError{Path: s.path, Detail: plainDetail(err), Met: true}
	}
	return fmt.Errorf("store: open %s: %w", s.path, locked(err, o))
}

// locked says what it means that the database was busy for so long.
func locked(err error, o Options) error {
	if !isBusy(err) {
		return err
	}
	return fmt.Errorf("another process has kept it locked for %s; is one stopped in the middle of a write? %w", o.withDefaults().BusyTimeout, err)
}

func openAt(ctx context.Context, o Options, steps []step) (*Store, error) {
	o = o.withDefaults()
	s := &Store{now: o.Now, log: o.Log, node: newNode(o), wait: o.ReadWait, sizes: usualSizes()}
	s.node.store = s
	if err := s.place(o.Path); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	s.damage = &damage{path: s.path, log: o.Log}
	if err := s.connect(ctx, o, steps); err != nil {
		return nil, errors.Join(s.unopened(err, o), s.release())
	}
	s.reads = statements{prepare: s.read.PrepareContext, note: s.damage.note}
	s.checkpointer = startCheckpointer(s.moves, s)
	s.records = newRecorder(o)
	s.writer = startWriter(s, o.RecordDelay)
	s.mover = startMover(s)
	return s, nil
}

// place finds the file's absolute path, in a fresh folder when it shall not last.
func (s *Store) place(path string) (err error) {
	if path == "" || path == ":memory:" {
		if s.temp, err = os.MkdirTemp("", "moonwire-store-"); err != nil {
			return err
		}
		path = filepath.Join(s.temp, "moonwire.db")
	}
	if s.path, err = filepath.Abs(path); err != nil {
		return err
	}
	return makePrivate(s.path)
}

// makePrivate makes an empty file that only its owner can read: there are tokens and messages in it.
// SQLite gives the files beside a database the same rights.
func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func (s *Store) connect(ctx context.Context, o Options, steps []step) (err error) {
	var seed [8]byte
	if _, err := io.ReadFull(o.Rand, seed[:]); err != nil {
		return err
	}
	s.serial.Store(binary.LittleEndian.Uint64(seed[:]))
	if s.write, err = openWriter(s.path, o); err != nil {
		return err
	}
	if s.read, err = openReaders(s.path, o); err != nil {
		return err
	}
	if s.moves, err = openCheckpointer(s.path, o); err != nil {
		return err
	}
	for giveUp := time.Now().Add(o.BusyTimeout); ; {
		// Two processes that make the file at once can meet without the busy timeout being asked.
		err = s.migrate(ctx, steps)
		if err == nil || !isBusy(err) || ctx.Err() != nil || time.Now().After(giveUp) {
			return err
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Close writes the waiting records and closes the database; later calls get ErrClosed. The error
// says that records were lost.
func (s *Store) Close() error {
	s.node.leave()
	s.mover.stop()
	err := s.writer.stop()
	s.checkpointer.stop()
	return errors.Join(err, s.release())
}

func (s *Store) release() error {
	var errs []error
	s.reads.close()
	errs = append(errs, s.node.lock.release())
	s.node.lock = nodeLock{}
	for _, db := range []*sql.DB{s.read, s.moves, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.temp != "" {
		errs = append(errs, os.RemoveAll(s.temp))
	}
	return errors.Join(errs...)
}
