package folder

import (
	"errors"
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
	anchors []string                   // folders above it, where its coming and going shows
	watched map[string]map[string]bool // by account: paths, as given to fsnotify
}

func (t *tree) close() {
	if t.root != nil {
		_ = t.root.Close()
		t.root = nil
	}
}

// note remembers folders of an account that are watched.
func (t *tree) note(account string, dirs []string) {
	if t.watched[account] == nil && len(dirs) > 0 {
		t.watched[account] = make(map[string]bool, len(dirs))
	}
	for _, dir := range dirs {
		t.watched[account][dir] = true
	}
}

// reopen begins anew: a fresh stream of events, and the scripts folder as it is now.
func (w *Watcher) reopen() {
	w.closeAll()
	src, err := w.open()
	if err != nil {
		w.warnOnce("watching scripts: no events on this machine, polling instead", "error", err)
		w.polling = true
	}
	w.src = src.bounded()
	w.openTree()
}

// openTree resolves the scripts folder and watches it and the folders in which it could be replaced.
func (w *Watcher) openTree() {
	w.tree = tree{anchors: []string{filepath.Dir(w.dir)}, watched: map[string]map[string]bool{}}
	if path, err := filepath.EvalSymlinks(w.dir); err == nil {
		w.tree.path = path
		w.tree.anchors = append(w.tree.anchors, filepath.Dir(path))
		w.tree.root, err = os.OpenRoot(path)
		if err == nil {
			w.tree.info, _ = os.Stat(path)
			w.watch(path)
			w.git = newGitLock(path, w.o.GitHold, w.lstat)
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
	w.dirt.mark(now, Shared, 0)
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

func (w *Watcher) watch(dir string) bool {
	if w.src.add == nil {
		return false
	}
	err := w.src.add(dir)
	if err != nil && !os.IsNotExist(err) {
		w.unwatched(err)
	}
	return err == nil
}

const watchHangs = "watching scripts: a folder does not answer, so that no changes are told of; polling instead until it does"

// unwatched turns to polling, for a folder without a watch.
func (w *Watcher) unwatched(err error) {
	w.polling = true
	if errors.Is(err, errWatchHangs) {
		w.warnOnce(watchHangs)
		return
	}
	w.warnOnce("watching scripts: a folder cannot be watched, polling instead (see fs.inotify.max_user_watches)", "error", err)
}

// forget gives up the watches at path and below, which a rename would leave pointing at the old name.
func (w *Watcher) forget(account, path string) {
	for dir := range w.tree.watched[account] {
		if dir == path || strings.HasPrefix(dir, path+string(filepath.Separator)) {
			_ = w.src.remove(dir) // a deleted folder's watch went with it
			delete(w.tree.watched[account], dir)
		}
	}
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
	case account != Shared && !AccountName(account):
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
		w.watchNew(account, filepath.ToSlash(rel))
	}
	w.dirt.mark(now, account, 0)
}

// watchNew lets a folder that has appeared be watched, and those in it, whose own events were missed.
// Deeper than a build may be nothing is watched.
func (w *Watcher) watchNew(account, rel string) {
	if strings.Count(rel, "/") <= maxFolderDepth {
		w.ask(&look{name: account, aim: toWatch, fresh: rel}) // else the report's own look will
	}
}

// scan looks at everything, a few accounts at a time. A scan that is under way is not begun anew, or the last
// accounts would never be looked at; another one follows it.
func (w *Watcher) scan() {
	if w.rescan = len(w.queue) > 0; w.rescan {
		return
	}
	w.reroot()
	there := w.accounts()
	w.queue = append(slices.Clone(there), Shared)
	for name := range w.known {
		if _, ok := slices.BinarySearch(there, name); !ok {
			w.queue = append(w.queue, name)
		}
	}
}

func (w *Watcher) scanSome() {
	for len(w.queue) > 0 && w.scans < scanChunk {
		name := w.queue[0]
		w.queue = w.queue[1:]
		if _, dirty := w.dirt.spots[name]; !dirty && w.ask(&look{name: name, aim: toScan}) {
			w.scans++
		}
	}
	if len(w.queue) == 0 && w.rescan {
		w.scan()
	}
}

// scanned marks what has changed without an event.
func (w *Watcher) scanned(now time.Time, l *look) {
	w.scans--
	before, known := w.known[l.name]
	if l.name == Shared {
		before, known = w.shared, l.here
	}
	if _, absent := w.absent[l.name]; l.print != before || l.here != known && !absent {
		w.dirt.mark(now, l.name, l.print)
	}
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
