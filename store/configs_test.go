package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func TestPublish(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		none, err := s.Config(ctx, "demo")
		require.NoError(t, err)
		require.Zero(t, none)
		build := save(t, s, "demo", script("1"), store.BuildMeta{})
		_, _, err = s.SetCurrent(ctx, "demo", store.Current{Build: build.ID, PinnedOver: "hash"}, operator)
		require.NoError(t, err)

		now, err := s.Publish(ctx, "demo", build.ID, []byte("mode: plain"), operator)
		require.NoError(t, err)
		require.Equal(t, store.Current{Build: build.ID, Seq: 2}, now, "nothing is pinned any more")
		first, err := s.Config(ctx, "demo")
		require.NoError(t, err)
		require.Equal(t, store.Config{Seq: 1, Bytes: []byte("mode: plain"), By: operator, At: first.At}, first)
		require.Equal(t, c.Now().UnixMilli(), first.At.UnixMilli())

		_, err = s.Publish(ctx, "demo", build.ID, []byte("mode: plain"), operator)
		require.NoError(t, err)
		require.Len(t, store.Rows(t, s, "configs"), 1, "the same is not written again")

		_, err = s.Publish(ctx, "demo", "nothing", []byte("mode: safe"), operator)
		require.ErrorIs(t, err, store.ErrNoBuild)
		_, err = s.Publish(ctx, "demo", build.ID, []byte(strings.Repeat("x", store.MaxConfig+1)), operator)
		require.ErrorIs(t, err, store.ErrTooLarge)
		require.Len(t, store.Rows(t, s, "configs"), 1, "all of it or nothing")

		for n := range store.MaxConfigs + 3 {
			_, err = s.Publish(ctx, "demo", build.ID, fmt.Appendf(nil, "max_skew: %ds", n), operator)
			require.NoError(t, err)
		}
		require.Len(t, store.Rows(t, s, "configs"), store.MaxConfigs)
		newest, err := s.Config(ctx, "demo")
		require.NoError(t, err)
		require.EqualValues(t, store.MaxConfigs+4, newest.Seq)
		require.Equal(t, fmt.Sprintf("max_skew: %ds", store.MaxConfigs+2), string(newest.Bytes))
		log, err := s.AuditLog(ctx, store.AuditFilter{Account: "demo", Limit: 2})
		require.NoError(t, err)
		require.ElementsMatch(t, []string{"build.publish", "config.publish"}, acts(log))

		_, err = s.SetDisabled(ctx, "demo", true, operator)
		require.NoError(t, err)
		require.NoError(t, s.RenameAccount(ctx, "demo", "shop", operator))
		moved, err := s.Config(ctx, "shop")
		require.NoError(t, err)
		require.Equal(t, newest, moved)
	})
}

// The stamp is another one after each thing that the rows of accounts have to say, and only then.
func TestStamp(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		other := b.open(t)
		build := save(t, s, "demo", script("1"), store.BuildMeta{}).ID
		older := save(t, s, "demo", script("2"), store.BuildMeta{}).ID
		last, err := s.Stamp(ctx)
		require.NoError(t, err)
		for _, step := range []struct {
			name string
			do   func() error
			want bool
		}{
			{"nothing", func() error { return nil }, false},
			{"a folder came", func() error { return s.AccountHere(ctx, "demo", "wx1") }, false},
			{"a message", func() error { return turnOf(s, "demo", "amy", 1, c).Set(ctx, "a", []byte("b"), 0) }, false},
			{"another build is live", func() error { _, _, err := s.Follow(ctx, "demo", build, "h"); return err }, true},
			{"it is live already", func() error { _, _, err := s.Follow(ctx, "demo", build, "h"); return err }, false},
			{"gone back, by another process", func() error {
				_, _, err := other.SetCurrent(ctx, "demo", store.Current{Build: older, Seq: 1, PinnedOver: "h"}, operator)
				return err
			}, true},
			{"disabled", func() error { _, err := other.SetDisabled(ctx, "demo", true, operator); return err }, true},
			{"enabled", func() error { _, err := s.SetDisabled(ctx, "demo", false, operator); return err }, true},
			{"published", func() error { _, err := other.Publish(ctx, "demo", build, []byte("a: b"), operator); return err }, true},
		} {
			c.Move(time.Second)
			require.NoError(t, step.do(), step.name)
			now, err := s.Stamp(ctx)
			require.NoError(t, err)
			require.Equal(t, step.want, now != last, step.name)
			last = now
		}
	})
}

func TestAccountRows(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *clock) {
		ctx, s := context.Background(), b.open(t)
		build := save(t, s, "demo", script("1"), store.BuildMeta{})
		_, err := s.Publish(ctx, "demo", build.ID, nil, operator)
		require.NoError(t, err)
		_, err = s.SetDisabled(ctx, "shop", true, operator)
		require.NoError(t, err)
		rows, err := s.AccountRows(ctx)
		require.NoError(t, err)
		require.Len(t, rows, 2)
		require.Equal(t, build.Hash, rows["demo"].Hash)
		require.Equal(t, store.Current{Build: build.ID, Seq: 1}, rows["demo"].Current)
		require.Equal(t, "demo", rows["demo"].Name)
		require.True(t, rows["shop"].Disabled)
		require.Zero(t, rows["shop"].Current)

		body, err := s.BuildFile(ctx, "demo", build.ID, "main.lua")
		require.NoError(t, err)
		require.Equal(t, "1", string(body))
		for _, of := range [][2]string{{build.ID, "other.lua"}, {"nothing", "main.lua"}} {
			_, err = s.BuildFile(ctx, "demo", of[0], of[1])
			require.ErrorIs(t, err, store.ErrNoBuild)
		}
	})
}
