package store_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// later is the time when a save that was killed counts as over.
func later() time.Time { return time.Now().Add(2 * time.Hour) }

// childSaves saves builds and goes back and forth between them for ever, and says so of each.
func childSaves(path string, out io.Writer) error {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Path: path})
	if err != nil {
		return err
	}
	for base := time.Now().UnixNano(); ; base++ {
		files := []store.File{{Name: "main.lua", Bytes: fmt.Append(nil, base)}, {Name: "data/large.bin", Bytes: []byte(strings.Repeat(fmt.Sprint(base), 40_000))}}
		made, err := s.SaveBuild(ctx, "demo", files, store.BuildMeta{State: store.BuildGood})
		if err != nil {
			return err
		}
		fmt.Fprintln(out, "saved", made.ID)
		now, err := s.Current(ctx, "demo")
		if err != nil {
			return err
		}
		pin := fmt.Sprint("pin", base)
		if _, _, err := s.SetCurrent(ctx, "demo", store.Current{Build: made.ID, Seq: now.Seq, PinnedOver: pin}, operator); err != nil {
			return err
		}
		fmt.Fprintln(out, "live", made.ID, now.Seq+1, pin)
	}
}

// A process that is killed has lost no build that it said was saved, nor which one is live, and leaves no half of one.
func TestKilledSaves(t *testing.T) {
	b := sqliteBackend(t, time.Now)
	chance := rand.New(rand.NewPCG(5, 6))
	var saved []string
	var told store.Current
	say := func(line string) {
		words := strings.Fields(line)
		switch {
		case len(words) == 2:
			saved = append(saved, words[1])
		case len(words) == 4:
			told = store.Current{Build: words[1], PinnedOver: words[3]}
			_, err := fmt.Sscan(words[2], &told.Seq)
			require.NoError(t, err)
		}
	}
	for round := range 6 {
		c := startChild(t, "save", b.path)
		for range 1 + chance.IntN(30) {
			require.True(t, c.out.Scan(), "round %d", round)
			say(c.out.Text())
		}
		require.NoError(t, c.cmd.Process.Kill())
		for c.out.Scan() {
			say(c.out.Text())
		}
		_ = c.cmd.Wait()

		s := b.openWith(t, store.Options{Now: later})
		ctx := context.Background()
		now := live(t, s)
		if now.Seq == told.Seq {
			require.Equal(t, told, now)
		} else {
			require.Equal(t, told.Seq+1, now.Seq, "it was killed before it could say so")
		}
		if now.Seq > 0 {
			_, _, err := s.Build(ctx, "demo", now.Build)
			require.NoError(t, err)
		}
		_, err := s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		requireTidy(t, s)
		listed := ids(t, s, "demo")
		for _, id := range saved[max(0, len(saved)-store.MaxBuilds+10):] {
			require.Contains(t, listed, id)
		}
		require.NoError(t, s.Close())
	}
	require.NotEmpty(t, saved)
}

// forgetValues take some 100 ms to forget.
const forgetValues = 20_000

// childForgets forgets one account after the other.
func childForgets(path string, out io.Writer) error {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Path: path})
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "begins")
	if err := s.ForgetAccount(ctx, "demo", operator); err != nil {
		return err
	}
	fmt.Fprintln(out, "done")
	return s.Close()
}

// What a killed process has begun to forget, the next Prune ends; other accounts are untouched all the while.
func TestKilledForget(t *testing.T) {
	if testing.Short() {
		t.Skip("many rows by one goroutine, of which the race detector learns nothing")
	}
	c := newClock()
	c.now = time.Now()
	ctx := context.Background()
	interrupted := 0
	const rounds = 6
	for round := range rounds {
		b := sqliteBackend(t, c.Now)
		s := b.open(t)
		fill(t, s, c, "demo", 1)
		fill(t, s, c, "other", 2)
		store.Exec(t, s, fmt.Sprintf(`INSERT INTO kv (account, key, value) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT 'demo', cast(i AS BLOB), x'76' FROM n`, forgetValues))
		_, err := s.SetDisabled(ctx, "demo", true, operator)
		require.NoError(t, err)
		require.NoError(t, s.AccountGone(ctx, "demo"))
		other := rowsOf(t, s, "account", "other")

		child := startChild(t, "forget", b.path)
		require.Eventually(t, func() bool { // somewhere in the middle, in each round elsewhere
			left := store.Count(t, s, "kv")
			return left < forgetValues*(rounds-round)/rounds
		}, patience, time.Millisecond)
		_ = child.cmd.Process.Kill()
		_ = child.cmd.Wait()
		require.NoError(t, s.Close())

		s = b.open(t)
		if a, known, err := s.Account(ctx, "demo"); err == nil && known && a.Forgetting {
			interrupted++
		} else if known {
			require.True(t, a.Disabled, "it had not begun")
			require.NoError(t, s.ForgetAccount(ctx, "demo", operator))
		}
		_, err = s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.Empty(t, mentions(t, s, "demo", "", "audit", "tokens"))
		require.ElementsMatch(t, other, rowsOf(t, s, "account", "other"))
		requireTidy(t, s)
	}
	require.NotZero(t, interrupted, "this test tests nothing")
}
