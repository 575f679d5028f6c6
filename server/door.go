package server

import (
	"errors"
	"log/slog"
	"net"
	"sync"
	"syscall"
	"time"
)

// door accepts connections of one listener while there is room.
type door struct {
	net.Listener
	connections *Connections
	log         *slog.Logger
	closing     sync.Once
	closed      chan struct{}
}

// Accept waits for room. When the system has no files left it closes connections at rest: a push must not wait for
// those to end by themselves.
func (d *door) Accept() (net.Conn, error) {
	for {
		if wait, patience := d.connections.room(); wait != nil {
			if !d.pause(wait, patience) {
				return nil, net.ErrClosed
			}
			continue
		}
		conn, err := d.Listener.Accept()
		if err == nil || !outOfFiles(err) {
			return conn, err
		}
		if d.connections.noise.Allow() {
			d.log.Warn("no more connections can be opened: the process or the system is out of files; raise the limit of open files (ulimit -n, LimitNOFILE)", "error", err)
		}
		if wait, patience := d.connections.spare(); wait != nil && !d.pause(wait, patience) {
			return nil, net.ErrClosed
		}
	}
}

// pause waits until there may be room, at most for a time that is not 0; false when the listener is closed.
func (d *door) pause(wait <-chan struct{}, most time.Duration) bool {
	var over <-chan time.Time
	if most > 0 {
		timer := time.NewTimer(most)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-wait:
	case <-over:
	case <-d.closed:
		return false
	}
	return true
}

// Close ends the waiting too.
func (d *door) Close() error {
	d.closing.Do(func() { close(d.closed) })
	return d.Listener.Close()
}

func outOfFiles(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) ||
		errors.Is(err, syscall.ENOBUFS) || errors.Is(err, syscall.ENOMEM)
}
