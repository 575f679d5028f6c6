package bot_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/store"
)

// A disabled account is a stranger's: what a push, a check of the address, and work get is what a name gets that nobody has.
func TestDisabled(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": saying("one")})
	require.NoError(t, h.fleet.Disable(t.Context(), "demo", operator))
	require.NoError(t, h.fleet.Disable(t.Context(), "demo", operator), "it is already")
	for round := range 2 {
		require.Equal(t, "refused", h.hears("demo"))
		require.Nil(t, h.fleet.Account("demo"))
		require.Equal(t, bot.StateDisabled, h.status("demo").State)
		_, err := h.fleet.Work(t.Context(), "demo", nil, bot.WorkOptions{})
		require.ErrorIs(t, err, bot.ErrNotServing)
		_, cure := h.fleet.Astray("demo")
		require.Equal(t, "it is disabled; `moonwire accounts enable demo` ends that", cure)
		h.write("demo", saying("two"))
		require.NoError(t, h.load("demo").Err, "its saves are looked at")
		require.Equal(t, "refused", h.hears("demo"))
		if round == 0 {
			h.beginAnew()
		}
	}
	require.NoError(t, h.fleet.Enable(t.Context(), "demo", operator))
	require.Equal(t, "two", h.hears("demo"))
	require.ErrorIs(t, h.fleet.Enable(t.Context(), "nobody", operator), bot.ErrNoAccount)
	require.ErrorIs(t, h.fleet.Disable(t.Context(), "nobody", operator), bot.ErrNoAccount)
	log, err := h.store.AuditLog(t.Context(), store.AuditFilter{})
	require.NoError(t, err)
	require.Len(t, log, 2, "once disabled, once enabled")
}

// A folder that comes back is what its account was: disabled.
func TestAFolderThatComesBackIsStillDisabled(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": saying("one")})
	require.NoError(t, h.fleet.Disable(t.Context(), "demo", operator))
	h.takeAway("demo", false)
	h.until("it is gone", func() bool { return h.status("demo").State == bot.StateGone })
	h.write("demo", saying("two"))
	h.until("it is back", func() bool { return h.status("demo").State == bot.StateDisabled && h.status("demo").Serving })
	require.Equal(t, "refused", h.hears("demo"))
}

func TestForget(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text(function() return "visit " .. store.incr("n") end)`}})
	require.Equal(t, "visit 1", h.hears("demo"))
	require.Len(t, h.built("demo"), 1)
	require.ErrorIs(t, h.fleet.Forget(t.Context(), "demo", operator), store.ErrLive)
	require.ErrorIs(t, h.fleet.Forget(t.Context(), "nobody", operator), bot.ErrNoAccount)
	require.Equal(t, "visit 2", h.hears("demo"))

	require.NoError(t, h.fleet.Disable(t.Context(), "demo", operator))
	require.NoError(t, h.fleet.Forget(t.Context(), "demo", operator))
	builds, err := h.store.Builds(t.Context(), "demo")
	require.NoError(t, err)
	require.Empty(t, builds)
	for range 2 {
		require.Equal(t, "refused", h.hears("demo"), "the folder that is left does not come to life by itself")
		h.beginAnew()
	}
	require.NoError(t, h.fleet.Enable(t.Context(), "demo", operator))
	require.Equal(t, "visit 1", h.hears("demo"))

	h.takeAway("demo", true)
	h.until("it is noted", func() bool {
		a, _, err := h.store.Account(t.Context(), "demo")
		return err == nil && !a.GoneAt.IsZero()
	})
	require.NoError(t, h.fleet.Forget(t.Context(), "demo", operator), "a folder that is away is enough")
	require.Empty(t, h.status("demo").Name)
	require.ErrorIs(t, h.fleet.Forget(t.Context(), "demo", operator), bot.ErrNoAccount)
}

func TestRename(t *testing.T) {
	h := newHouse(t, map[string]files{
		"demo": {"main.lua": `on.text(function() return "visit " .. store.incr("n") end)`}, "taken": saying("taken"),
	})
	require.Equal(t, "visit 1", h.hears("demo"))
	h.built("demo")
	h.built("taken")
	require.ErrorIs(t, h.fleet.Rename(t.Context(), "demo", "shop", operator), store.ErrLive)
	require.NoError(t, h.fleet.Disable(t.Context(), "demo", operator))
	for _, tt := range []struct {
		name, from, to string
		want           error
	}{
		{"a name that is none", "demo", "../x", nil},
		{"another account's", "demo", "taken", store.ErrTaken},
		{"its own", "demo", "demo", store.ErrTaken},
		{"nobody", "nobody", "shop", bot.ErrNoAccount},
	} {
		err := h.fleet.Rename(t.Context(), tt.from, tt.to, operator)
		require.Error(t, err, tt.name)
		if tt.want != nil {
			require.ErrorIs(t, err, tt.want, tt.name)
		}
	}
	require.NoError(t, h.fleet.Rename(t.Context(), "demo", "shop", operator))
	require.NoDirExists(t, filepath.Join(h.dir, "demo"))
	require.FileExists(t, filepath.Join(h.dir, "shop/main.lua"))
	for _, name := range []string{"store", "shop"} { // nobody waits for a load: it is known to be disabled at once
		require.NoError(t, h.fleet.Rename(t.Context(), map[string]string{"store": "shop", "shop": "store"}[name], name, operator))
	}
	h.until("it is loaded by its new name", func() bool { return h.status("shop").State == bot.StateDisabled && h.status("shop").Serving })
	require.Equal(t, "refused", h.hears("shop"))
	require.NoError(t, h.fleet.Enable(t.Context(), "shop", operator))
	require.Equal(t, "visit 2", h.hears("shop"))
	require.Len(t, h.built("shop"), 1)
	h.beginAnew()
	require.Equal(t, "visit 3", h.hears("shop"))
	require.Empty(t, h.status("demo").Name)
}

// When the rows cannot move, the folder stays where it is.
func TestRenameThatFails(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": saying("one"), "old": saying("two")})
	h.built("demo")
	h.built("old")
	h.takeAway("old", true)
	require.NoError(t, h.fleet.Disable(t.Context(), "demo", operator))
	require.ErrorIs(t, h.fleet.Rename(t.Context(), "demo", "old", operator), store.ErrTaken, "something is kept under that name")
	require.FileExists(t, filepath.Join(h.dir, "demo/main.lua"))
	require.NoDirExists(t, filepath.Join(h.dir, "old"))
	require.NoError(t, os.Mkdir(filepath.Join(h.dir, "shop"), 0o700))
	h.until("a folder of that name is there", func() bool { return h.status("shop").Name != "" })
	require.ErrorIs(t, h.fleet.Rename(t.Context(), "demo", "shop", operator), store.ErrTaken)
	require.NoError(t, h.fleet.Enable(t.Context(), "demo", operator))
	require.Equal(t, "one", h.hears("demo"))
}

func TestStatesAreShownInTheirOrder(t *testing.T) {
	words := []bot.State{"gone", "disabled", "refused", "paused", "broken", "rolled_back", "stale", "serving"}
	require.Equal(t, words, bot.States())
}
