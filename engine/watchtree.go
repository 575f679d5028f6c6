package engine

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// tree is the scripts folder as it is watched now: where it really lies, and which folders of each
// account have a watch. Folders are watched, never files, whose watches die with the next rename.
type tree struct {
	root    *os.Root // nil while the scripts folder is missing
	path    string
	info    fs.FileInfo
	anchors []string            // folders above it, where its coming and going shows
	watched map[string][]string // by account: paths, as given to fsnotify
}

func (t *tree) close() {
	if t.root != nil {
		_ = t.root.Close()
		t.root = nil
	}
}

func (t *tree) paths(accounts []string) []string {
	paths := []string{t.path}
	for _, a := range accounts {
		paths = append(paths, filepath.Join(t.path, a))
	}
	return paths
}

// reopen begins anew: a fresh stream of events, and the scripts folder as it is now.
func (w *Watcher) reopen() {
	w.closeAll()
	src, err := w.open()
	if err != nil {
		w.warnOnce("watching scripts: no events on this machine, polling instead", "error", err)
		w.polling = true
	}
	w.src = src
	w.openTree()
}

// openTree resolves the scripts folder and watches it and the folders in which it could be replaced.
func (w *Watcher) openTree() {
	w.tree = tree{anchors: []string{filepath.Dir(w.dir)}, watched: map[string][]string{}}
	if path, err := filepath.EvalSymlinks(w.dir); err == nil {
		w.tree.path = path
		w.tree.anchors = append(w.tree.anchors, filepath.Dir(path))
		w.tree.root, err = os.OpenRoot(path)
		if err == nil {
			w.tree.info, _ = os.Stat(path)
			w.watch(path)
			w.git = newGitLock(path, w.o.GitHold)
			w.polling = w.polling || w.o.Poll > 0 || w.o.Poll == 0 && needsPolling(path)
		}
	}
	for _, dir := range w.tree.anchors {
		if w.src.add != nil {
			_ = w.src.add(dir) // a parent we may not look at: the safety scan still finds out
		}
	}
	if w.tree.root == nil {
		w.warnOnce("watching scripts: the folder is missing", "folder", w.dir)
	}
}

// reroot looks whether the scripts folder is still the one that is watched, and if not, begins anew
// with what is there.
func (w *Watcher) reroot() {
	path, err := filepath.EvalSymlinks(w.dir)
	var info fs.FileInfo
	if err == nil {
		info, err = os.Stat(path)
	}
	present := err == nil && info.IsDir()
	if present && w.tree.root != nil && path == w.tree.path && os.SameFile(info, w.tree.info) || !present && w.tree.root == nil {
		return
	}
	w.reopen()
	delete(w.warned, "watching scripts: the folder is missing")
	w.markAll(time.Now())
}

func (w *Watcher) markAll(now time.Time) {
	w.dirt.mark(now, SharedFolder, 0)
	for name := range w.known {
		w.dirt.mark(now, name, 0)
	}
	for _, name := range w.accounts() {
		w.dirt.mark(now, name, 0)
	}
}

// accounts lists the account folders there are; of strange ones it warns once.
func (w *Watcher) accounts() []string {
	if w.tree.root == nil {
		return nil
	}
	names, strange, err := Accounts(w.tree.root)
	if err != nil {
		w.o.Log.Warn("watching scripts: the folder cannot be listed", "error", err)
	}
	for _, name := range strange {
		w.warnOnce("a folder is no account, for its name; "+AccountNameWords, "folder", name)
	}
	return names
}

// look takes an account's fingerprint and sees to it that all of its folders are watched.
func (w *Watcher) look(name string) (print uint64, here bool) {
	if w.tree.root == nil {
		return 0, false
	}
	return fingerprint(w.seed, w.tree.root, name, func(dir string) {
		w.watchBelow(name, filepath.Join(w.tree.path, filepath.FromSlash(dir)))
	})
}

func (w *Watcher) watchBelow(account, dir string) {
	if w.watch(dir) && !slices.Contains(w.tree.watched[account], dir) {
		w.tree.watched[account] = append(w.tree.watched[account], dir)
	}
}

func (w *Watcher) watch(dir string) bool {
	if w.src.add == nil {
		return false
	}
	err := w.src.add(dir)
	if err != nil && !os.IsNotExist(err) {
		w.warnOnce("watching scripts: a folder cannot be watched, polling instead (see fs.inotify.max_user_watches)", "error", err)
		w.polling = true
	}
	return err == nil
}

// forget gives up the watches at path and below, which a rename would leave pointing at the old name.
func (w *Watcher) forget(account, path string) {
	w.tree.watched[account] = slices.DeleteFunc(w.tree.watched[account], func(dir string) bool {
		if dir != path && !strings.HasPrefix(dir, path+string(filepath.Separator)) {
			return false
		}
		_ = w.src.remove(dir) // a deleted folder's watch went with it
		return true
	})
}

// event turns one event into dirt.
func (w *Watcher) event(ev fsnotify.Event) {
	if ev.Op == 0 || ev.Op == fsnotify.Chmod {
		return
	}
	rel, err := filepath.Rel(w.tree.path, ev.Name)
	if w.tree.root == nil || err != nil || rel == "." || rel == ".." || strings.HasPrefix(rel, "../") {
		if ev.Name == w.dir || ev.Name == w.tree.path {
			w.reroot()
		}
		return
	}
	now := time.Now()
	account, inside, _ := strings.Cut(filepath.ToSlash(rel), "/")
	base := filepath.Base(rel)
	switch {
	case strings.HasPrefix(account, ".."):
		w.markAll(now)
		return
	case account != SharedFolder && !AccountName(account):
		if inside == "" && ev.Has(fsnotify.Create) && !passedOver(account) {
			w.accounts() // warns
		}
		return
	case inside == "tests" || passedOver(base) && !strings.HasPrefix(base, ".."):
		return
	}
	if ev.Has(fsnotify.Remove) || ev.Has(fsnotify.Rename) {
		w.forget(account, ev.Name)
	}
	if ev.Has(fsnotify.Create) {
		w.watchNew(account, rel)
	}
	w.dirt.mark(now, account, 0)
}

// watchNew watches a folder that has appeared and those in it, whose own events were missed.
func (w *Watcher) watchNew(account, rel string) {
	top := true
	_ = fs.WalkDir(w.tree.root.FS(), filepath.ToSlash(rel), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || !top && passedOver(d.Name()) || path == account+"/tests" {
			return skipIf(err != nil || d.IsDir())
		}
		top = false
		w.watchBelow(account, filepath.Join(w.tree.path, filepath.FromSlash(path)))
		return nil
	})
}

func skipIf(folder bool) error {
	if folder {
		return fs.SkipDir
	}
	return nil
}

// scan looks at everything, a few accounts at a time.
func (w *Watcher) scan() {
	w.reroot()
	there := w.accounts()
	w.queue = append(slices.Clone(there), SharedFolder)
	for name := range w.known {
		if _, ok := slices.BinarySearch(there, name); !ok {
			w.queue = append(w.queue, name)
		}
	}
}

func (w *Watcher) scanSome() {
	n := min(scanChunk, len(w.queue))
	now := time.Now()
	for _, name := range w.queue[:n] {
		if _, dirty := w.dirt.spots[name]; dirty {
			continue
		}
		print, here := w.look(name)
		before, known := w.known[name]
		if name == SharedFolder {
			before, known = w.shared, here
		}
		if _, absent := w.absent[name]; print != before || here != known && !absent {
			w.dirt.mark(now, name, print)
		}
	}
	w.queue = w.queue[n:]
}

func (w *Watcher) warnOnce(msg string, args ...any) {
	key := msg
	if len(args) > 1 && args[0] == "folder" {
		if s, ok := args[1].(string); ok && s != w.dir {
			key += s
		}
	}
	if !w.warned[key] {
		w.warned[key] = true
		w.o.Log.Warn(msg, args...)
	}
}
