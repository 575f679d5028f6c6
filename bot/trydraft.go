package bot

import (
	"context"

	"moonwire/folder"
	"moonwire/store"
)

// Draft is what a folder holds that is to be tried: its files, and of its media the names and sizes.
type Draft struct {
	Files []store.File
	Media map[string]int64
}

// TryFlows says what a draft would do to the fans of an account who wait, and whether they would be asked anew at once, as in
// dev. It would run with the account.yaml that serves. Nothing of it is kept, sent or done. The error says why the draft
// cannot serve, or is ErrNotServing.
func (f *Fleet) TryFlows(ctx context.Context, account string, d Draft) (tried FlowsTried, anew bool, err error) {
	a, _ := f.find(account, ctx.Done)
	if a == nil {
		return tried, f.o.Dev, ErrNotServing
	}
	p, done, err := f.toTry(ctx, account, "", &d)
	if err != nil {
		return tried, f.o.Dev, err
	}
	defer done()
	if t := f.loader.tryFlows(ctx, a, p); t != nil {
		tried = *t
	}
	return tried, f.o.Dev, nil
}

// ofDraft is a draft, whose media nobody can read.
func (l *loader) ofDraft(account string, d Draft) content {
	files := make([]folder.File, len(d.Files))
	for i, f := range d.Files {
		files[i] = folder.File{Name: f.Name, Data: f.Bytes}
	}
	snap := folder.Restored(account, files)
	for name, size := range d.Media {
		snap.Media = append(snap.Media, folder.Media{Name: name, Size: size})
	}
	return content{snap: snap, media: newStoredMedia(l.o.Store, account, "", snap.Media)}
}
