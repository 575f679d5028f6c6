package bot

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"moonwire/folder"
)

// deadlineTick is how often the watchdog looks over the running turns.
const deadlineTick = 20 * time.Millisecond

// Run lists the folders, loads them (first asked, first loaded), watches them, and looks over the running
// turns, until ctx ends. A broken account is reported and stops nobody; a scripts folder that is not there
// yet is waited for.
func (f *Fleet) Run(ctx context.Context) error {
	if err := f.list(); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{f.firstRows, f.joinOthers, f.nothingLeft} {
		if err := step(ctx); err != nil || ctx.Err() != nil {
			return err
		}
	}
	close(f.ready)
	var work sync.WaitGroup
	work.Go(func() { f.followRows(ctx) })
	for range savers {
		work.Go(func() { f.saver.run(ctx) })
	}
	work.Go(func() { f.watchdog(ctx) })
	work.Go(func() { f.wakeDue(ctx) })
	for range max(2, runtime.GOMAXPROCS(0)) {
		work.Go(func() { f.loader.run(ctx) })
	}
	work.Go(func() { f.runJobs(ctx) })
	for range menuPushers {
		work.Go(func() { f.menus.run(ctx) })
	}
	err := f.watch(ctx)
	work.Wait()
	f.loader.outlasting.Wait()
	f.menus.outlasting.Wait()
	if err != nil {
		return fmt.Errorf("watch scripts: %w", err)
	}
	return nil
}

// watch reports folders that change, until ctx ends.
func (f *Fleet) watch(ctx context.Context) error {
	if f.o.Published {
		<-ctx.Done()
		return nil
	}
	watcher := folder.NewWatcher(f.o.Scripts, folder.WatchOptions{
		Poll: f.o.Poll, Log: f.o.Log, OnDirty: f.dirty, OnGone: f.remove,
	})
	return watcher.Run(ctx)
}

// list makes an account of every folder.
func (f *Fleet) list() error {
	if f.o.Published {
		return nil
	}
	root, err := os.OpenRoot(f.o.Scripts)
	if os.IsNotExist(err) {
		f.o.Log.Warn("the scripts folder is not there yet", "scripts", f.o.Scripts)
		return nil
	}
	if err != nil {
		return fmt.Errorf("open scripts: %w", err)
	}
	defer root.Close()
	if err := f.undoRename(root, f.inStore); err != nil {
		return err
	}
	names, _, err := folder.Accounts(root)
	if err != nil {
		return fmt.Errorf("open scripts: %w", err)
	}
	f.dirty(names)
	f.listed = true
	return nil
}

// inStore reports whether the store knows of an account.
func (f *Fleet) inStore(account string) (bool, error) {
	_, known, err := f.o.Store.Account(f.life, account)
	return known, err
}

// dirty asks for a look at folders that may have changed, or come.
func (f *Fleet) dirty(names []string) {
	f.loader.neighbours(f.accounts.add(names, f.o.Now))
	f.rows.came(names)
	for _, name := range names {
		f.loader.queue.put(name, false)
	}
}

// watchdog gives early answers, closes what found no room, and sends answers that nobody took. It goes on
// until the turns are drained, which is after ctx has ended.
func (f *Fleet) watchdog(ctx context.Context) {
	ticks, stop := ticksOr(f.o.Ticks, deadlineTick)
	defer stop()
	var late []overdue
	var lost []*delivery
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
		late, lost = f.pushes.passDeadlines(f.o.Now(), late[:0], lost[:0])
		for _, o := range late {
			if o.drop {
				o.at.drop()
			} else {
				o.at.answer(o.reply, Early)
			}
		}
		for _, d := range lost {
			f.followLate(d)
		}
		clear(late)
		clear(lost)
	}
}
