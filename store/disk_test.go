package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/signal"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func isClaimed(err error) bool { return errors.Is(err, store.ErrClaimed) }

func TestFullDiskFailsWritesNotTheStore(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.openWith(t, store.Options{MaxBytes: 1 << 20, RecordDelay: time.Millisecond, RecordBytes: 256 << 10})
		big := make([]byte, store.MaxValue)
		var full error
		var stored []string
		for n := 0; full == nil; n++ {
			require.Less(t, n, 100)
			key, turn := fmt.Sprintf("big%d", n), turnOf(s, "demo", "amy", byte(n), c)
			full = turn.Set(ctx, key, big, 0)
			end := turn.Finish(ctx, store.Result{Reply: []byte("r")})
			if full == nil && end == nil {
				stored = append(stored, key)
				continue
			}
			full = errors.Join(full, end)
		}
		require.ErrorContains(t, full, "full")
		require.Greater(t, len(stored), 5)
		require.NotZero(t, s.Stats().CommitErrors)
		reader := turnOf(s, "demo", "amy", 200, c)
		for _, key := range stored {
			_, ok, err := reader.Get(ctx, key)
			require.NoError(t, err)
			require.True(t, ok, "what was finished is there")
		}

		kept := 0
		for range 4000 {
			if s.Record(store.Record{Account: "demo", OpenID: fmt.Sprint("fan", kept), Type: "text", Content: "a cup of tea, please, as every day"}) {
				kept++
			}
		}
		require.Less(t, kept, 4000, "bounded")
		require.Error(t, s.Flush(ctx))
		require.NotZero(t, s.Stats().RecordErrors)
		require.EqualValues(t, 4000-kept, s.Stats().Dropped)

		cleaner := turnOf(s, "demo", "amy", 201, c)
		for _, key := range stored {
			_, err := cleaner.Delete(ctx, key)
			require.NoError(t, err, "room can be made")
		}
		require.NoError(t, cleaner.Finish(ctx, store.Result{}))
		require.NoError(t, turnOf(s, "demo", "amy", 202, c).Set(ctx, "k", big, 0), "and used")
		require.NoError(t, s.Flush(ctx))
		require.EqualValues(t, kept, s.Stats().Recorded, "records that waited are written after all")
	})
}

// A build for which there is no room is none, holds up nobody, and what was written of it goes.
func TestFullDiskSavesNoBuild(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.openWith(t, store.Options{MaxBytes: 2 << 20})
		kept, err := s.SaveBuild(ctx, "demo", []store.File{{Name: "main.lua", Bytes: []byte("small")}}, store.BuildMeta{State: store.BuildGood})
		require.NoError(t, err)
		body := make([]byte, 4<<20)
		_, _ = rand.NewChaCha8([32]byte{3}).Read(body)
		large := []store.File{{Name: "data/a.bin", Bytes: body}}
		_, err = s.SaveBuild(ctx, "demo", large, store.BuildMeta{})
		require.ErrorContains(t, err, "full")
		require.Equal(t, []string{kept.ID}, ids(t, s, "demo"))
		requireTidy(t, s)
		turn := turnOf(s, "demo", "amy", 1, c)
		require.NoError(t, turn.Set(ctx, "k", nil, 0))
		require.NoError(t, turn.Finish(ctx, store.Result{}))
		_, err = s.SaveBuild(ctx, "demo", []store.File{{Name: "data/a.bin", Bytes: body[:1<<20]}}, store.BuildMeta{})
		require.NoError(t, err, "its room can be used")
	})
}

// A commit that fails takes every turn on it along, and only those.
func TestFailedCommit(t *testing.T) {
	b := sqliteBackend(t, time.Now)
	c := startChild(t, "fullcommit", b.path)
	require.Contains(t, c.wait(t), "all as it should be")
}

// childFillsTheDisk makes the kernel refuse all writes to files, which SQLite notices at the commit.
func childFillsTheDisk(path string, out io.Writer) error {
	signal.Ignore(syscall.SIGXFSZ)
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Path: path})
	if err != nil {
		return err
	}
	if err := crashTurn(ctx, s, 1); err != nil {
		return err
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	tight := limit
	tight.Cur = 0
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &tight); err != nil {
		return err
	}
	turns, err := spoilTurns(ctx, s)
	if err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	if err := afterSpoiltTurns(ctx, s, turns); err != nil {
		return err
	}
	fmt.Fprintln(out, "all as it should be")
	return s.Close()
}

// spoilTurns runs turns side by side on a disk that is full; every Finish has to say so.
func spoilTurns(ctx context.Context, s *store.Store) ([]*store.Turn, error) {
	turns := make([]*store.Turn, 8)
	errs := make([]error, len(turns))
	var wg sync.WaitGroup
	for i := range turns {
		turns[i] = s.Turn(store.TurnKey{Account: "demo", Key: [16]byte{byte(100 + i)}, OpenID: "amy", At: time.Now()})
		wg.Go(func() {
			set := turns[i].Set(ctx, fmt.Sprintf("spoilt%d", i), nil, 0)
			end := turns[i].Finish(ctx, store.Result{Session: []byte("spoilt"), SessionChanged: true})
			if end == nil {
				errs[i] = fmt.Errorf("turn %d: Finish says that it is on the disk; Set said %w", i, set)
			}
		})
	}
	wg.Wait()
	return turns, errors.Join(errs...)
}

func afterSpoiltTurns(ctx context.Context, s *store.Store, turns []*store.Turn) error {
	for i, spoilt := range turns {
		if spoilt.Wrote() {
			if err := spoilt.Set(ctx, "k", nil, 0); !errors.Is(err, store.ErrLost) {
				return fmt.Errorf("a spoilt turn goes on: %w", err)
			}
		}
		again := s.Turn(store.TurnKey{Account: "demo", Key: [16]byte{byte(100 + i)}, OpenID: "amy", At: time.Now()})
		if _, ok, err := again.Get(ctx, fmt.Sprintf("spoilt%d", i)); ok || err != nil {
			return fmt.Errorf("a lost write is there: %v %w", ok, err)
		}
		if session, err := again.Session(ctx); err != nil || string(session) == "spoilt" {
			return fmt.Errorf("a lost session is there: %w", err)
		}
		if err := again.Set(ctx, fmt.Sprintf("again%d", i), nil, 0); err != nil {
			return fmt.Errorf("the message cannot be run anew: %w", err)
		}
		if err := again.Finish(ctx, store.Result{}); err != nil {
			return err
		}
	}
	if s.Stats().CommitErrors == 0 {
		return errors.New("no commit has failed: this test tests nothing")
	}
	return crashTurn(ctx, s, 2)
}
