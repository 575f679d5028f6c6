package bot

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"moonwire/account"
	"moonwire/folder"
	"moonwire/store"
)

const (
	// savers is how many write at once: their commits are shared.
	savers = 4
	// saveAgain is how soon what could not be written is tried again.
	saveAgain = 30 * time.Second
	// saveGrace is how long the end of the process waits for what is not written yet. The next start writes the rest.
	saveGrace = 2 * time.Second
	// unsavedAtMost is how many builds of an account may wait to be written: the newest.
	unsavedAtMost = 4
)

// saver writes, behind the loads, what they have found: the builds that serve, and which accounts are there. No swap and
// no turn waits for it.
type saver struct {
	o        Options
	accounts *accounts
	loads    *loadQueue
	queue    *loadQueue // whose builds and rows may have to be written
}

func newSaver(o Options, list *accounts, loads *loadQueue) *saver {
	return &saver{o: o, accounts: list, loads: loads, queue: newLoadQueue(o.After, o.Now)}
}

// unsaved are the builds of an account that are not in the store yet, the oldest first.
type unsaved struct {
	mu   sync.Mutex
	all  []unsavedBuild
	said bool // that they cannot be written
}

// unsavedBuild is a build that serves, and the mark of the folder that it was made of.
type unsavedBuild struct {
	snap *folder.Snapshot
	mark string
}

func (u *unsaved) add(b unsavedBuild) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.all = append(u.all, b)
	u.all = u.all[max(0, len(u.all)-unsavedAtMost):]
}

func (u *unsaved) first() (unsavedBuild, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.all) == 0 {
		return unsavedBuild{}, false
	}
	return u.all[0], true
}

// drop takes off a build that is dealt with, unless newer ones have pushed it out.
func (u *unsaved) drop(b unsavedBuild) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.all) > 0 && u.all[0] == b {
		u.all = u.all[1:]
	}
	u.said = false
}

// offer lets what a load has found be written, as far as the store does not have it. It never waits.
func (s *saver) offer(a *Account, rel *release, err error) {
	if rel == nil {
		return
	}
	r := a.row()
	todo := r.Name == "" || r.AppID != rel.config.AppID || !r.GoneAt.IsZero()
	if seen := a.loading.seen(); err == nil && !rel.content.stored && seen.snap != nil {
		if r.Hash != rel.content.snap.Hash || r.PinnedOver != "" {
			a.unsaved.add(unsavedBuild{rel.content.snap, seen.mark()})
			todo = true
		}
	}
	if todo {
		s.queue.put(a.name, false)
	}
}

// run writes until ctx ends, and then for saveGrace what is left.
func (s *saver) run(ctx context.Context) {
	for {
		name, ok := s.queue.next(ctx)
		if !ok {
			break
		}
		if err := s.save(ctx, name); err != nil && ctx.Err() != nil {
			s.queue.put(name, false) // it was cut off
		}
		s.queue.done(name, false)
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveGrace)
	defer cancel()
	for last.Err() == nil {
		name, ok := s.queue.take()
		if !ok {
			return
		}
		_ = s.save(last, name)
		s.queue.done(name, false)
	}
}

// settle writes, or waits for, all that the loads of an account have found until now.
func (s *saver) settle(ctx context.Context, name string) error {
	if !s.queue.hold(ctx, name) {
		return ctx.Err()
	}
	defer s.queue.done(name, false)
	return s.save(ctx, name)
}

// save writes what is to be written of an account. What fails is tried again.
func (s *saver) save(ctx context.Context, name string) error {
	a := s.accounts.all()[name]
	if a == nil {
		err := s.o.Store.AccountGone(ctx, name)
		s.failed(ctx, name, nil, err)
		return err
	}
	err := s.saveRow(ctx, a)
	for err == nil {
		b, ok := a.unsaved.first()
		if !ok {
			return nil
		}
		if err = s.saveBuild(ctx, a, b); err == nil {
			a.unsaved.drop(b)
		}
	}
	s.failed(ctx, name, a, err)
	return err
}

// failed says once that something cannot be written, and lets it be tried again.
func (s *saver) failed(ctx context.Context, name string, a *Account, err error) {
	if err == nil || ctx.Err() != nil {
		return
	}
	s.queue.putAfter(name, saveAgain)
	if a != nil {
		a.unsaved.mu.Lock()
		defer a.unsaved.mu.Unlock()
		if a.unsaved.said {
			return
		}
		a.unsaved.said = true
	}
	s.o.Log.Warn("the build that serves could not be kept; it is tried again", "account", name, "error", err.Error())
}

// saveRow notes that the account's folder is there.
func (s *saver) saveRow(ctx context.Context, a *Account) error {
	rel := a.current.Load()
	if rel == nil {
		return nil
	}
	id := rel.config.AppID
	if err := s.o.Store.AccountHere(ctx, a.name, id); err != nil {
		return err
	}
	a.learn(func(r *row) { r.Name, r.AppID, r.GoneAt = a.name, id, time.Time{} })
	return nil
}

// saveBuild saves a build and makes it the live one, unless an operator has gone back from it.
func (s *saver) saveBuild(ctx context.Context, a *Account, b unsavedBuild) error {
	files, err := s.files(a.name, b.snap)
	if errors.Is(err, folder.ErrUnsettled) { // its media are others by now: there is a newer save
		s.loads.put(a.name, false)
		return nil
	}
	if err != nil {
		return err
	}
	m := store.BuildMeta{State: store.BuildGood, Held: a.held()}
	build, err := s.o.Store.SaveBuild(ctx, a.name, files, m)
	if errors.Is(err, store.ErrTooLarge) {
		s.o.Log.Warn("the build is too large to be kept; a rollback cannot bring it back", "account", a.name, "error", err.Error())
		return nil
	}
	if err != nil {
		return err
	}
	now, followed, err := s.o.Store.Follow(ctx, a.name, build.ID, b.mark)
	if err != nil {
		return err
	}
	a.learn(func(r *row) {
		if r.Current = now; followed {
			r.Hash = build.Hash
		}
	})
	if !followed { // another process has gone back from it
		s.loads.put(a.name, false)
	}
	return nil
}

// files are those of a build, its media read from the folder, and its tests.
func (s *saver) files(name string, snap *folder.Snapshot) ([]store.File, error) {
	root, err := os.OpenRoot(s.o.Scripts)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	return buildFiles(root, name, snap)
}

func buildFiles(root *os.Root, name string, snap *folder.Snapshot) (files []store.File, err error) {
	for _, f := range snap.Files {
		if f.Name != account.FileName {
			files = append(files, store.File{Name: f.Name, Bytes: f.Data})
		}
	}
	for _, m := range snap.Media {
		body, err := folder.ReadMedia(root, name, m)
		if err != nil {
			return nil, errors.Join(folder.ErrUnsettled, err)
		}
		files = append(files, store.File{Name: m.Name, Bytes: body})
	}
	tests, err := folder.Tests(root, name)
	if err != nil {
		return nil, errors.Join(folder.ErrUnsettled, err)
	}
	for _, f := range tests {
		files = append(files, store.File{Name: f.Name, Bytes: f.Data})
	}
	return files, nil
}
