//go:build unix

package store

import (
	"os"
	"syscall"
)

// nodeLock is a file that a process holds locked while it lives; the kernel lets it go when the process dies.
type nodeLock struct{ file *os.File }

// takeNodeLock takes the lock; ok is false while another holds it.
func takeNodeLock(path string) (l nodeLock, ok bool, err error) {
	return flockNode(path, os.O_RDWR|os.O_CREATE, syscall.LOCK_EX)
}

// nodeLockHeld reports whether somebody holds the lock. Those who ask do not get in each other's way.
func nodeLockHeld(path string) (bool, error) {
	l, free, err := flockNode(path, os.O_RDONLY, syscall.LOCK_SH)
	if os.IsNotExist(err) {
		return false, nil
	}
	if free {
		err = l.release()
	}
	return !free, err
}

func flockNode(path string, flags, how int) (nodeLock, bool, error) {
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nodeLock{}, false, err
	}
	for {
		switch err = syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB); err {
		case nil:
			return nodeLock{f}, true, nil
		case syscall.EINTR:
			continue
		case syscall.EWOULDBLOCK:
			return nodeLock{}, false, f.Close()
		}
		_ = f.Close()
		return nodeLock{}, false, &os.PathError{Op: "lock", Path: path, Err: err}
	}
}

func (l nodeLock) release() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}
