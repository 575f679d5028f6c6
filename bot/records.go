package bot

import (
	"context"
	"fmt"
	"io/fs"
	"os"

	"moonwire/bindings"
	"moonwire/store"
)

// records are what the store noted of one account's pushes, as its scripts may ask.
type records struct {
	store   *store.Store
	account string
}

func (r records) LastMessage(ctx context.Context, openid string) (at int64, found bool, err error) {
	last, found, err := r.store.LastMessage(ctx, r.account, openid)
	return last.CreateTime, found, err
}

func (r records) MenuEvents(ctx context.Context, eventKey string) ([]bindings.MenuEvent, error) {
	events, err := r.store.MenuEvents(ctx, r.account, store.MenuFilter{EventKey: eventKey})
	all := make([]bindings.MenuEvent, len(events))
	for i, e := range events {
		all[i] = bindings.MenuEvent{
			Event: e.Event, EventKey: e.EventKey, MenuID: e.MenuID, Counts: make(map[string]int64, len(e.Counts)),
			LastAt: e.Last.CreateTime, LastStatus: e.Last.Status.String(),
		}
		for status, n := range e.Counts {
			all[i].Counts[status.String()] = n
		}
	}
	return all, err
}

// mediaFolder is the folder media/ of an account, wherever it is at the moment of the call. Nothing outside
// of it can be opened: no "..", no link that leads out, no folder that is itself a link.
type mediaFolder struct {
	scripts string
	account string
}

// Open implements fs.FS.
func (m mediaFolder) Open(name string) (fs.File, error) {
	return within(m, name, func(root fs.FS) (fs.File, error) { return root.Open(name) })
}

// Stat implements fs.StatFS, so that nobody opens a pipe to learn that it is none of the files wanted.
func (m mediaFolder) Stat(name string) (fs.FileInfo, error) {
	return within(m, name, func(root fs.FS) (fs.FileInfo, error) { return fs.Stat(root, name) })
}

func within[T any](m mediaFolder, name string, fn func(fs.FS) (T, error)) (got T, err error) {
	if !fs.ValidPath(name) {
		return got, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	scripts, err := os.OpenRoot(m.scripts)
	if err != nil {
		return got, err
	}
	defer func() { _ = scripts.Close() }()
	folder := m.account + "/media"
	info, err := scripts.Lstat(folder)
	if err != nil {
		return got, err
	}
	if !info.IsDir() {
		return got, fmt.Errorf("%s is no folder", folder)
	}
	root, err := scripts.OpenRoot(folder)
	if err != nil {
		return got, err
	}
	defer func() { _ = root.Close() }()
	return fn(root.FS())
}
