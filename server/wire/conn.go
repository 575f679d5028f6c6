package wire

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// room is how many bytes of a connection are read at once: a plain head fits, and nearly every body behind it.
const room = 4 << 10

// slack is by how much the long times of a connection may be shorter than said, so that they are not set at each request.
const slack = 5 * time.Second

// sign is how many bytes net/http takes for the sign of a further request. Line ends among them are nothing after a POST.
const sign = 4

// Conn is an accepted connection. Until it brings something that is not plain, this package reads it; from then on
// net/http does, from the first byte of that on.
type Conn struct {
	net.Conn
	s   *Server
	raw syscall.RawConn

	stage atomic.Int32
	ended sync.Once

	// Of the goroutine that reads.
	readBy  time.Time // what reads are given till
	writeBy time.Time // what writes are; of the one who answers
	inHead  bool      // the time of a head is running
	between bool      // a request is over, of the next there is no sign

	// Of net/http, once it reads: what has been read before, in a buffer to give back, and how long that took.
	before []byte
	buffer *[room]byte
	spent  time.Duration
	missed int // requests that might have been plain
}

// The stages of a connection.
const (
	resting    int32 = iota
	busy             // with a request
	busyToEnd        // likewise, and to be closed after it
	handedOver       // net/http's
	closed
)

// near reports whether a time that is set already will do for d from now on.
func near(set, now time.Time, d time.Duration) bool {
	short := d - set.Sub(now)
	return short >= 0 && short < min(slack, d/8)
}

// errOver ends a connection in order.
var errOver = errors.New("the connection is over")

// posts serves plain requests until the connection ends, or until the first n bytes of p are not for this package.
func (c *Conn) posts(p []byte) (n int, err error) {
	c.beginHead()
	for {
		if c.between && n >= sign {
			n = c.skipLineEnds(p, n)
		}
		if !c.between {
			h, f := readHead(p[:n], c.s.start)
			if f == plain {
				if n, err = c.serve(h, p, n); err != nil {
					return 0, err
				}
				continue
			}
			if f == foreign || n == len(p) {
				return n, nil
			}
			if !c.inHead {
				c.beginHead()
			}
		}
		m, err := c.Conn.Read(p[n:])
		switch n += m; {
		case err == nil:
		case n == 0 || c.between || errors.Is(err, os.ErrDeadlineExceeded):
			return 0, err
		default: // net/http finds it again, and may have something to say to half a head
			return n, nil
		}
	}
}

func (c *Conn) beginHead() {
	c.inHead = true
	c.readTill(time.Now().Add(c.s.headTime()))
}

// skipLineEnds begins a further request. It passes over what old clients send behind a body, as net/http does.
func (c *Conn) skipLineEnds(p []byte, n int) int {
	c.between = false
	i := 0
	for i < sign && (p[i] == '\r' || p[i] == '\n') {
		i++
	}
	if i == 0 {
		return n
	}
	return copy(p, p[i:n])
}

// serve serves the plain request at the beginning of p[:n], and moves what follows it there.
func (c *Conn) serve(h head, p []byte, n int) (left int, err error) {
	if !c.stage.CompareAndSwap(resting, busy) {
		return 0, errOver
	}
	c.s.hook(c, http.StateActive)
	whole := min(h.size+h.length, n)
	post := newPost(c, h, p[h.size:whole])
	if post.coming > 0 { // before anybody else can bound the reading
		c.readTill(post.began.Add(c.s.bodyTime()))
	}
	if !c.run(post) {
		return 0, errOver
	}
	c.s.hook(c, http.StateIdle)
	if !c.stage.CompareAndSwap(busy, resting) {
		return 0, errOver
	}
	c.between, c.inHead = true, false
	if d := c.s.idleTime(); !near(c.readBy, post.now, d) {
		c.readTill(post.now.Add(d))
	}
	return copy(p, p[whole:n]), nil
}

// run serves one request; false: the connection cannot bring another. A panic goes on to whoever reads.
func (c *Conn) run(p *Post) (again bool) {
	defer func() {
		if p.leave() {
			c.s.gone.forget(p)
		}
		if !again {
			_ = c.end()
		}
	}()
	c.s.serve(p)
	return p.finish()
}

func (c *Conn) readTill(t time.Time) {
	c.readBy = t
	_ = c.Conn.SetReadDeadline(t)
}

// Read gives net/http what was read before, then what comes.
func (c *Conn) Read(p []byte) (int, error) {
	if c.buffer == nil {
		return c.Conn.Read(p)
	}
	n := copy(p, c.before)
	if c.before = c.before[n:]; len(c.before) == 0 {
		c.s.buffers.Put(c.buffer)
		c.before, c.buffer = nil, nil
	}
	return n, nil
}

// handOver makes the connection net/http's, beginning with n bytes of buffer; false when it is closed.
func (c *Conn) handOver(buffer *[room]byte, n int) bool {
	if !c.writeBy.IsZero() {
		_ = c.Conn.SetWriteDeadline(time.Time{})
	}
	if c.inHead {
		c.spent = max(0, c.s.headTime()-time.Until(c.readBy))
	}
	if n > 0 {
		c.before, c.buffer = buffer[:n], buffer
	}
	return c.stage.CompareAndSwap(resting, handedOver)
}

// SetReadDeadline takes from the first time that net/http gives a head what this package has waited for it.
func (c *Conn) SetReadDeadline(t time.Time) error {
	if c.spent > 0 && !t.IsZero() {
		t, c.spent = t.Add(-c.spent), 0
	}
	return c.Conn.SetReadDeadline(t)
}

// CloseWrite says that nothing more will be written; net/http asks for it, too.
func (c *Conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// Close closes, after the request that is being served, if there is one.
func (c *Conn) Close() error {
	if c.stage.CompareAndSwap(busy, busyToEnd) || c.stage.Load() == busyToEnd {
		return nil
	}
	return c.end()
}

// closeOurs closes what net/http does not read: it closes its own.
func (c *Conn) closeOurs() {
	for {
		switch stage := c.stage.Load(); {
		case stage == resting && c.stage.CompareAndSwap(resting, closed):
			_ = c.end()
			return
		case stage == busy && c.stage.CompareAndSwap(busy, busyToEnd):
			return
		case stage != resting && stage != busy:
			return
		}
	}
}

// end closes at once, whatever is under way.
func (c *Conn) end() (err error) {
	c.ended.Do(func() {
		c.stage.Store(closed)
		err = c.Conn.Close()
		c.s.forget(c)
	})
	return err
}

// sayFarewell lets a peer that is still sending read its answer, which closing would destroy.
func (c *Conn) sayFarewell() {
	if c.CloseWrite() != nil {
		return
	}
	c.readTill(time.Now().Add(farewell))
	_, _ = io.Copy(io.Discard, c.Conn)
}
