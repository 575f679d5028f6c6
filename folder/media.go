package folder

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// Media is a file of media/. A build has it, but nobody needs its bytes until a script sends it.
type Media struct {
	Name string // media/cup.jpg
	Size int64
	Sum  [sha256.Size]byte // of its bytes

	entry entry // where it was seen
}

// What a build may have of media/. WeChat takes no larger file.
const (
	maxMediaFile  = 10 << 20
	maxMediaFiles = 1000
	maxMedia      = 24 << 20
)

// addMedia takes up a file of media/. What cannot be read, or is too much, is left out: it is no reason to refuse a folder.
func (r *reader) addMedia(f *listing, e entry) error {
	size := e.info.Size()
	if size > maxMediaFile || len(r.media) == maxMediaFiles || r.mediaBytes+size > maxMedia {
		r.leftOut = append(r.leftOut, e.name)
		return nil
	}
	m, err := r.sumMedia(f, e)
	var bad *SourceError
	switch {
	case errors.As(err, &bad):
		r.leftOut = append(r.leftOut, e.name)
		return nil
	case err != nil:
		return err
	}
	r.media, r.mediaBytes = append(r.media, m), r.mediaBytes+size
	if at := e.info.ModTime(); at.After(r.newest) {
		r.newest = at
	}
	return nil
}

func (r *reader) sumMedia(f *listing, e entry) (Media, error) {
	for _, m := range r.seen {
		if m.entry.name == e.name && m.entry.same(e) {
			return m, nil
		}
	}
	data, err := readEntry(f, e, maxMediaFile)
	return Media{Name: e.name, Size: int64(len(data)), Sum: sha256.Sum256(data), entry: e}, err
}

// ReadMedia reads the bytes of a file of media/ that a snapshot has. ErrUnsettled says that they are others by now.
func ReadMedia(root *os.Root, account string, m Media) ([]byte, error) {
	f, err := openFolder(root, account)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.root.Close() }()
	data, err := readEntry(f, m.entry, maxMediaFile)
	if err == nil && sha256.Sum256(data) != m.Sum {
		err = ErrUnsettled
	}
	return data, err
}

// What is kept of tests/.
const (
	maxTestFiles = 500
	maxTests     = 4 << 20
)

// Tests reads the files of an account's tests/. They are not what a build is made of, but what it was tested with; what
// cannot be read, or is too much, is left out.
func Tests(root *os.Root, account string) ([]File, error) {
	f, err := openFolder(root, account)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.root.Close() }()
	var files []File
	bytes := int64(0)
	err = fs.WalkDir(f.root.FS(), strings.TrimSuffix(testsPrefix, "/"), func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && name+"/" == testsPrefix:
			return fs.SkipAll
		case err != nil || passedOver(d.Name()):
			return skip(d)
		case !d.Type().IsRegular():
			return nil
		}
		info, err := d.Info()
		if err != nil || bytes+info.Size() > maxTests {
			return nil
		}
		if len(files) == maxTestFiles {
			return fs.SkipAll
		}
		data, err := readEntry(f, entry{name, name, info}, maxTests)
		if err != nil {
			return nil
		}
		files, bytes = append(files, File{name, data}), bytes+info.Size()
		return nil
	})
	return files, err
}

// skip passes over what cannot be looked into.
func skip(d fs.DirEntry) error {
	if d != nil && d.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// Config reads the account.yaml of a folder by itself, for when the rest cannot be read; nil when there is none.
func Config(root *os.Root, account string, l Limits) ([]byte, error) {
	f, err := openFolder(root, account)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.root.Close() }()
	f.real = readDataLink(f.root)
	if err := f.visit(configFile, configFile, 0); err != nil || len(f.files) == 0 {
		return nil, err
	}
	limit := l.orDefaults().SourceFile
	if size := f.files[0].info.Size(); size > limit {
		return nil, f.bad(configFile, fmt.Sprintf("has %s; at most %s are allowed", BytesText(size), BytesText(limit)))
	}
	return readEntry(f, f.files[0], limit)
}

// Restored is the snapshot of a build that was kept: its files but those of tests/, and its media without their bytes.
func Restored(account string, files []File) *Snapshot {
	s := &Snapshot{Account: account}
	for _, f := range files {
		switch {
		case strings.HasPrefix(f.Name, testsPrefix), f.Name == configFile:
		case (&listing{name: account}).isMedia(f.Name):
			s.Media = append(s.Media, Media{Name: f.Name, Size: int64(len(f.Data)), Sum: sha256.Sum256(f.Data)})
		default:
			s.Files = append(s.Files, f)
		}
	}
	s.Hash = s.hash()
	s.Sign = s.Hash
	return s
}
