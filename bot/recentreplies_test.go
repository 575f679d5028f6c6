package bot_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func keyOf(n int) (key [16]byte) {
	binary.BigEndian.PutUint64(key[:], uint64(n))
	return key
}

func TestKeptRepliesAgainstAMap(t *testing.T) {
	type entry struct {
		reply, trace string
		served       bool
		at           time.Time
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var k bot.RecentReplies
	model := map[int]entry{}
	now := noon
	for range 20_000 {
		now = now.Add(time.Duration(rng.IntN(400)) * time.Millisecond)
		n := rng.IntN(3000)
		k.Forget(now)
		switch rng.IntN(3) {
		case 0:
			e := entry{reply: strings.Repeat("x", rng.IntN(300)), trace: fmt.Sprintf("TRACE%05d", n), at: now}
			k.Put(keyOf(n), e.trace, e.reply, now)
			model[n] = e
		case 1:
			e, known := model[n]
			if k.SetServed(keyOf(n), true); known {
				e.served = true
				model[n] = e
			}
		}
		e, known := model[n]
		reply, trace, ok := k.Get(keyOf(n))
		if known && now.Sub(e.at) < bot.RecentFor {
			require.True(t, ok, "forgotten after %s", now.Sub(e.at))
			require.Equal(t, e.reply, reply)
			require.Equal(t, e.trace, trace)
			require.Equal(t, e.served, k.Served(keyOf(n)))
		}
		if !known || now.Sub(e.at) > bot.RecentFor+2*bot.SlotSpan {
			require.False(t, ok, "still known after %s", now.Sub(e.at))
		}
	}
	k.Forget(now.Add(time.Hour))
	require.Zero(t, k.Len())
	require.Zero(t, k.Bytes())
}

func TestKeptRepliesAreBounded(t *testing.T) {
	for _, c := range []struct {
		name  string
		size  int
		every time.Duration
		most  int
		still int // what came so many puts ago is still known
	}{
		{"a second apart", 64 << 10, time.Second, 46 * (65 << 10), 29},
		{"a minute apart", 64 << 10, time.Minute, bot.RecentBytes + 2*(65<<10), 1},
		{"all at once", 64 << 10, 0, bot.RecentMost + 2*(65<<10), 60},
		{"many small ones", 20, 10 * time.Millisecond, bot.RecentBytes + 2*(64<<10), 3000},
	} {
		t.Run(c.name, func(t *testing.T) {
			var k bot.RecentReplies
			reply, now := strings.Repeat("x", c.size), noon
			const puts = 20_000
			for n := range puts {
				now = now.Add(c.every)
				k.Forget(now)
				k.Put(keyOf(n), "", reply, now)
				require.LessOrEqual(t, k.Bytes(), c.most)
			}
			_, trace, ok := k.Get(keyOf(puts - 1 - c.still))
			require.True(t, ok, "the newest replies stay")
			require.Empty(t, trace, "none was given")
			require.LessOrEqual(t, k.Table(), max(64, 8*k.Len()), "the table forgets, too")
		})
	}
}

func TestPause(t *testing.T) {
	var p bot.Pause
	require.Zero(t, p.Kill(noon))
	require.Zero(t, p.Kill(noon.Add(70*time.Second)), "more than a minute apart")
	require.Zero(t, p.Kill(noon.Add(71*time.Second)))
	first := p.Kill(noon.Add(72 * time.Second))
	require.Equal(t, noon.Add(132*time.Second), first, "three in a minute")
	require.Equal(t, first, p.Over(first.Add(-time.Second)))
	require.Zero(t, p.Over(first))

	for range 2 {
		require.Zero(t, p.Kill(first.Add(time.Second)))
	}
	require.Equal(t, first.Add(time.Second+2*time.Minute), p.Kill(first.Add(time.Second)), "the pause doubles")

	long := first.Add(time.Hour)
	for range 2 {
		require.Zero(t, p.Kill(long))
	}
	require.Equal(t, long.Add(time.Minute), p.Kill(long), "long ago is forgiven")
	p.Lift()
	require.Zero(t, p.Over(long))
}
