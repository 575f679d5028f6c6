package bot

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"moonwire/store"
)

const (
	// menuPushers is how many accounts' menus are pushed at once.
	menuPushers = 4
	// menuHurry is how long one push may keep a pusher from the next account; then it goes on beside it.
	menuHurry = time.Second
	// menusBeside is how many pushes may go on beside the pushers.
	menusBeside = 64
	// menuTime bounds one push, the client's own waits and repeats included. It is well below the store's
	// lease, so that no push is under way when another process may begin its own.
	menuTime = store.MenuLease / 2
	// menuWait is how often a push looks whether that of another process is over.
	menuWait = 500 * time.Millisecond
)

// menuPush is where an account stands with its declared menu.
type menuPush struct {
	failed atomic.Bool // the last push failed
	// appID is whose menu this process has pushed; it belongs to the pusher that has the account. In dev
	// the platform begins anew with every process, so what was pushed before says nothing.
	appID string
}

// menus pushes the menus that accounts declare.
type menus struct {
	o          Options
	accounts   *accounts
	queue      *loadQueue          // whose declared menus may have to be pushed
	slow       *semaphore.Weighted // pushes that take long go on beside the pushers
	outlasting sync.WaitGroup
}

func newMenus(o Options, list *accounts) *menus {
	return &menus{o: o, accounts: list, queue: newLoadQueue(o.After, o.Now), slow: semaphore.NewWeighted(menusBeside)}
}

// offer lets the menu that the account declares be pushed if it has to be. It never waits.
func (m *menus) offer(a *Account) {
	if rel := a.current.Load(); rel != nil && rel.mayPush() && rel.program != nil && !a.row().disabled() {
		if buttons, _ := rel.program.Menu(); buttons != nil {
			m.queue.put(a.name, false)
		}
	}
}

// run pushes menus, one after the other, until ctx ends. What takes long goes on beside it, as long as there is
// room: WeChat may be slow to some accounts only.
func (m *menus) run(ctx context.Context) {
	for {
		name, ok := m.queue.next(ctx)
		if !ok {
			return
		}
		p := m.start(ctx, name)
		for !m.o.After.ended(ctx, p.done, menuHurry) && ctx.Err() == nil {
			p.long.Store(true)
			if m.slow.TryAcquire(1) {
				m.outlasting.Go(func() {
					defer m.slow.Release(1)
					<-p.done
				})
				break
			}
		}
	}
}

// runningPush is the push of one menu.
type runningPush struct {
	done chan struct{}
	long atomic.Bool // it has outlasted menuHurry: the account's next one comes after those of others
}

// start begins the one push of an account.
func (m *menus) start(ctx context.Context, name string) *runningPush {
	p := &runningPush{done: make(chan struct{})}
	m.outlasting.Go(func() {
		defer close(p.done)
		if a := m.accounts.all()[name]; a != nil {
			m.push(ctx, a)
		}
		m.queue.done(name, p.long.Load())
	})
	return p
}

// push pushes the menu that an account declares now, unless that very menu was pushed last. While
// another process pushes, it waits and looks again: that push may be of an older menu, or fail.
func (m *menus) push(ctx context.Context, a *Account) {
	for ctx.Err() == nil {
		rel := a.current.Load()
		if rel == nil || !rel.mayPush() || rel.program == nil || a.row().disabled() {
			return
		}
		buttons, hash := rel.program.Menu()
		if buttons == nil {
			return
		}
		claim, until, err := m.o.Store.ClaimMenu(ctx, rel.config.AppID, hash, m.o.Dev && a.menu.appID != rel.config.AppID)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			a.menu.failed.Store(true)
			m.announce(MenuReport{Account: a.name, Build: rel.build, Err: err})
			return
		case claim != nil:
			m.pushClaimed(ctx, a, rel, claim)
			return
		case until.IsZero():
			a.menu.failed.Store(false)
			return
		}
		m.o.After.wait(ctx, menuWait)
	}
}

func (m *menus) pushClaimed(ctx context.Context, a *Account, rel *release, claim *store.MenuClaim) {
	began := m.o.Now()
	call, cancel := context.WithTimeout(ctx, menuTime)
	err := rel.program.PushMenu(call, rel.client)
	cancel()
	last := context.WithoutCancel(ctx)
	if lost := m.o.Store.FinishMenu(last, claim, err == nil); lost != nil {
		m.o.Log.Warn("that the menu was pushed could not be kept; it is pushed again at the next start", "account", a.name, "error", lost)
	}
	if ctx.Err() != nil {
		return
	}
	a.menu.failed.Store(err != nil)
	if err == nil {
		a.menu.appID = rel.config.AppID
	}
	m.announce(MenuReport{Account: a.name, Build: rel.build, Took: m.o.Now().Sub(began), Err: err})
}

// announce tells whoever watches of a push; when nobody does, the log.
func (m *menus) announce(r MenuReport) {
	switch {
	case m.o.Events.Menu != nil:
		m.o.Events.Menu(r)
	case r.Err != nil:
		m.o.Log.Warn("menu not pushed", "account", r.Account, "error", r.Err.Error())
	default:
		m.o.Log.Info("menu pushed", "account", r.Account, "build", r.Build)
	}
}

// idleMenu says why the menu that a release declares is not pushed; "" when it is, or when there is none.
func (rel *release) idleMenu() string {
	if rel.program == nil {
		return ""
	}
	if buttons, _ := rel.program.Menu(); buttons == nil {
		return ""
	}
	switch {
	case !rel.config.Verified:
		return "the declared menu is not pushed: account.yaml says that " + rel.config.WhyNoAPI() + ", so it may not call WeChat's API; set the menu in WeChat's console"
	case rel.client == nil:
		return "the declared menu is not pushed: account.yaml gives no app_secret, so WeChat's API cannot be called"
	}
	return ""
}
