package bot_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Scripts can ask what earlier pushes came to.
func TestScriptsSeeTheRecords(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `
		on.text(function(msg)
			local t, s = user.last_message_time(msg.openid), menu.event_status("TODAY")
			return (t and msg.create_time - t or "never") .. " " .. s.answered .. " " .. (s.last_status or "none") .. " " .. #menu.event_status()
		end)
		on.click("TODAY", "茉莉")`}})
	require.Contains(t, h.say(h.text("amy", "1", "a")).seen(), "never 0 none 0")
	h.report(0)
	h.clock.Add(time.Minute)
	h.say(h.event("amy", "CLICK", "TODAY"))
	h.report(1)
	require.Contains(t, h.say(h.text("amy", "2", "b")).seen(), "60 1 answered 1")
	require.Contains(t, h.say(h.text("bob", "3", "c")).seen(), "never 1 answered 1")
}

// What may be uploaded is a file in media/ of the account, and nothing that a link or a name leads to.
func TestScriptsUploadFromTheirMediaFolderOnly(t *testing.T) {
	h := newHouse(t, map[string]files{
		"demo":  {"main.lua": `on.text(function(msg) local m = media.upload("image", msg.content) return m and "took it" end)`, "media/cup.jpg": "jpg", "secret.jpg": "s"},
		"other": {"main.lua": `-- nothing`, "media/theirs.jpg": "x"},
	})
	h.save(1) // both are loaded: a folder that changes while it is read would have to wait
	folder := filepath.Join(h.dir, "demo")
	require.NoError(t, os.Symlink("../secret.jpg", filepath.Join(folder, "media", "up.jpg")))
	require.NoError(t, os.Symlink(filepath.Join(h.dir, "other", "media", "theirs.jpg"), filepath.Join(folder, "media", "away.jpg")))
	require.NoError(t, os.Symlink("cup.jpg", filepath.Join(folder, "media", "same.jpg")))
	for i, tt := range []struct{ path, want string }{
		{"media/cup.jpg", "took it"},
		{"media/same.jpg", "took it"},
		{"media/up.jpg", "抱歉"},
		{"media/away.jpg", "抱歉"},
		{"media/../secret.jpg", "抱歉"},
		{"secret.jpg", "抱歉"},
		{"media/none.jpg", "抱歉"},
		{"media/../../other/media/theirs.jpg", "抱歉"},
	} {
		require.Contains(t, h.say(h.text("amy", strings.Repeat("1", i+1), tt.path)).seen(), tt.want, tt.path)
	}
	require.NoError(t, os.RemoveAll(filepath.Join(folder, "media")))
	require.NoError(t, os.Symlink(".", filepath.Join(folder, "media")))
	require.Contains(t, h.say(h.text("amy", "99", "media/secret.jpg")).seen(), "抱歉")
}
