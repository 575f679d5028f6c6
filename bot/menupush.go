package bot

import (
	"context"
	"sync/atomic"
	"time"

	"moonwire/store"
	"moonwire/wechat/api"
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

// offerMenu lets the menu that the account declares be pushed if it has to be. It never waits.
func (f *Fleet) offerMenu(a *Account) {
	if rel := a.current.Load(); rel != nil && rel.mayPush() && rel.program != nil {
		if buttons, _ := rel.program.Menu(); buttons != nil {
			f.menus.put(a.name, false)
		}
	}
}

// menuPusher pushes menus, one after the other, until ctx ends. What takes long goes on beside it, as long as there is
// room: WeChat may be slow to some accounts only.
func (f *Fleet) menuPusher(ctx context.Context) {
	for {
		name, ok := f.menus.next(ctx)
		if !ok {
			return
		}
		done := f.startPush(ctx, name)
		for !ended(ctx, done, menuHurry) && ctx.Err() == nil {
			if f.slowPushes.TryAcquire(1) {
				f.outlasting.Go(func() {
					defer f.slowPushes.Release(1)
					<-done
				})
				break
			}
		}
	}
}

// startPush begins the one push of an account. When it has taken long, the next one comes after those of others.
func (f *Fleet) startPush(ctx context.Context, name string) (done chan struct{}) {
	done = make(chan struct{})
	f.outlasting.Go(func() {
		defer close(done)
		began := time.Now()
		if a := f.Account(name); a != nil {
			f.pushMenu(ctx, a)
		}
		f.menus.done(name, time.Since(began) >= menuHurry)
	})
	return done
}

// pushMenu pushes the menu that an account declares now, unless that very menu was pushed last. While
// another process pushes, it waits and looks again: that push may be of an older menu, or fail.
func (f *Fleet) pushMenu(ctx context.Context, a *Account) {
	for ctx.Err() == nil {
		rel := a.current.Load()
		if rel == nil || !rel.mayPush() || rel.program == nil {
			return
		}
		buttons, hash := rel.program.Menu()
		if buttons == nil {
			return
		}
		claim, until, err := f.o.Store.ClaimMenu(ctx, rel.config.AppID, hash, f.o.Dev && a.menu.appID != rel.config.AppID)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			a.menu.failed.Store(true)
			f.announceMenu(MenuReport{Account: a.name, Build: rel.build, Err: err})
			return
		case claim != nil:
			f.pushClaimed(ctx, a, rel, buttons, claim)
			return
		case until.IsZero():
			a.menu.failed.Store(false)
			return
		}
		waitFor(ctx, menuWait)
	}
}

func (f *Fleet) pushClaimed(ctx context.Context, a *Account, rel *release, buttons []api.Button, claim *store.MenuClaim) {
	began := f.o.Now()
	call, cancel := context.WithTimeout(ctx, menuTime)
	err := rel.client.CreateMenu(call, buttons)
	cancel()
	last := context.WithoutCancel(ctx)
	if lost := f.o.Store.FinishMenu(last, claim, err == nil); lost != nil {
		f.o.Log.Warn("that the menu was pushed could not be kept; it is pushed again at the next start", "account", a.name, "error", lost)
	}
	if ctx.Err() != nil {
		return
	}
	a.menu.failed.Store(err != nil)
	if err == nil {
		a.menu.appID = rel.config.AppID
	}
	f.announceMenu(MenuReport{Account: a.name, Build: rel.build, Took: f.o.Now().Sub(began), Err: err})
}

// announceMenu tells whoever watches of a push; when nobody does, the log.
func (f *Fleet) announceMenu(r MenuReport) {
	switch {
	case f.o.Events.Menu != nil:
		f.o.Events.Menu(r)
	case r.Err != nil:
		f.o.Log.Warn("menu not pushed", "account", r.Account, "error", r.Err.Error())
	default:
		f.o.Log.Info("menu pushed", "account", r.Account, "build", r.Build)
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

// waitFor waits, or returns when ctx ends.
func waitFor(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
