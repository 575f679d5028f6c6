package bot_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

// slow makes a queue in which some names took long the last time; that takes as many takes.
func slow(names ...string) bot.LoadQueue {
	q := bot.NewLoadQueue()
	for _, name := range names {
		q.Put(name, false)
		q.Take()
		q.Done(name, true)
	}
	return q
}

// TestTheTurnOfWhoTookLong: each eighth look is theirs although others wait, but for those that somebody waits for.
func TestTheTurnOfWhoTookLong(t *testing.T) {
	q := slow("slow")
	q.Put("slow", false)
	for i := range 20 {
		q.Put(fmt.Sprint(i), false)
	}
	var taken []string
	for range 7 {
		taken = append(taken, q.Take())
	}
	require.Equal(t, []string{"0", "1", "2", "3", "4", "5", "slow"}, taken)
	q.Done("slow", true)
	q.Put("slow", false)
	for range 7 {
		require.NotEqual(t, "slow", q.Take())
	}
	q.Put("hurried", true)
	require.Equal(t, "hurried", q.Take(), "the sixteenth")
	for range 7 {
		require.NotEqual(t, "slow", q.Take())
	}
	require.Equal(t, "slow", q.Take(), "the twenty-fourth")
}

// TestOneWhoTookLongAtATime, be it taken or held.
func TestOneWhoTookLongAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := slow("a", "b", "c")
		require.True(t, q.Hold(t.Context(), "a"))
		q.Put("b", false)
		require.Empty(t, q.Take(), "one is held")
		q.Done("a", false)
		require.Equal(t, "b", q.Take())
		q.Put("c", false)
		require.Empty(t, q.Take(), "one is taken")
		require.True(t, q.Hold(t.Context(), "a"), "who did not take long is nobody's burden")
		q.Done("a", false)
		q.Done("b", true)
		require.Equal(t, "c", q.Take())
	})
}

// TestWishesWhileOneIsBusy: one that is put meanwhile comes again, unless somebody only waits for it.
func TestWishesWhileOneIsBusy(t *testing.T) {
	q := bot.NewLoadQueue()
	q.Put("a", false)
	require.Equal(t, "a", q.Take())
	q.Put("a", true)
	q.Done("a", false)
	require.Empty(t, q.Take(), "who waited has what was loaded")
	q.Put("a", false)
	q.Put("a", true)
	q.Put("a", false)
	q.Put("a", true)
	require.Equal(t, "a", q.Take())
	require.Empty(t, q.Take(), "it is there once")
	q.Done("a", false)
	require.Empty(t, q.Take())
	synctest.Test(t, func(t *testing.T) {
		q := bot.NewLoadQueue()
		q.Put("a", false)
		require.True(t, q.Hold(t.Context(), "a"))
		require.Empty(t, q.Take(), "it is held")
		q.Done("a", false)
		require.Equal(t, "a", q.Take(), "what was asked for before comes after")
		q.Done("a", false)
		require.True(t, q.Hold(t.Context(), "a"))
		q.Done("a", false)
		require.Empty(t, q.Take())
		require.True(t, q.Hold(t.Context(), "a"))
		ended, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.False(t, q.Hold(ended, "a"))
		q.Done("a", false)
	})
}

// TestALaterWishIsOneOfMany: of each name the earliest counts, and it counts once.
func TestALaterWishIsOneOfMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := bot.NewLoadQueue()
		q.PutAfter("a", 2*time.Second)
		q.PutAfter("b", time.Second)
		q.PutAfter("a", 3*time.Second)
		q.PutAfter("b", time.Second)
		for _, want := range []string{"b", "a", ""} {
			time.Sleep(time.Second)
			synctest.Wait()
			require.Equal(t, want, q.Take())
			require.Empty(t, q.Take())
			if want != "" {
				q.Done(want, false)
			}
		}
		q.PutAfter("a", time.Second)
		time.Sleep(time.Second)
		synctest.Wait()
		require.Equal(t, "a", q.Take(), "and may be wished for again")
	})
}
