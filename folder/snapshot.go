package folder

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
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
	// Hash is 64 hex digits over all names and contents, media included, account.yaml not: it is no part of a build.
	Hash string
	// Sign tells one state of the folder from the next as far as Hash does, and by what cannot be had of shared/.
	Sign  string
	Files []File  // by name
	Media []Media // by name

	// LeftOut are the files of media/ that a build does not have, because they are too large or too many.
	LeftOut []string

	// Doubts are about what else media/ has and no build: links, and what is no regular file.
	Doubts []*SourceError

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
	return ReadAgain(root, account, l, nil)
}

// ReadAgain is Read, after media of the folder were seen: those that have not changed are not read again.
func ReadAgain(root *os.Root, account string, l Limits, seen []Media) (*Snapshot, error) {
	if !AccountName(account) {
		return nil, fmt.Errorf("read snapshot: %q is no account name", account)
	}
	for range tries {
		s, err := readOnce(root, account, reader{limits: l.orDefaults(), seen: seen})
		if !errors.Is(err, ErrUnsettled) {
			return s, err
		}
	}
	return nil, fmt.Errorf("read snapshot of %s: %w", account, ErrUnsettled)
}

func readOnce(root *os.Root, account string, r reader) (*Snapshot, error) {
	if err := r.folder(root, account, ""); err != nil {
		return nil, err
	}
	if err := r.shared(root); err != nil {
		return nil, err
	}
	slices.SortFunc(r.files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	s := &Snapshot{Account: account, Files: r.files, Media: r.media, LeftOut: r.leftOut, Doubts: r.doubts, Shared: r.faults, Newest: r.newest}
	s.Hash = s.hash()
	s.Sign = s.sign()
	main, ok := s.File(mainFile)
	switch {
	case !ok:
		return nil, &SourceError{File: path.Join(account, mainFile), Msg: "is missing; " + startsThere(root, account)}
	case len(bytes.TrimSpace(main)) == 0:
		return nil, &SourceError{File: path.Join(account, mainFile), Msg: "is empty; every account starts there"}
	}
	return s, nil
}

// Files and folders of an account that are not like the others.
const (
	mainFile    = "main.lua"     // where every account starts
	configFile  = "account.yaml" // no part of a build
	mediaPrefix = "media/"
	testsPrefix = "tests/" // kept with a build, and no part of it
)

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
	seen   []Media // by an earlier look
	files  []File
	faults []*SourceError // of shared/
	count  sourceCount
	newest time.Time

	media      []Media
	mediaBytes int64
	leftOut    []string
	doubts     []*SourceError
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
	r.faults, r.doubts = append(r.faults, f.faults...), append(r.doubts, f.doubts...)
	for _, e := range before {
		if prefix == "" && strings.HasPrefix(e.name, Shared+"/") {
			return f.bad(e.name, "the name shared is taken by scripts/shared; call the folder something else")
		}
		if f.isMedia(e.name) {
			if err := r.addMedia(f, e); err != nil {
				return err
			}
			continue
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
	return readEntry(f, e, limit)
}

// readEntry reads a file that was listed.
func readEntry(f *listing, e entry, limit int64) ([]byte, error) {
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

// hash covers every name and the hash of every content, so that no two folders share one by shifting bytes from one file
// to the next. The store has the same of what it keeps.
func (s *Snapshot) hash() string {
	sums := make(map[string][sha256.Size]byte, len(s.Files)+len(s.Media))
	for _, f := range s.Files {
		if f.Name != configFile {
			sums[f.Name] = sha256.Sum256(f.Data)
		}
	}
	for _, m := range s.Media {
		sums[m.Name] = m.Sum
	}
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		sum := sums[name]
		hashParts(h, []byte(name), sum[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (s *Snapshot) sign() string {
	if len(s.Shared) == 0 {
		return s.Hash
	}
	h := sha256.New()
	hashParts(h, []byte(s.Hash))
	for _, f := range s.Shared {
		hashParts(h, []byte(f.Error()))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// hashParts adds each part with its length.
func hashParts(h hash.Hash, parts ...[]byte) {
	var n [8]byte
	for _, part := range parts {
		binary.BigEndian.PutUint64(n[:], uint64(len(part)))
		h.Write(n[:])
		h.Write(part)
	}
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
