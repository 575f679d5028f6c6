package store

import (
	"os"
	"syscall"
)

// nodeLock is a file that a process holds open for itself alone; it is closed when the process dies.
type nodeLock struct{ handle syscall.Handle }

const sharingViolation = syscall.Errno(32)

// takeNodeLock takes the lock; ok is false while another holds it.
func takeNodeLock(path string) (l nodeLock, ok bool, err error) {
	return openAlone(path, syscall.OPEN_ALWAYS)
}

// nodeLockHeld reports whether somebody holds the lock, or asks just now.
func nodeLockHeld(path string) (bool, error) {
	l, free, err := openAlone(path, syscall.OPEN_EXISTING)
	if os.IsNotExist(err) {
		return false, nil
	}
	if free {
		err = l.release()
	}
	return !free, err
}

func openAlone(path string, mode uint32) (nodeLock, bool, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nodeLock{}, false, err
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil, mode, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	switch err {
	case nil:
		return nodeLock{h}, true, nil
	case sharingViolation:
		return nodeLock{}, false, nil
	}
	return nodeLock{}, false, &os.PathError{Op: "lock", Path: path, Err: err}
}

func (l nodeLock) release() error {
	if l.handle == 0 {
		return nil
	}
	return syscall.CloseHandle(l.handle)
}
