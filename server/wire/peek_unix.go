//go:build unix

package wire

import (
	"errors"
	"syscall"
)

// canPeek reports whether this system shows that a peer has hung up, without reading.
const canPeek = true

// hungUp reports whether the peer has closed its side, or the connection is broken, and nothing is left to be read.
func (c *Conn) hungUp() (gone bool) {
	var b [1]byte
	err := c.raw.Control(func(fd uintptr) {
		n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK)
		waits := errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EINTR)
		gone = !waits && (err != nil || n == 0)
	})
	return gone || err != nil
}
