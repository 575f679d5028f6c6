package bot

import (
	"context"
	"errors"
	"io/fs"
	"slices"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/folder"
	"moonwire/outside"
	"moonwire/store"
)

// content is what a program is made of, where it comes from, and where its media lie.
type content struct {
	snap   *folder.Snapshot
	media  fs.FS
	stored bool // it came out of the store
}

// ofFolder is what an account's folder holds.
func (l *loader) ofFolder(name string, snap *folder.Snapshot) content {
	return content{snap: snap, media: mediaFolder{l.o.Scripts, name}}
}

// ofStore is a build that was kept.
func (l *loader) ofStore(ctx context.Context, name, id string) (content, error) {
	_, files, err := l.o.Store.Build(ctx, name, id)
	if err != nil {
		return content{}, err
	}
	all := make([]folder.File, len(files))
	for i, f := range files {
		all[i] = folder.File{Name: f.Name, Data: f.Bytes}
	}
	snap := folder.Restored(name, all)
	return content{snap: snap, media: newStoredMedia(l.o.Store, name, id, snap.Media), stored: true}, nil
}

// fallBacks is how many kept builds are tried when a folder cannot be used.
const fallBacks = 5

// fill makes the program of a release. When what shall serve cannot, next is what serves in its place, and err says why:
// the build that is live, with an account.yaml that has changed, or the last good one of the store. next is nil when all
// shall stay as it is.
func (l *loader) fill(ctx context.Context, a *Account, rel *release, k look) (next *release, err error) {
	if k.stored != "" {
		if err = l.fillFrom(ctx, a, rel, k.stored); err == nil {
			return rel, nil
		}
		l.o.Log.Warn("the build that shall serve cannot be loaded with this program", "account", a.name, "build", k.stored, "error", err.Error())
	}
	switch {
	case k.snap != nil:
		err = l.program(ctx, a.name, rel, l.ofFolder(a.name, k.snap))
	case k.err != nil:
		err = k.err
	}
	if err == nil || ctx.Err() != nil {
		return rel, err
	}
	if old := a.current.Load(); old != nil && old.program != nil {
		return l.renew(ctx, a, rel, old, k), err
	}
	l.fillWithLastGood(ctx, a, rel)
	if rel.program == nil {
		rel.err = err
	}
	return rel, err
}

// renew makes the live build go on with an account.yaml that has changed; nil when it has not, or when that cannot be.
func (l *loader) renew(ctx context.Context, a *Account, rel, old *release, k look) *release {
	if old.made == rel.made {
		return nil
	}
	if err := l.program(ctx, a.name, rel, old.content); err != nil {
		l.o.Log.Warn("account.yaml has changed, and the build that serves cannot go on with it", "account", a.name, "build", old.build, "error", err.Error())
		return nil
	}
	return rel
}

// fillWithLastGood takes the build that was live last, else the newest good one that can be loaded.
func (l *loader) fillWithLastGood(ctx context.Context, a *Account, rel *release) {
	builds, err := l.o.Store.Builds(ctx, a.name)
	if err != nil {
		l.o.Log.Warn("kept builds cannot be read", "account", a.name, "error", err.Error())
		return
	}
	ids := []string{}
	if live := a.row().Build; live != "" {
		ids = append(ids, live)
	}
	for _, b := range builds {
		if b.State == store.BuildGood && b.ID != a.row().Build {
			ids = append(ids, b.ID)
		}
	}
	for _, id := range ids[:min(len(ids), fallBacks)] {
		if err := l.fillFrom(ctx, a, rel, id); err == nil || ctx.Err() != nil {
			return
		}
	}
}

func (l *loader) fillFrom(ctx context.Context, a *Account, rel *release, id string) error {
	c, err := l.ofStore(ctx, a.name, id)
	if err != nil {
		return err
	}
	return l.program(ctx, a.name, rel, c)
}

// program compiles what a release shall serve. The release has a program only without an error.
func (l *loader) program(ctx context.Context, name string, rel *release, c content) error {
	config := rel.config
	snap, err := usable(c.snap, config)
	if err != nil {
		return err
	}
	pc := ProgramConfig(config)
	pc.Records, pc.Media, pc.Zones = records{l.o.Store, name}, c.media, &l.zones
	way := l.o.Outside.Account(l.policy(config))
	pc.Pages, pc.HTTP = l.o.Pages, way
	pc.Uploads = l.uploads.of(config.AppID)
	if rel.model = l.model(config, way); rel.model != nil {
		pc.Model = rel.model
	}
	if rel.client != nil {
		pc.API = rel.client
	}
	program, err := bindings.Compile(ctx, l.o.Engine, snap, config.Limits, pc)
	if err != nil {
		return err
	}
	c.snap = snap
	rel.outside = way
	rel.program, rel.content, rel.saved, rel.build = program, c, l.o.Now(), program.Build().ID
	return nil
}

// policy is which servers the account's scripts may call, with what the operator opens to them.
func (l *loader) policy(c *account.Config) outside.Policy {
	p := c.HTTP
	p.Open = slices.Concat(l.o.PrivateHTTP["*"], l.o.PrivateHTTP[c.Name])
	return p
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

var errNotPublished = errors.New("nothing was published of it yet")
