package bot

import (
	"context"
	"slices"
	"sync"

	"moonwire/bindings"
	"moonwire/store"
)

// oldBuilds are older builds of an account that conversations go on with, beside the live release.
type oldBuilds struct {
	mu   sync.Mutex
	live *release // with whose account.yaml they run
	all  map[string]*release
}

// oldProgram is a kept build, ready to run with the account.yaml that serves; nil when there is none, or too many are in
// use already.
func (l *loader) oldProgram(ctx context.Context, a *Account, live *release, build string) *bindings.Program {
	o := &a.old
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.live != live {
		o.retire(l)
		o.live, o.all = live, map[string]*release{}
	}
	if old, known := o.all[build]; known {
		if old == nil {
			return nil
		}
		return old.program
	}
	used, err := l.o.Store.ConversationBuilds(ctx, a.name)
	used = slices.DeleteFunc(used, func(id string) bool { return id == live.build })
	if err != nil || !slices.Contains(used[:min(len(used), store.MaxOldBuilds)], build) {
		return nil
	}
	if len(o.all) >= store.MaxOldBuilds {
		o.retire(l)
		clear(o.all)
	}
	c, err := l.ofStore(ctx, a.name, build)
	next := &release{made: live.made, config: live.config, callback: live.callback, client: live.client}
	if err == nil {
		next.setCapacity(live.config.Limits)
		err = l.program(ctx, a.name, next, c)
	}
	if err != nil {
		l.o.Log.Warn("conversations cannot go on with their build", "account", a.name, "build", build, "error", err.Error())
		if ctx.Err() == nil {
			o.all[build] = nil
		}
		return nil
	}
	o.all[build] = next
	return next.program
}

// retire gives up all old builds; turns that run go on. The lock is held.
func (o *oldBuilds) retire(l *loader) {
	for _, rel := range o.all {
		l.retire(rel)
	}
}

// forget gives up the old builds of an account that serves no more.
func (o *oldBuilds) forget(l *loader) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.retire(l)
	o.live, o.all = nil, nil
}
