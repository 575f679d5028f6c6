package bot_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// haste is how much faster the clock of killed processes runs: an every is due once a second.
const haste = 60

// hastyNow is the same in all processes.
func hastyNow() time.Time {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return begin.Add(time.Since(begin) * haste)
}

func hastyAfter(d time.Duration, fn func()) (stop func() bool) {
	return time.AfterFunc(max(d/haste, time.Millisecond), fn).Stop
}

// Three processes on one file, of which one after the other is killed: each time of an every is run for once.
func TestEveryOnThreeProcessesThatAreKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("some twenty seconds")
	}
	h := jobHouse(t, `every("* * * * *", function() store.incr("ran:" .. job.due) end, { name = "tick" })`)
	h.close()
	st, err := store.Open(t.Context(), store.Options{Path: h.db, Now: hastyNow})
	require.NoError(t, err)
	defer st.Close()
	ran := func() []store.Entry {
		all, _, err := st.Turn(store.TurnKey{Account: "demo", At: hastyNow(), Unclaimed: true}).List(t.Context(), "ran:", store.Page{Limit: store.MaxList})
		require.NoError(t, err)
		return all
	}
	var all []*killed
	for range 3 {
		k := startKilled(h, "jobs")
		k.next("save")
		all = append(all, k)
	}
	for range 6 {
		some := len(ran()) + 1 + rand.IntN(3)
		require.Eventually(t, func() bool { return len(ran()) >= some }, patient, time.Millisecond)
		n := rand.IntN(len(all))
		all[n].kill()
		all[n] = startKilled(h, "jobs")
		all[n].next("save")
	}
	for _, k := range all {
		k.kill()
	}
	require.Greater(t, len(ran()), 6)
	for _, e := range ran() {
		require.Equal(t, "1", string(e.Value), e.Key)
	}
}

// A job whose process is killed in the middle goes on in another one: what it had done is not done again, and the time that it
// runs for is the same.
func TestAJobWhoseProcessIsKilled(t *testing.T) {
	h := jobHouse(t, `
task("slow", function(args)
  if args then store.incr("begun") end
  store.set("chance" .. job.id, math.random(1, 1000000000))
  time.sleep("50s")
  store.incr("ended")
end)`)
	put := func(id string, args string) {
		turn := h.store.Turn(store.TurnKey{Account: "demo", At: hastyNow(), Unclaimed: true})
		j := store.Job{ID: id, Kind: store.JobTask, Name: "slow", Due: hastyNow()}
		if args != "" {
			j.Args = []byte(args)
		}
		require.NoError(t, turn.PutJob(t.Context(), j))
		require.NoError(t, turn.Finish(t.Context(), store.Result{}))
	}
	by := store.Actor{Kind: store.ActorCLI}
	_, err := h.store.HoldJobs(t.Context(), "", by)
	require.NoError(t, err)
	put("acted", "1")
	put("idle", "")
	h.close()
	child := startKilled(h, "jobs")
	child.next("save")
	st, err := store.Open(t.Context(), store.Options{Path: h.db, Now: hastyNow})
	require.NoError(t, err)
	defer st.Close()
	_, err = st.FreeJobs(t.Context(), "", by)
	require.NoError(t, err)
	state := func(id string) store.Job {
		j, found, err := st.Job(t.Context(), "demo", id)
		require.NoError(t, err)
		require.True(t, found)
		return j
	}
	require.Eventually(t, func() bool { return state("acted").Acted && state("idle").State == store.JobRunning }, patient, 10*time.Millisecond)
	child.kill()
	other := startKilled(h, "jobs")
	other.next("save")
	value := func(key string) string {
		v, _, err := st.Turn(store.TurnKey{Account: "demo", At: hastyNow(), Unclaimed: true}).Get(t.Context(), key)
		require.NoError(t, err)
		return string(v)
	}
	chance := value("chanceacted")
	require.NotEmpty(t, chance)
	for _, id := range []string{"acted", "idle"} {
		require.Eventually(t, func() bool { return state(id).State == store.JobDone }, patient, 10*time.Millisecond, id)
	}
	require.Equal(t, store.ResultDone, state("acted").Result)
	require.Equal(t, []string{"1", "2", chance}, []string{value("begun"), value("ended"), value("chanceacted")})
	pieces, err := st.JobJournal(t.Context(), "demo", "acted")
	require.NoError(t, err)
	require.Empty(t, pieces)
	other.kill()
}
