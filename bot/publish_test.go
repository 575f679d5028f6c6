package bot_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/store"
)

// publishing is a house whose store says what is live.
func publishing(t *testing.T, accounts map[string]files, polls chan time.Time) *house {
	return newHouse(t, accounts, func(o *bot.Options) { o.Published, o.Polls = true, polls })
}

func worded(word string) files {
	return files{
		"main.lua":     `on.text(function() return "` + word + ` " .. settings.word end)`,
		"account.yaml": unhurried + "\nsettings: { word: " + word + " }",
	}
}

// publish makes a folder live and gives the one report.
func (h *house) publish(note string, accounts ...string) bot.SaveReport {
	h.t.Helper()
	reports, err := h.fleet.Publish(h.t.Context(), accounts, note, operator)
	require.NoError(h.t, err)
	require.Len(h.t, reports, 1)
	h.clock.Add(time.Second)
	return reports[0]
}

func TestPublish(t *testing.T) {
	h := publishing(t, map[string]files{"demo": worded("one")}, make(chan time.Time))
	require.Empty(t, h.fleet.Accounts(), "nothing is live before it is published")
	require.Equal(t, "refused", h.hears("demo"))

	first := h.publish("the first", "demo")
	require.NoError(t, first.Err)
	require.True(t, first.Live)
	require.Equal(t, "one one", h.hears("demo"))
	builds, err := h.fleet.Builds(t.Context(), "demo")
	require.NoError(t, err)
	require.Len(t, builds, 1)
	require.Equal(t, operator, builds[0].By)
	require.Equal(t, "the first", builds[0].Note)
	require.Equal(t, first.Build, builds[0].ID)

	h.write("demo", worded("two"))
	require.NoError(t, h.load("demo").Err)
	require.Equal(t, "one one", h.hears("demo"), "a save is nothing by itself")
	h.beginAnew()
	require.Equal(t, "one one", h.hears("demo"))

	require.NoError(t, h.publish("", "demo").Err)
	require.Equal(t, "two two", h.hears("demo"))

	h.write("demo", files{"main.lua": "on.text("})
	broken := h.publish("", "demo")
	require.ErrorContains(t, broken.Err, "main.lua:1")
	require.Contains(t, broken.Box, "main.lua")
	require.False(t, broken.Live)
	require.Equal(t, "two two", h.hears("demo"))
	require.Equal(t, bot.StateServing, h.status("demo").State)

	before := len(h.saves)
	_, err = h.fleet.Rollback(t.Context(), "demo", "", operator)
	require.NoError(t, err)
	require.Equal(t, "one two", h.hears("demo"), "account.yaml is never gone back from")
	require.Equal(t, bot.StateRolledBack, h.status("demo").State)
	require.NoError(t, h.load("demo").Err)
	require.Len(t, h.saves, before+1, "what serves is not loaded again")
	_, err = h.fleet.Rollback(t.Context(), "demo", "", operator)
	require.ErrorIs(t, err, bot.ErrNothingOlder)
	h.beginAnew()
	require.Equal(t, "one two", h.hears("demo"))

	require.NoError(t, os.RemoveAll(filepath.Join(h.dir, "demo/main.lua")))
	h.write("demo", worded("three"))
	require.NoError(t, h.publish("", "demo").Err)
	require.Equal(t, "three three", h.hears("demo"))
	require.Equal(t, bot.StateServing, h.status("demo").State)
}

func TestPublishRefuses(t *testing.T) {
	h := publishing(t, map[string]files{"demo": saying("one")}, make(chan time.Time))
	for _, name := range []string{"nobody", "..", "shared"} {
		require.Error(t, h.publish("", name).Err, name)
	}
	h.write("demo", files{"account.yaml": "mode: ["})
	require.ErrorContains(t, h.publish("", "demo").Err, "account.yaml")
	require.Empty(t, h.fleet.Accounts())
	rows, err := h.store.AccountRows(t.Context())
	require.NoError(t, err)
	require.Empty(t, rows["demo"].Build)

	folders := newHouse(t, map[string]files{"demo": saying("one")})
	_, err = folders.fleet.Publish(t.Context(), nil, "", operator)
	require.ErrorIs(t, err, bot.ErrFollowsFolders)
}

// Two processes on one store, of which one publishes; all folders at once.
func TestPublishForTwoProcesses(t *testing.T) {
	polls := make(chan time.Time)
	h := publishing(t, map[string]files{"demo": worded("one"), "shop": saying("shop")}, polls)
	twin := h.twin()
	reports, err := h.fleet.Publish(t.Context(), nil, "", operator)
	require.NoError(t, err)
	require.Len(t, reports, 2)
	h.polling("the other serves both", polls, func() bool { return twin.status("demo").Serving && twin.status("shop").Serving })
	require.Equal(t, "one one", twin.hears("demo"))
	require.Equal(t, "shop", twin.hears("shop"))

	h.clock.Add(time.Second)
	h.write("demo", worded("two"))
	require.NoError(t, twin.publish("", "demo").Err)
	require.Equal(t, "two two", twin.hears("demo"))
	h.polling("the first has the new build", polls, func() bool { return h.status("demo").Build == twin.status("demo").Build })
	require.Equal(t, "two two", h.hears("demo"))

	h.write("demo", files{"account.yaml": worded("three")["account.yaml"]})
	require.NoError(t, h.publish("", "demo").Err)
	h.polling("account.yaml alone is followed", polls, func() bool { return twin.hears("demo") == "two three" })

	_, err = h.fleet.Rollback(t.Context(), "demo", "", operator)
	require.NoError(t, err)
	h.polling("the other goes back too", polls, func() bool { return twin.status("demo").State == bot.StateRolledBack })
	require.Equal(t, "one three", twin.hears("demo"))

	require.NoError(t, h.fleet.Disable(t.Context(), "shop", operator))
	require.NoError(t, h.fleet.Forget(t.Context(), "shop", operator))
	h.polling("what is forgotten is gone in both", polls, func() bool { return twin.status("shop").Name == "" && h.status("shop").Name == "" })
	require.Equal(t, "refused", twin.hears("shop"))
	configs, err := h.store.Config(t.Context(), "shop")
	require.NoError(t, err)
	require.Equal(t, store.Config{}, configs)
}
