package bot_test

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/folder"
)

// TestWhatIsNoMediaFolder cannot be opened, and nothing outside of one can.
func TestWhatIsNoMediaFolder(t *testing.T) {
	scripts := t.TempDir()
	for _, dir := range []string{"demo/media/deep", "none", "link", "file"} {
		require.NoError(t, os.MkdirAll(filepath.Join(scripts, dir), 0o755))
	}
	require.NoError(t, os.WriteFile(filepath.Join(scripts, "demo/media/deep/a.png"), []byte("cup"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(scripts, "demo/main.lua"), []byte("secret"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(scripts, "file/media"), nil, 0o600))
	require.NoError(t, os.Symlink("../demo/media", filepath.Join(scripts, "link/media")))
	require.NoError(t, os.Symlink("../main.lua", filepath.Join(scripts, "demo/media/out.png")))
	for _, tt := range []struct {
		name, account, file string
		want                error
		says                string
	}{
		{"a file", "demo", "deep/a.png", nil, ""},
		{"no such file", "demo", "deep/b.png", fs.ErrNotExist, ""},
		{"upwards", "demo", "../main.lua", fs.ErrInvalid, ""},
		{"from the root", "demo", "/etc/passwd", fs.ErrInvalid, ""},
		{"a link that leads out", "demo", "out.png", nil, "out.png"},
		{"no folder media", "none", "a.png", fs.ErrNotExist, ""},
		{"a file called media", "file", "a.png", nil, "file/media is no folder"},
		{"a link called media", "link", "deep/a.png", nil, "link/media is no folder"},
		{"no such account", "nobody", "a.png", fs.ErrNotExist, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := bot.MediaFolder(scripts, tt.account)
			info, err := m.Stat(tt.file)
			f, opening := m.Open(tt.file)
			if tt.want == nil && tt.says == "" {
				require.NoError(t, err)
				require.NoError(t, opening)
				require.Equal(t, int64(3), info.Size())
				body, err := io.ReadAll(f)
				require.NoError(t, err)
				require.Equal(t, "cup", string(body))
				require.NoError(t, f.Close())
				return
			}
			for _, err := range []error{err, opening} {
				require.Error(t, err)
				require.ErrorContains(t, err, tt.says)
				if tt.want != nil {
					require.ErrorIs(t, err, tt.want)
				}
			}
		})
	}
	_, err := bot.MediaFolder(filepath.Join(scripts, "away"), "demo").Open("deep/a.png")
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// TestMediaOfAKeptBuild are files like those of a folder, and are read from the store.
func TestMediaOfAKeptBuild(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text("hi")`, "media/deep/a.png": cup}})
	id := h.built("demo")[0]
	m := bot.StoredMedia(h.store, "demo", id, []folder.Media{{Name: "media/deep/a.png", Size: int64(len(cup))}, {Name: "media/lost.png", Size: 1}})
	f, err := m.Open("deep/a.png")
	require.NoError(t, err)
	body, err := io.ReadAll(f)
	require.NoError(t, err)
	require.Equal(t, cup, string(body))
	info, err := f.Stat()
	require.NoError(t, err)
	require.Equal(t, []any{"a.png", int64(len(cup)), fs.FileMode(0o400), false, nil}, []any{info.Name(), info.Size(), info.Mode(), info.IsDir(), info.Sys()})
	require.True(t, info.Mode().IsRegular())
	require.Zero(t, info.ModTime())
	require.NoError(t, f.Close())
	for _, name := range []string{"b.png", "media/deep/a.png"} {
		_, err = m.Stat(name)
		require.ErrorIs(t, err, fs.ErrNotExist)
		_, err = m.Open(name)
		require.ErrorIs(t, err, fs.ErrNotExist)
	}
	_, err = m.Open("lost.png")
	var path *fs.PathError
	require.ErrorAs(t, err, &path)
	require.Equal(t, "lost.png", path.Path)
}

// TestASaveWarnsOfLinksInMedia, which goes live nevertheless.
func TestASaveWarnsOfLinksInMedia(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text("hi")`, "in.jpg": cup}})
	require.Empty(t, h.save(0).Warnings)
	link := func(name, target string) {
		require.NoError(t, os.MkdirAll(filepath.Join(h.dir, "demo/media"), 0o755))
		require.NoError(t, os.Symlink(target, filepath.Join(h.dir, "demo/media", name)))
	}
	link("cup.jpg", "../in.jpg")
	h.write("demo", files{"main.lua": `on.text("hello")`})
	h.load("demo") // or whoever watches has
	r := h.save(1)
	require.NoError(t, r.Err)
	require.Equal(t, []string{"media/cup.jpg: is a symbolic link that leads to no file in media/; it is refused when it is sent"}, r.Warnings)
	link("tea.jpg", "../in.jpg")
	h.write("demo", files{"main.lua": `on.text("welcome")`})
	h.load("demo")
	require.Equal(t, []string{r.Warnings[0] + " (and 1 more in media/)"}, h.save(2).Warnings)
}
