package bot_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

// TestWhatAScriptIsToldOfABrokenStore: each of its functions fails, and the fan is told so; nothing is taken for done.
func TestWhatAScriptIsToldOfABrokenStore(t *testing.T) {
	const away, broken = "ALTER TABLE kv RENAME TO away", "the disk is broken"
	refuse := func(what string) string {
		return "CREATE TRIGGER broken BEFORE " + what + " BEGIN SELECT RAISE(ABORT, 'the disk is broken'); END"
	}
	for _, tt := range []struct{ name, script, damage, want string }{
		{"get", `return tostring(store.get("a"))`, away, "kv"},
		{"list", `return tostring(store.list("a"))`, away, "kv"},
		{"count", `return tostring(store.count("a"))`, away, "kv"},
		{"top", `return tostring(store.top("a", 1))`, away, "kv"},
		{"set", `store.set("a", 1) return "done"`, refuse("INSERT ON kv"), broken},
		{"incr", `return tostring(store.incr("a"))`, refuse("INSERT ON kv"), broken},
		{"cas", `return tostring(store.cas("a", nil, 1))`, refuse("INSERT ON kv"), broken},
		{"delete", `store.set("b", 1) return tostring(store.delete("b"))`, refuse("DELETE ON kv"), broken},
		{"after", `return after("1m", later)`, refuse("INSERT ON jobs"), broken},
		{"cancel", `after("1m", later, nil, { id = "x" }) return tostring(cancel("x"))`, refuse("UPDATE ON jobs"), broken},
		{"start", `return tostring(talk:start("bob"))`, refuse("INSERT ON conversations"), broken},
		{"signal", `return tostring(flow.signal("bob", "paid"))`, refuse("INSERT ON signals"), broken},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, map[string]files{"demo": {"account.yaml": pushesYAML + "\napology: 抱歉\n" + unhurried, "main.lua": `
local later = task("later", function() end)
local talk = flow("talk", function(c) c:ask("?") end)
on.text("try", function() ` + tt.script + ` end)
on.text("here", "here")`}})
			h.damage(tt.damage)
			require.Equal(t, "抱歉", h.say(h.text("amy", "1", "try")).seen())
			r := h.report(0)
			require.Equal(t, bot.Failed, r.Outcome)
			require.ErrorContains(t, r.Err, tt.want)
			require.Equal(t, "here", h.say(h.text("amy", "2", "here")).seen())
		})
	}
}
