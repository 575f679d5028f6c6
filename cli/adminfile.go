package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"moonwire/account"
	"moonwire/store"
)

// adminFileName is where commands find the running moonwire: two lines, its URL and its token.
const adminFileName = "admin.token"

// adminFileAgain is how long a process waits before it looks again whether the file can be its own.
const adminFileAgain = time.Second

// newAdminToken makes the token of this process.
func newAdminToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // it does not fail: crypto/rand ends the process first
	return hex.EncodeToString(b[:])
}

// adminFile tells commands where this process is. Of several on one data folder the first has the file, under a lock that
// ends with its process; when it ends, however it does, another one takes its place. So the file of a process that runs
// is never another's, and one that nobody holds is a remainder.
type adminFile struct {
	path, url, token string
	log              *slog.Logger
	release          func() error // of the lock; nil = another process has it
}

// newAdminFile is the file of a process whose operator's listener is socket.
func newAdminFile(data string, socket net.Listener, token string, log *slog.Logger) *adminFile {
	return &adminFile{path: filepath.Join(data, adminFileName), url: "http://" + reachable(socket), token: token, log: log}
}

// reachable is an address by which this machine reaches a socket: the socket's own, or loopback for one that listens on
// all addresses, which take both kinds.
func reachable(socket net.Listener) string {
	at, ok := socket.Addr().(*net.TCPAddr)
	if !ok || !at.IP.IsUnspecified() {
		return socket.Addr().String()
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(at.Port))
}

// during has the file while work runs, or waits for it.
func (f *adminFile) during(work func() error) error {
	ctx, stop := context.WithCancel(context.Background())
	taken := make(chan struct{})
	told := f.take(false)
	go func() {
		defer close(taken)
		f.wait(ctx, told)
	}()
	err := work()
	stop()
	<-taken
	f.leave()
	return err
}

// wait takes the file as soon as that can be.
func (f *adminFile) wait(ctx context.Context, told bool) {
	tick := time.NewTicker(adminFileAgain)
	defer tick.Stop()
	for f.release == nil {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			told = f.take(told)
		}
	}
}

// take writes the file, unless another process has it, and says what keeps it from that; once.
func (f *adminFile) take(told bool) bool {
	release, err := store.Hold(f.path)
	if errors.Is(err, store.ErrInUse) {
		return told
	}
	if err == nil {
		if err = writeWhole(f.path, []byte(f.content())); err == nil {
			f.release = release
			return told
		}
		_ = release()
	}
	if !told {
		f.log.Warn("commands such as `moonwire accounts list` do not find this process: its file cannot be written; it is tried again", "file", f.path, "error", systemWords(err))
	}
	return true
}

func (f *adminFile) content() string { return f.url + "\n" + f.token + "\n" }

// leave removes the file, if it is ours still, and lets another process have it.
func (f *adminFile) leave() {
	if f.release == nil {
		return
	}
	files := account.FileReader{Limit: maxAdminFile}
	if there, err := files.Read(f.path); err == nil && string(there) == f.content() {
		_ = os.Remove(f.path)
	}
	_ = f.release()
}
