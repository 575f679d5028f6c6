package folder

import (
	"io/fs"
	"time"
)

// lockAsked is a look at a lock file that is under way, on a goroutine of its own: the folder it lies in may be on a file
// system that does not answer.
type lockAsked chan lockAnswer

type lockAnswer struct {
	info fs.FileInfo
	err  error
}

// ask looks for a lock file. One that nobody tells of in time counts as none; until that look has ended nobody waits for
// it again.
func (l *gitLock) ask(path string) (info fs.FileInfo, there bool) {
	asked, before := l.asked[path]
	patience := lookTooLong
	if before {
		patience = 0
	} else {
		asked = make(lockAsked, 1)
		go func() {
			info, err := l.lstat(path)
			asked <- lockAnswer{info, err}
		}()
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case a := <-asked:
		delete(l.asked, path)
		return a.info, a.err == nil
	case <-timer.C:
		l.asked[path] = asked
		return nil, false
	}
}
