package folder

import "syscall"

// eventless lists file systems whose changes are made elsewhere and never become events here, by
// their magic numbers (linux/magic.h): NFS, SMB, CIFS, SMB2, 9p (WSL's /mnt), FUSE and virtiofs
// (folders shared into Docker Desktop), VirtualBox.
var eventless = []uint32{0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546, 0x786f4256}

// needsPolling reports whether a folder lies where fsnotify is blind.
func needsPolling(dir string) bool {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return false
	}
	for _, magic := range eventless {
		if uint32(st.Type) == magic {
			return true
		}
	}
	return false
}
