package store_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

const page = 4096

// furnished makes a database with a little of everything, and returns its file.
func furnished(t *testing.T, b backend, c *clock) []byte {
	t.Helper()
	ctx, s := context.Background(), b.openWith(t, store.Options{RecordDelay: time.Millisecond})
	for n := range 60 {
		turn := turnOf(s, "demo", fmt.Sprint("fan", n), byte(n), c)
		require.NoError(t, turn.Set(ctx, fmt.Sprint("key", n), make([]byte, 500), 0))
		require.NoError(t, turn.Finish(ctx, store.Result{Reply: []byte("hello"), Session: make([]byte, 100), SessionChanged: true}))
		s.Record(store.Record{Account: "demo", OpenID: fmt.Sprint("fan", n), Type: "text", MsgID: fmt.Sprint(1000 + n), Content: "a cup of tea, please, as every day"})
	}
	require.NoError(t, s.Flush(ctx))
	require.NoError(t, s.Close())
	file, err := os.ReadFile(b.path)
	require.NoError(t, err)
	return file
}

// use does what a message does, and more; the first error of it is returned.
func use(s *store.Store, c *clock) error {
	ctx := context.Background()
	turn := turnOf(s, "demo", "fan5", 200, c)
	_, _, get := turn.Get(ctx, "key7")
	_, _, list := turn.List(ctx, "key", store.Page{Limit: 100})
	_, session := turn.Session(ctx)
	set := turn.Set(ctx, "key7", []byte("x"), 0)
	end := turn.Finish(ctx, store.Result{Session: []byte("a"), SessionChanged: true})
	s.Record(store.Record{Account: "demo", OpenID: "fan5", Type: "text", MsgID: "2000", Content: "tea"})
	flush := s.Flush(ctx)
	_, claims := s.Claims(ctx, time.Time{})
	_, messages := s.Messages(ctx, "demo", store.MessageFilter{Limit: 100})
	return errors.Join(get, list, session, set, end, flush, claims, messages)
}

// TestZeroedPages empties one page of the file after the other. What fails because of it makes the store unready in words that
// say what to do; what nobody has touched yet is found all the same.
func TestZeroedPages(t *testing.T) {
	c := newClock()
	whole := furnished(t, sqliteBackend(t, c.Now), c)
	met := 0
	for n := range len(whole) / page {
		file := bytes.Clone(whole)
		clear(file[n*page : (n+1)*page])
		b, log := sqliteBackend(t, c.Now), &lines{}
		require.NoError(t, os.WriteFile(b.path, file, 0o600))
		s, err := store.Open(context.Background(), store.Options{Path: b.path, Now: c.Now, RecordDelay: time.Millisecond, Log: slog.New(slog.NewTextHandler(log, nil))})
		if err != nil {
			requireCure(t, err)
			require.NotContains(t, err.Error(), "store: open")
			met++
			continue
		}
		if failed := use(s, c); failed != nil {
			requireCure(t, s.Ping(context.Background()))
			require.ErrorIs(t, s.Ping(context.Background()), s.Damage())
			require.True(t, s.Damage().Met)
			require.Equal(t, 1, strings.Count(log.String(), "level=ERROR msg=\"the database"), log.String())
			met++
		}
		_ = s.Close()
	}
	require.Greater(t, met, 8)
}

func requireCure(t *testing.T, err error) {
	t.Helper()
	var damage *store.DamageError
	require.ErrorAs(t, err, &damage)
	require.Contains(t, err.Error(), "damaged")
	require.Contains(t, err.Error(), "backup")
	require.Contains(t, err.Error(), ".dump")
}

// TestDamageIsFoundByACheck although nobody has asked for what is lost: ready, and said.
func TestDamageIsFoundByACheck(t *testing.T) {
	c := newClock()
	b := sqliteBackend(t, c.Now)
	file := furnished(t, b, c)
	clear(file[len(file)-page:])
	require.NoError(t, os.WriteFile(b.path, file, 0o600))
	s := b.open(t)
	require.Nil(t, s.Damage())
	require.Eventually(t, func() bool { return s.Damage() != nil }, patient, 10*time.Millisecond)
	require.False(t, s.Damage().Met)
	require.False(t, s.Damage().Idle)
	requireCure(t, s.Damage())
	require.NoError(t, s.Ping(context.Background()))
}

// TestAbandonedPages belong to nothing: that is said, and harms nobody.
func TestAbandonedPages(t *testing.T) {
	c := newClock()
	b := sqliteBackend(t, c.Now)
	furnished(t, b, c)
	s := b.open(t)
	cleaner := turnOf(s, "demo", "amy", 201, c)
	for n := range 60 {
		_, err := cleaner.Delete(context.Background(), fmt.Sprint("key", n))
		require.NoError(t, err)
	}
	require.NoError(t, cleaner.Finish(context.Background(), store.Result{}))
	require.NoError(t, s.Close())
	file, err := os.ReadFile(b.path)
	require.NoError(t, err)
	require.NotZero(t, binary.BigEndian.Uint32(file[36:]), "there are free pages")
	clear(file[32:40]) // the list of free pages: they belong to nothing now
	require.NoError(t, os.WriteFile(b.path, file, 0o600))

	log := &lines{}
	s = b.openWith(t, store.Options{Log: slog.New(slog.NewTextHandler(log, nil))})
	require.Eventually(t, func() bool { return s.Damage() != nil }, patient, 10*time.Millisecond)
	require.True(t, s.Damage().Idle, s.Damage().Detail)
	require.ErrorContains(t, s.Damage(), "VACUUM")
	require.Contains(t, log.String(), "level=WARN")
	require.NoError(t, s.Ping(context.Background()))
	require.NoError(t, use(s, c))
}

// TestWholeDatabasesAreNotDoubted waits until the check has been made.
func TestWholeDatabasesAreNotDoubted(t *testing.T) {
	c := newClock()
	b := sqliteBackend(t, c.Now)
	furnished(t, b, c)
	s := b.open(t)
	require.Eventually(t, func() bool { return store.Checked(s) }, patient, 10*time.Millisecond)
	require.NoError(t, use(s, c))
	require.Nil(t, s.Damage())
	require.NoError(t, s.Ping(context.Background()))
}

// lines is a log that tests read.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

var _ io.Writer = &lines{}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
