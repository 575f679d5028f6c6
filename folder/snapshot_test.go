package folder_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/folder"
)

// lay writes files below dir; a name ending in / is a folder.
func lay(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, body := range files {
		where := filepath.Join(dir, filepath.FromSlash(name))
		if strings.HasSuffix(name, "/") {
			require.NoError(t, os.MkdirAll(where, 0o755))
			continue
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(where), 0o755))
		require.NoError(t, os.WriteFile(where, []byte(body), 0o644))
	}
}

func openRoot(t *testing.T, dir string) *os.Root {
	t.Helper()
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	t.Cleanup(func() { _ = root.Close() })
	return root
}

func snapshot(t *testing.T, dir string) *folder.Snapshot {
	t.Helper()
	s, err := folder.Read(openRoot(t, dir), "demo", folder.Limits{})
	require.NoError(t, err)
	return s
}

func names(s *folder.Snapshot) []string {
	var list []string
	for _, f := range s.Files {
		list = append(list, f.Name)
	}
	return list
}

func TestSnapshotSaysWhichFileWasMeantAsMain(t *testing.T) {
	for _, name := range []string{"Main.lua", "main.lua.txt"} {
		dir := t.TempDir()
		lay(t, dir, map[string]string{"demo/" + name: "return 1"})
		_, err := folder.Read(openRoot(t, dir), "demo", folder.Limits{})
		require.EqualError(t, err, "demo/main.lua: is missing; there is "+name+": rename it to main.lua")
	}
}

func TestSnapshotHoldsWhatABuildIsMadeOf(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{
		"demo/main.lua": "return 1", "demo/lib/a.lua": "return 2", "demo/lib/deep/b.lua": "", "demo/account.yaml": "kind: test",
		"demo/data/faq.csv": "q,a", "demo/data/more/x.json": "{}", "demo/media/cup.jpg": "jpg", "demo/README.md": "hi",
		"demo/tests/a_test.lua": "boom", "demo/tests/b.chat": "amy: hi", "demo/lib/tests/c.lua": "",
		"demo/.hidden.lua": "", "demo/.git/config.lua": "", "demo/main.lua~": "", "demo/lib/.a.lua.swp": "", "demo/lib/a.lua.swp": "",
		"demo/4913": "", "demo/data/half.tmp": "", "shared/x.lua": "x", "shared/words/list.txt": "w", "shared/tests/y.lua": "",
		"other/main.lua": "not ours",
	})
	s := snapshot(t, dir)
	require.Equal(t, []string{
		"account.yaml", "data/faq.csv", "data/more/x.json", "lib/a.lua", "lib/deep/b.lua", "lib/tests/c.lua", "main.lua",
		"shared/words/list.txt", "shared/x.lua",
	}, names(s))
	body, ok := s.File("lib/a.lua")
	require.True(t, ok)
	require.Equal(t, "return 2", string(body))
	_, ok = s.File("lib/none.lua")
	require.False(t, ok)
	require.Equal(t, "demo", s.Account)
	require.Len(t, s.Hash, 64)
}

func TestSnapshotHash(t *testing.T) {
	base := map[string]string{
		"demo/main.lua": "return 1", "demo/lib/a.lua": "2", "demo/data/a.csv": "3", "demo/account.yaml": "4", "shared/x.lua": "5", "demo/media/cup.jpg": "5",
	}
	for _, c := range []struct {
		name    string
		change  map[string]string
		changes bool
	}{
		{"nothing", nil, false},
		{"main.lua", map[string]string{"demo/main.lua": "return 2"}, true},
		{"a module", map[string]string{"demo/lib/a.lua": "3"}, true},
		{"a new module", map[string]string{"demo/lib/b.lua": ""}, true},
		{"bytes moved from one file to the next", map[string]string{"demo/lib/a.lua": "", "demo/main.lua": "return 12"}, true},
		{"data", map[string]string{"demo/data/a.csv": "4"}, true},
		{"account.yaml is no part of a build", map[string]string{"demo/account.yaml": "5"}, false},
		{"shared", map[string]string{"shared/x.lua": "6"}, true},
		{"a test", map[string]string{"demo/tests/a_test.lua": "1"}, false},
		{"media", map[string]string{"demo/media/a.jpg": "1"}, true},
		{"other media", map[string]string{"demo/media/cup.jpg": "6"}, true},
		{"an editor's file", map[string]string{"demo/main.lua~": "1", "demo/.main.lua.swp": "2"}, false},
		{"a neighbour", map[string]string{"other/main.lua": "1"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			lay(t, dir, base)
			before := snapshot(t, dir).Hash
			lay(t, dir, c.change)
			require.Equal(t, c.changes, before != snapshot(t, dir).Hash)
		})
	}
}

func TestSnapshotRefuses(t *testing.T) {
	small := folder.Limits{SourceFile: 100, Files: 3, Source: 150, DataFile: 200, Data: 250}
	for _, c := range []struct {
		name  string
		files map[string]string
		links map[string]string
		want  string
	}{
		{"an empty main.lua", map[string]string{"demo/main.lua": " \n"}, nil, "demo/main.lua: is empty; every account starts there"},
		{"no main.lua", map[string]string{"demo/a.lua": ""}, nil, "demo/main.lua: is missing; every account starts there"},
		{"a large file", map[string]string{"demo/lib/a.lua": strings.Repeat("x", 101)}, nil, "demo/lib/a.lua: has 101 bytes; at most 100 bytes are allowed"},
		{"many files", map[string]string{"demo/a.lua": "", "demo/b.lua": "", "demo/c.lua": "", "demo/main.lua": ""}, nil, "demo/main.lua: is one .lua file too many; a build may have 3"},
		{"much source", map[string]string{"demo/a.lua": strings.Repeat("x", 99), "demo/main.lua": strings.Repeat("x", 52)}, nil, "demo/main.lua: all .lua files together have 151 bytes by here; at most 150 bytes are allowed"},
		{"large data", map[string]string{"demo/data/a.csv": strings.Repeat("x", 201)}, nil, "demo/data/a.csv: has 201 bytes; at most 200 bytes are allowed"},
		{"much data", map[string]string{"demo/data/a.csv": strings.Repeat("x", 200), "demo/data/b.csv": strings.Repeat("x", 51)}, nil, "demo/data/b.csv: all data files together have 251 bytes by here; at most 250 bytes are allowed"},
		{"a large account.yaml", map[string]string{"demo/account.yaml": strings.Repeat("x", 101)}, nil, "demo/account.yaml: has 101 bytes; at most 100 bytes are allowed"},
		{"a link out", map[string]string{"demo/main.lua": ""}, map[string]string{"demo/x.lua": "/etc/passwd"}, "demo/x.lua: is a symbolic link; a build is made of regular files and folders only"},
		{"a link to the neighbour", map[string]string{"demo/main.lua": "", "other/account.yaml": "secret"}, map[string]string{"demo/data": "../other"}, "demo/data: is a symbolic link; a build is made of regular files and folders only"},
		{"main.lua is a link", map[string]string{"demo/a.lua": ""}, map[string]string{"demo/main.lua": "a.lua"}, "demo/main.lua: is a symbolic link; a build is made of regular files and folders only"},
		{"the account is a link", map[string]string{"other/main.lua": ""}, map[string]string{"demo": "other"}, "demo: is a symbolic link; a build is made of regular files and folders only"},
		{"..data leads out", map[string]string{"demo/lib/": ""}, map[string]string{"demo/..data": "../other", "demo/main.lua": "..data/main.lua"}, "demo/main.lua: is a symbolic link; a build is made of regular files and folders only"},
		{"a file in place of a folder", map[string]string{"demo": ""}, nil, "demo: is not a folder"},
		{"a folder in place of main.lua", map[string]string{"demo/main.lua/": ""}, nil, "demo/main.lua: is missing; every account starts there"},
		{"a name of shared", map[string]string{"demo/main.lua": "", "demo/shared/a.lua": ""}, nil, "demo/shared/a.lua: the name shared is taken by scripts/shared; call the folder something else"},
		{"folders without end", map[string]string{"demo/" + strings.Repeat("a/", 17): ""}, nil, "demo/" + strings.Repeat("a/", 16) + "a: folders are nested deeper than 16"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			lay(t, dir, c.files)
			for link, target := range c.links {
				require.NoError(t, os.Symlink(target, filepath.Join(dir, link)))
			}
			_, err := folder.Read(openRoot(t, dir), "demo", small)
			var bad *folder.SourceError
			require.ErrorAs(t, err, &bad)
			require.Equal(t, c.want, err.Error())
		})
	}
}

func TestSnapshotOfNoFolder(t *testing.T) {
	dir := t.TempDir()
	_, err := folder.Read(openRoot(t, dir), "demo", folder.Limits{})
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = folder.Read(openRoot(t, dir), "../demo", folder.Limits{})
	require.ErrorContains(t, err, "no account name")
}

func TestSnapshotPassesOverLinksThatDoNotMatter(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{"demo/main.lua": "return", "demo/tests/": ""})
	for link, target := range map[string]string{
		"demo/.#main.lua": "amy@laptop.1234", "demo/NOTES": "main.lua", "demo/tests/out": "/etc", "demo/dangling.txt": "nowhere",
	} {
		require.NoError(t, os.Symlink(target, filepath.Join(dir, link)))
	}
	require.Equal(t, []string{"main.lua"}, names(snapshot(t, dir)))
}

// configMap swaps the version of all files at once, the way Kubernetes does.
type configMap struct {
	dir     string
	version int
}

func (c *configMap) swap(files map[string]string) error {
	c.version++
	old, next := fmt.Sprintf("..v%d", c.version-1), fmt.Sprintf("..v%d", c.version)
	for name, body := range files {
		where := filepath.Join(c.dir, next, name)
		if err := os.MkdirAll(filepath.Dir(where), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(where, []byte(body), 0o644); err != nil {
			return err
		}
		top, _, _ := strings.Cut(name, "/")
		err := os.Symlink("..data/"+top, filepath.Join(c.dir, top))
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	if err := os.Symlink(next, filepath.Join(c.dir, "..data_tmp")); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(c.dir, "..data_tmp"), filepath.Join(c.dir, "..data")); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(c.dir, old))
}

func TestSnapshotOfConfigMap(t *testing.T) {
	for _, c := range []struct{ name, mount, prefix string }{
		{"mounted as the account", "demo", ""},
		{"mounted as the scripts folder", "", "demo/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			m := configMap{dir: filepath.Join(dir, c.mount)}
			require.NoError(t, os.MkdirAll(m.dir, 0o755))
			version := func(i int) map[string]string {
				v := fmt.Sprint(i)
				return map[string]string{c.prefix + "main.lua": v, c.prefix + "lib/a.lua": v, c.prefix + "data/b.csv": v}
			}
			require.NoError(t, m.swap(version(0)))
			require.Equal(t, []string{"data/b.csv", "lib/a.lua", "main.lua"}, names(snapshot(t, dir)))

			stop := make(chan struct{})
			var wg sync.WaitGroup
			var swapped error
			wg.Go(func() {
				for i := 1; ; i++ {
					select {
					case <-stop:
						return
					default:
						swapped = errors.Join(swapped, m.swap(version(i)))
					}
				}
			})
			root := openRoot(t, dir)
			read := 0
			for range 300 {
				s, err := folder.Read(root, "demo", folder.Limits{})
				if errors.Is(err, folder.ErrUnsettled) || errors.Is(err, fs.ErrNotExist) {
					continue
				}
				require.NoError(t, err)
				read++
				for _, f := range s.Files {
					require.Equal(t, string(s.Files[0].Data), string(f.Data), "files of two versions in one snapshot")
				}
			}
			close(stop)
			wg.Wait()
			require.NoError(t, swapped)
			require.NotZero(t, read)
		})
	}
}

// A file that another process rewrites all the time is read whole or not at all.
func TestSnapshotIsNeverTorn(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{"demo/main.lua": "a"})
	where := filepath.Join(dir, "demo/main.lua")
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				body := strings.Repeat(string(rune('a'+i%26)), 1+i%50_000)
				_ = os.WriteFile(where+"~", []byte(body), 0o644)
				_ = os.Rename(where+"~", where)
			}
		}
	})
	root := openRoot(t, dir)
	for range 300 {
		s, err := folder.Read(root, "demo", folder.Limits{})
		if errors.Is(err, folder.ErrUnsettled) {
			continue
		}
		require.NoError(t, err)
		body := string(s.Files[0].Data)
		require.Empty(t, strings.Trim(body, body[:1]), "a torn file")
	}
	close(stop)
	wg.Wait()
}

func TestAccounts(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{
		"demo/": "", "b-2_x/": "", "shared/": "", ".types/": "", "Demo/": "", "-x/": "", "readme.md": "", "notes": "",
		strings.Repeat("a", 64) + "/": "", strings.Repeat("b", 65) + "/": "",
	})
	accounts, strange, err := folder.Accounts(openRoot(t, dir))
	require.NoError(t, err)
	require.Equal(t, []string{strings.Repeat("a", 64), "b-2_x", "demo"}, accounts)
	require.Equal(t, []string{"-x", "Demo", strings.Repeat("b", 65)}, strange)
}
