package folder

import (
	"io/fs"

	"github.com/fsnotify/fsnotify"
)

// FakeSource stands in for fsnotify, so that a test decides when an event comes.
type FakeSource struct {
	Events  chan fsnotify.Event
	Errors  chan error
	Add     func(dir string) error
	Remove  func(dir string) error
	OpenErr error
}

// Use makes a watcher listen to the fake.
func (w *Watcher) Use(f *FakeSource) {
	w.open = func() (source, error) {
		if f.OpenErr != nil {
			return source{}, f.OpenErr
		}
		return source{add: f.Add, remove: f.Remove, close: func() error { return nil }, events: f.Events, errors: f.Errors}, nil
	}
}

// BeforeLooks lets a test do something before each look at an account's folder, on the look's goroutine.
func (w *Watcher) BeforeLooks(do func(account string)) {
	print := w.print
	w.print = func(l *look) (uint64, bool) {
		do(l.name)
		return print(l)
	}
}

// BeforeLocks lets a test do something before each look at a lock file, on its goroutine.
func (w *Watcher) BeforeLocks(do func(path string)) {
	lstat := w.lstat
	w.lstat = func(path string) (fs.FileInfo, error) {
		do(path)
		return lstat(path)
	}
}
