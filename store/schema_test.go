package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func copies(t *testing.T, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		if filepath.Ext(e.Name()) == ".bak" {
			names = append(names, filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
	return names
}

func TestOlderSchemaIsCopiedAndMigrated(t *testing.T) {
	c := newClock()
	b, ctx := sqliteBackend(t, c.Now), context.Background()
	for round := range 2 {
		old, err := store.OpenWithSteps(ctx, store.Options{Path: b.path, Now: c.Now}, 1)
		require.NoError(t, err)
		store.Exec(t, old, `INSERT INTO kv (account, key, value) VALUES ('demo', x'6b', x'76')`)
		if round == 0 {
			require.NoError(t, old.Close())
		} else {
			defer old.Close() // the other program may still run
		}

		s := b.open(t)
		val, ok, err := turnOf(s, "demo", "amy", 2, c).Get(ctx, "k")
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, "v", string(val))
		counted, real := store.Rooms(t, s)
		require.Equal(t, map[string]int64{"demo": 2}, real)
		require.Equal(t, real, counted)
		require.True(t, s.Record(store.Record{Account: "demo"}))
		require.NoError(t, s.Flush(ctx), "the new tables are there")
		require.NoError(t, s.Close())

		kept := copies(t, b.path)
		require.Len(t, kept, 1)
		copied, err := store.OpenWithSteps(ctx, store.Options{Path: kept[0], Now: c.Now}, 1)
		require.NoError(t, err, "the copy has the old schema")
		_, ok, err = turnOf(copied, "demo", "amy", 2, c).Get(ctx, "k")
		require.NoError(t, err)
		require.True(t, ok)
		require.NoError(t, copied.Close())
		b = sqliteBackend(t, c.Now)
	}
}

func TestSecondCopyGetsAnotherName(t *testing.T) {
	c := newClock()
	b, ctx := sqliteBackend(t, c.Now), context.Background()
	old, err := store.OpenWithSteps(ctx, store.Options{Path: b.path}, 1)
	require.NoError(t, err)
	require.NoError(t, old.Close())
	require.NoError(t, os.WriteFile(b.path+".schema-1.bak", []byte("mine"), 0o600))
	b.open(t)
	require.Len(t, copies(t, b.path), 2)
	mine, err := os.ReadFile(b.path + ".schema-1.bak")
	require.NoError(t, err)
	require.Equal(t, "mine", string(mine))
}

func TestNewerSchemaIsRefusedUntouched(t *testing.T) {
	c := newClock()
	b, ctx := sqliteBackend(t, c.Now), context.Background()
	newer, err := store.OpenWithSteps(ctx, store.Options{Path: b.path}, store.AllSteps(), "CREATE TABLE later (n INTEGER)")
	require.NoError(t, err)
	require.NoError(t, newer.Close())
	before, err := os.ReadFile(b.path)
	require.NoError(t, err)
	_, err = store.Open(ctx, store.Options{Path: b.path})
	require.ErrorIs(t, err, store.ErrNewerSchema)
	after, err := os.ReadFile(b.path)
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.Empty(t, copies(t, b.path))
}

func TestFailedMigrationChangesNothing(t *testing.T) {
	c := newClock()
	b, ctx := sqliteBackend(t, c.Now), context.Background()
	b.open(t).Close()
	_, err := store.OpenWithSteps(ctx, store.Options{Path: b.path}, store.AllSteps(), "CREATE TABLE later (n INTEGER); CREATE TABLE broken (")
	require.Error(t, err)
	s := b.open(t)
	require.NoError(t, turnOf(s, "demo", "amy", 1, c).Set(ctx, "k", nil, 0))
}

func TestManyOpenAnEmptyFileAtOnce(t *testing.T) {
	c := newClock()
	b := sqliteBackend(t, c.Now)
	var wg sync.WaitGroup
	errs := make(chan error, 8)
	for range cap(errs) {
		wg.Go(func() {
			s, err := store.Open(context.Background(), store.Options{Path: b.path})
			if err == nil {
				err = s.Close()
			}
			errs <- err
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	_, err := store.Open(ctx, store.Options{Path: filepath.Join(dir, "no", "such", "folder.db")})
	require.ErrorContains(t, err, "folder.db")
	garbage := filepath.Join(dir, "garbage.db")
	require.NoError(t, os.WriteFile(garbage, []byte("this is no database, but it is long enough to be looked at as one"), 0o600))
	_, err = store.Open(ctx, store.Options{Path: garbage})
	require.ErrorContains(t, err, "not a database")
}

// Claims of the schema before claims had owners are those of a dead process.
func TestOldClaimsAreMigrated(t *testing.T) {
	c := newClock()
	b, ctx := sqliteBackend(t, c.Now), context.Background()
	old, err := store.OpenWithSteps(ctx, store.Options{Path: b.path, Now: c.Now}, 4)
	require.NoError(t, err)
	now := c.Now().UnixMilli()
	for _, values := range []string{
		`('demo', x'00000000000000000000000000000001', 'amy', 7, %d, %d, 1, x'6869')`,
		`('demo', x'00000000000000000000000000000002', 'amy', 8, %d, %d, 0, NULL)`,
	} {
		store.Exec(t, old, `INSERT INTO claims (account, key, openid, owner, began, expires, finished, reply) VALUES `+
			fmt.Sprintf(values, now, now+store.ClaimLife.Milliseconds()))
	}
	require.NoError(t, old.Close())
	s := b.open(t)
	key := func(n byte) (k [16]byte) { k[15] = n; return k }
	done := begin(t, s.Turn(store.TurnKey{Account: "demo", OpenID: "amy", Key: key(1)}))
	require.True(t, done.Done && !done.Interrupted)
	require.Equal(t, "hi", string(done.Reply))
	claims, err := s.Unfinished(ctx, time.Time{})
	require.NoError(t, err)
	require.Len(t, claims, 1)
	require.Equal(t, key(2), claims[0].Key)
	abandoned, err := s.Abandon(ctx, claims[0])
	require.NoError(t, err)
	require.True(t, abandoned)
	c.Move(store.ClaimLife)
	pruned, err := s.Prune(ctx, store.Retention{})
	require.NoError(t, err)
	require.EqualValues(t, 2, pruned.Claims)
}

func TestFilesArePrivate(t *testing.T) {
	c := newClock()
	b := sqliteBackend(t, c.Now)
	old, err := store.OpenWithSteps(context.Background(), store.Options{Path: b.path}, 1)
	require.NoError(t, err)
	defer old.Close()
	s := b.open(t)
	require.NoError(t, turnOf(s, "demo", "amy", 1, c).Claim(context.Background()))
	entries, err := os.ReadDir(filepath.Dir(b.path))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(entries), 3)
	for _, e := range entries {
		info, err := e.Info()
		require.NoError(t, err)
		require.Zero(t, info.Mode().Perm()&0o077, e.Name())
	}
}

func TestMemoryStoreLeavesNothing(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	t.Setenv("TMPDIR", dir)
	c := newClock()
	s, err := store.Open(ctx, store.Options{})
	require.NoError(t, err)
	require.NoError(t, turnOf(s, "demo", "amy", 1, c).Set(ctx, "k", nil, 0))
	require.NoError(t, s.Close())
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}
