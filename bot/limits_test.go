package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/engine"
)

// An operator who raises a ceiling lets accounts ask for more; those that do not ask keep the defaults.
func TestCeilingsAreNoDefaults(t *testing.T) {
	loop := "on.text(function() for i = 1, 21e6 do end return 'done' end)"
	source := "on.text('small')\n--" + strings.Repeat("x", 150<<10)
	h := newHouse(t, map[string]files{
		"demo":  {"main.lua": loop, "account.yaml": "kind: service"},
		"large": {"main.lua": loop, "account.yaml": "limits: { instructions: 100_000_000, script_time: 1m }"},
		"wide":  {"main.lua": source, "account.yaml": "limits: { source_file: 200KiB }"},
		"plain": {"main.lua": source, "account.yaml": "kind: service"},
		"small": {"main.lua": "on.text('x') --" + strings.Repeat("x", 500), "account.yaml": "limits: { source_file: 400 }"},
		"asks":  {"main.lua": "on.text('x')", "account.yaml": "limits: { instructions: 300_000_000 }"},
	}, func(o *bot.Options) {
		for name, value := range map[string]any{"instructions": 200_000_000, "script_time": "2m", "source_file": "1MiB"} {
			require.NoError(t, o.Ceilings.Set(name, value, engine.Boundless()))
		}
	})
	saves := map[string]bot.SaveReport{}
	h.until("the saves", func() bool {
		for _, s := range h.saves {
			saves[s.Account] = s
		}
		return len(saves) == 6
	})
	require.True(t, saves["wide"].Live, saves["wide"].Box)
	require.ErrorContains(t, saves["plain"].Err, "plain/main.lua: has 150.0 KiB; at most 128.0 KiB are allowed")
	require.ErrorContains(t, saves["small"].Err, "small/main.lua: has ")
	require.ErrorContains(t, saves["asks"].Err, "instructions: 300000000 is above the operator's ceiling of 200,000,000 (ceilings in moonwire.yaml)")

	say := func(account string) string {
		p := h.text("amy", account, "x")
		p.account = account
		d := h.deliverSigned(p, h.signature(h.fleet.Account(account).Config()))
		h.wait("an answer", d.answered)
		return d.seen()
	}
	require.NotEqual(t, "done", say("demo"))
	require.Regexp(t, `over the limit (instructions of 20,000,000|script_time of 1s) by `, h.report(0).Err.Error())
	require.Equal(t, "done", say("large"))
}

// What an account keeps is bounded; other accounts, and what is there already, do not suffer.
func TestAnAccountKeepsSoMuch(t *testing.T) {
	const script = `
on.text("fill", function()
  for i = 1, 100 do
    local ok, err = pcall(store.set, "k" .. i, ("x"):rep(50))
    if not ok then return i .. " " .. err end
  end
  return "never full"
end)
on.text("count", function() return tostring(#store.list("k")) end)
on.text("free", function() store.delete("k1") store.set("n", 1) return "free" end)
on.text("fail", function() store.incr(("y"):rep(200), 1) end)`
	h := newHouse(t, map[string]files{
		"demo":  {"main.lua": script, "account.yaml": "limits: { store: 1000 }"},
		"other": {"main.lua": script},
	})
	h.until("the saves", func() bool { return len(h.saves) == 2 })
	n := 0
	say := func(account, text string) string {
		n++
		p := h.text("amy", fmt.Sprint(n), text)
		p.account = account
		d := h.deliverSigned(p, h.signature(h.fleet.Account(account).Config()))
		h.wait("an answer", d.answered)
		return d.seen()
	}
	require.Equal(t, "19 store.set: over the limit store of 1000 bytes by 36 bytes; account.yaml limits: { store: … } raises it; store.delete and a ttl make room",
		say("demo", "fill"))
	require.Equal(t, "18", say("demo", "count"))
	require.Equal(t, "never full", say("other", "fill"))
	require.Equal(t, "free", say("demo", "free"))
	say("demo", "fill")
	say("demo", "fail")
	require.ErrorContains(t, h.report(n-1).Err, "main.lua:11: store.incr: over the limit store of 1000 bytes")
}
