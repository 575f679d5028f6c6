package folder

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Limits bound what is read of an account's folder. A zero field means its default.
type Limits struct {
	SourceFile int64 // bytes of one .lua file or of account.yaml: 128 KiB
	Files      int   // .lua files of a build, those of shared/ included: 64
	Source     int64 // bytes of all of them together: 1 MiB
	DataFile   int64 // bytes of one file of data/: 8 MiB
	Data       int64 // bytes of all of them together: 32 MiB
}

func (l Limits) orDefaults() Limits {
	if l.SourceFile == 0 {
		l.SourceFile = 128 << 10
	}
	if l.Files == 0 {
		l.Files = 64
	}
	if l.Source == 0 {
		l.Source = 1 << 20
	}
	if l.DataFile == 0 {
		l.DataFile = 8 << 20
	}
	if l.Data == 0 {
		l.Data = 32 << 20
	}
	return l
}

// File is one file of a snapshot. Name is seen from the account's folder (main.lua, lib/prices.lua,
// data/faq.csv, account.yaml); files of scripts/shared are named shared/x.lua.
type File struct {
	Name string
	Data []byte
}

// Snapshot is an account's folder as it stood at one moment. Nobody changes it afterwards.
type Snapshot struct {
	Account string
	Hash    string // 64 hex digits over all names and contents
	Files   []File // by name

	// Shared is what is wrong with shared/ and with files of it: an account can have those not, and does without.
	Shared []*SourceError

	// Newest is when the file that was written last was written. A save that is younger than a watcher's
	// patience may still be under way: editors empty a file before they fill it again.
	Newest time.Time
}

// File returns the content of one file.
func (s *Snapshot) File(name string) ([]byte, bool) {
	i, ok := slices.BinarySearchFunc(s.Files, name, func(f File, n string) int { return strings.Compare(f.Name, n) })
	if !ok {
		return nil, false
	}
	return s.Files[i].Data, true
}

// ErrUnsettled is returned when files kept changing during three tries to read them all. The change
// that disturbed the last try is an event of its own, so a watcher asks again.
var ErrUnsettled = errors.New("files keep changing while they are read")

// tries of reading a folder before it counts as unsettled.
const tries = 3

// Read reads what an account's build is made of, through root, the scripts folder: main.lua
// and every other *.lua outside tests/, data/**, account.yaml, and all of shared/. Files are looked
// at before and after reading; when anything moved in between, all is read again.
//
// Errors: *SourceError for what the folder's keeper can mend (too large, a link, no main.lua),
// fs.ErrNotExist when the folder is not there, ErrUnsettled.
func Read(root *os.Root, account string, l Limits) (*Snapshot, error) {
	if !AccountName(account) {
		return nil, fmt.Errorf("read snapshot: %q is no account name", account)
	}
	for range tries {
		s, err := readOnce(root, account, l.orDefaults())
		if !errors.Is(err, ErrUnsettled) {
			return s, err
		}
	}
	return nil, fmt.Errorf("read snapshot of %s: %w", account, ErrUnsettled)
}

func readOnce(root *os.Root, account string, l Limits) (*Snapshot, error) {
	r := reader{limits: l}
	if err := r.folder(root, account, ""); err != nil {
		return nil, err
	}
	if err := r.shared(root); err != nil {
		return nil, err
	}
	slices.SortFunc(r.files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	s := &Snapshot{Account: account, Files: r.files, Shared: r.faults, Hash: hashFiles(r.files, r.faults), Newest: r.newest}
	main, ok := s.File(mainFile)
	switch {
	case !ok:
		return nil, &SourceError{File: path.Join(account, mainFile), Msg: "is missing; " + startsThere(root, account)}
	case len(bytes.TrimSpace(main)) == 0:
		return nil, &SourceError{File: path.Join(account, mainFile), Msg: "is empty; every account starts there"}
	}
	return s, nil
}

// mainFile is where every account starts.
const mainFile = "main.lua"

// startsThere is the cure for a missing main.lua: the file that was meant to be it, if there is one.
func startsThere(root *os.Root, account string) string {
	f, err := openFolder(root, account)
	if err != nil {
		return "every account starts there"
	}
	defer func() { _ = f.root.Close() }()
	entries, _ := f.entriesOf(".")
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		switch strings.ToLower(e.Name()) {
		case mainFile, mainFile + ".txt", "main.txt", "main.lua.lua", "main":
			return fmt.Sprintf("there is %s: rename it to %s", e.Name(), mainFile)
		}
	}
	return "every account starts there"
}

// reader gathers the files of one try and counts them against the limits.
type reader struct {
	limits Limits
	files  []File
	faults []*SourceError // of shared/
	count  sourceCount
	newest time.Time
}

// shared reads what all accounts share. What is wrong there is noted, and the rest is read: it is no account's own
// fault, and no account that does not require it may suffer from it.
func (r *reader) shared(scripts *os.Root) error {
	before := *r
	err := r.folder(scripts, Shared, Shared+"/")
	if err == nil || errors.Is(err, ErrUnsettled) {
		return err
	}
	*r = before
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	bad := &SourceError{File: Shared, Msg: "cannot be read"}
	var told *fs.PathError
	var at *SourceError
	switch {
	case errors.As(err, &at):
		bad.Msg = at.Msg
		if inside, ok := strings.CutPrefix(at.File, Shared+"/"); ok {
			bad.Msg = inside + ": " + at.Msg
		}
	case errors.As(err, &told):
		bad.Msg += ": " + told.Err.Error()
	}
	r.faults = []*SourceError{bad}
	return nil
}

// folder reads one folder and proves that it held still meanwhile.
func (r *reader) folder(scripts *os.Root, name, prefix string) error {
	f, err := openFolder(scripts, name)
	if err != nil {
		return err
	}
	defer f.root.Close()
	if err := f.list(); err != nil {
		return err
	}
	before := slices.Clone(f.files)
	r.faults = append(r.faults, f.faults...)
	for _, e := range before {
		if prefix == "" && strings.HasPrefix(e.name, Shared+"/") {
			return f.bad(e.name, "the name shared is taken by scripts/shared; call the folder something else")
		}
		data, err := r.read(f, e)
		if err != nil {
			faults := len(f.faults)
			if err = f.pardon(err); err != nil {
				return err
			}
			r.faults = append(r.faults, f.faults[faults:]...)
			continue
		}
		r.files = append(r.files, File{prefix + e.name, data})
		if at := e.info.ModTime(); at.After(r.newest) {
			r.newest = at
		}
	}
	if err := f.list(); err != nil {
		return err
	}
	if !f.stands(scripts) || !slices.EqualFunc(before, f.files, entry.same) {
		return ErrUnsettled
	}
	return nil
}

func (r *reader) read(f *listing, e entry) ([]byte, error) {
	limit, err := r.admit(f, e)
	if err != nil {
		return nil, err
	}
	// Without O_NONBLOCK, opening what has just been replaced by a pipe would wait for a writer.
	file, err := f.root.OpenFile(e.path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrUnsettled
	}
	if errors.Is(err, fs.ErrPermission) {
		return nil, f.bad(e.name, "cannot be read: permission denied; the account that runs Moonwire needs the right to read it")
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path.Join(f.name, e.name), err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !os.SameFile(info, e.info) {
		return nil, ErrUnsettled
	}
	data := make([]byte, e.info.Size())
	n, err := io.ReadFull(file, data)
	if int64(n) != e.info.Size() || int64(n) > limit {
		return nil, ErrUnsettled // truncated under our hands
	}
	return data, err
}

// admit counts a file against the limits before it is read, and returns how large it may be. One that is refused
// does not count.
func (r *reader) admit(f *listing, e entry) (int64, error) {
	one, why := r.count.add(r.limits, e.name, e.info.Size())
	if why != "" {
		return 0, f.bad(e.name, why)
	}
	return one, nil
}

// hashFiles covers every name and content with its length, so that no two folders share a hash by
// shifting bytes from one file to the next.
// What cannot be had of shared/ counts too.
func hashFiles(files []File, faults []*SourceError) string {
	h := sha256.New()
	var n [8]byte
	add := func(parts ...[]byte) {
		for _, part := range parts {
			binary.BigEndian.PutUint64(n[:], uint64(len(part)))
			h.Write(n[:])
			h.Write(part)
		}
	}
	for _, f := range files {
		add([]byte(f.Name), f.Data)
	}
	for _, f := range faults {
		add(nil, []byte(f.Error()))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func BytesText(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", n)
}
