package store_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func live(t *testing.T, s *store.Store) store.Current {
	t.Helper()
	now, err := s.Current(context.Background(), "demo")
	require.NoError(t, err)
	return now
}

// As an operator and an author meet: what is live after each, with a restart after each.
func TestRollback(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		one := save(t, s, "demo", script("1"), store.BuildMeta{}).ID
		two := save(t, s, "demo", script("2"), store.BuildMeta{}).ID
		back := func(build, folder string) func() (bool, error) {
			return func() (bool, error) {
				_, set, err := s.SetCurrent(ctx, "demo", store.Current{Build: build, Seq: live(t, s).Seq, PinnedOver: folder}, operator)
				return set, err
			}
		}
		follow := func(build, folder string) func() (bool, error) {
			return func() (bool, error) {
				_, followed, err := s.Follow(ctx, "demo", build, folder)
				return followed, err
			}
		}
		require.Zero(t, live(t, s))
		for _, step := range []struct {
			name string
			do   func() (bool, error)
			did  bool
			want store.Current
		}{
			{"the first save", follow(one, "hash one"), true, store.Current{Build: one, Seq: 1}},
			{"the second save", follow(two, "hash two"), true, store.Current{Build: two, Seq: 2}},
			{"a rescan", follow(two, "hash two"), true, store.Current{Build: two, Seq: 2}},
			{"back", back(one, "hash two"), true, store.Current{Build: one, Seq: 3, PinnedOver: "hash two"}},
			{"a rescan of what was gone back from", follow(two, "hash two"), false, store.Current{Build: one, Seq: 3, PinnedOver: "hash two"}},
			{"back once more", back(two, "hash two"), true, store.Current{Build: two, Seq: 4, PinnedOver: "hash two"}},
			{"a changed save", follow(one, "hash one"), true, store.Current{Build: one, Seq: 5}},
			{"back again", back(two, "hash one"), true, store.Current{Build: two, Seq: 6, PinnedOver: "hash one"}},
			{"a save of what is live", follow(two, "hash two"), true, store.Current{Build: two, Seq: 7}},
		} {
			c.Move(time.Second)
			did, err := step.do()
			require.NoError(t, err, step.name)
			require.Equal(t, step.did, did, step.name)
			require.Equal(t, step.want, live(t, s), step.name)
			require.NoError(t, s.Close())
			s = b.open(t)
			require.Equal(t, step.want, live(t, s), step.name)
		}
		log, err := s.AuditLog(ctx, store.AuditFilter{Account: "demo"})
		require.NoError(t, err)
		require.Equal(t, []string{"build.rollback", "build.rollback", "build.rollback"}, acts(log))
		require.Equal(t, one+" "+two, log[0].Hashes)

		now, err := s.Current(ctx, "demo")
		require.NoError(t, err)
		_, set, err := s.SetCurrent(ctx, "demo", store.Current{Build: one, Seq: now.Seq}, operator)
		require.NoError(t, err)
		require.True(t, set)
		log, err = s.AuditLog(ctx, store.AuditFilter{Account: "demo"})
		require.NoError(t, err)
		require.Equal(t, "build.rollback", log[0].Act, "to go back to what the folder has pins nothing, and is a rollback all the same")
	})
}

func TestSetCurrentRefuses(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *clock) {
		ctx, s := context.Background(), b.open(t)
		one := save(t, s, "demo", script("1"), store.BuildMeta{}).ID
		other := save(t, s, "other", script("2"), store.BuildMeta{}).ID
		_, set, err := s.SetCurrent(ctx, "demo", store.Current{Build: one, Seq: 4}, operator)
		require.NoError(t, err)
		require.False(t, set, "that was not the last change")
		for _, id := range []string{other, "", "00000000"} {
			_, _, err = s.SetCurrent(ctx, "demo", store.Current{Build: id}, operator)
			require.ErrorIs(t, err, store.ErrNoBuild)
			_, _, err = s.Follow(ctx, "demo", id, "hash")
			require.ErrorIs(t, err, store.ErrNoBuild)
		}
		_, _, err = s.SetCurrent(ctx, "demo", store.Current{Build: one, PinnedOver: strings.Repeat("x", 257)}, operator)
		require.ErrorIs(t, err, store.ErrTooLarge)
		require.Zero(t, live(t, s))
		require.Empty(t, store.Rows(t, s, "audit"))
	})
}

// Of several who change from the same place, one does.
func TestSetCurrentIsACompareAndSet(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *clock) {
		ctx := context.Background()
		one := save(t, b.open(t), "demo", script("1"), store.BuildMeta{}).ID
		var won atomic.Int64
		var wg sync.WaitGroup
		for range 4 {
			s := b.open(t)
			wg.Go(func() {
				for seq := range int64(10) {
					for {
						now, set, err := s.SetCurrent(ctx, "demo", store.Current{Build: one, Seq: seq}, store.Actor{})
						if err != nil {
							t.Error(err)
							return
						}
						if set {
							won.Add(1)
						}
						if now.Seq > seq {
							break
						}
					}
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 10, won.Load())
	})
}
