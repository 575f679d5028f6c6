package account

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"syscall"
	"time"
)

// MaxSecretFile is how many bytes a file may have that a secret stands in.
const MaxSecretFile = 64 << 10

// MaxYAMLFile is how many bytes an account.yaml or a moonwire.yaml may have.
const MaxYAMLFile = 128 << 10

// How long a file may take to be read, and how many that do not answer are waited for at the same time: each
// holds a thread of the process.
const (
	filePatience = 5 * time.Second
	filesHanging = 32
)

// FileReader reads files that somebody names: regular ones only, never more than Limit bytes, and not for ever.
// A pipe, a device or a socket is not opened; a file on a file system that does not answer is given up, and is
// not asked again before it does. Safe for concurrent use.
type FileReader struct {
	Limit    int64         // bytes
	Patience time.Duration // 0 = 5 s

	mu      sync.Mutex
	hanging map[string]int // files that did not answer in time and still do not
}

// FileError says why a file that is there is not read.
type FileError struct{ Why string }

func (e *FileError) Error() string { return e.Why }

// Read returns what a file holds. The error is a *FileError or one of the operating system.
func (r *FileReader) Read(path string) ([]byte, error) {
	return r.within(path, func() ([]byte, error) {
		return readRegular(r.Limit, func() (fs.FileInfo, error) { return os.Stat(path) },
			func() (*os.File, error) { return os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) })
	})
}

// ReadIn is Read for a file below root.
func (r *FileReader) ReadIn(root *os.Root, name string) ([]byte, error) {
	return r.within(root.Name()+"/"+name, func() ([]byte, error) {
		return readRegular(r.Limit, func() (fs.FileInfo, error) { return root.Stat(name) },
			func() (*os.File, error) { return root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) })
	})
}

// within reads beside the caller, who waits as long as its patience lasts.
func (r *FileReader) within(file string, read func() ([]byte, error)) ([]byte, error) {
	if err := r.admit(file); err != nil {
		return nil, err
	}
	patience := r.Patience
	if patience == 0 {
		patience = filePatience
	}
	var body []byte
	var err error
	var hangs bool // guarded by mu
	done := make(chan struct{})
	go func() { // nobody waits for it when the operating system does not come back
		body, err = read()
		r.mu.Lock()
		defer r.mu.Unlock()
		if hangs {
			r.answered(file)
		}
		close(done)
	}()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-done:
		return body, err
	case <-timer.C:
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-done:
		return body, err
	default:
	}
	hangs = true
	if r.hanging == nil {
		r.hanging = map[string]int{}
	}
	r.hanging[file]++
	return nil, &FileError{fmt.Sprintf("does not answer within %s; the file system it lies on hangs", patience)}
}

// admit refuses what would only hang too.
func (r *FileReader) admit(file string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.hanging[file] > 0:
		return &FileError{"does not answer: an earlier attempt to read it still hangs"}
	case len(r.hanging) >= filesHanging:
		return &FileError{fmt.Sprintf("is not read: %d other files do not answer", len(r.hanging))}
	}
	return nil
}

func (r *FileReader) answered(file string) {
	if r.hanging[file]--; r.hanging[file] == 0 {
		delete(r.hanging, file)
	}
}

// readRegular looks before it opens, since opening alone can wait (pipes) or act (devices), and once more
// afterwards, since what it looked at may have been replaced.
func readRegular(limit int64, stat func() (fs.FileInfo, error), open func() (*os.File, error)) ([]byte, error) {
	info, err := stat()
	if err != nil {
		return nil, err
	}
	if err := regular(info, limit); err != nil {
		return nil, err
	}
	file, err := open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	if info, err = file.Stat(); err != nil {
		return nil, err
	}
	if err := regular(info, limit); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(file, limit+1))
	switch {
	case errors.Is(err, syscall.EAGAIN):
		return nil, &FileError{"is no file that can be read at once"}
	case err != nil:
		return nil, err
	case int64(len(body)) > limit:
		return nil, tooLarge(limit)
	}
	return body, nil
}

func regular(info fs.FileInfo, limit int64) error {
	switch mode := info.Mode(); {
	case mode.IsDir():
		return &FileError{"is a folder; want a file"}
	case mode&fs.ModeNamedPipe != 0:
		return &FileError{"is a pipe; want a regular file"}
	case mode&fs.ModeDevice != 0:
		return &FileError{"is a device; want a regular file"}
	case !mode.IsRegular():
		return &FileError{"is not a regular file"}
	case info.Size() > limit:
		return tooLarge(limit)
	}
	return nil
}

func tooLarge(limit int64) error {
	return &FileError{fmt.Sprintf("has more than %d KiB, which is all that is read here", limit>>10)}
}
