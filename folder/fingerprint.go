package folder

import (
	"errors"
	"hash/maphash"
	"io/fs"
	"os"
)

// fingerprint sums up what stat says of an account's build (names, sizes, times, which file), without
// reading any. It is never 0. ok is false when there is no such folder. enter is called for every
// folder, as a path below scripts, before it is listed.
func fingerprint(seed maphash.Seed, scripts *os.Root, name string, enter func(dir string)) (print uint64, ok bool) {
	var h maphash.Hash
	h.SetSeed(seed)
	f, err := openFolder(scripts, name)
	if err == nil {
		defer f.root.Close()
		f.enter = func(dir string) { enter(f.where + "/" + dir) }
		err = f.list()
	}
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false
	}
	if err != nil {
		h.WriteString(err.Error()) // an error that stays the same is no change
	} else {
		for _, e := range f.files {
			h.WriteString(e.name)
			h.WriteByte(0)
			h.WriteString(e.path)
			maphash.WriteComparable(&h, [3]int64{e.info.Size(), e.info.ModTime().UnixNano(), inode(e.info)})
		}
	}
	return h.Sum64() | 1, true
}
