package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// load looks at an account's folder and makes what it finds serve, or keeps what serves. It leaves its report, if there
// is one to give, with the run.
func (l *loader) load(ctx context.Context, a *Account, run *loadRun) {
	began := l.o.Now()
	run.report = SaveReport{Account: a.name, First: a.current.Load() == nil}
	if err := l.know(ctx, a); err != nil {
		run.report.Err = fmt.Errorf("what the store knows of the account cannot be read: %w", err)
		l.queue.putAfter(a.name, loadAgain)
		return
	}
	k := l.look(ctx, a)
	switch wait := l.unfinished(a, run, k); {
	case ctx.Err() != nil, errors.Is(k.err, fs.ErrNotExist):
		run.report.Err = cmp.Or(ctx.Err(), errNoFolder)
		return // the folder went while we looked; the watcher says when it is gone for good
	case wait > 0:
		l.queue.putAfter(a.name, wait)
		return
	case !a.loading.begin(run, k):
		if a.menu.failed.Load() {
			l.menus.offer(a)
		}
		run.report = a.standing()
		return // a save that changed nothing
	}
	next, warnings, err := l.compile(ctx, a, k)
	run.report.Warnings = warnings
	if ctx.Err() != nil || !a.loading.settle(run) {
		run.report.Err = cmp.Or(ctx.Err(), errHangs)
		return
	}
	l.takeUp(ctx, a, run, next, err, began)
}

// takeUp makes what a load has made serve, or says why it does not.
func (l *loader) takeUp(ctx context.Context, a *Account, run *loadRun, next *release, err error, began time.Time) {
	said := false
	if liesOutside(err) {
		said = a.loading.forget(err)
		l.queue.putAfter(a.name, loadAgain)
	}
	run.report.Err = err
	l.recallConversations(ctx, a, next)
	if err == nil && !run.report.First && a.conversing.Load() && next != nil && next.program != nil {
		if t := l.tryFlows(ctx, a, next.program); t != nil {
			run.report.Waiting = t.Words(l.o.Dev)
		}
	}
	if !said {
		run.report = l.swap(a, next, err, run.report, began)
	}
	if rel := a.current.Load(); rel != nil && rel == next {
		l.menus.offer(a)
	}
	if !run.report.First {
		return
	}
	a.loaded()
	if err := a.recallLateAnswers(ctx, l.o.Store); err != nil && ctx.Err() == nil {
		l.o.Log.Warn("kept answers could not be read", "account", a.name, "error", err)
	}
}

// settled is how old the last write to a folder must be before what it holds counts as saved.
const settled = 100 * time.Millisecond

// unfinished is how long to wait because a save may still be under way: files change while they are read, one was
// written a moment ago, or the folder cannot be read for a reason that has just come up. A time to come is a
// clock's fault and counts as old. Who asks for a load says that the save is done.
func (l *loader) unfinished(a *Account, run *loadRun, k look) time.Duration {
	switch {
	case run.asked, l.o.Published:
	case k.unsettled():
		return settled
	case k.snap != nil:
		if age := l.o.Now().Sub(k.snap.Newest); age >= 0 && age < settled {
			return settled - age
		}
	case a.loading.doubts(k.sign()):
		return settled
	}
	return 0
}
