package bindings

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

const (
	mediaFolder = "media/"
	// maxMedia is the largest file of media/ that is read: no upload may be larger (wechat-protocol §6.10).
	maxMedia = 10 << 20
	// maxMediaName is the longest name of a file that is looked for, in bytes.
	maxMediaName = 1 << 10
)

// isMediaFile reports whether a media_id is none, but names a file of the account's folder.
func isMediaFile(id string) bool { return strings.HasPrefix(id, mediaFolder) }

// mediaFile is the name of a file inside of media/.
func mediaFile(name string) (inside string, ok bool) {
	inside, ok = strings.CutPrefix(name, mediaFolder)
	return inside, ok && len(name) <= maxMediaName && fs.ValidPath(inside) && inside != "." && !strings.ContainsRune(inside, '\\')
}

func wrongMedia(name, format string, args ...any) error {
	return &wechat.FieldError{Field: mediaFolder + name, Reason: fmt.Sprintf(format, args...)}
}

// statMedia looks at a file of the account's folder media/. What is wrong with it is a *wechat.FieldError.
func (c *ProgramConfig) statMedia(name string) (fs.FileInfo, error) {
	if c.Media == nil {
		return nil, wrongMedia(name, "there is no folder media/")
	}
	info, err := fs.Stat(c.Media, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, wrongMedia(name, "there is no such file")
	case err != nil:
		return nil, wrongMedia(name, "cannot be read; it must be a file inside media/")
	case !info.Mode().IsRegular():
		return nil, wrongMedia(name, "is no file")
	}
	return info, nil
}

// readMedia reads a file of the account's folder media/.
func (p *Program) readMedia(name string) ([]byte, error) {
	info, err := p.config.statMedia(name)
	switch {
	case err != nil:
		return nil, err
	case info.Size() > maxMedia:
		return nil, wrongMedia(name, "has %d bytes; want at most %d", info.Size(), maxMedia)
	}
	file, err := p.config.Media.Open(name)
	if err != nil {
		return nil, wrongMedia(name, "cannot be read; it must be a file inside media/")
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxMedia+1))
	if err != nil || len(data) > maxMedia {
		return nil, wrongMedia(name, "cannot be read; is it being written?")
	}
	return data, nil
}

// CheckMedia reports what is wrong with a file of media/ in the place of a media_id or the address of a picture: an account
// that may not upload, no such file, or one that WeChat would not take as that kind. Of a media_id it knows nothing.
func (c *ProgramConfig) CheckMedia(kind, id string) error {
	if !isMediaFile(id) {
		return nil
	}
	name, ok := mediaFile(id)
	if !ok {
		instead := "a media_id"
		if kind == api.Picture {
			instead = "a link"
		}
		return fmt.Errorf("%s is no file; want %s, or a file under media/ of the account's folder, such as media/cup.jpg", quote(id), instead)
	}
	if kind == articleOnly {
		return fmt.Errorf("%s is a file; want the media_id of an article, such as draft/add gives", quote(id))
	}
	var refused *api.Error
	if errors.As(c.mayCall(), &refused) {
		return fmt.Errorf("%s is a file, which would have to be uploaded: %s", quote(id), refused.Hint)
	}
	err := api.CheckMedia(kind, path.Base(name), 1) // its name says the format
	if err == nil {
		var info fs.FileInfo
		if info, err = c.statMedia(name); err == nil {
			err = api.CheckMedia(kind, path.Base(name), info.Size())
		}
	}
	return ofMedia(name, err)
}

// ofMedia says of which file a field is wrong.
func ofMedia(name string, err error) error {
	var field *wechat.FieldError
	if errors.As(err, &field) && !isMediaFile(field.Field) {
		return wrongMedia(name, "%s", field.Reason)
	}
	return err
}

// CheckMediaContent reports what CheckMedia does not look at: a file that is no picture where WeChat takes nothing else, and
// one that nobody may read. A file that is not at hand, as in a draft, is not judged.
func (c *ProgramConfig) CheckMediaContent(kind, id string) error {
	name, ok := mediaFile(id)
	if !ok {
		return nil
	}
	if _, err := c.statMedia(name); err != nil {
		return nil // CheckMedia says so
	}
	file, err := c.Media.Open(name)
	if errors.Is(err, fs.ErrPermission) {
		return wrongMedia(name, "cannot be read: permission denied; the account that runs Moonwire needs the right to read it")
	}
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	first, err := io.ReadAll(io.LimitReader(file, 512))
	if err != nil {
		return nil
	}
	return ofMedia(name, api.CheckMediaContent(kind, path.Base(name), first))
}

// mediaHashes keeps the hashes of files of media/, so that a file is not read for each answer that shows it.
type mediaHashes struct {
	mu  sync.Mutex
	all map[string]mediaHash
}

type mediaHash struct {
	size    int64
	changed time.Time
	sum     [sha256.Size]byte
}

const (
	// maxMediaHashes is how many are kept; an account that uses more files reads some again.
	maxMediaHashes = 1_000
	// mediaSettled is how old a change of a file must be for its time to tell it from the next.
	mediaSettled = 2 * time.Second
)

// hashOfMedia is the hash of a file of media/.
func (p *Program) hashOfMedia(name string) (sum [sha256.Size]byte, err error) {
	info, err := p.config.statMedia(name)
	if err != nil {
		return sum, err
	}
	h := &p.media
	h.mu.Lock()
	known, ok := h.all[name]
	h.mu.Unlock()
	if ok && known.size == info.Size() && known.changed.Equal(info.ModTime()) {
		return known.sum, nil
	}
	size, sum, err := p.digestMedia(name)
	if err != nil {
		return sum, err
	}
	if age := time.Since(info.ModTime()); age >= 0 && age < mediaSettled {
		return sum, nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.all == nil || len(h.all) >= maxMediaHashes {
		h.all = map[string]mediaHash{}
	}
	h.all[strings.Clone(name)] = mediaHash{size, info.ModTime(), sum}
	return sum, nil
}

// digestMedia reads a file of media/ without keeping it.
func (p *Program) digestMedia(name string) (size int64, sum [sha256.Size]byte, err error) {
	file, err := p.config.Media.Open(name)
	if err != nil {
		return 0, sum, wrongMedia(name, "cannot be read; it must be a file inside media/")
	}
	defer func() { _ = file.Close() }()
	h := sha256.New()
	size, err = io.Copy(h, io.LimitReader(file, maxMedia+1))
	if err != nil || size > maxMedia {
		return 0, sum, wrongMedia(name, "cannot be read; is it being written?")
	}
	return size, [sha256.Size]byte(h.Sum(nil)), nil
}
