package store_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// backend is one database under test. Stores opened on it share it, as processes would.
type backend struct {
	name string
	path string
	now  func() time.Time
}

func (b backend) open(t *testing.T) *store.Store {
	t.Helper()
	return b.openWith(t, store.Options{})
}

func (b backend) openWith(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	o.Path = b.path
	if o.Beats == nil {
		beats := time.NewTicker(10 * time.Millisecond)
		t.Cleanup(beats.Stop)
		o.Beats = beats.C
	}
	if o.Now == nil {
		o.Now = b.now
	}
	o.ReadWait = patient // the machine may be slow
	s, err := store.Open(context.Background(), o)
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// each runs a test on every backend.
func each(t *testing.T, test func(t *testing.T, b backend, c *clock)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		c := newClock()
		test(t, sqliteBackend(t, c.Now), c)
	})
}

func sqliteBackend(tb testing.TB, now func() time.Time) backend {
	return backend{name: "sqlite", path: filepath.Join(tb.TempDir(), "moon wire?.db"), now: now}
}

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2026, 3, 1, 10, 30, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// turnOf makes a turn whose message is numbered n.
func turnOf(s *store.Store, account, openid string, n byte, c *clock) *store.Turn {
	return s.Turn(store.TurnKey{Account: account, OpenID: openid, Key: [16]byte{n}, At: c.Now()})
}
