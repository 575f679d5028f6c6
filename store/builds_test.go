package store_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/folder"
	"moonwire/store"
)

func script(text string) []store.File {
	return []store.File{{Name: "main.lua", Bytes: []byte(text)}}
}

func save(t *testing.T, s *store.Store, account string, files []store.File, m store.BuildMeta) store.Build {
	t.Helper()
	b, err := s.SaveBuild(context.Background(), account, files, m)
	require.NoError(t, err)
	return b
}

// ids are those of the builds that are listed, newest first.
func ids(t *testing.T, s *store.Store, account string) (all []string) {
	t.Helper()
	builds, err := s.Builds(context.Background(), account)
	require.NoError(t, err)
	for _, b := range builds {
		all = append(all, b.ID)
	}
	return all
}

// requireTidy demands that every build that is listed can be read, and that no file is there that no build has.
func requireTidy(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := context.Background()
	used := map[string]map[string]bool{} // by account
	for _, row := range store.Rows(t, s, "builds") {
		account, id := row["account"].(string), row["id"].(string)
		require.Contains(t, []any{"new", "good", "bad"}, row["state"])
		b, files, err := s.Build(ctx, account, id)
		require.NoError(t, err)
		require.Equal(t, b.Hash, store.BuildHash(files))
		if used[account] == nil {
			used[account] = map[string]bool{}
		}
		for _, f := range files {
			for part := range slices.Chunk(f.Bytes, 256<<10) {
				used[account][string(part)] = true
			}
		}
	}
	content := map[string]string{}
	for _, row := range store.Rows(t, s, "files") {
		content[string(row["hash"].([]byte))] = string(row["bytes"].([]byte))
	}
	left := map[string]bool{}
	for _, row := range store.Rows(t, s, "file_uses") {
		part := content[string(row["hash"].([]byte))]
		require.True(t, used[row["account"].(string)][part], "a file of a build that is gone")
		require.EqualValues(t, len(part), row["size"])
		left[string(row["hash"].([]byte))] = true
	}
	require.Len(t, left, len(content), "every file is somebody's")
}

func TestBuildIsKept(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		large := make([]byte, 700<<10)
		_, _ = rand.NewChaCha8([32]byte{1}).Read(large)
		files := []store.File{
			{Name: "main.lua", Bytes: []byte("return 1")},
			{Name: "data/空.csv"},
			{Name: "data/large.bin", Bytes: large},
			{Name: "media/a.png", Bytes: []byte{0xff, 0, 1}},
			{Name: "shared/x.lua", Bytes: []byte("return 1")},
		}
		made := save(t, s, "demo", files, store.BuildMeta{By: operator, Note: "first 第一"})
		require.Len(t, made.ID, 8)
		require.True(t, strings.HasPrefix(made.Hash, made.ID))
		require.True(t, made.MadeAt.Equal(c.Now()))
		made.MadeAt = made.MadeAt.Local()
		require.Equal(t, store.Build{
			ID: made.ID, Hash: made.Hash, MadeAt: made.MadeAt, By: operator, Note: "first 第一", State: store.BuildNew,
			Files: 5, Bytes: int64(len(large) + 19),
		}, made)
		require.NoError(t, s.Close())

		s = b.open(t)
		got, back, err := s.Build(ctx, "demo", made.ID)
		require.NoError(t, err)
		require.Equal(t, made, got)
		slices.SortFunc(files, func(a, b store.File) int { return strings.Compare(a.Name, b.Name) })
		require.Len(t, back, len(files))
		for i, f := range files {
			require.Equal(t, f.Name, back[i].Name)
			require.True(t, bytes.Equal(f.Bytes, back[i].Bytes), f.Name)
		}
		requireTidy(t, s)
		for _, wrong := range [][2]string{{"demo", "00000000"}, {"other", made.ID}, {"demo", ""}} {
			_, _, err := s.Build(ctx, wrong[0], wrong[1])
			require.ErrorIs(t, err, store.ErrNoBuild)
		}
		require.NoError(t, s.MarkBuild(ctx, "demo", made.ID, store.BuildBad))
		require.ErrorIs(t, s.MarkBuild(ctx, "demo", "00000000", store.BuildBad), store.ErrNoBuild)
		require.Equal(t, store.BuildBad, save(t, s, "demo", files, store.BuildMeta{}).State, "what is known stays")
		require.Equal(t, store.BuildGood, save(t, s, "demo", files, store.BuildMeta{State: store.BuildGood}).State)
	})
}

func TestSameContentIsTheSameBuild(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		s := b.open(t)
		first := save(t, s, "demo", script("1"), store.BuildMeta{Note: "one"})
		before := s.Stats().Commits
		c.Move(time.Second)
		again := save(t, s, "demo", script("1"), store.BuildMeta{})
		require.Equal(t, first, again)
		require.Equal(t, before, s.Stats().Commits, "nothing is written")
		second := save(t, s, "demo", script("2"), store.BuildMeta{})
		require.Equal(t, []string{second.ID, first.ID}, ids(t, s, "demo"))
		back := save(t, s, "demo", script("1"), store.BuildMeta{})
		require.Equal(t, first.ID, back.ID)
		require.Equal(t, []string{first.ID, second.ID}, ids(t, s, "demo"), "saved again it is the newest, in the same millisecond too")
		save(t, s, "demo", script("2"), store.BuildMeta{})
		require.Equal(t, []string{second.ID, first.ID}, ids(t, s, "demo"))
		require.Equal(t, first.ID, save(t, s, "other", script("1"), store.BuildMeta{}).ID)
		require.Len(t, store.Rows(t, s, "files"), 2, "identical files once, over all accounts")
		requireTidy(t, s)
	})
}

// The hash is the one that folder has, so that one may be compared with the other.
func TestHashIsTheFoldersOwn(t *testing.T) {
	dir := t.TempDir()
	files := []store.File{{Name: "data/a.csv", Bytes: []byte("x,y")}, {Name: "main.lua", Bytes: []byte("return 1")}, {Name: "media/cup.jpg", Bytes: []byte("jpg")}, {Name: "tests/a.chat", Bytes: []byte("amy: hi")}}
	for _, f := range files {
		path := filepath.Join(dir, "demo", f.Name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, f.Bytes, 0o600))
	}
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	defer root.Close()
	snapshot, err := folder.Read(root, "demo", folder.Limits{})
	require.NoError(t, err)
	require.Equal(t, snapshot.Hash, store.BuildHash(files))
	require.Equal(t, snapshot.Hash, store.BuildHash(files[:3]), "tests come along, and make no other build")
	require.NotEqual(t, snapshot.Hash, store.BuildHash(files[:2]))
}

func TestLongerIDWhenTwoBeginAlike(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *clock) {
		s, seen := b.open(t), map[string]int{}
		var pair [2]int
		for n := 0; pair == [2]int{}; n++ {
			short := store.BuildHash(script(fmt.Sprint(n)))[:8]
			if other, ok := seen[short]; ok {
				pair = [2]int{other, n}
			}
			seen[short] = n
		}
		first := save(t, s, "demo", script(fmt.Sprint(pair[0])), store.BuildMeta{})
		second := save(t, s, "demo", script(fmt.Sprint(pair[1])), store.BuildMeta{})
		require.Len(t, first.ID, 8)
		require.Len(t, second.ID, 9)
		require.Equal(t, first.ID, second.ID[:8])
		require.Equal(t, second.ID, save(t, s, "demo", script(fmt.Sprint(pair[1])), store.BuildMeta{}).ID)
		require.Len(t, save(t, s, "other", script(fmt.Sprint(pair[1])), store.BuildMeta{}).ID, 8, "another account has no such other")
		requireTidy(t, s)
	})
}

func TestWhatIsNoBuild(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *clock) {
		s := b.open(t)
		half := make([]byte, store.MaxBuild/2+1)
		many := make([]store.File, store.MaxBuildFiles+1)
		for i := range many {
			many[i].Name = fmt.Sprint(i)
		}
		for _, test := range []struct {
			name  string
			files []store.File
			want  string
		}{
			{"nothing", nil, "too large"},
			{"too many files", many, "too large"},
			{"too many bytes", []store.File{{"a", half}, {"b", half}}, "too large"},
			{"the configuration", []store.File{{"main.lua", nil}, {"account.yaml", []byte("secret")}}, "account.yaml is no part of a build"},
			{"a way out", []store.File{{"../x", nil}}, "cannot have a file named"},
			{"an absolute path", []store.File{{"/etc/passwd", nil}}, "cannot have a file named"},
			{"the folder itself", []store.File{{".", nil}}, "cannot have a file named"},
			{"no name", []store.File{{"", nil}}, "cannot have a file named"},
			{"no text", []store.File{{"a\xff", nil}}, "cannot have a file named"},
			{"a long name", []store.File{{strings.Repeat("a", 513), nil}}, "cannot have a file named"},
			{"a name twice", []store.File{{"a", nil}, {"a", nil}}, "two files"},
		} {
			t.Run(test.name, func(t *testing.T) {
				_, err := s.SaveBuild(context.Background(), "demo", test.files, store.BuildMeta{})
				require.ErrorContains(t, err, test.want)
				require.NotContains(t, err.Error(), "secret")
			})
		}
		require.Empty(t, store.Rows(t, s, "builds"))
	})
}

func TestOnlyNewContentIsWritten(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *clock) {
		s := b.open(t)
		body := make([]byte, 3<<20)
		_, _ = rand.NewChaCha8([32]byte{2}).Read(body)
		save(t, s, "demo", []store.File{{Name: "data/a.bin", Bytes: body}}, store.BuildMeta{})
		count := len(store.Rows(t, s, "files"))
		require.Equal(t, 12, count)
		changed := bytes.Clone(body)
		changed[1<<20]++
		save(t, s, "demo", []store.File{{Name: "data/a.bin", Bytes: changed}, {Name: "data/b.bin", Bytes: body}}, store.BuildMeta{})
		require.Len(t, store.Rows(t, s, "files"), count+1)
		info, err := os.Stat(b.path + "-wal")
		require.NoError(t, err)
		before := info.Size()
		for i := range 20 {
			save(t, s, fmt.Sprint("other", i), []store.File{{Name: "data/a.bin", Bytes: body}}, store.BuildMeta{})
		}
		require.Len(t, store.Rows(t, s, "files"), count+1)
		info, err = os.Stat(b.path + "-wal")
		require.NoError(t, err)
		require.Less(t, info.Size()-before, int64(3<<20), "20 accounts more are less than one of them")
		requireTidy(t, s)
	})
}

func TestWhichBuildsAreKept(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		var all []string
		add := func(m store.BuildMeta) {
			all = append(all, save(t, s, "demo", append(script(fmt.Sprint(len(all))), store.File{Name: "shared/x.lua", Bytes: []byte("x")}), m).ID)
			c.Move(time.Minute)
		}
		held := []string{}
		for n := range 70 {
			m := store.BuildMeta{Held: held}
			if n == 3 || n == 5 || n == 7 {
				m.State = store.BuildGood
			}
			add(m)
			if n == 0 {
				_, _, err := s.SetCurrent(ctx, "demo", store.Current{Build: all[0]}, store.Actor{})
				require.NoError(t, err)
			}
			if n == 9 {
				held = append(held, all[9])
			}
		}
		want := slices.Concat([]string{all[0], all[5], all[7], all[9]}, all[20:])
		slices.Reverse(want)
		require.Equal(t, want, ids(t, s, "demo"), "the newest 50, the live one, the last two good ones, the held one")
		requireTidy(t, s)

		c.Move(store.KeepBuilds)
		add(store.BuildMeta{Held: held})
		hold := func(account string) []string {
			require.Equal(t, "demo", account)
			return held
		}
		_, err := s.Prune(ctx, store.Retention{Held: hold})
		require.NoError(t, err)
		require.Equal(t, []string{all[70], all[9], all[7], all[5], all[0]}, ids(t, s, "demo"))
		_, err = s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.Equal(t, []string{all[70], all[7], all[5], all[0]}, ids(t, s, "demo"), "nobody holds it any more")
		requireTidy(t, s)
	})
}

func TestBuildsHaveABoundInBytes(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		var all []string
		for n := range 6 {
			all = append(all, save(t, s, "demo", script(fmt.Sprint(n)), store.BuildMeta{}).ID)
			c.Move(time.Second)
		}
		_, _, err := s.SetCurrent(ctx, "demo", store.Current{Build: all[1]}, store.Actor{})
		require.NoError(t, err)
		store.Exec(t, s, fmt.Sprintf(`UPDATE file_uses SET size = %d`, store.MaxBuildsBytes/4)) // as if they were large
		require.NoError(t, s.TrimBuilds(ctx, "demo", nil))
		require.Equal(t, []string{all[5], all[4], all[3], all[1]}, ids(t, s, "demo"), "the oldest go, but not the live one")
		require.Len(t, store.Rows(t, s, "files"), 4)
		store.Exec(t, s, fmt.Sprintf(`UPDATE file_uses SET size = %d`, store.MaxBuildsBytes))
		require.NoError(t, s.TrimBuilds(ctx, "demo", []string{all[4]}))
		require.Equal(t, []string{all[4], all[1]}, ids(t, s, "demo"), "what must stay may be more")
	})
}

// A save that never ended is seen by nobody, is taken up by the next one of the same content, or goes.
func TestUnfinishedSave(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		for n := range 2 {
			save(t, s, "demo", script(fmt.Sprint(n)), store.BuildMeta{})
		}
		store.Exec(t, s, `UPDATE builds SET state = 'saving'`)
		store.Exec(t, s, `DELETE FROM file_uses`)
		store.Exec(t, s, `DELETE FROM files`)
		require.Empty(t, ids(t, s, "demo"))
		id := store.BuildHash(script("0"))[:8]
		_, _, err := s.Build(ctx, "demo", id)
		require.ErrorIs(t, err, store.ErrNoBuild)
		_, _, err = s.SetCurrent(ctx, "demo", store.Current{Build: id}, store.Actor{})
		require.ErrorIs(t, err, store.ErrNoBuild)
		c.Move(time.Minute)
		require.NoError(t, s.TrimBuilds(ctx, "demo", nil))
		require.Len(t, store.Rows(t, s, "builds"), 2, "somebody may be at it")
		require.Equal(t, id, save(t, s, "demo", script("0"), store.BuildMeta{}).ID)
		c.Move(2 * time.Hour)
		_, err = s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.Equal(t, []string{id}, ids(t, s, "demo"))
		require.Len(t, store.Rows(t, s, "builds"), 1)
		requireTidy(t, s)
	})
}

// Several processes save and drop side by side, and none takes a file that another's build has.
func TestSavesSideBySide(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *clock) {
		b.now = time.Now
		ctx := context.Background()
		var wg sync.WaitGroup
		for worker := range 4 {
			s := b.open(t)
			chance := rand.New(rand.NewPCG(uint64(worker), 1))
			wg.Go(func() {
				for range 60 {
					files := []store.File{{Name: "main.lua", Bytes: fmt.Append(nil, chance.IntN(40))}, {Name: "lib/a.lua", Bytes: fmt.Append(nil, "a", chance.IntN(5))}}
					made, err := s.SaveBuild(ctx, fmt.Sprint("account", chance.IntN(2)), files, store.BuildMeta{})
					if err != nil || made.Hash != store.BuildHash(files) {
						t.Error(made, err)
						return
					}
				}
			})
		}
		s := b.open(t)
		wg.Wait()
		require.NoError(t, s.TrimBuilds(ctx, "account0", nil))
		require.NoError(t, s.TrimBuilds(ctx, "account1", nil))
		require.Len(t, ids(t, s, "account0"), store.MaxBuilds)
		require.Len(t, ids(t, s, "account1"), store.MaxBuilds)
		requireTidy(t, s)
	})
}

// What is saved while another build is dropped keeps the files that both have.
func TestSaveWhileDropping(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *clock) {
		s := b.open(t)
		both := store.File{Name: "data/a.csv", Bytes: []byte("both have it")}
		old := save(t, s, "demo", append(script("old"), both), store.BuildMeta{})
		store.Exec(t, s, `UPDATE builds SET state = 'dropping'`)
		whole := store.ClearWith(t, s, "demo", func() { save(t, s, "demo", append(script("new"), both), store.BuildMeta{}) })
		require.False(t, whole)
		require.NotContains(t, ids(t, s, "demo"), old.ID)
		requireTidy(t, s)

		store.Exec(t, s, `UPDATE builds SET state = 'dropping'`)
		whole = store.ClearWith(t, s, "demo", func() { save(t, s, "demo", append(script("new"), both), store.BuildMeta{}) })
		require.False(t, whole, "it is saved again")
		require.Len(t, ids(t, s, "demo"), 1)
		requireTidy(t, s)
	})
}

// A file that was changed behind the store's back is not given out.
func TestFileIsWhatWasSaved(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *clock) {
		s := b.open(t)
		made := save(t, s, "demo", script("1"), store.BuildMeta{})
		store.Exec(t, s, `UPDATE files SET bytes = x'32'`)
		_, _, err := s.Build(context.Background(), "demo", made.ID)
		require.ErrorContains(t, err, "main.lua is not what was saved")
	})
}
