package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

// TestEdgesOfThePause: three in a minute, the minute included; twice as long each time, up to an hour; forgiven after ten
// minutes and more.
func TestEdgesOfThePause(t *testing.T) {
	kill := func(p *bot.Pause, at time.Time) time.Time {
		p.KillFor(at, "a")
		p.KillFor(at, "b")
		return p.KillFor(at, "c")
	}
	var p bot.Pause
	p.Kill(noon)
	p.Kill(noon.Add(time.Second))
	until := p.KillFor(noon.Add(time.Minute), "instructions at main.lua:3")
	require.Equal(t, noon.Add(2*time.Minute), until, "a minute apart is within a minute")
	at, times, why := p.State(until.Add(-1))
	require.Equal(t, until, at)
	require.Equal(t, 1, times)
	require.Equal(t, "instructions at main.lua:3", why)
	at, times, why = p.State(until)
	require.Zero(t, at)
	require.Zero(t, times)
	require.Empty(t, why)

	var late bot.Pause
	late.Kill(noon)
	late.Kill(noon.Add(time.Second))
	require.Zero(t, late.Kill(noon.Add(time.Minute+1)))

	require.Zero(t, kill(&p, until.Add(-time.Second)), "what was under way when the pause began does not lengthen it")
	for i, want := range []time.Duration{2, 4, 8, 16, 32, 60, 60} {
		begin := until.Add(2 * time.Minute)
		until = kill(&p, begin)
		require.Equal(t, begin.Add(want*time.Minute), until)
		_, times, why = p.State(begin)
		require.Equal(t, i+2, times)
		require.Equal(t, "c", why)
	}
	begin := until.Add(10 * time.Minute)
	until = kill(&p, begin)
	require.Equal(t, begin.Add(time.Hour), until, "ten minutes are not enough to be forgiven")
	begin = until.Add(10*time.Minute + 1)
	until = kill(&p, begin)
	require.Equal(t, begin.Add(time.Minute), until)
	_, times, _ = p.State(begin)
	require.Equal(t, 1, times)
	p.Lift()
	at, times, why = p.State(begin)
	require.Zero(t, at)
	require.Zero(t, times)
	require.Empty(t, why)
	require.Equal(t, begin.Add(2*time.Second+time.Minute), kill(&p, begin.Add(2*time.Second)), "after a new build the next pause is the first")
}

// TestEdgesOfRecentReplies: a reply is known for ten minutes and the quarter minute of its slot, no longer.
func TestEdgesOfRecentReplies(t *testing.T) {
	var k bot.RecentReplies
	k.Put(keyOf(1), "TRACE00001", "one", noon)
	k.Put(keyOf(2), "TRACE00002", "two", noon.Add(bot.SlotSpan-1)) // the same slot
	k.Put(keyOf(3), "TRACE00003", "three", noon.Add(bot.SlotSpan)) // the next
	end := noon.Add(bot.RecentFor + bot.SlotSpan)
	k.Forget(end.Add(-1))
	require.Equal(t, 3, k.Len())
	k.Forget(end)
	require.Equal(t, 1, k.Len())
	reply, trace, ok := k.Get(keyOf(3))
	require.True(t, ok)
	require.Equal(t, "three", reply)
	require.Equal(t, "TRACE00003", trace)
	k.Forget(end.Add(bot.SlotSpan))
	require.Zero(t, k.Len())
	require.Zero(t, k.Bytes())
}

// What was put again is known by its later place, when the earlier is forgotten too.
func TestRepliesThatArePutAgain(t *testing.T) {
	var k bot.RecentReplies
	k.Put(keyOf(1), "TRACE00001", "early", noon)
	k.SetServed(keyOf(1), true)
	require.True(t, k.Served(keyOf(1)))
	k.Put(keyOf(1), "", "late", noon.Add(bot.SlotSpan))
	require.False(t, k.Served(keyOf(1)))
	k.Forget(noon.Add(bot.RecentFor + bot.SlotSpan))
	reply, trace, ok := k.Get(keyOf(1))
	require.True(t, ok)
	require.Equal(t, "late", reply)
	require.Empty(t, trace)
	k.SetServed(keyOf(1), true)
	k.SetServed(keyOf(1), false)
	require.False(t, k.Served(keyOf(1)))
	k.SetServed(keyOf(2), true)
	require.False(t, k.Served(keyOf(2)), "nobody knows it")
}

// TestEdgeOfTheBytesOfRecentReplies: above the bound the oldest slots go, but never the last, and none that is young
// unless there is far too much.
func TestEdgeOfTheBytesOfRecentReplies(t *testing.T) {
	const head = 16 + 1 + 10
	record := func(bytes int) string { return strings.Repeat("x", bytes-head-3) } // with a length of three bytes
	old := noon.Add(bot.RecentSurely + bot.SlotSpan)
	var k bot.RecentReplies
	k.Put(keyOf(1), "", record(bot.RecentBytes/2), noon)
	k.Put(keyOf(2), "", record(bot.RecentBytes/2), noon.Add(bot.SlotSpan))
	require.Equal(t, bot.RecentBytes, k.Bytes())
	k.Forget(old)
	require.Equal(t, 2, k.Len(), "the whole bound may be used")
	k.Put(keyOf(3), "", "", noon.Add(bot.SlotSpan))
	k.Forget(old.Add(-1))
	require.Equal(t, 3, k.Len(), "it is young")
	k.Forget(old)
	require.Equal(t, 2, k.Len(), "a byte more, and the oldest slot goes")
	_, _, ok := k.Get(keyOf(1))
	require.False(t, ok)

	for n := range bot.RecentMost / bot.RecentBytes {
		k.Put(keyOf(10+n), "", record(bot.RecentBytes), old)
	}
	k.Forget(old)
	require.LessOrEqual(t, k.Bytes(), bot.RecentMost, "far too much, and even the young go")

	var one bot.RecentReplies
	one.Put(keyOf(1), "", record(2*bot.RecentBytes), noon)
	one.Forget(noon)
	require.Equal(t, 1, one.Len(), "a slot alone stays")
}
