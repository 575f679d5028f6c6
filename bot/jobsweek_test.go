package bot_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/store"
)

var weekCrons = map[string]string{"tick": "*/10 * * * *", "hour": "7 * * * *", "night": "30 2 * * *", "gap": "*/30 2 * * *", "work": "0 9 * * 1-5"}

func weekScript() string {
	main := ""
	for name, cron := range weekCrons {
		main += fmt.Sprintf("every(%q, function() store.incr(%q .. job.due) end, { name = %q })\n", cron, "ran:"+name+":", name)
	}
	return main
}

// week is three processes on one store, of which some may be down, over days in which clocks are put forward.
type week struct {
	t      *testing.T
	chance *rand.Rand
	all    []*house
	begin  time.Time
	seen   time.Time // the latest that the clock has shown
	dark   []span    // when no process was there
}

type span struct{ from, to time.Time }

// live are the processes that are there.
func (w *week) live() (live []*house) {
	for _, h := range w.all {
		if h.end != nil {
			live = append(live, h)
		}
	}
	return live
}

// pass moves the clock and lets all that are there do what is due, at the same time.
func (w *week) pass(d time.Duration) {
	now := w.all[0].clock
	from := now.Now()
	now.Add(d)
	if now := now.Now(); now.After(w.seen) {
		if len(w.live()) == 0 {
			w.dark = append(w.dark, span{from, now})
		}
		w.seen = now
	}
	for _, h := range w.live() {
		h.fleet.Stir()
	}
	for _, h := range w.live() {
		h.doJobs()
	}
}

// shake ends and starts processes, and sets the clock back now and then.
func (w *week) shake() {
	h := w.all[w.chance.IntN(len(w.all))]
	switch n := w.chance.IntN(40); {
	case n < 4 && h.end != nil:
		h.close()
	case n < 6 && h.end != nil:
		h.kill()
	case n < 14 && h.end == nil:
		saves := len(h.saves)
		h.open()
		h.until("the load", func() bool { return len(h.saves) > saves })
	case n == 20:
		w.pass(-time.Duration(w.chance.IntN(20*60)) * time.Second)
	}
}

// wasDark reports whether no process was there at a time and soon after it.
func (w *week) wasDark(at time.Time) bool {
	for _, s := range w.dark {
		if !at.Before(s.from) && !at.After(s.to) {
			return true
		}
	}
	return false
}

// Each time of an every is run for once, by one of three processes that come and go, whatever happens to the clock. What
// nobody was there for is made up by the last time before somebody is, if that is less than an hour ago.
func TestAWeekOfEveryOnThreeProcesses(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for _, begin := range []time.Time{time.Date(2026, 3, 26, 12, 1, 30, 0, berlin), time.Date(2026, 10, 22, 12, 1, 30, 0, berlin)} {
		t.Run(begin.Month().String(), func(t *testing.T) {
			seed := uint64(begin.Month())
			h := jobHouse(t, weekScript())
			h.clock.Add(begin.Sub(h.clock.Now()))
			w := &week{t: t, chance: rand.New(rand.NewPCG(seed, 1)), begin: begin, seen: begin, all: []*house{h}}
			h.close() // its every are due by the clock of before
			h.open()
			h.until("the load", func() bool { return len(h.saves) == 2 })
			w.all = append(w.all, h.twin(), h.twin())
			w.pass(0)
			days := 7
			if testing.Short() {
				days = 2
			}
			for w.seen.Before(begin.Add(time.Duration(days) * 24 * time.Hour)) {
				w.shake()
				w.pass(time.Duration(1+w.chance.IntN(6*60)) * time.Second) // 03:00, for the 02:07 that there is not, and 03:07 are two
			}
			if len(w.live()) == 0 {
				h.open()
				h.until("the load", func() bool { return len(h.saves) > 0 })
			}
			w.pass(0)
			w.check(berlin)
		})
	}
}

func (w *week) check(zone *time.Location) {
	all := w.live()[0]
	for name, cron := range weekCrons {
		s, err := bindings.ParseCron(cron, zone)
		require.NoError(w.t, err)
		wanted := map[string]bool{}
		n := 0
		for at := s.Next(w.begin.Add(-time.Hour)); !at.After(w.seen); at = s.Next(at) {
			key := fmt.Sprint("ran:", name, ":", at.Unix())
			wanted[key] = true
			if at.Before(w.begin) {
				continue // it may be made up
			}
			n++
			switch ran := all.keeps(key); {
			case ran == "" && w.wasDark(at):
			default:
				require.Equal(w.t, "1", ran, "%s at %s", name, at)
			}
		}
		require.NotZero(w.t, n)
		ran, _, err := all.store.Turn(store.TurnKey{Account: "demo", At: w.seen, Unclaimed: true}).List(w.t.Context(), "ran:"+name+":", store.Page{Limit: store.MaxList})
		require.NoError(w.t, err)
		for _, e := range ran {
			require.True(w.t, wanted[e.Key], "%s ran for a time that is none: %s", name, e.Key)
		}
	}
}
