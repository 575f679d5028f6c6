package sim

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"
)

// ReplyWindow is how long WeChat waits for the answer to a push before it hangs up and asks again.
const ReplyWindow = 5 * time.Second

// attempts is how often WeChat delivers a push in all.
const attempts = 3

// Options says what the platform stands on. The zero Options works.
type Options struct {
	// Now is the clock that MoveClock moves; nil = time.Now.
	Now func() time.Time
	// AfterFunc starts the reply window of an attempt; nil = time.AfterFunc. A test with its own clock
	// gives its own.
	AfterFunc func(d time.Duration, f func()) (stop func() bool)
	// Rand makes tokens, ids and nonces; nil = crypto/rand.
	Rand io.Reader
	// Client carries the pushes; nil = a client of its own without proxy. Redirects are never followed.
	Client *http.Client
	Log    *slog.Logger
	// ReplyWindow shortens the five seconds; 0 = ReplyWindow.
	ReplyWindow time.Duration
	// PublicURL is where Handler is reachable, e.g. http://127.0.0.1:8421; pictures of fans are served there.
	PublicURL string
	// UserPage is how many openids a page of user/get holds; 0 = 10,000 as WeChat's.
	UserPage int
}

// Platform is one stand-in for WeChat with any number of accounts. Close it when done.
type Platform struct {
	o      Options
	clock  *clock
	ids    *idMaker
	faults *faultList
	crew   *crew
	client *http.Client

	mu       sync.RWMutex
	accounts map[string]*account
	parked   map[string]parked // what a file had of accounts that are not set up, by name
}

// ErrNoAccount says that no account has this name.
var ErrNoAccount = errors.New("no such account")

// New makes a platform without accounts.
func New(o Options) *Platform {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.AfterFunc == nil {
		o.AfterFunc = func(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop }
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.ReplyWindow <= 0 {
		o.ReplyWindow = ReplyWindow
	}
	if o.UserPage <= 0 {
		o.UserPage = 10_000
	}
	p := &Platform{o: o, clock: &clock{base: o.Now}, faults: &faultList{}, crew: newCrew(), accounts: map[string]*account{}, parked: map[string]parked{}}
	p.ids = &idMaker{rand: o.Rand, now: p.Now}
	p.client = pushClient(o.Client)
	return p
}

// Close hangs up on callbacks under way, ends all subscriptions and waits for both.
func (p *Platform) Close() { p.crew.close() }

// AddAccount registers an account; the error names the field that WeChat's console would not take.
func (p *Platform) AddAccount(cfg Account) error {
	return p.putAccount(cfg, false)
}

// SetAccount registers an account or replaces its settings. Fans and what else it has are kept as long
// as the app_id stays the same.
func (p *Platform) SetAccount(cfg Account) error {
	return p.putAccount(cfg, true)
}

func (p *Platform) putAccount(cfg Account, replace bool) error {
	settings, err := cfg.complete()
	if err != nil {
		return fmt.Errorf("account %q: %w", cfg.Name, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, other := range p.accounts {
		if other.settings().AppID == cfg.AppID && other.name != cfg.Name {
			return fmt.Errorf("account %q: app_id %s already belongs to account %q", cfg.Name, cfg.AppID, other.name)
		}
	}
	old := p.accounts[cfg.Name]
	switch {
	case old != nil && !replace:
		return fmt.Errorf("account %q exists already", cfg.Name)
	case old != nil && old.settings().AppID == cfg.AppID:
		old.configure(settings)
	default:
		p.accounts[cfg.Name] = newAccount(settings, p.unpark(cfg.Name, cfg.AppID))
	}
	return nil
}

// RemoveAccount forgets an account and all its fans.
func (p *Platform) RemoveAccount(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.accounts, name)
}

// Accounts lists the settings of all accounts by name.
func (p *Platform) Accounts() []Account {
	var all []Account
	for _, a := range p.all() {
		all = append(all, a.settings().Account)
	}
	return all
}

// account finds an account by name.
func (p *Platform) account(name string) (*account, error) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if a := p.accounts[name]; a != nil {
		return a, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrNoAccount, name)
}

// all lists the accounts by name.
func (p *Platform) all() []*account {
	p.mu.RLock()
	defer p.mu.RUnlock()
	all := make([]*account, 0, len(p.accounts))
	for _, a := range p.accounts {
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b *account) int {
		if a.name < b.name {
			return -1
		}
		return 1
	})
	return all
}
