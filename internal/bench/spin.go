package main

import (
	"io"
	"net"
	"os"
	"runtime"
	"syscall"
	"time"
)

// spinning is a connection that asks again and again whether something has come, and never sleeps for it. A server that
// answers a sleeper pays for waking the sleeper's core, which on a virtual machine costs as much as an answer; and a fast
// server hardly pays it, since its generator has no time to sleep. So no server shall pay.
type spinning struct {
	net.Conn
	fd       int
	deadline time.Time
}

func spin(c net.Conn) (*spinning, error) {
	raw, err := c.(*net.TCPConn).SyscallConn()
	if err != nil {
		return nil, err
	}
	s := &spinning{Conn: c}
	err = raw.Control(func(fd uintptr) { s.fd = int(fd) })
	return s, err
}

// SetDeadline bounds reads and writes to come.
func (s *spinning) SetDeadline(at time.Time) error {
	s.deadline = at
	return s.Conn.SetDeadline(at)
}

func (s *spinning) Read(p []byte) (int, error) {
	for {
		n, err := syscall.Read(s.fd, p)
		switch {
		case err == nil && n > 0:
			return n, nil
		case err == nil:
			return 0, io.EOF
		case err != syscall.EAGAIN && err != syscall.EINTR:
			return 0, os.NewSyscallError("read", err)
		case !s.deadline.IsZero() && time.Now().After(s.deadline):
			return 0, os.ErrDeadlineExceeded
		}
		runtime.Gosched()
	}
}
