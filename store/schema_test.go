package store_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
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
	var why *store.NewerSchemaError
	require.ErrorAs(t, err, &why)
	require.Equal(t, store.NewerSchemaError{Path: b.path, Schema: store.AllSteps() + 1, MinProgram: store.AllSteps() + 1, Program: store.AllSteps()}, *why)
	after, err := os.ReadFile(b.path)
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.Empty(t, copies(t, b.path))
}

// oldSteps is what programs look at that know no min_program: the newest step of schema_steps, which must be their own.
func oldSteps(t *testing.T, s *store.Store) (newest int) {
	t.Helper()
	for _, row := range store.Rows(t, s, "schema_steps") {
		newest = max(newest, int(row["version"].(int64)))
	}
	return newest
}

// A release that only adds leaves the file to those before it, and what it added is left alone by them.
func TestNewerSchemaThatOnlyAddsIsUsed(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, all := context.Background(), store.AllSteps()
		newer, err := store.OpenWithSteps(ctx, store.Options{Path: b.path, Now: c.Now}, all,
			fmt.Sprintf("-- min_program: %d\nCREATE TABLE later (account TEXT NOT NULL, n INTEGER NOT NULL);\nALTER TABLE kv ADD COLUMN later TEXT NOT NULL DEFAULT 'x';", all))
		require.NoError(t, err)
		defer newer.Close() // both run side by side
		store.Exec(t, newer, `INSERT INTO later (account, n) VALUES ('demo', 7)`)
		store.Exec(t, newer, `INSERT INTO kv (account, key, value, later) VALUES ('demo', x'6b', x'76', 'y')`)

		s := b.open(t)
		require.Empty(t, copies(t, b.path))
		turn := turnOf(s, "demo", "amy", 1, c)
		val, ok, err := turn.Get(ctx, "k")
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, "v", string(val))
		require.NoError(t, turn.Set(ctx, "k", []byte("w"), 0))
		require.NoError(t, turn.Set(ctx, "mine", []byte("w"), 0))
		require.NoError(t, turn.Finish(ctx, store.Result{}))
		require.NoError(t, s.Ping(ctx))
		_, err = s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.NoError(t, s.Close())

		require.Equal(t, []map[string]any{{"account": "demo", "n": int64(7)}}, store.Rows(t, newer, "later"))
		for _, row := range store.Rows(t, newer, "kv") {
			want := "x"
			if string(row["key"].([]byte)) == "k" {
				want = "y"
			}
			require.Equal(t, want, row["later"], "the added column stays as it was")
		}
		require.Equal(t, all, oldSteps(t, newer), "programs of schema 5 are kept out")
	})
}

// What schema 5 has written is all there afterwards, before its records are moved into blocks and after. Its programs do not
// know blocks, and are kept out.
func TestSchemaFiveIsMigrated(t *testing.T) {
	c := newClock()
	b, ctx := sqliteBackend(t, c.Now), context.Background()
	unpack(t, "testdata/schema5.db.gz", b.path)
	s := b.open(t)
	require.Len(t, copies(t, b.path), 1)
	require.Equal(t, 13, oldSteps(t, s))
	turn := turnOf(s, "demo", "amy", 1, c)
	val, _, err := turn.Get(ctx, "visits")
	require.NoError(t, err)
	require.Equal(t, "7", string(val))
	session, err := turn.Session(ctx)
	require.NoError(t, err)
	require.Equal(t, "{}", string(session))
	done := begin(t, turn)
	require.True(t, done.Done)
	require.Equal(t, "hi", string(done.Reply))
	for range 2 {
		messages, err := s.Messages(ctx, "demo", store.MessageFilter{OpenID: "amy"})
		require.NoError(t, err)
		require.Len(t, messages, 3)
		require.Equal(t, "message 4", messages[0].Content)
		store.Moved(t, s)
	}
	require.Equal(t, []store.Account{{Name: "demo"}, {Name: "other"}}, accounts(t, s))
	_, err = s.SaveBuild(ctx, "demo", []store.File{{Name: "main.lua", Bytes: []byte("x")}}, store.BuildMeta{})
	require.NoError(t, err)
}

// A step that removes something keeps programs out that have not learnt to do without it, older ones too.
func TestStepThatRemovesKeepsOldProgramsOut(t *testing.T) {
	c := newClock()
	b, ctx := sqliteBackend(t, c.Now), context.Background()
	all := store.AllSteps()
	newer, err := store.OpenWithSteps(ctx, store.Options{Path: b.path}, all,
		"-- min_program: 5\nCREATE TABLE later (n INTEGER)",
		fmt.Sprintf("-- min_program: %d\nDROP TABLE menus", all+1))
	require.NoError(t, err)
	require.Equal(t, all+1, oldSteps(t, newer))
	require.NoError(t, newer.Close())
	_, err = store.Open(ctx, store.Options{Path: b.path})
	var why *store.NewerSchemaError
	require.ErrorAs(t, err, &why)
	require.Equal(t, all+2, why.Schema)
	require.Equal(t, all+1, why.MinProgram)
	again, err := store.OpenWithSteps(ctx, store.Options{Path: b.path}, all, "-- min_program: 5\nCREATE TABLE later (n INTEGER)")
	require.NoError(t, err, "the release between knows enough")
	require.NoError(t, again.Close())
}

func TestStepsSayWhatTheyWant(t *testing.T) {
	for _, wrong := range []string{"0", "99", "five", ""} {
		_, err := store.OpenWithSteps(context.Background(), store.Options{}, 1, "-- min_program: "+wrong+"\nCREATE TABLE later (n INTEGER)")
		require.ErrorContains(t, err, "min_program", wrong)
	}
}

func unpack(t *testing.T, from, to string) {
	t.Helper()
	packed, err := os.Open(from)
	require.NoError(t, err)
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	require.NoError(t, err)
	raw, err := io.ReadAll(z)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, raw, 0o600))
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
