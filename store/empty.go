package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ErrInUse says that a living process has a file for itself.
var ErrInUse = errors.New("store: another process is at work on it")

// Hold takes a file for this process until release is called or the process dies. It does so by a lock file beside it,
// which stays: where one is removed, two processes can hold it. The error is ErrInUse while another holds it.
func Hold(path string) (release func() error, err error) {
	l, free, err := takeNodeLock(path + ".lock")
	switch {
	case err != nil:
		return nil, err
	case !free:
		return nil, ErrInUse
	}
	return l.release, nil
}

// Empty removes the database at path with all that lies beside it but the locks of nodes. While a process has it open
// it removes nothing, and the error is ErrInUse.
func Empty(path string) (err error) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	locks := []string{filepath.Base(path) + ".node1"} // at least the first that a process which starts now would take
	var gone []string
	for _, e := range entries {
		switch name := e.Name(); {
		case name == locks[0] || !strings.HasPrefix(name, filepath.Base(path)):
		case isNodeLock(strings.TrimPrefix(name, filepath.Base(path))):
			locks = append(locks, name)
		default:
			gone = append(gone, name)
		}
	}
	for _, name := range locks {
		l, free, err := takeNodeLock(filepath.Join(filepath.Dir(path), name))
		if err != nil {
			return fmt.Errorf("store: %w", err)
		}
		if !free {
			return ErrInUse
		}
		defer func() { _ = l.release() }()
	}
	for _, name := range gone {
		if err := os.Remove(filepath.Join(filepath.Dir(path), name)); err != nil {
			return fmt.Errorf("store: %w", err)
		}
	}
	return nil
}

// isNodeLock reports whether that, behind the database's name, is the lock of a node.
func isNodeLock(suffix string) bool {
	id, is := strings.CutPrefix(suffix, ".node")
	n, err := strconv.Atoi(id)
	return is && err == nil && n >= 1 && n <= maxNodes
}
