package bot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/folder"
	"moonwire/wechat"
	"moonwire/wechat/api"
)

// releaseOf is what serves an account now. An account that nobody has loaded yet is loaded first, before all
// others; r waits for that, within its window. nil: there is nothing to serve, and r (which may be nil) has
// been told.
func (f *Fleet) releaseOf(a *Account, r Responder) *release {
	rel := a.current.Load()
	if rel != nil || f.awaitLoad(a, r) {
		rel = a.current.Load()
	} else if r != nil {
		r.Drop()
		return nil
	}
	if rel == nil && r != nil {
		r.Refuse()
	}
	return rel
}

// awaitLoad waits for the first load of an account; false when that takes too long.
func (f *Fleet) awaitLoad(a *Account, r Responder) bool {
	select {
	case <-a.loading.done:
		return true
	default:
	}
	f.loads.put(a.name, true)
	timer := time.NewTimer(f.o.ReplyWindow)
	defer timer.Stop()
	var gone <-chan struct{}
	if r != nil {
		gone = r.Gone()
	}
	select {
	case <-a.loading.done:
		return true
	case <-timer.C:
	case <-gone:
	}
	return false
}

// load looks at an account's folder and makes what it finds serve, or keeps what serves.
func (f *Fleet) load(ctx context.Context, a *Account, t *loadRun) {
	began := f.o.Now()
	first := a.current.Load() == nil
	snap, err := f.snapshot(a.name)
	switch wait := f.unfinished(a, snap, err); {
	case ctx.Err() != nil, errors.Is(err, fs.ErrNotExist):
		return // the folder went while we looked; the watcher says when it is gone for good
	case wait > 0:
		f.loads.putAfter(a.name, wait)
		return
	case !a.loading.begin(t, sign(snap, err)):
		if a.menu.failed.Load() {
			f.offerMenu(a)
		}
		return // a save that changed nothing
	}
	report := SaveReport{Account: a.name, First: first}
	var next *release
	if err == nil {
		next, report.Warnings, err = f.compile(ctx, a, snap)
	}
	if ctx.Err() != nil || !a.loading.settle(t) {
		return
	}
	said := false
	if outside(err) {
		said = a.loading.forget(err)
		f.loads.putAfter(a.name, loadAgain)
	}
	if !said {
		f.swap(a, next, err, report, began)
	}
	if err == nil {
		f.offerMenu(a)
	}
	if first {
		a.loaded()
		if err := f.recallLateAnswers(ctx, a); err != nil && ctx.Err() == nil {
			f.o.Log.Warn("kept answers could not be read", "account", a.name, "error", err)
		}
	}
}

// settled is how old the last write to a folder must be before what it holds counts as saved.
const settled = 100 * time.Millisecond

// unfinished is how long to wait because a save may still be under way: files change while they are read, one was
// written a moment ago, or the folder cannot be read for a reason that has just come up. A time to come is a
// clock's fault and counts as old.
func (f *Fleet) unfinished(a *Account, snap *folder.Snapshot, err error) time.Duration {
	switch {
	case errors.Is(err, folder.ErrUnsettled):
		return settled
	case err == nil:
		if age := f.o.Now().Sub(snap.Newest); age >= 0 && age < settled {
			return settled - age
		}
	case a.loading.doubts(sign(snap, err)):
		return settled
	}
	return 0
}

// sign tells one state of a folder from the next, also when it cannot be read.
func sign(snap *folder.Snapshot, err error) string {
	if err != nil {
		return "unreadable: " + err.Error()
	}
	return snap.Hash
}

func (f *Fleet) snapshot(name string) (*folder.Snapshot, error) {
	root, err := os.OpenRoot(f.o.Scripts)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return folder.Read(root, name, f.o.Ceilings.Folder())
}

// compile makes a release of a snapshot. With an error it may still return one, without a program, that
// can tell genuine pushes from others: for an account that has never served.
func (f *Fleet) compile(ctx context.Context, a *Account, snap *folder.Snapshot) (*release, []string, error) {
	yaml, _ := snap.File(account.FileName)
	config, warned, err := account.Load(a.name, yaml, f.o.Resolver, account.Options{Dev: f.o.Dev, Ceilings: f.o.Ceilings, Zone: f.zones.Load})
	if err != nil {
		return nil, nil, err
	}
	warnings := make([]string, 0, len(warned))
	for _, w := range warned {
		warnings = append(warnings, w.String())
	}
	rel, err := f.identity(a, config)
	if err != nil {
		return nil, warnings, err
	}
	if snap, err = usable(snap, config); err != nil {
		rel.err = err
		return rel, warnings, err
	}
	if twin := f.twin(a, config.AppID); twin != "" {
		warnings = append(warnings, fmt.Sprintf("account.yaml: app_id: %s has the same; WeChat sends to one address only", twin))
	}
	rel.saved, rel.build = f.o.Now(), snap.Hash[:min(12, len(snap.Hash))]
	rel.setCapacity(config.Limits)
	pc := ProgramConfig(config)
	pc.Records, pc.Media, pc.Zones = records{f.o.Store, a.name}, mediaFolder{f.o.Scripts, a.name}, &f.zones
	pc.Pages = f.o.Pages
	if rel.client != nil {
		pc.API = rel.client
	}
	if rel.program, err = bindings.Compile(ctx, f.o.Engine, snap, config.Limits, pc); err != nil {
		rel.program, rel.err = nil, err
		return rel, warnings, err
	}
	rel.build = rel.program.Build().ID
	for _, w := range rel.program.Build().Warnings {
		warnings = append(warnings, w.Error())
	}
	if why := rel.idleMenu(); why != "" {
		warnings = append(warnings, why)
	}
	return rel, warnings, nil
}

// usable holds a folder against its account's limits, and its texts against UTF-8. What it returns does without what
// of shared/ cannot be used.
func usable(snap *folder.Snapshot, c *account.Config) (*folder.Snapshot, error) {
	snap, err := snap.Within(c.Limits.Folder())
	if err != nil {
		return nil, err
	}
	return snap.InUTF8()
}

// identity makes the callback and the client of an account. A client whose account is the same goes on, with
// the token it holds.
func (f *Fleet) identity(a *Account, c *account.Config) (*release, error) {
	callback, err := wechat.NewCallback(wechat.CallbackConfig{
		AppID: c.AppID, OriginalID: c.OriginalID, Mode: c.Mode, Current: c.Keys, Previous: c.Previous,
		MaxSkew: f.o.MaxSkew, Now: f.o.Now,
	})
	if err != nil {
		return nil, &account.ConfigError{Msg: err.Error()}
	}
	rel := &release{config: c, callback: callback}
	if old := a.current.Load(); old != nil && old.client != nil && old.config.SameClient(c) {
		rel.client = old.client
		return rel, nil
	}
	if c.Secret == "" {
		return rel, nil
	}
	rel.client, err = api.NewClient(api.ClientConfig{
		BaseURL: f.o.APIBase, AppID: c.AppID, Secret: api.Secret(c.Secret), PlainToken: c.TokenAPI == account.TokenAPIPlain, Doer: f.o.Doer,
		Store: tokenShelf{f.o.Store}, Now: f.o.Now, Sleep: f.o.APISleep, Log: f.o.Log.With("account", a.name),
	})
	if err != nil {
		return nil, &account.ConfigError{Msg: err.Error()}
	}
	return rel, nil
}

// twin names another account that claims to be the same.
func (f *Fleet) twin(a *Account, appID string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if old := a.current.Load(); old != nil && old.config.AppID != appID {
		delete(f.claimed[old.config.AppID], a.name)
	}
	same := f.claimed[appID]
	if same == nil {
		same = make(map[string]bool, 1)
		f.claimed[appID] = same
	}
	same[a.name] = true
	best := ""
	for name := range same {
		if name != a.name && (best == "" || name < best) {
			best = name
		}
	}
	return best
}
