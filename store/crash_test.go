package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// A process that is killed at any moment has lost no turn that Finish told it was done, and has left
// no half turn behind.
func TestKill(t *testing.T) {
	b := sqliteBackend(t, time.Now)
	chance := rand.New(rand.NewPCG(1, 2))
	told := map[uint64]bool{}
	for round := range 6 {
		c := startChild(t, "work", b.path)
		for range 1 + chance.IntN(150) {
			require.True(t, c.out.Scan(), "round %d", round)
			n, err := strconv.ParseUint(c.out.Text(), 10, 64)
			require.NoError(t, err, c.out.Text())
			told[n] = true
		}
		require.NoError(t, c.cmd.Process.Kill())
		for c.out.Scan() { // said before it died
			if n, err := strconv.ParseUint(c.out.Text(), 10, 64); err == nil {
				told[n] = true
			}
		}
		_ = c.cmd.Wait()

		s := b.open(t)
		finished := requireWholeTurns(t, s)
		for n := range told {
			require.True(t, finished[n], "round %d lost turn %d", round, n)
		}
		require.NoError(t, s.Close())
	}
	require.NotEmpty(t, told)
}

// holdCheckpoints keeps a reader in the database, so that no page is moved from the log into the
// database: then copies of the two files, taken one after the other, are what a crash would leave.
func holdCheckpoints(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+strings.ReplaceAll(path, "?", "%3f"))
	require.NoError(t, err)
	tx, err := db.Begin()
	require.NoError(t, err)
	var n int
	require.NoError(t, tx.QueryRow("SELECT count(*) FROM claims").Scan(&n))
	t.Cleanup(func() {
		_ = tx.Rollback()
		_ = db.Close()
	})
}

// crashImage copies the files of a database as a crash would leave them, with the log cut short.
func crashImage(t *testing.T, path string, cut func(log int64) int64) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "image.db")
	log, err := os.ReadFile(path + "-wal")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to+"-wal", log[:cut(int64(len(log)))], 0o600))
	from, err := os.Open(path)
	require.NoError(t, err)
	defer from.Close()
	into, err := os.Create(to)
	require.NoError(t, err)
	_, err = io.Copy(into, from)
	require.NoError(t, err)
	require.NoError(t, into.Close())
	return to
}

func TestCrashImages(t *testing.T) {
	ctx := context.Background()
	b := sqliteBackend(t, time.Now)
	s := b.open(t)
	holdCheckpoints(t, b.path)
	chance := rand.New(rand.NewPCG(3, 4))
	const images, turns = 12, 40
	told := make(chan uint64, images*turns)
	before := map[uint64]bool{}
	for image := range images {
		var wg sync.WaitGroup
		for worker := range 4 {
			wg.Go(func() {
				for n := range turns / 4 {
					id := uint64(10+(image*turns+worker*10+n)%90)*1e17 + uint64(image*turns+worker*10+n)
					if err := crashTurn(ctx, s, id); err != nil {
						t.Error(err)
						return
					}
					told <- id
				}
			})
		}
		for range 1 + chance.IntN(turns-1) { // the image is taken in the midst of it
			before[<-told] = true
		}
		found := reopen(t, crashImage(t, b.path, func(log int64) int64 { return log }))
		for n := range before {
			require.True(t, found[n], "image %d lost turn %d", image, n)
		}
		// A log that ends anywhere, as after a power cut, may lose turns, but none by half.
		reopen(t, crashImage(t, b.path, func(log int64) int64 { return chance.Int64N(log + 1) }))
		wg.Wait()
	}
}

func reopen(t *testing.T, path string) map[uint64]bool {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{Path: path})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	return requireWholeTurns(t, s)
}

// childShares takes every message it can get, with others doing the same, and says which.
func childShares(path string, out io.Writer) error {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Path: path})
	if err != nil {
		return err
	}
	for n := range sharedTurns {
		won, err := takeShared(ctx, s, byte(n))
		if err != nil {
			return err
		}
		if won {
			fmt.Fprintln(out, n)
		}
		s.Record(store.Record{Account: "demo", OpenID: "amy", Type: "event", Event: "CLICK", EventKey: "k", MenuEvent: true, Status: store.Answered})
	}
	return s.Close()
}

const sharedTurns = 100

// takeShared runs the turn of message n unless another has it.
func takeShared(ctx context.Context, s *store.Store, n byte) (won bool, err error) {
	turn := s.Turn(store.TurnKey{Account: "demo", Key: [16]byte{n}, OpenID: "amy", At: time.Now()})
	if _, err := turn.Incr(ctx, "count", 1); err != nil {
		if isClaimed(err) {
			return false, nil
		}
		return false, err
	}
	return true, turn.Finish(ctx, store.Result{Reply: []byte{n}})
}

func TestProcessesShareTheFile(t *testing.T) {
	b := sqliteBackend(t, time.Now)
	b.open(t).Close()
	const processes = 3
	var children []*child
	for range processes {
		children = append(children, startChild(t, "share", b.path))
	}
	won := map[string]int{}
	for _, c := range children {
		for _, line := range c.wait(t) {
			won[line]++
		}
	}
	requireSharedOnce(t, b.open(t), won, processes)
}

func TestStoresShareTheFile(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *clock) {
		b.now = time.Now
		const stores = 3
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := map[string]int{}
		for range stores {
			s := b.open(t)
			wg.Go(func() {
				for n := range sharedTurns {
					ok, err := takeShared(context.Background(), s, byte(n))
					if err != nil {
						t.Error(err)
						return
					}
					if ok {
						mu.Lock()
						won[fmt.Sprint(n)]++
						mu.Unlock()
					}
					s.Record(store.Record{Account: "demo", OpenID: "amy", Type: "event", Event: "CLICK", EventKey: "k", MenuEvent: true, Status: store.Answered})
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		requireSharedOnce(t, b.open(t), won, stores)
	})
}

// requireSharedOnce demands that each message was taken once and that every count is right.
func requireSharedOnce(t *testing.T, s *store.Store, won map[string]int, sharers int) {
	t.Helper()
	ctx := context.Background()
	require.Len(t, won, sharedTurns)
	for n, times := range won {
		require.Equal(t, 1, times, "message %s", n)
	}
	val, ok, err := s.Turn(store.TurnKey{Account: "demo"}).Get(ctx, "count")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, fmt.Sprint(sharedTurns), string(val))
	events, err := s.MenuEvents(ctx, "demo", store.MenuFilter{})
	require.NoError(t, err)
	require.Len(t, events, 1)
	require.EqualValues(t, sharers*sharedTurns, events[0].Counts[store.Answered], "counters add up over processes")
	list, err := s.Messages(ctx, "demo", store.MessageFilter{OpenID: "amy", Limit: 500})
	require.NoError(t, err)
	require.Len(t, list, sharers*sharedTurns, "the fan's chain has every message")
	list, err = s.Messages(ctx, "demo", store.MessageFilter{Limit: 500})
	require.NoError(t, err)
	require.Len(t, list, sharers*sharedTurns, "and so has the account's")
}
