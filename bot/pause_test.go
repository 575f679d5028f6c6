package bot_test

import (
	"bytes"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

// TestAPauseIsSeen has an account spend its budgets again and again. It is paused for a minute, then for two, and so on
// to an hour; messages get the apology, events "success"; its status, the report of each turn and the log say for how
// long, how often and why; others serve on.
func TestAPauseIsSeen(t *testing.T) {
	var log safeBuffer
	h := newHouse(t, map[string]files{
		"demo": {"main.lua": "on.text('loop', function()\n  while true do end\nend)\non.text('hello', 'hi')\non.view(function() end)\non.subscribe('welcome')", "account.yaml": "apology: 对不起\nlimits: { instructions: 10000 }"},
		"good": {"main.lua": "on.text('hello', 'hi')"},
	}, func(o *bot.Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	id := 0
	say := func(account, what string) string {
		id++
		p := h.text("fan"+strconv.Itoa(id), strconv.Itoa(id), what)
		p.account = account
		return h.say(p).seen()
	}
	last := func() bot.TurnReport { return h.report(id - 1) }
	span := time.Minute
	for round := 1; round <= 8; round++ {
		for range 3 {
			require.Zero(t, h.fleet.Account("demo").Status().PausedUntil)
			require.Equal(t, "对不起", say("demo", "loop"))
			require.Equal(t, bot.Failed, last().Outcome)
		}
		s := h.fleet.Account("demo").Status()
		require.Equal(t, h.clock.Now().Add(span), s.PausedUntil, "round %d", round)
		require.Equal(t, "instructions at main.lua:2", s.PausedFor)
		require.Equal(t, round, s.Pauses)

		require.Equal(t, "对不起", say("demo", "hello"), "a message gets the apology")
		r := last()
		require.Equal(t, bot.Paused, r.Outcome)
		require.ErrorContains(t, r.Err, "spent their budgets, the last one instructions at main.lua:2 (pause "+strconv.Itoa(round)+" in a row)")
		require.Contains(t, r.Box, "the account is paused until")
		id++
		require.Equal(t, "success", h.say(h.event("fan"+strconv.Itoa(id), "subscribe", "")).seen(), "an event gets silence")
		require.Equal(t, bot.Paused, last().Outcome)
		require.Equal(t, "hi", say("good", "hello"), "others serve on")
		require.Contains(t, log.String(), `msg="account paused: its turns spend their budgets" account=demo until=`)
		require.Contains(t, log.String(), `for="instructions at main.lua:2" pauses=`+strconv.Itoa(round))

		h.clock.Add(span)
		require.Zero(t, h.fleet.Account("demo").Status().PausedFor)
		require.Equal(t, "hi", say("demo", "hello"))
		span = min(2*span, time.Hour)
	}
	h.clock.Add(11 * time.Minute)
	for range 3 {
		say("demo", "loop")
	}
	require.Equal(t, 1, h.fleet.Account("demo").Status().Pauses, "ten good minutes are forgiven")

	h.write("demo", files{"main.lua": "on.text('hello', 'mended')"})
	h.until("the save", func() bool { return len(h.saves) > 2 })
	require.Zero(t, h.fleet.Account("demo").Status().Pauses)
	require.Equal(t, "mended", say("demo", "hello"))
}

// safeBuffer is a buffer that many may write to.
type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
