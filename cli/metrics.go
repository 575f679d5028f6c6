package cli

import (
	"context"
	"math"
	"strings"
	"time"

	"moonwire/bot"
	"moonwire/engine"
	"moonwire/server"
	"moonwire/store"
)

// counted tells the metrics what the given events are told.
func counted(e bot.Events, m *server.Metrics) bot.Events {
	turn, save := e.Turn, e.Save
	e.Turn = func(r bot.TurnReport) {
		m.Message(r.Account, string(r.Outcome), r.Waited+r.Took)
		for _, a := range r.Asked {
			m.Asked(r.Account, string(a.Failed), a.Usage.Prompt, a.Usage.Completion)
			m.Cost(r.Account, a.Cost)
		}
		if r.Script != nil && r.Script.Kind == engine.ErrorLimit {
			m.Stopped(r.Account, r.Script.Limit)
		}
		if turn != nil {
			turn(r)
		}
	}
	job := e.Job
	e.Job = func(r bot.JobReport) {
		m.Job(r.Result)
		if r.Ran {
			m.JobLate(r.Late)
		}
		if job != nil {
			job(r)
		}
	}
	e.Save = func(r bot.SaveReport) {
		m.Save(r.Live)
		if save != nil {
			save(r)
		}
	}
	return e
}

// watch shows the metrics what the fleet and the store keep.
func watch(m *server.Metrics, fleet *bot.Fleet, db *store.Store) {
	accounts := func(of func(bot.Status) bool) func() float64 {
		return func() float64 {
			n := 0
			for _, s := range fleet.Accounts() {
				if of(s) {
					n++
				}
			}
			return float64(n)
		}
	}
	m.Gauges("moonwire_accounts", "Accounts by where they stand: "+stateWords()+".", "state", func() map[string]float64 {
		n := map[string]float64{}
		for _, state := range bot.States() {
			n[string(state)] = 0
		}
		for _, s := range fleet.Accounts() {
			n[string(s.State)]++
		}
		return n
	})
	m.Gauge("moonwire_accounts_serving", "Accounts whose messages are answered.", accounts(func(s bot.Status) bool { return s.Serving }))
	m.Gauge("moonwire_accounts_broken", "Accounts whose last save is not live.", accounts(func(s bot.Status) bool { return s.Err != "" }))
	m.Gauge("moonwire_accounts_hanging", "Accounts whose loading hangs: a file system does not answer.", func() float64 { return float64(len(fleet.Hanging())) })
	m.Gauge("moonwire_accounts_paused", "Accounts paused for spending their limits.", accounts(func(s bot.Status) bool { return !s.PausedUntil.IsZero() }))
	m.Gauge("moonwire_turns_waiting", "Turns that wait for WeChat, another server or time.sleep.", func() float64 {
		n := 0
		for _, s := range fleet.Accounts() {
			n += s.Waiting
		}
		return float64(n)
	})
	m.Gauge("moonwire_jobs_running", "Jobs of scripts that run now in this process.", func() float64 { return float64(fleet.JobsRunning()) })
	m.Gauge("moonwire_jobs_open", "Jobs of scripts that are due or running, of all accounts and processes.", func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		n, err := db.JobCounts(ctx, "")
		if err != nil {
			return math.NaN()
		}
		return float64(n.Open)
	})
	m.Gauge("moonwire_records_dropped", "Records of messages lost since the start: the disk was too slow.", func() float64 { return float64(db.Stats().Dropped) })
	m.Gauge("moonwire_records_waiting_bytes", "Records of messages not yet on the disk.", func() float64 { return float64(db.Stats().WaitingBytes) })
	m.Gauge("moonwire_record_errors", "Batches of records that could not be written since the start, as with a full disk.", func() float64 { return float64(db.Stats().RecordErrors) })
	m.Gauge("moonwire_store_damaged", "1 while the database file is known to be broken inside.", func() float64 {
		if db.Damage() != nil {
			return 1
		}
		return 0
	})
	m.Gauge("moonwire_store_errors", "Commits that failed since the start.", func() float64 { return float64(db.Stats().CommitErrors) })
}

// stateWords lists the states of accounts.
func stateWords() string {
	var words []string
	for _, s := range bot.States() {
		words = append(words, string(s))
	}
	return strings.Join(words, ", ")
}
