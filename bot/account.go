package bot

import (
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/folder"
	"moonwire/wechat/api"
)

// Account is one account of the fleet. Safe for concurrent use.
type Account struct {
	name    string
	now     func() time.Time
	current atomic.Pointer[release]
	pause   pause
	late    lateAnswers // whose fans have one waiting
	menu    menuPush
	old     oldBuilds
	loading loading

	capacity  *semaphore.Weighted
	turns     atomic.Int64 // holding capacity
	waiting   atomic.Int64 // that gave theirs away to wait for somebody outside
	queued    atomic.Int64 // waiting for their fan's turn or for capacity
	following atomic.Int64 // answers whose rest is on its way

	conversing atomic.Bool // fans of it may be in conversations, or begin one

	refusals refusals
	learning sync.Mutex          // of who changes known
	known    atomic.Pointer[row] // what the store says of it
	unsaved  unsaved
}

func newAccount(name string, now func() time.Time) *Account {
	return &Account{
		name: name, now: now, capacity: semaphore.NewWeighted(wholeCapacity),
		loading: loading{done: make(chan struct{})},
	}
}

// Name is the folder's name.
func (a *Account) Name() string { return a.name }

// Config is the account.yaml that serves now, or nil when none could be read.
func (a *Account) Config() *account.Config {
	if rel := a.current.Load(); rel != nil {
		return rel.config
	}
	return nil
}

// Client calls WeChat's API in the account's name; nil when the account has no secret or does not serve.
func (a *Account) Client() *api.Client {
	if rel := a.current.Load(); rel != nil {
		return rel.client
	}
	return nil
}

// Program is the build that answers now, or nil.
func (a *Account) Program() *bindings.Program {
	if rel := a.current.Load(); rel != nil {
		return rel.program
	}
	return nil
}

// Status is the account as operators see it.
func (a *Account) Status() Status {
	s := Status{
		Name:  a.name,
		Turns: int(a.turns.Load()), Queued: int(a.queued.Load()), Waiting: int(a.waiting.Load()),
	}
	s.PausedUntil, s.Pauses, s.PausedFor = a.pause.state(a.now())
	select {
	case <-a.loading.done:
		s.Loaded = true
	default:
	}
	err := a.loading.failure()
	if err != nil {
		s.Err = err.Error()
	}
	pinned := false
	if rel := a.current.Load(); rel != nil {
		c := rel.config
		pinned = rel.program != nil && a.row().pins(rel.content.snap.Hash)
		s.AppID, s.Kind, s.Mode, s.Verified = c.AppID, c.Kind, c.Mode.String(), c.Verified
		s.Build, s.Serving = rel.build, rel.program != nil
	}
	s.State = stateOf(s, err, a.row().disabled(), pinned)
	return s
}

// standing is the report of a save that changed nothing.
func (a *Account) standing() SaveReport {
	r := SaveReport{Account: a.name, Err: a.loading.failure()}
	if rel := a.current.Load(); rel != nil && rel.program != nil {
		r.Build, r.Live = rel.build, r.Err == nil
	}
	return r
}

// seen are the media that were looked at last.
func (a *Account) seen() []folder.Media {
	if snap := a.loading.seen().snap; snap != nil {
		return snap.Media
	}
	return nil
}

// held are the builds that must stay in the store because they serve.
func (a *Account) held() []string {
	if rel := a.current.Load(); rel != nil && rel.program != nil {
		return []string{rel.build}
	}
	return nil
}

// loaded says that the first load is over.
func (a *Account) loaded() { a.loading.once.Do(func() { close(a.loading.done) }) }
