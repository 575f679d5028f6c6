package folder_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/folder"
)

func TestSnapshotBearsWhatIsWrongInShared(t *testing.T) {
	small := folder.Limits{SourceFile: 100, Files: 3, Source: 150, DataFile: 200, Data: 250}
	for _, tt := range []struct {
		name   string
		lay    func(t *testing.T, shared string)
		files  []string // of shared that can be had
		faults []string
	}{
		{"a pipe", func(t *testing.T, shared string) { pipe(t, filepath.Join(shared, "p.lua")) }, []string{"shared/ok.lua"}, []string{"shared/p.lua: is not a regular file"}},
		{"a sparse file", func(t *testing.T, shared string) {
			lay(t, shared, map[string]string{"s.csv": ""})
			require.NoError(t, os.Truncate(filepath.Join(shared, "s.csv"), 1<<40))
		}, []string{"shared/ok.lua"}, []string{"shared/s.csv: has 1048576.0 MiB; at most 200 bytes are allowed"}},
		{"a large file", func(t *testing.T, shared string) {
			lay(t, shared, map[string]string{"large.lua": strings.Repeat("x", 101)})
		}, []string{"shared/ok.lua"}, []string{"shared/large.lua: has 101 bytes; at most 100 bytes are allowed"}},
		{"many files", func(t *testing.T, shared string) {
			lay(t, shared, map[string]string{"b.lua": "", "z.lua": ""})
		}, []string{"shared/b.lua", "shared/ok.lua"}, []string{"shared/z.lua: is one .lua file too many; a build may have 3"}},
		{"a link", func(t *testing.T, shared string) {
			require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(shared, "l.lua")))
		}, []string{"shared/ok.lua"}, []string{"shared/l.lua: is a symbolic link; a build is made of regular files and folders only"}},
		{"folders without end", func(t *testing.T, shared string) {
			lay(t, shared, map[string]string{strings.Repeat("a/", 17): ""})
		}, nil, []string{"shared: " + strings.Repeat("a/", 16) + "a: folders are nested deeper than 16"}},
		{"too many folders", func(t *testing.T, shared string) {
			for i := range 1_001 {
				require.NoError(t, os.Mkdir(filepath.Join(shared, fmt.Sprint(i)), 0o755))
			}
		}, nil, []string{"shared: more than 1000 folders; a bot's folder holds only the bot"}},
		{"a file in its place", func(t *testing.T, shared string) {
			require.NoError(t, os.RemoveAll(shared))
			require.NoError(t, os.WriteFile(shared, nil, 0o644))
		}, nil, []string{"shared: is not a folder"}},
		{"a link in its place", func(t *testing.T, shared string) {
			require.NoError(t, os.Rename(shared, shared+".real"))
			require.NoError(t, os.Symlink(filepath.Base(shared)+".real", shared))
		}, nil, []string{"shared: is a symbolic link; a build is made of regular files and folders only"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			lay(t, dir, map[string]string{"demo/main.lua": "x", "shared/ok.lua": ""})
			root := openRoot(t, dir)
			before, err := folder.Read(root, "demo", small)
			require.NoError(t, err)
			require.Empty(t, before.Shared)
			tt.lay(t, filepath.Join(dir, "shared"))
			s, err := folder.Read(root, "demo", small)
			require.NoError(t, err, "the account's own folder is whole")
			require.Equal(t, append([]string{"main.lua"}, tt.files...), names(s))
			var faults []string
			for _, bad := range s.Shared {
				faults = append(faults, bad.Error())
			}
			require.Equal(t, tt.faults, faults)
			require.NotEqual(t, before.Sign, s.Sign, "a change like any other")
		})
	}
}

func TestSnapshotWithinLeavesOutWhatIsTooMuchOfShared(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{"demo/main.lua": "1", "demo/z.lua": "", "shared/a.lua": "", "shared/b.lua": "", "shared/gbk.lua": "\xb0\xa1"})
	s := snapshot(t, dir)
	less, err := s.Within(folder.Limits{Files: 3})
	require.NoError(t, err)
	require.Equal(t, []string{"main.lua", "shared/a.lua", "z.lua"}, names(less), "its own files come first")
	require.Len(t, less.Shared, 2)
	require.Len(t, names(s), 5, "the snapshot itself stays")
	_, err = s.Within(folder.Limits{Files: 1})
	require.EqualError(t, err, "demo/z.lua: is one .lua file too many; a build may have 1")

	less, err = s.InUTF8()
	require.NoError(t, err)
	require.NotContains(t, names(less), "shared/gbk.lua")
	require.EqualError(t, less.Shared[0], "shared/gbk.lua:1: is not UTF-8 (GBK?): save it as UTF-8")
	lay(t, dir, map[string]string{"demo/z.lua": "\xb0\xa1"})
	_, err = snapshot(t, dir).InUTF8()
	require.EqualError(t, err, "demo/z.lua:1: is not UTF-8 (GBK?): save it as UTF-8")
}

func TestFolderOfTooManyFilesIsNotReadToItsEnd(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{"demo/main.lua": "", "demo/data/x": ""})
	for i := range 20_001 {
		require.NoError(t, os.Link(filepath.Join(dir, "demo/data/x"), filepath.Join(dir, fmt.Sprintf("demo/data/%d", i))))
	}
	_, err := folder.Read(openRoot(t, dir), "demo", folder.Limits{})
	require.EqualError(t, err, "demo: more than 20000 files; a bot's folder holds only the bot")
}
