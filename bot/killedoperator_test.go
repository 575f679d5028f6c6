package bot_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/store"
)

const counting = `on.text(function() return "visit " .. store.incr("n") end)`

// lockStore keeps all others from writing to the store, until it is let go.
func (h *house) lockStore() (letGo func()) {
	db, err := sql.Open("sqlite", h.db)
	require.NoError(h.t, err)
	db.SetMaxOpenConns(1)
	require.Eventually(h.t, func() bool {
		_, err := db.Exec("BEGIN IMMEDIATE")
		return err == nil
	}, patient, time.Millisecond)
	return func() { require.NoError(h.t, db.Close()) }
}

// TestKilledBetweenTheStepsOfARename: the folder has moved and the rows have not. The next start puts the folder back; all that
// was kept is there, and the rename can be done.
func TestKilledBetweenTheStepsOfARename(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": counting}})
	require.Equal(t, "visit 1", h.hears("demo"))
	h.built("demo")
	require.NoError(t, h.fleet.Disable(t.Context(), "demo", operator))
	h.close()

	child := startKilled(h, "rename")
	child.next("begin")
	letGo := h.lockStore()
	child.goOn()
	require.Eventually(t, func() bool { _, err := os.Stat(filepath.Join(h.dir, "shop")); return err == nil }, patient, time.Millisecond)
	child.kill()
	letGo()
	require.NoDirExists(t, filepath.Join(h.dir, "demo"))

	h.reopen()
	require.FileExists(t, filepath.Join(h.dir, "demo/main.lua"))
	require.NoDirExists(t, filepath.Join(h.dir, "shop"))
	require.Equal(t, bot.StateDisabled, h.status("demo").State)
	require.Empty(t, h.status("shop").Name)
	require.NoError(t, h.fleet.Rename(t.Context(), "demo", "shop", operator))
	h.until("it is loaded by its new name", func() bool { return h.status("shop").Serving })
	require.NoError(t, h.fleet.Enable(t.Context(), "shop", operator))
	require.Equal(t, "visit 2", h.hears("shop"))
}

// TestKilledWhileItForgets an account whose folder is there: whatever is done by then, the folder does not come to life, and the
// rest goes.
func TestKilledWhileItForgets(t *testing.T) {
	for round := range 4 {
		h := newHouse(t, map[string]files{"demo": {"main.lua": counting}})
		require.Equal(t, "visit 1", h.hears("demo"))
		h.built("demo")
		require.NoError(t, h.fleet.Disable(t.Context(), "demo", operator))
		h.close()

		child := startKilled(h, "forget")
		child.next("begin")
		child.goOn()
		if round > 1 { // it is cut off later each time, in the last at the end
			child.next("forgotten")
		}
		child.kill()

		h.reopen()
		require.Equal(t, "refused", h.hears("demo"))
		require.Equal(t, bot.StateDisabled, h.status("demo").State)
		_, err := h.store.Prune(t.Context(), store.Retention{})
		require.NoError(t, err)
		h.beginAnew()
		require.Equal(t, "refused", h.hears("demo"), "also once it is ended")
		if err := h.fleet.Enable(t.Context(), "demo", operator); err != nil {
			require.ErrorContains(t, err, "being forgotten")
			continue
		}
		require.Contains(t, []string{"visit 1", "visit 2"}, h.hears("demo"), "nothing is forgotten, or all")
	}
}
