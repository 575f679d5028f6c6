package folder

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// gitLock knows whether git is at work in the tree: it holds index.lock from before the first file
// it writes until after the last.
type gitLock struct {
	most   time.Duration // a lock older than this was left behind by a crash and holds nothing up
	around string        // index.lock of the repository around the scripts folder; "" without one
	seen   map[string]lockSeen
	asked  map[string]lockAsked // by path: looks that have not ended
	lstat  func(path string) (fs.FileInfo, error)
}

// lockSeen is a lock as it was first seen.
type lockSeen struct {
	info  fs.FileInfo
	since time.Time
}

// newGitLock looks for the repository from the scripts folder upwards.
func newGitLock(scripts string, most time.Duration, lstat func(string) (fs.FileInfo, error)) gitLock {
	l := gitLock{most: most, seen: map[string]lockSeen{}, asked: map[string]lockAsked{}, lstat: lstat}
	for dir := scripts; ; dir = filepath.Dir(dir) {
		if git := gitDir(filepath.Join(dir, ".git")); git != "" {
			l.around = filepath.Join(git, "index.lock")
			return l
		}
		if dir == filepath.Dir(dir) {
			return l
		}
	}
}

// maxGitFile is far above the length of a path.
const maxGitFile = 8 << 10

// gitDir resolves .git, which in a work tree is a file that says where the folder is.
func gitDir(dot string) string {
	info, err := os.Lstat(dot)
	switch {
	case err != nil:
		return ""
	case info.IsDir():
		return dot
	case !info.Mode().IsRegular():
		return ""
	}
	file, err := os.OpenFile(dot, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	body, err := io.ReadAll(io.LimitReader(file, maxGitFile))
	where, ok := strings.CutPrefix(strings.TrimSpace(string(body)), "gitdir: ")
	if err != nil || !ok {
		return ""
	}
	if !filepath.IsAbs(where) {
		where = filepath.Join(filepath.Dir(dot), where)
	}
	return where
}

// holds reports whether a lock, of the repository around or of the folder itself, holds up a report of the folder
// that has been due since then: one lock, or one after the other, for at most most.
func (l *gitLock) holds(now, since time.Time, folder string) bool {
	if now.Sub(since) >= l.most {
		return false
	}
	return l.around != "" && l.young(now, l.around) || l.young(now, filepath.Join(folder, ".git", "index.lock"))
}

// young reports whether a lock was first seen less than most ago.
func (l *gitLock) young(now time.Time, path string) bool {
	info, there := l.ask(path)
	if !there {
		delete(l.seen, path)
		return false
	}
	before, known := l.seen[path]
	if !known || !os.SameFile(before.info, info) || !before.info.ModTime().Equal(info.ModTime()) {
		before = lockSeen{info, now}
		l.seen[path] = before
	}
	return now.Sub(before.since) < l.most
}
