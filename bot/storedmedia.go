package bot

import (
	"bytes"
	"context"
	"io/fs"
	"path"
	"strings"
	"time"

	"moonwire/folder"
	"moonwire/store"
)

// storedMedia is the folder media/ of a build that was kept. A file is read from the store when it is opened.
type storedMedia struct {
	store       *store.Store
	account, id string
	sizes       map[string]int64 // by name below media/
}

// storedMediaTime is how long the store may take to give one file.
const storedMediaTime = 10 * time.Second

func newStoredMedia(s *store.Store, account, id string, media []folder.Media) storedMedia {
	m := storedMedia{store: s, account: account, id: id, sizes: make(map[string]int64, len(media))}
	for _, f := range media {
		m.sizes[strings.TrimPrefix(f.Name, "media/")] = f.Size
	}
	return m
}

// Open implements fs.FS.
func (m storedMedia) Open(name string) (fs.File, error) {
	info, err := m.Stat(name)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), storedMediaTime)
	defer cancel()
	body, err := m.store.BuildFile(ctx, m.account, m.id, "media/"+name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return &storedFile{bytes.NewReader(body), info}, nil
}

// Stat implements fs.StatFS.
func (m storedMedia) Stat(name string) (fs.FileInfo, error) {
	size, ok := m.sizes[name]
	if !ok {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	return storedInfo{path.Base(name), size}, nil
}

// storedFile is an open file of a kept build.
type storedFile struct {
	*bytes.Reader
	info fs.FileInfo
}

func (f *storedFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *storedFile) Close() error               { return nil }

// storedInfo is a regular file without a time.
type storedInfo struct {
	name string
	size int64
}

func (i storedInfo) Name() string       { return i.name }
func (i storedInfo) Size() int64        { return i.size }
func (i storedInfo) Mode() fs.FileMode  { return 0o400 }
func (i storedInfo) ModTime() time.Time { return time.Time{} }
func (i storedInfo) IsDir() bool        { return false }
func (i storedInfo) Sys() any           { return nil }
