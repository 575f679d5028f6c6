package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"moonwire/store"
)

// Why a rollback changes nothing.
var (
	ErrNothingOlder = errors.New("there is no older build that was good")
	errTaken        = errors.New("others have changed what is live at the same time; look at it, and try again")
)

// rollbackTries is how often a rollback begins anew when another process has changed what is live meanwhile.
const rollbackTries = 3

// publishedPin stands in place of a folder's mark where no folder is followed.
const publishedPin = "published"

// Rollback makes a kept build of an account live: the one whose id that is or begins so, or for "" the last good one before
// the live one. It holds over the folder as it is now, through restarts too, until the next save that changes it. An error
// says that nothing has changed.
func (f *Fleet) Rollback(ctx context.Context, account, id string, by store.Actor) (store.Build, error) {
	a := f.accounts.all()[account]
	if a == nil {
		return store.Build{}, fmt.Errorf("%w: %q", ErrNoAccount, account)
	}
	if !f.awaitLoad(a, nil) {
		return store.Build{}, errHangs
	}
	if !f.loader.queue.hold(ctx, account) {
		return store.Build{}, ctx.Err()
	}
	defer f.loader.queue.done(account, false)
	if err := f.saver.settle(ctx, account); err != nil {
		return store.Build{}, fmt.Errorf("the build that serves is not kept yet, so nothing has changed: %w", err)
	}
	return f.loader.goBack(ctx, a, id, by)
}

// goBack is Rollback, with the account held.
func (l *loader) goBack(ctx context.Context, a *Account, id string, by store.Actor) (store.Build, error) {
	began, old := l.o.Now(), a.current.Load()
	if old == nil {
		return store.Build{}, fmt.Errorf("its account.yaml cannot be used, so no build can serve; mend it first: %w", a.loading.failure())
	}
	builds, err := l.o.Store.Builds(ctx, a.name)
	if err != nil {
		return store.Build{}, err
	}
	target, err := findBuild(builds, id, old)
	if err != nil {
		return store.Build{}, err
	}
	next, err := l.releaseOf(ctx, a, old, target)
	if err != nil {
		return store.Build{}, fmt.Errorf("build %s cannot serve with this program, so nothing has changed: %w", target.ID, err)
	}
	now, err := l.pin(ctx, a, next, target, by)
	if err != nil {
		return store.Build{}, err
	}
	a.learn(func(r *row) { r.Current, r.Hash = now, target.Hash })
	a.loading.goBack(a.row().pinnedOver(a.loading.seen().mark()))
	if l.o.Published {
		a.loading.goBack(now.Build)
	}
	l.recallConversations(ctx, a, next)
	l.swap(a, next, nil, SaveReport{Account: a.name}, began)
	l.menus.offer(a)
	return target, nil
}

// releaseOf makes a release of a kept build, with the account.yaml that serves. The build that the folder has now is
// followed like any save.
func (l *loader) releaseOf(ctx context.Context, a *Account, old *release, target store.Build) (*release, error) {
	c, err := l.ofStore(ctx, a.name, target.ID)
	if err != nil {
		return nil, err
	}
	next := &release{made: old.made, config: old.config, callback: old.callback, client: old.client}
	next.setCapacity(old.config.Limits)
	if snap := a.loading.seen().snap; snap != nil && snap.Hash == target.Hash {
		c = l.ofFolder(a.name, snap)
	}
	return next, l.program(ctx, a.name, next, c)
}

// pin makes a build live, over the folder as it is now.
func (l *loader) pin(ctx context.Context, a *Account, next *release, target store.Build, by store.Actor) (store.Current, error) {
	over := ""
	switch {
	case l.o.Published:
		over = publishedPin
	case next.content.stored:
		over = a.loading.seen().mark()
	}
	for range rollbackTries {
		now, err := l.o.Store.Current(ctx, a.name)
		if err != nil {
			return store.Current{}, err
		}
		now, set, err := l.o.Store.SetCurrent(ctx, a.name, store.Current{Build: target.ID, Seq: now.Seq, PinnedOver: over}, by)
		if err != nil || set {
			return now, err
		}
	}
	return store.Current{}, errTaken
}

// leastID is how many digits of a build's hash name it at least.
const leastID = 4

// findBuild finds the build to go back to, among those of an account, the newest first.
func findBuild(builds []store.Build, id string, serving *release) (store.Build, error) {
	if id == "" {
		return lastGood(builds, serving)
	}
	return namedBuild(builds, id)
}

// namedBuild is the one build whose id that is, or begins so.
func namedBuild(builds []store.Build, id string) (store.Build, error) {
	var found []store.Build
	for _, b := range builds {
		if b.ID == id {
			return b, nil
		}
		if len(id) >= leastID && strings.HasPrefix(b.Hash, id) {
			found = append(found, b)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return store.Build{}, fmt.Errorf("%w: %q", store.ErrNoBuild, id)
	}
	return store.Build{}, fmt.Errorf("%w: %q begins %d of them", store.ErrNoBuild, id, len(found))
}

// lastGood is the newest good build before the one that serves; when that is not kept, or none serves, the newest of all.
func lastGood(builds []store.Build, serving *release) (store.Build, error) {
	older := builds
	if serving.program != nil {
		for i, b := range builds {
			if b.Hash == serving.content.snap.Hash {
				older = builds[i+1:]
			}
		}
	}
	for _, b := range older {
		if b.State == store.BuildGood {
			return b, nil
		}
	}
	return store.Build{}, ErrNothingOlder
}
