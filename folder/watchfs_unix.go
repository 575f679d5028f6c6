//go:build unix

package folder

import (
	"io/fs"
	"syscall"
)

// inode tells a file from another one that was renamed over it with the same size and time.
func inode(info fs.FileInfo) int64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int64(st.Ino)
	}
	return 0
}
