package bot_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// TestScriptsLookOverManyKeys of the real store: they page, count, and see the greatest.
func TestScriptsLookOverManyKeys(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text(function(msg)
		if msg.content == "part" then local ok, err = pcall(store.top, "points:f") return err end
		store.incr("points:amy", 20000)
		local seen, page, cursor = 0
		repeat page, cursor = store.list("points:", {limit = 1000, after = cursor}) seen = seen + #page until not cursor
		local top = store.top("points:", 2)
		return seen .. " " .. store.count("points:") .. " " .. top[1].key .. "=" .. top[1].value .. " " .. top[2].key
	end)`}})
	turn := h.store.Turn(store.TurnKey{Account: "demo", Unclaimed: true, At: h.clock.Now()})
	for i := range 10_001 {
		require.NoError(t, turn.Set(t.Context(), fmt.Sprintf("points:f%05d", i), fmt.Append(nil, i), 0))
	}
	require.NoError(t, turn.Finish(t.Context(), store.Result{}))
	require.Equal(t, "10002 10002 points:amy=20000 points:f10000", h.say(h.text("amy", "1", "all")).seen())
	require.Contains(t, h.say(h.text("amy", "2", "part")).seen(), `too many keys begin with "points:f" to go over them`)
}
