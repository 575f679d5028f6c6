package folder_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/folder"
)

func mediaNames(s *folder.Snapshot) (all []string) {
	for _, m := range s.Media {
		all = append(all, m.Name)
	}
	return all
}

func TestMediaAreSeenAndNotHeld(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{"demo/main.lua": "x", "demo/media/b/cup.jpg": "jpg", "demo/media/a.png": "png", "demo/media/lib.lua": "y", "demo/media/.hidden": "", "shared/media/c.jpg": "z"})
	s := snapshot(t, dir)
	require.Equal(t, []string{"main.lua", "media/lib.lua", "shared/media/c.jpg"}, names(s))
	require.Equal(t, []string{"media/a.png", "media/b/cup.jpg"}, mediaNames(s))
	require.Equal(t, sha256.Sum256([]byte("png")), s.Media[0].Sum)
	require.EqualValues(t, 3, s.Media[0].Size)
	body, err := folder.ReadMedia(openRoot(t, dir), "demo", s.Media[1])
	require.NoError(t, err)
	require.Equal(t, "jpg", string(body))

	lay(t, dir, map[string]string{"demo/media/b/cup.jpg": "gif"})
	_, err = folder.ReadMedia(openRoot(t, dir), "demo", s.Media[1])
	require.ErrorIs(t, err, folder.ErrUnsettled)
	require.NoError(t, os.Remove(filepath.Join(dir, "demo/media/b/cup.jpg")))
	_, err = folder.ReadMedia(openRoot(t, dir), "demo", s.Media[1])
	require.ErrorIs(t, err, folder.ErrUnsettled)
}

// What is wrong in media/ is no reason to refuse a folder, whose scripts may not even send it.
func TestMediaThatCannotBeTaken(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{"demo/main.lua": "x", "demo/media/ok.jpg": "1", "demo/media/large.mp4": ""})
	require.NoError(t, os.Truncate(filepath.Join(dir, "demo/media/large.mp4"), 10<<20+1))
	require.NoError(t, os.Symlink("ok.jpg", filepath.Join(dir, "demo/media/link.jpg")))
	s := snapshot(t, dir)
	require.Equal(t, []string{"media/ok.jpg"}, mediaNames(s))
	require.Equal(t, []string{"media/large.mp4"}, s.LeftOut)

	for i := range 3 {
		name := filepath.Join(dir, fmt.Sprintf("demo/media/z%d.mp4", i))
		require.NoError(t, os.WriteFile(name, nil, 0o600))
		require.NoError(t, os.Truncate(name, 9<<20))
	}
	s = snapshot(t, dir)
	require.Equal(t, []string{"media/ok.jpg", "media/z0.mp4", "media/z1.mp4"}, mediaNames(s))
	require.Equal(t, []string{"media/large.mp4", "media/z2.mp4"}, s.LeftOut)

	for i := range 1001 {
		lay(t, dir, map[string]string{fmt.Sprintf("demo/media/a%04d.png", i): ""})
	}
	require.Len(t, snapshot(t, dir).Media, 1000)
}

// Media that have not changed are not read again.
func TestMediaAreReadOnce(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{"demo/main.lua": "x", "demo/media/a.jpg": "one"})
	name := filepath.Join(dir, "demo/media/a.jpg")
	then := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(name, then, then))
	seen := snapshot(t, dir).Media
	file, err := os.OpenFile(name, os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = file.WriteString("two")
	require.NoError(t, err)
	require.NoError(t, file.Close())
	require.NoError(t, os.Chtimes(name, then, then))
	again, err := folder.ReadAgain(openRoot(t, dir), "demo", folder.Limits{}, seen)
	require.NoError(t, err)
	require.Equal(t, seen[0].Sum, again.Media[0].Sum, "size and time are what they were")
	require.NotEqual(t, seen[0].Sum, snapshot(t, dir).Media[0].Sum)
	now := time.Now()
	require.NoError(t, os.Chtimes(name, now, now))
	again, err = folder.ReadAgain(openRoot(t, dir), "demo", folder.Limits{}, seen)
	require.NoError(t, err)
	require.NotEqual(t, seen[0].Sum, again.Media[0].Sum)
}

// TestWhatOfMediaNoBuildHas is told: links, which are sent only where they lead to a file in there, and what is no file.
func TestWhatOfMediaNoBuildHas(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{"demo/main.lua": "x", "demo/in.jpg": "1", "demo/media/ok.jpg": "1", "demo/media/deep/a.jpg": "1"})
	for name, target := range map[string]string{"a_same.jpg": "ok.jpg", "b_out.jpg": "../in.jpg", "c_none.jpg": "none.jpg", "deep/up.jpg": "../ok.jpg"} {
		require.NoError(t, os.Symlink(target, filepath.Join(dir, "demo/media", name)))
	}
	pipe(t, filepath.Join(dir, "demo/media/pipe.mp3"))
	s := snapshot(t, dir)
	require.Equal(t, []string{"media/deep/a.jpg", "media/ok.jpg"}, mediaNames(s))
	require.Empty(t, s.LeftOut)
	var doubts []string
	for _, d := range s.Doubts {
		doubts = append(doubts, d.Error())
	}
	require.Equal(t, []string{
		"media/a_same.jpg: is a symbolic link; it is kept with no build, so a rollback does not bring it back",
		"media/b_out.jpg: is a symbolic link that leads to no file in media/; it is refused when it is sent",
		"media/c_none.jpg: is a symbolic link that leads to no file in media/; it is refused when it is sent",
		"media/deep/up.jpg: is a symbolic link; it is kept with no build, so a rollback does not bring it back",
		"media/pipe.mp3: is not a regular file; it is refused when it is sent",
	}, doubts)
}

func TestTestsOfAFolder(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{"demo/main.lua": "x"})
	files, err := folder.Tests(openRoot(t, dir), "demo")
	require.NoError(t, err)
	require.Empty(t, files)
	lay(t, dir, map[string]string{"demo/tests/a.chat": "amy: hi", "demo/tests/cassettes/b.json": "{}", "demo/tests/.x": "", "demo/tests/c.chat~": "", "demo/tests/big": strings.Repeat("x", 5<<20)})
	require.NoError(t, os.Symlink("/etc", filepath.Join(dir, "demo/tests/link")))
	files, err = folder.Tests(openRoot(t, dir), "demo")
	require.NoError(t, err)
	require.Equal(t, []folder.File{{Name: "tests/a.chat", Data: []byte("amy: hi")}, {Name: "tests/cassettes/b.json", Data: []byte("{}")}}, files)
}

func TestConfigByItself(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{"demo/": "", "shop/account.yaml": "kind: test", "large/account.yaml": strings.Repeat("#", 200)})
	root := openRoot(t, dir)
	small := folder.Limits{SourceFile: 100}
	body, err := folder.Config(root, "demo", small)
	require.NoError(t, err)
	require.Nil(t, body)
	body, err = folder.Config(root, "shop", small)
	require.NoError(t, err)
	require.Equal(t, "kind: test", string(body))
	_, err = folder.Config(root, "large", small)
	require.EqualError(t, err, "large/account.yaml: has 200 bytes; at most 100 bytes are allowed")
	require.NoError(t, os.Remove(filepath.Join(dir, "shop/account.yaml")))
	require.NoError(t, os.Symlink("../large/account.yaml", filepath.Join(dir, "shop/account.yaml")))
	_, err = folder.Config(root, "shop", small)
	require.ErrorContains(t, err, "is a symbolic link")
}

func TestRestored(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, map[string]string{"demo/main.lua": "x", "demo/media/a.jpg": "jpg", "demo/account.yaml": "kind: test", "shared/x.lua": "", "demo/tests/a.chat": ""})
	s := snapshot(t, dir)
	back := folder.Restored("demo", []folder.File{
		{Name: "main.lua", Data: []byte("x")}, {Name: "media/a.jpg", Data: []byte("jpg")}, {Name: "shared/x.lua"}, {Name: "tests/a.chat"},
	})
	require.Equal(t, s.Hash, back.Hash)
	require.Equal(t, s.Sign, back.Sign)
	require.Equal(t, []string{"main.lua", "shared/x.lua"}, names(back))
	require.Equal(t, []string{"media/a.jpg"}, mediaNames(back))
}
