package folder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
)

// Walks stop here, so that a folder of somebody's node_modules is an error and not a hang.
const (
	maxFolderDepth   = 16
	maxFolders       = 1_000 // each has a watch, of which a machine has so many
	maxFolderEntries = 20_000
)

// SourceError is what is wrong with an account's folder, told to whoever keeps it.
type SourceError struct {
	File string // as seen from the scripts folder: demo/lib/prices.lua
	Line int    // 0 = the file as a whole
	Msg  string // what is wrong, what is allowed
}

func (e *SourceError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
	}
	return e.File + ": " + e.Msg
}

// entry is one file of a build as it stands on disk.
type entry struct {
	name string // in the build: lib/prices.lua, shared/x.lua
	path string // below the folder's root, with ConfigMap links resolved
	info fs.FileInfo
}

// same reports whether the file is, as far as stat can tell, still the one that was listed.
func (e entry) same(o entry) bool {
	return e.name == o.name && e.path == o.path && os.SameFile(e.info, o.info) &&
		e.info.Size() == o.info.Size() && e.info.ModTime().Equal(o.info.ModTime())
}

// folder walks one account's folder, or the shared one, behind a root of its own: neither `..` nor a
// link leads out of it, not even into the neighbour's.
type listing struct {
	name  string
	where string // the same with a ConfigMap link resolved
	info  fs.FileInfo
	root  *os.Root
	real  string           // what ..data led to when the walk began; "" without one
	enter func(dir string) // if set, called for every folder before it is listed

	files   []entry
	faults  []*SourceError // shared only: what of it cannot be had
	doubts  []*SourceError // media only: what no build has
	folders int
	entries int
}

// openFolder opens scripts/name. The caller closes the root. A missing folder is fs.ErrNotExist.
func openFolder(scripts *os.Root, name string) (*listing, error) {
	where, info, err := findFolder(scripts, name)
	if err != nil {
		return nil, err
	}
	root, err := scripts.OpenRoot(where)
	if err != nil {
		return nil, fmt.Errorf("open folder %s: %w", name, err)
	}
	return &listing{name: name, where: where, info: info, root: root}, nil
}

// findFolder resolves the ConfigMap link that an account's folder may be.
func findFolder(scripts *os.Root, name string) (where string, info fs.FileInfo, err error) {
	where = name
	if info, err = scripts.Lstat(name); err != nil {
		return "", nil, fmt.Errorf("open folder %s: %w", name, err)
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		where, info, err = followData(scripts, readDataLink(scripts), name)
		if errors.Is(err, fs.ErrNotExist) {
			return "", nil, ErrUnsettled
		}
		if err != nil {
			return "", nil, &SourceError{File: name, Msg: err.Error()}
		}
	}
	if !info.IsDir() {
		return "", nil, &SourceError{File: name, Msg: "is not a folder"}
	}
	return where, info, nil
}

// stands reports whether the folder is still the one that was opened.
func (f *listing) stands(scripts *os.Root) bool {
	where, info, err := findFolder(scripts, f.name)
	return err == nil && where == f.where && os.SameFile(info, f.info)
}

// list walks the folder from the top and replaces what an earlier walk found.
func (f *listing) list() error {
	f.files, f.faults, f.doubts, f.folders, f.entries = f.files[:0], nil, nil, 0, 0
	f.real = readDataLink(f.root)
	return f.walk(".", "", 0)
}

func (f *listing) walk(dir, name string, depth int) error {
	if depth > maxFolderDepth {
		return f.bad(name, fmt.Sprintf("folders are nested deeper than %d", maxFolderDepth))
	}
	if f.folders++; f.folders > maxFolders {
		return f.bad("", fmt.Sprintf("more than %d folders; a bot's folder holds only the bot", maxFolders))
	}
	if f.enter != nil {
		f.enter(dir)
	}
	entries, err := f.entriesOf(dir)
	if errors.Is(err, fs.ErrNotExist) && depth > 0 {
		return ErrUnsettled
	}
	if err != nil {
		return fmt.Errorf("list folder %s: %w", path.Join(f.name, name), err)
	}
	for _, e := range entries {
		if f.entries++; f.entries > maxFolderEntries {
			return f.bad("", fmt.Sprintf("more than %d files; a bot's folder holds only the bot", maxFolderEntries))
		}
		if passedOver(e.Name()) || depth == 0 && e.Name() == "tests" {
			continue
		}
		if err := f.visit(path.Join(dir, e.Name()), path.Join(name, e.Name()), depth); err != nil {
			return err
		}
	}
	return nil
}

// entriesOf lists a folder by name, and of one with too many entries no more than tell so.
func (f *listing) entriesOf(dir string) ([]fs.DirEntry, error) {
	// Without O_NONBLOCK, opening what has just been replaced by a pipe would wait for a writer.
	d, err := f.root.OpenFile(dir, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = d.Close() }()
	entries, err := d.ReadDir(maxFolderEntries + 1)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}

func (f *listing) visit(where, name string, depth int) error {
	info, err := f.root.Lstat(where)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // gone since it was listed; the second look will tell
	}
	if err != nil {
		return fmt.Errorf("look at %s: %w", path.Join(f.name, name), err)
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		where, info, err = followData(f.root, f.real, where)
		if errors.Is(err, fs.ErrNotExist) {
			return ErrUnsettled // the version that ..data led to has just been replaced
		}
		if err != nil {
			return f.pardon(f.refuseLink(name, err))
		}
	}
	switch {
	case info.IsDir():
		return f.walk(where, name, depth+1)
	case !f.inBuild(name):
		return nil
	case f.isMedia(name) && !info.Mode().IsRegular():
		f.doubt(name, "is not a regular file; it is refused when it is sent")
		return nil
	case !info.Mode().IsRegular():
		return f.pardon(f.bad(name, "is not a regular file"))
	}
	f.files = append(f.files, entry{name, where, info})
	return nil
}

// pardon notes what is wrong with one file of shared/ and lets the others be read: an account that does not
// require it must not suffer from it. In an account's own folder it stays an error.
func (f *listing) pardon(err error) error {
	var bad *SourceError
	if f.name != Shared || !errors.As(err, &bad) {
		return err
	}
	f.faults = append(f.faults, bad)
	return nil
}

// refuseLink turns a link into an error when what it stands for would be part of the build: a link
// with a file name that matters, or one to a folder.
func (f *listing) refuseLink(name string, cause error) error {
	info, err := f.root.Stat(name)
	if f.inBuild(name) && !f.isMedia(name) || err == nil && info.IsDir() || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f.bad(name, cause.Error())
	}
	if f.isMedia(name) {
		f.doubtLink(name)
	}
	return nil
}

// doubtLink notes a link in media/. One to another file in there is followed when it is sent.
func (f *listing) doubtLink(name string) {
	if media, err := f.root.OpenRoot(path.Clean(mediaPrefix)); err == nil {
		defer func() { _ = media.Close() }()
		if info, err := media.Stat(strings.TrimPrefix(name, mediaPrefix)); err == nil && info.Mode().IsRegular() {
			f.doubt(name, "is a symbolic link; it is kept with no build, so a rollback does not bring it back")
			return
		}
	}
	f.doubt(name, "is a symbolic link that leads to no file in media/; it is refused when it is sent")
}

// doubt notes what is wrong with a file of media/, which is no reason to refuse the folder.
func (f *listing) doubt(name, msg string) {
	f.doubts = append(f.doubts, &SourceError{File: name, Msg: msg})
}

func (f *listing) inBuild(name string) bool {
	return f.name == Shared || path.Ext(name) == ".lua" || name == configFile || strings.HasPrefix(name, "data/") || f.isMedia(name)
}

// isMedia reports whether a file is only sent, never compiled: what is wrong with it is no reason to refuse a folder.
func (f *listing) isMedia(name string) bool {
	return f.name != Shared && strings.HasPrefix(name, mediaPrefix) && path.Ext(name) != ".lua"
}

func (f *listing) bad(name, msg string) error {
	return &SourceError{File: path.Join(f.name, name), Msg: msg}
}

// readDataLink returns the folder that ..data leads to, "" when there is no such link. Kubernetes
// writes a name beside the link, beginning with two dots and the time.
func readDataLink(root *os.Root) string {
	target, err := root.Readlink(dataLink)
	if err != nil || strings.ContainsAny(target, `/\`) || target == ".." || target == dataLink {
		return ""
	}
	return target
}

// followData resolves a link into ..data by the folder that ..data led to when the walk began, so
// that all files come from one version. Any other link is refused.
func followData(root *os.Root, real, link string) (string, fs.FileInfo, error) {
	target, err := root.Readlink(link)
	if err != nil {
		return "", nil, err
	}
	rest, ok := strings.CutPrefix(target, dataLink+"/")
	if !ok || real == "" || !fs.ValidPath(rest) {
		return "", nil, errors.New("is a symbolic link; a build is made of regular files and folders only")
	}
	where := path.Join(real, rest)
	info, err := root.Lstat(where)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		err = errors.New("is a symbolic link to a symbolic link")
	}
	return where, info, err
}

// passedOver names what no build looks at: dot files, and what editors leave beside a file for a
// moment (vim's 4913 and .swp, backups, half-written copies).
func passedOver(name string) bool {
	return name[0] == '.' || name == "4913" || strings.HasSuffix(name, "~") ||
		strings.HasSuffix(name, ".swp") || strings.HasSuffix(name, ".tmp")
}
