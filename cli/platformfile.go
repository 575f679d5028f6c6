package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"moonwire/account"
	"moonwire/store"
	"moonwire/wechat/sim"
)

// platformFile is where dev keeps what its stand-in platform has, in the data folder.
const platformFileName = "platform.json"

// maxPlatformFile is how large that file may be: media stand in it.
const maxPlatformFileSize = 1 << 30

// keepEvery is how often what the stand-in platform has is written, when it changed: what a kill -9 may lose.
const keepEvery = 2 * time.Second

// platformFile keeps what a stand-in platform has in a file, so that fans, menus and media outlive a restart.
type platformFile struct {
	platform *sim.Platform
	path     string // "" keeps nothing
	whole    bool   // settings and secrets of the accounts too
	log      *slog.Logger
	written  [sha256.Size]byte
}

// claim takes the data folder of a dev, empties it if that is wished, and reads what is kept there.
func (k *platformFile) claim(data string, fresh bool) (release func(), err error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder %s cannot be made: %s", data, systemWords(err))
	}
	if release, err = k.hold("another `moonwire dev` runs on this folder; stop it first, or choose another with --data"); err != nil {
		return nil, err
	}
	if fresh {
		err = emptyData(data)
	}
	if err == nil {
		err = k.load()
	}
	if err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// begin takes and reads the file of a platform that runs alone.
func (k *platformFile) begin() (release func(), err error) {
	if release, err = k.hold("another `moonwire platform` keeps " + filepath.Base(k.path) + " there; stop it first, or choose another file with --state"); err != nil {
		return nil, err
	}
	if err = k.load(); err == nil {
		err = k.save() // a file that cannot be written is told now, not after an hour's work
	}
	if err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// hold takes the file for this process: two that write it would each undo what the other wrote.
func (k *platformFile) hold(why string) (release func(), err error) {
	if k.path == "" {
		return func() {}, nil
	}
	free, err := store.Hold(k.path)
	switch {
	case errors.Is(err, store.ErrInUse):
		return nil, fmt.Errorf("%s: %s", filepath.Dir(k.path), why)
	case err != nil:
		return nil, fmt.Errorf("what the stand-in WeChat has cannot be kept in %s: %s", k.path, systemWords(err))
	}
	return func() { _ = free() }, nil
}

// emptyData removes what dev keeps, and nothing else that may lie in the folder.
func emptyData(dir string) error {
	err := store.Empty(filepath.Join(dir, "moonwire.db"))
	if errors.Is(err, store.ErrInUse) {
		return fmt.Errorf("%s cannot be emptied: another moonwire runs on this folder; stop it first", dir)
	}
	kept, _ := filepath.Glob(filepath.Join(dir, platformFileName+"*"))
	for _, f := range kept {
		if err == nil && f != filepath.Join(dir, platformFileName+".lock") {
			err = os.Remove(f)
		}
	}
	if err != nil {
		return fmt.Errorf("%s cannot be emptied: %s", dir, systemWords(err))
	}
	return nil
}

// load reads the file, if there is one.
func (k *platformFile) load() error {
	if k.path == "" {
		return nil
	}
	files := account.FileReader{Limit: maxPlatformFileSize, Patience: time.Minute}
	body, err := files.Read(k.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = k.platform.Load(bytes.NewReader(body))
	}
	if err != nil {
		return fmt.Errorf("what the stand-in WeChat kept cannot be read; move %s away to begin anew: %w", k.path, err)
	}
	k.written = sha256.Sum256(body)
	return nil
}

// during writes the file while work runs and once more when it has ended.
func (k *platformFile) during(work func() error) error {
	if k.path == "" {
		return work()
	}
	ctx, stop := context.WithCancel(context.Background())
	kept := make(chan error, 1)
	go func() { kept <- k.run(ctx) }()
	err := work()
	stop()
	return errors.Join(err, <-kept)
}

func (k *platformFile) run(ctx context.Context) error {
	ticks := time.NewTicker(keepEvery)
	defer ticks.Stop()
	failed := false
	for {
		select {
		case <-ctx.Done():
			return k.save()
		case <-ticks.C:
		}
		err := k.save()
		if err != nil && !failed {
			k.log.Warn(err.Error())
		}
		failed = err != nil
	}
}

// save puts a new file in the place of the old one, so that there is always a whole one.
func (k *platformFile) save() error {
	if k.path == "" {
		return nil
	}
	if err := k.write(); err != nil {
		return fmt.Errorf("what the stand-in WeChat has cannot be kept: %w", err)
	}
	return nil
}

func (k *platformFile) write() error {
	var b bytes.Buffer
	write := k.platform.Save
	if k.whole {
		write = k.platform.SaveAll
	}
	if err := write(&b); err != nil {
		return err
	}
	sum := sha256.Sum256(b.Bytes())
	if sum == k.written {
		return nil
	}
	if err := writeWhole(k.path, b.Bytes()); err != nil {
		return err
	}
	k.written = sum
	return nil
}
