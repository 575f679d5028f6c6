package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// The journal of a run that was cut short is there for the next, and for no other; it goes when the job has an end, another takes
// its place, or it is taken back.
func TestTheJournalOfAJob(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		serve(t, s, newRunner())
		begin := func(pieces int, entries string) (*store.Job, *store.Turn) {
			j := take(t, s).Job
			turn := s.Turn(store.TurnKey{Account: "demo", At: c.Now(), Unclaimed: true, Job: j})
			turn.GoOn(pieces)
			if entries != "" {
				require.NoError(t, turn.Note(ctx, []byte(entries), true))
			}
			return j, turn
		}
		journal := func() (all []string) {
			pieces, err := s.JobJournal(ctx, "demo", "a")
			require.NoError(t, err)
			for _, p := range pieces {
				all = append(all, string(p))
			}
			return all
		}
		cut := func(j *store.Job) {
			require.NoError(t, s.EndJob(ctx, *j, func(j store.Job) store.JobEnd {
				return store.JobEnd{State: store.JobDue, Due: j.Due, Resumes: j.Acted}
			}))
		}
		put(t, s, c, store.Job{ID: "a", Name: "a", Due: c.Now()})
		j, turn := begin(0, "one")
		require.False(t, j.Acted)
		turn.Along(func(value any) []byte { return []byte("two " + fmt.Sprint(value)) })
		_, err := turn.Incr(ctx, "n", 1)
		require.NoError(t, err)
		cut(j)
		require.Equal(t, []string{"one", "two 1"}, journal())

		c.Move(time.Minute)
		j, _ = begin(2, "three")
		require.True(t, j.Acted, "it goes on")
		require.NotEqual(t, c.Now(), j.SeenTo, "for the times of its first run")
		require.Equal(t, []string{"one", "two 1", "three"}, journal())
		cut(j)
		j, _ = begin(3, "")
		cut(j)
		require.True(t, jobOf(t, s, "a").Acted, "also when it was cut before it had done anything more")
		j, _ = begin(3, "")
		require.NoError(t, s.EndJob(ctx, *j, always(store.JobEnd{State: store.JobDue, Due: c.Now(), Step: 1, Result: store.ResultDone})))
		require.Empty(t, journal(), "a further step has its own")

		j, _ = begin(0, "four")
		require.False(t, j.Acted)
		cut(j)
		put(t, s, c, store.Job{ID: "a", Name: "a", Due: c.Now()})
		require.Empty(t, journal(), "another one")
		j, _ = begin(0, "five")
		require.False(t, j.Acted)
		put(t, s, c, store.Job{ID: "a", Name: "a", Due: c.Now()})
		cut(j)
		require.Empty(t, journal(), "another one took its place while it ran")
		j, _ = begin(0, "six")
		cut(j)
		require.True(t, cancelled(t, s, c, "a"))
		require.Empty(t, journal())
	})
}
