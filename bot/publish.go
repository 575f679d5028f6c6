package bot

import (
	"context"
	"errors"
	"fmt"
	"os"

	"moonwire/folder"
	"moonwire/store"
)

// ErrFollowsFolders says that nothing can be published where the folders say what is live.
var ErrFollowsFolders = errors.New("the folders say what is live: save, and it is; publishing needs `reload: { mode: published }` in moonwire.yaml")

// Publish makes what the folders of accounts hold live, with their account.yaml, for all processes on the store; no names
// mean all folders. Each account has a report, which says what is wrong; then nothing has changed for it.
func (f *Fleet) Publish(ctx context.Context, accounts []string, note string, by store.Actor) ([]SaveReport, error) {
	if !f.o.Published {
		return nil, ErrFollowsFolders
	}
	root, err := os.OpenRoot(f.o.Scripts)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	if len(accounts) == 0 {
		if accounts, _, err = folder.Accounts(root); err != nil {
			return nil, err
		}
	}
	var reports []SaveReport
	for _, name := range accounts {
		if ctx.Err() != nil {
			return reports, ctx.Err()
		}
		reports = append(reports, f.publish(ctx, root, name, publication{note, by}))
	}
	return reports, nil
}

// publication is what is said of what is published.
type publication struct {
	note string
	by   store.Actor
}

func (f *Fleet) publish(ctx context.Context, root *os.Root, name string, p publication) SaveReport {
	began := f.o.Now()
	if !folder.AccountName(name) {
		return SaveReport{Account: name, Err: fmt.Errorf("%q cannot be the name of an account", name)}
	}
	if info, err := root.Lstat(name); err != nil || !info.IsDir() {
		return SaveReport{Account: name, Err: errNoFolder}
	}
	l := f.loader
	if !l.queue.hold(ctx, name) {
		return SaveReport{Account: name, Err: ctx.Err()}
	}
	defer l.queue.done(name, false)
	a := f.accounts.all()[name]
	if a == nil {
		a = newAccount(name, f.o.Now) // until it is published nobody knows of it
	}
	k := l.lookAtFolder(root, name, nil)
	draft, warnings, err := l.compile(ctx, a, k)
	if err == nil {
		err = l.publish(ctx, root, a, k, p)
	}
	l.retire(draft)
	if err != nil {
		report := SaveReport{Account: name, Err: err, Warnings: warnings, State: a.Status().State}
		if held := a.held(); len(held) > 0 {
			report.Build = held[0]
		}
		report.Box, report.Excerpt = saveBox(name, err, report.Build, f.o.Language), excerpt(err, f.o.Language)
		return report
	}
	if f.accounts.addAccount(a) {
		l.neighbours([]string{name})
	}
	f.rows.came([]string{name})
	run := l.start(ctx, a, true)
	<-run.done
	report := run.report
	report.Warnings, report.Took = warnings, f.o.Now().Sub(began)
	return report
}

// publish writes what was compiled, and makes it live.
func (l *loader) publish(ctx context.Context, root *os.Root, a *Account, k look, p publication) error {
	files, err := buildFiles(root, a.name, k.snap)
	if err != nil {
		return err
	}
	build, err := l.o.Store.SaveBuild(ctx, a.name, files, store.BuildMeta{By: p.by, Note: p.note, State: store.BuildGood, Held: a.held()})
	if err != nil {
		return err
	}
	now, err := l.o.Store.Publish(ctx, a.name, build.ID, k.yaml, p.by)
	if err == nil {
		a.learn(func(r *row) { r.Name, r.Current, r.Hash = a.name, now, build.Hash })
	}
	return err
}
