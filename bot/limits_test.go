package bot_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/engine"
)

// An operator who raises a ceiling lets accounts ask for more; those that do not ask keep the defaults.
func TestCeilingsAreNoDefaults(t *testing.T) {
	loop := "on.text(function() for i = 1, 30e6 do end return 'done' end)"
	source := "on.text('small')\n--" + strings.Repeat("x", 150<<10)
	h := newHouse(t, map[string]folder{
		"demo":  {"main.lua": loop},
		"large": {"main.lua": loop, "account.yaml": "limits: { instructions: 100_000_000, script_time: 1m }"},
		"wide":  {"main.lua": source, "account.yaml": "limits: { source_file: 200KiB }"},
		"plain": {"main.lua": source},
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
