package bot_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/store"
)

const replaying = `on.text("count", function(msg) return "so far " .. store.incr("n") end)
on.text("both", function(msg) send.text(msg.openid, "first") return "second" end)
on.has("tea", function(msg) if msg.content == "no tea" then return end return "tea!" end)
on.match("^(%d)", function(msg, d) return d end)
on.text("fail", function(msg) local x = nothing.here end)
on.subscribe("welcome")
local order = flow("order", function(c) return "you said " .. c:ask("what?") end)
on.text("order", order)
`

// told says something as amy and gives what she saw.
func (h *house) told(text string) string {
	h.t.Helper()
	return h.say(h.text("amy", strconv.FormatInt(time.Now().UnixNano(), 10), text)).seen()
}

// traceOf is told, and gives the trace of that.
func (h *house) traceOf(text string) string {
	h.t.Helper()
	n := len(h.turns)
	h.told(text)
	return h.report(n).Trace
}

// replays runs what is kept of an account again, and gives the results by what the fan did.
func (h *house) replays(r bot.ReplayOf) map[string]bot.Replayed {
	h.t.Helper()
	require.NoError(h.t, h.store.Flush(h.t.Context()))
	if r.Limit == 0 {
		r.Limit = 100
	}
	all, more, err := h.fleet.Replay(h.t.Context(), "demo", r)
	require.NoError(h.t, err)
	require.False(h.t, more)
	by := map[string]bot.Replayed{}
	for _, one := range all {
		by[one.Did] = one
	}
	return by
}

// What fans did is run again on the build that serves, on an older one, and on a draft, and nothing is done by it.
func TestReplay(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": replaying}})
	require.Equal(t, "so far 1", h.told("count"))
	require.Equal(t, "second", h.told("both"))
	require.Equal(t, "tea!", h.told("some tea"))
	h.told("no tea")
	h.told("fail")
	by := h.replays(bot.ReplayOf{})
	for did, one := range by {
		require.Equal(t, bot.Same, one.Result, "%s: %+v", did, one)
	}
	require.Len(t, by, 5)
	require.Equal(t, "so far 1", by[`said "count"`].After.Answer)
	first := h.status("demo").Build

	h.write("demo", files{"main.lua": strings.NewReplacer(
		"so far ", "now ", "first", "1st", "tea!", "coffee!", "nothing.here", "1 return 'mended'").Replace(replaying)})
	h.until("the save is live", func() bool { return len(h.saves) > 1 })
	by = h.replays(bot.ReplayOf{})
	require.Equal(t, bot.Said{Rule: `main.lua:1 on.text("count")`, Answer: "now 1"}, by[`said "count"`].After)
	require.Equal(t, bot.Differs, by[`said "count"`].Result)
	require.Equal(t, bot.Differs, by[`said "both"`].Result)
	require.Equal(t, []string{"send.text(amy) with something else"}, by[`said "both"`].Calls)
	require.Equal(t, bot.Same, by[`said "no tea"`].Result)
	require.Equal(t, bot.Differs, by[`said "fail"`].Result)
	require.Equal(t, "mended", by[`said "fail"`].After.Answer)
	require.Equal(t, bot.Same, h.replays(bot.ReplayOf{Build: first})[`said "count"`].Result)
	require.Equal(t, "so far 2", strings.Replace(h.told("count"), "now", "so far", 1), "a replay counts nothing")

	draft := bot.Draft{Files: []store.File{{Name: "main.lua", Bytes: []byte(`on.text(function(msg) return store.get("other") or "?" end)`)}}}
	by = h.replays(bot.ReplayOf{Draft: &draft})
	require.Equal(t, bot.Unknown, by[`said "count"`].Result)
	require.Contains(t, by[`said "count"`].Why, "store.get(other): ")
	draft.Files[0].Bytes = []byte(`on.text(function(msg) error("oh") end)`)
	require.Equal(t, bot.Fails, h.replays(bot.ReplayOf{Draft: &draft})[`said "both"`].Result)
	draft.Files[0].Bytes = []byte(`on.text(`)
	_, _, err := h.fleet.Replay(t.Context(), "demo", bot.ReplayOf{Draft: &draft, Limit: 1})
	require.ErrorContains(t, err, "main.lua:1")
	_, _, err = h.fleet.Replay(t.Context(), "demo", bot.ReplayOf{Ref: "nobody"})
	require.ErrorIs(t, err, bot.ErrNoTurn)
	_, _, err = h.fleet.Replay(t.Context(), "demo", bot.ReplayOf{Build: "ffffffff"})
	require.ErrorIs(t, err, store.ErrNoBuild)
	require.Empty(t, h.replays(bot.ReplayOf{Since: h.clock.Now().Add(time.Hour)}))
	require.Len(t, h.replays(bot.ReplayOf{Limit: 1}), 1)
}

// A turn tells why each rule answered or did not, over a restart too.
func TestTraceOf(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": replaying}})
	trace := h.traceOf("no tea")
	want := map[string]string{
		`main.lua:1 on.text("count")`: "the text is none of its keys", `main.lua:3 on.has("tea")`: "was asked, and gave nothing",
		`main.lua:6 on.subscribe`: "is for another event", `main.lua:4 on.match("^(%d)")`: "its pattern does not fit the text",
	}
	for range 2 {
		at, found, err := h.fleet.TraceOf(t.Context(), "demo", trace)
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, `said "no tea"`, at.Did)
		got := map[string]string{}
		for _, r := range at.Rules {
			got[r.Rule] = r.Why.EN
			require.False(t, r.Answered)
		}
		for rule, why := range want {
			require.Equal(t, why, got[rule], rule)
		}
		h.beginAnew()
	}
	counted := h.traceOf("count")
	at, found, err := h.fleet.TraceOf(t.Context(), "demo", counted[4:])
	require.NoError(t, err)
	require.True(t, found)
	require.True(t, at.Rules[0].Answered)
	require.Equal(t, "store.incr", at.Made[0].Function)
	failed := h.traceOf("fail")
	at, _, err = h.fleet.TraceOf(t.Context(), "demo", failed)
	require.NoError(t, err)
	require.Contains(t, at.Box, "main.lua:5")
	_, found, err = h.fleet.TraceOf(t.Context(), "demo", "nobody")
	require.NoError(t, err)
	require.False(t, found)
	h.told("order")
	require.Equal(t, bot.Unknown, h.replays(bot.ReplayOf{})[`said "order"`].Result)
}
