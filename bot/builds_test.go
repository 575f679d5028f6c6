package bot_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/store"
)

var operator = store.Actor{Kind: store.ActorCLI, Name: "root"}

// saying is a folder whose bot says one thing.
func saying(word string) files {
	return files{"main.lua": fmt.Sprintf("on.text(function() return %q end)", word)}
}

// hears is what a fan of an account gets.
func (h *house) hears(account string) string {
	h.t.Helper()
	p := h.text("amy", strconv.FormatInt(time.Now().UnixNano(), 10), "hi") // in no process the same
	p.account = account
	return h.say(p).seen()
}

// beginAnew ends the process in good order, and begins another.
func (h *house) beginAnew() {
	h.t.Helper()
	h.close()
	h.reopen()
}

// reopen begins a process after one that ended, and waits for its loads.
func (h *house) reopen() {
	h.t.Helper()
	h.saves = nil
	h.open()
	h.until("the first loads", func() bool {
		for _, s := range h.fleet.Accounts() {
			if !s.Loaded {
				return false
			}
		}
		return true
	})
}

func (h *house) status(account string) bot.Status {
	h.t.Helper()
	for _, s := range h.fleet.Accounts() {
		if s.Name == account {
			return s
		}
	}
	return bot.Status{}
}

// built waits until what was saved is in the store, and returns the ids of all builds, the newest first.
func (h *house) built(account string) (ids []string) {
	h.t.Helper()
	builds, err := h.fleet.Builds(h.t.Context(), account)
	require.NoError(h.t, err)
	for _, b := range builds {
		require.Equal(h.t, store.BuildGood, b.State)
		require.Zero(h.t, b.By, "the watch of files is no actor")
		ids = append(ids, b.ID)
	}
	return ids
}

// load lets the folder be looked at now.
func (h *house) load(account string) bot.SaveReport {
	h.t.Helper()
	return h.fleet.Load(h.t.Context(), account)
}

// What a save must survive: the folder is broken in one way or another, and the process begins anew.
func TestTheLastGoodBuildSurvivesARestart(t *testing.T) {
	for _, tt := range []struct {
		name   string
		breaks func(h *house)
		want   string // in the error
	}{
		{"a syntax error", func(h *house) { h.write("demo", files{"main.lua": "on.text("}) }, "main.lua:1"},
		{"an error of the top level", func(h *house) { h.write("demo", files{"main.lua": `error("boom")`}) }, "boom"},
		{"a torn file", func(h *house) { h.write("demo", files{"main.lua": "on.text(function() return \"go"}) }, "main.lua:1"},
		{"an emptied file", func(h *house) { h.write("demo", files{"main.lua": ""}) }, "is empty"},
		{"no main.lua", func(h *house) { require.NoError(h.t, os.Remove(filepath.Join(h.dir, "demo/main.lua"))) }, "is missing"},
		{"broken data", func(h *house) { h.write("demo", files{"data/words.json": "{"}) }, "words.json"},
		{"a module that is gone", func(h *house) { require.NoError(h.t, os.Remove(filepath.Join(h.dir, "demo/word.lua"))) }, "word"},
		{"a folder in its place", func(h *house) {
			require.NoError(h.t, os.Remove(filepath.Join(h.dir, "demo/word.lua")))
			require.NoError(h.t, os.Mkdir(filepath.Join(h.dir, "demo/word.lua"), 0o700))
		}, "word"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, map[string]files{"demo": {
				"main.lua": `local word, words = require("word"), data.json("words.json") on.text(function() return word .. words.add end)`, "word.lua": `return "good"`,
				"data/words.json": `{"add": " data"}`,
			}})
			require.Equal(t, "good data", h.hears("demo"))
			first := h.save(0)
			require.Equal(t, bot.StateServing, first.State)
			require.Equal(t, []string{first.Build}, h.built("demo"))

			tt.breaks(h)
			broken := h.load("demo")
			require.ErrorContains(t, broken.Err, tt.want)
			require.Equal(t, bot.StateStale, h.status("demo").State)
			require.Equal(t, "good data", h.hears("demo"))

			h.beginAnew()
			require.Equal(t, "good data", h.hears("demo"))
			s := h.status("demo")
			require.Equal(t, bot.StateStale, s.State)
			require.True(t, s.Serving)
			require.Contains(t, s.Err, tt.want)
			require.Equal(t, first.Build, s.Build)
			report := h.save(0)
			require.False(t, report.Live)
			require.True(t, report.First)
			require.Equal(t, first.Build, report.Build)
			require.Equal(t, bot.StateStale, report.State)
			require.Contains(t, report.Box, "keeps serving build "+first.Build)

			h.write("demo", files{"main.lua": `on.text("hi", "mended")`, "data/words.json": "{}"})
			require.NoError(t, os.RemoveAll(filepath.Join(h.dir, "demo/word.lua")))
			h.write("demo", files{"word.lua": "return 1"})
			require.NoError(t, h.load("demo").Err)
			require.Equal(t, "mended", h.hears("demo"))
			require.Equal(t, bot.StateServing, h.status("demo").State)
		})
	}
}

// Nothing may be served of an account that never had a good build, nor when account.yaml is what is broken.
func TestWhatNothingCanServe(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": saying("one"), "young": {"main.lua": "on.text("}})
	require.Equal(t, bot.StateBroken, h.status("young").State)
	require.Equal(t, bot.StateBroken, h.saved("young", false).State)
	h.built("demo")
	h.write("demo", files{"account.yaml": "mode: [\n"})
	require.Error(t, h.load("demo").Err)
	require.Equal(t, bot.StateStale, h.status("demo").State, "the old account.yaml serves on")
	h.close()
	h.reopen()
	require.Equal(t, bot.StateRefused, h.status("demo").State, "who is WeChat nobody can tell")
	require.Equal(t, bot.StateBroken, h.status("young").State)
}

// account.yaml is no part of a build: it is the folder's, whatever build serves.
func TestAChangedAccountYAMLWithAnOldBuild(t *testing.T) {
	yaml := func(word string) files {
		return files{"account.yaml": unhurried + "\nsettings: { word: " + word + " }"}
	}
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text(function() return settings.word end)`, "account.yaml": yaml("one")["account.yaml"]}})
	build := h.save(0).Build
	require.Equal(t, "one", h.hears("demo"))
	h.built("demo")
	h.write("demo", files{"main.lua": "on.text("})
	require.Error(t, h.load("demo").Err)
	h.write("demo", yaml("two"))
	require.ErrorContains(t, h.load("demo").Err, "main.lua:1")
	require.Equal(t, "two", h.hears("demo"), "checked with the live build, and swapped")
	h.beginAnew()
	require.Equal(t, "two", h.hears("demo"))
	h.write("demo", yaml("three"))
	require.ErrorContains(t, h.load("demo").Err, "main.lua:1")
	require.Equal(t, "three", h.hears("demo"))
	require.Equal(t, build, h.status("demo").Build)
	h.write("demo", files{"account.yaml": "mode: ["})
	require.ErrorContains(t, h.load("demo").Err, "account.yaml")
	require.Equal(t, build, h.status("demo").Build, "refused, and the one before serves")
	require.Equal(t, []string{build}, h.built("demo"), "none of this was another build")
}

// A start of many accounts writes nothing that is there.
func TestAStartWritesNothingAnew(t *testing.T) {
	accounts := map[string]files{}
	for i := range 20 {
		accounts[fmt.Sprintf("a%02d", i)] = files{"main.lua": fmt.Sprintf("on.text('hi', '%d')", i), "media/cup.jpg": "jpg", "tests/a.chat": "amy: hi"}
	}
	h := newHouse(t, accounts)
	for name := range accounts {
		require.Len(t, h.built(name), 1)
	}
	h.beginAnew()
	before := h.store.Stats().Commits
	for name := range accounts {
		require.Len(t, h.built(name), 1)
	}
	require.Equal(t, before, h.store.Stats().Commits)
	h.write("a00", saying("other"))
	require.NoError(t, h.load("a00").Err)
	require.Len(t, h.built("a00"), 2)
	require.Greater(t, h.store.Stats().Commits, before)
}

// What the process could not write any more, the next one writes.
func TestWhatWasNotKeptIsKeptAtTheNextStart(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": saying("one")})
	h.built("demo")
	require.NoError(t, h.store.Close(), "nothing can be written any more")
	h.write("demo", saying("two"))
	h.load("demo")
	require.Equal(t, "two", h.hears("demo"), "neither a save nor a swap waits for it")
	h.kill()
	h.reopen()
	require.Len(t, h.built("demo"), 2)
	h.write("demo", files{"main.lua": "on.text("})
	h.load("demo")
	h.beginAnew()
	require.Equal(t, "two", h.hears("demo"))
}

// Media and data come with the build that serves.
func TestMediaComeWithTheBuild(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {
		"account.yaml": "kind: service", "media/cup.jpg": "\xff\xd8\xff one",
		"main.lua": `on.text(function() local m, err = media.upload("image", "media/cup.jpg") return m and m.media_id or err.hint end)`,
	}})
	uploads := func() string {
		h.hears("demo")
		return h.api.uploaded()
	}
	require.Contains(t, uploads(), "one")
	first := h.built("demo")
	h.write("demo", files{"media/cup.jpg": "\xff\xd8\xff two"})
	require.NoError(t, h.load("demo").Err)
	both := h.built("demo")
	require.Len(t, both, 2, "other media are another build")
	require.Contains(t, uploads(), "two")

	_, err := h.fleet.Rollback(t.Context(), "demo", "", operator)
	require.NoError(t, err)
	require.Contains(t, uploads(), "one")
	h.beginAnew()
	require.Contains(t, uploads(), "one")
	require.Equal(t, first[0], h.status("demo").Build)
	files, err := h.fleet.BuildFiles(t.Context(), "demo", first[0])
	require.NoError(t, err)
	require.Len(t, files, 2)
	require.Equal(t, "media/cup.jpg", files[1].Name)
}

func TestFoldersThatComeAndGoAreNoted(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": saying("one"), "shop": saying("two")})
	h.built("demo")
	h.built("shop")
	noted := func(name string) store.Account {
		a, _, err := h.store.Account(context.Background(), name)
		require.NoError(t, err)
		return a
	}
	require.NotEmpty(t, noted("demo").AppID)
	h.takeAway("demo", true)
	h.until("demo is noted as gone", func() bool { return !noted("demo").GoneAt.IsZero() })
	require.Equal(t, bot.StateGone, h.status("demo").State)
	h.close()
	require.NoError(t, os.RemoveAll(filepath.Join(h.dir, "shop")))
	h.reopen()
	h.until("shop is noted as gone", func() bool { return !noted("shop").GoneAt.IsZero() })
	require.Equal(t, bot.StateGone, h.status("shop").State)
	require.Equal(t, bot.StateGone, h.status("demo").State)

	h.write("demo", saying("three"))
	h.until("demo is back", func() bool { return h.status("demo").Serving })
	h.built("demo")
	require.Zero(t, noted("demo").GoneAt)
	require.Equal(t, "three", h.hears("demo"))
}
