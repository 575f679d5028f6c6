package bot

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"moonwire/folder"
	"moonwire/store"
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
	if err := f.joinOthers(ctx); err != nil || ctx.Err() != nil {
		return err
	}
	close(f.ready)
	watcher := folder.NewWatcher(f.o.Scripts, folder.WatchOptions{
		Poll: f.o.Poll, Log: f.o.Log, OnDirty: f.dirty, OnGone: f.remove,
	})
	var work sync.WaitGroup
	work.Go(func() { f.watchdog(ctx) })
	for range max(2, runtime.GOMAXPROCS(0)) {
		work.Go(func() { f.loader(ctx) })
	}
	for range menuPushers {
		work.Go(func() { f.menuPusher(ctx) })
	}
	err := watcher.Run(ctx)
	work.Wait()
	f.outlasting.Wait()
	if err != nil {
		return fmt.Errorf("watch scripts: %w", err)
	}
	return nil
}

// list makes an account of every folder.
func (f *Fleet) list() error {
	root, err := os.OpenRoot(f.o.Scripts)
	if os.IsNotExist(err) {
		f.o.Log.Warn("the scripts folder is not there yet", "scripts", f.o.Scripts)
		return nil
	}
	if err != nil {
		return fmt.Errorf("open scripts: %w", err)
	}
	defer root.Close()
	names, _, err := folder.Accounts(root)
	if err != nil {
		return fmt.Errorf("open scripts: %w", err)
	}
	f.dirty(f.add(names))
	return nil
}

// dirty asks for a look at folders that may have changed, or come.
func (f *Fleet) dirty(names []string) {
	f.add(names)
	for _, name := range names {
		f.loads.put(name, false)
	}
}

// interrupted reports a turn that had acted but not answered when the process ended. Nobody can tell how far
// it got; a repeat is answered "success", so that nothing happens twice.
func (f *Fleet) interrupted(c store.Claim) {
	id := f.o.Store.Trace()
	const why = "the process ended while the turn ran; what it had written stands, and it is not run again"
	f.o.Log.Warn("turn interrupted", "account", c.Account, "trace", shortTrace(id), "began", c.At)
	f.o.Store.Record(store.Record{
		Trace: id, Account: c.Account, OpenID: c.OpenID, Key: c.Key, Received: c.At,
		Status: store.Failed, Outcome: string(Interrupted), Error: why, ReplyKind: "none",
	})
	if f.o.Events.Turn != nil {
		f.o.Events.Turn(TurnReport{
			Account: c.Account, Trace: shortTrace(id), OpenID: c.OpenID, Received: c.At,
			Outcome: Interrupted, Err: errInterrupted,
		})
	}
}

// watchdog gives early answers, closes what found no room, and sends answers that nobody took. It goes on
// until the turns are drained, which is after ctx has ended.
func (f *Fleet) watchdog(ctx context.Context) {
	ticks := f.o.Ticks
	if ticks == nil {
		ticker := time.NewTicker(deadlineTick)
		defer ticker.Stop()
		ticks = ticker.C
	}
	var verdicts []overdue
	var lost []*work
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
		verdicts, lost = f.pushes.passDeadlines(f.o.Now(), verdicts[:0], lost[:0])
		for _, o := range verdicts {
			if o.drop {
				o.at.drop()
			} else {
				o.at.answer(o.reply, Early)
			}
		}
		for _, w := range lost {
			f.follow(w, true)
		}
		clear(verdicts)
		clear(lost)
	}
}
