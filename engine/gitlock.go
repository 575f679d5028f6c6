package engine

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// gitLock knows whether git is at work in the tree: it holds index.lock from before the first file
// it writes until after the last.
type gitLock struct {
	most  time.Duration // a lock older than this was left behind by a crash and holds nothing up
	paths []string      // index.lock of the repository around the scripts folder
	seen  fs.FileInfo
	since time.Time
}

// newGitLock looks for the repository from the scripts folder upwards.
func newGitLock(scripts string, most time.Duration) gitLock {
	l := gitLock{most: most}
	for dir := scripts; ; dir = filepath.Dir(dir) {
		if git := gitDir(filepath.Join(dir, ".git")); git != "" {
			l.paths = append(l.paths, filepath.Join(git, "index.lock"))
			return l
		}
		if dir == filepath.Dir(dir) {
			return l
		}
	}
}

// gitDir resolves .git, which in a work tree is a file that says where the folder is.
func gitDir(dot string) string {
	info, err := os.Lstat(dot)
	if err != nil {
		return ""
	}
	if info.IsDir() {
		return dot
	}
	body, err := os.ReadFile(dot)
	where, ok := strings.CutPrefix(strings.TrimSpace(string(body)), "gitdir: ")
	if err != nil || !ok {
		return ""
	}
	if !filepath.IsAbs(where) {
		where = filepath.Join(filepath.Dir(dot), where)
	}
	return where
}

// held reports whether a lock, of the repository around or of one of the folders, was first seen less
// than most ago.
func (l *gitLock) held(now time.Time, folders ...string) bool {
	for _, p := range l.paths {
		if l.young(now, p) {
			return true
		}
	}
	for _, dir := range folders {
		if l.young(now, filepath.Join(dir, ".git", "index.lock")) {
			return true
		}
	}
	return false
}

func (l *gitLock) young(now time.Time, path string) bool {
	info, err := os.Lstat(path)
	if err != nil {
		return false
	}
	if l.seen == nil || !os.SameFile(l.seen, info) || !l.seen.ModTime().Equal(info.ModTime()) {
		l.seen, l.since = info, now
	}
	return now.Sub(l.since) < l.most
}
