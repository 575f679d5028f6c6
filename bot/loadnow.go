package bot

import (
	"context"
	"errors"
	"fmt"
	"os"

	"moonwire/folder"
)

var errNoFolder = errors.New("there is no folder of that name")

// errHangs is why a folder is not looked at for the time being.
var errHangs = errors.New("earlier loads of the folder, or of others, have not come back: it does not answer")

// Load reads an account's folder now, makes what it holds serve, and tells what came of it. Nothing is waited for: who
// asks says that the save is done. A folder that has not changed since it was looked at is as it was, and its report says
// what it serves. ctx gives up a folder that does not answer.
func (f *Fleet) Load(ctx context.Context, account string) SaveReport {
	return f.loader.now(ctx, account)
}

func (l *loader) now(ctx context.Context, name string) SaveReport {
	if err := l.offer(name); err != nil {
		return SaveReport{Account: name, Err: err}
	}
	if !l.queue.hold(ctx, name) {
		return SaveReport{Account: name, Err: ctx.Err()}
	}
	defer l.queue.done(name, false)
	a := l.accounts.all()[name]
	switch {
	case a == nil:
		return SaveReport{Account: name, Err: errNoFolder}
	case !l.hanging.admits(name):
		return SaveReport{Account: name, Err: errHangs}
	}
	run := l.start(ctx, a, true)
	select {
	case <-run.done:
		return run.report
	case <-ctx.Done():
	}
	if l.giveUp(a, run) {
		return SaveReport{Account: name, Err: ctx.Err()}
	}
	<-run.done
	return run.report
}

// offer makes an account of a folder that nobody has seen yet.
func (l *loader) offer(name string) error {
	if !folder.AccountName(name) {
		return fmt.Errorf("%q cannot be the name of an account", name)
	}
	if l.accounts.all()[name] != nil {
		return nil
	}
	if l.o.Published {
		return errNotPublished
	}
	root, err := os.OpenRoot(l.o.Scripts)
	if err != nil {
		return err
	}
	defer root.Close()
	if info, err := root.Lstat(name); err != nil || !info.IsDir() {
		return errNoFolder
	}
	l.neighbours(l.accounts.add([]string{name}, l.o.Now))
	return nil
}
