package cli

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

func TestADrainTimeThatWasNotEnoughIsWorded(t *testing.T) {
	err := drainWords(context.DeadlineExceeded, 15*time.Second)
	require.EqualError(t, err, "the drain time of 15s was over before all turns were done; the rest was stopped and counts as interrupted")
	require.NoError(t, drainWords(nil, time.Second))
}

// TestDroppedMessagesAreWarnedOfSparingly shows one line per account and minute, with the reason.
func TestDroppedMessagesAreWarnedOfSparingly(t *testing.T) {
	var out strings.Builder
	now := time.Unix(0, 0)
	log := slog.New(slog.NewTextHandler(&out, nil))
	drops := &sparingly{every: time.Minute, now: func() time.Time { return now }}
	for _, account := range []string{"shop", "shop", "tea", "shop"} {
		logDropped(log, drops, bot.TurnReport{Account: account, Outcome: bot.Dropped, Reply: "none", Why: "the account's queue is full"})
	}
	now = now.Add(time.Minute)
	logDropped(log, drops, bot.TurnReport{Account: "shop", Outcome: bot.Dropped, Reply: "none", Why: "no room"})
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 3)
	require.Contains(t, lines[0], "level=WARN")
	require.Contains(t, lines[0], `account=shop`)
	require.Contains(t, lines[0], `reply=none why="the account's queue is full"`)
	require.Contains(t, lines[1], `account=tea`)
	require.Contains(t, lines[2], `more=2`)
}
