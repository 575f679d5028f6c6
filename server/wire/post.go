package wire

import (
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	// lingerTime is how long the rest of a body may take that its handler did not want: a small one is there at once
	// and leaves the connection in use.
	lingerTime = 250 * time.Millisecond
	// mostUnwanted is the largest rest that is waited for; net/http has the same bound.
	mostUnwanted = 256 << 10
	// farewell is how long a peer that is still sending gets to read its answer before the connection is closed.
	farewell = 500 * time.Millisecond
)

// Post is one request, until its handler returns. Read is for the goroutine of the handler, the rest for any; only the
// first of Answer, Refuse and Drop counts.
type Post struct {
	Path   string // the prefix and one segment
	Query  string // as it came, without the question mark
	Length int    // of the body, as announced

	conn   *Conn
	body   []byte // what of the body has arrived and was not read
	coming int    // bytes of it that have not
	broken bool   // nor will
	began  time.Time

	mu       sync.Mutex // held while an answer is written
	now      time.Time  // the latest that is known
	settled  bool       // by the handler, or because it has returned
	answered bool
	dropped  bool
	status   int  // to be answered at the end, without a body
	last     bool // the connection ends with this request

	goneMu sync.Mutex
	gone   chan struct{}
	left   bool // the peer has hung up, or the request is over: gone is closed
}

func newPost(c *Conn, h head, body []byte) *Post {
	target, now := string(h.target), time.Now()
	p := &Post{
		Path: target[:h.path], Length: h.length, conn: c,
		body: body, coming: h.length - len(body), last: h.last, began: now, now: now, status: http.StatusOK,
	}
	if h.path < len(target) {
		p.Query = target[h.path+1:]
	}
	return p
}

// RemoteAddr is the peer's address and port.
func (p *Post) RemoteAddr() string { return p.conn.RemoteAddr().String() }

// Arrived is the body, when all of it is there and nothing was read of it. It is good until the handler returns.
func (p *Post) Arrived() (body []byte, whole bool) {
	return p.body, p.coming == 0 && len(p.body) == p.Length
}

// Read reads the body.
func (p *Post) Read(b []byte) (n int, err error) {
	switch {
	case len(b) == 0:
		return 0, nil
	case len(p.body) > 0:
		n = copy(b, p.body)
		p.body = p.body[n:]
		return n, nil
	case p.coming == 0:
		return 0, io.EOF
	}
	n, err = p.conn.Conn.Read(b[:min(len(b), p.coming)])
	p.coming -= n
	if err == io.EOF && p.coming > 0 {
		p.broken, err = true, io.ErrUnexpectedEOF
	}
	return n, err
}

// SetReadDeadline bounds the reading of the body anew. It may be called while it is read.
func (p *Post) SetReadDeadline(t time.Time) error { return p.conn.Conn.SetReadDeadline(t) }

// Answer writes 200 and a body, at once and in one piece. last: the connection brings no further request.
func (p *Post) Answer(contentType string, body []byte, last bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.settled {
		return errOver
	}
	p.settled, p.answered = true, true
	p.last = p.last || p.coming > 0 || p.conn.s.ending.Load()
	err := p.write(answer{status: http.StatusOK, contentType: contentType, body: body, early: last, last: p.last})
	p.last = p.last || last
	return err
}

// Refuse answers with a status and no body when the handler returns.
func (p *Post) Refuse(status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.settled {
		p.settled, p.status = true, status
	}
}

// Drop closes the connection unanswered when the handler returns.
func (p *Post) Drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.settled {
		p.settled, p.dropped = true, true
	}
}

// write is called with the mutex held.
func (p *Post) write(a answer) error {
	c := p.conn
	p.now = time.Now()
	if d := c.s.writeTime; !near(c.writeBy, p.now, d) {
		c.writeBy = p.now.Add(d)
		_ = c.Conn.SetWriteDeadline(c.writeBy)
	}
	out := c.s.answers.Get().(*[]byte)
	a.date = c.s.date(p.now)
	*out = appendAnswer((*out)[:0], a)
	_, err := c.Conn.Write(*out)
	if cap(*out) <= mostKept {
		c.s.answers.Put(out)
	}
	p.last = p.last || err != nil
	return err
}

// finish ends a request whose handler has returned; false: the connection cannot bring another.
func (p *Post) finish() bool {
	p.mu.Lock()
	p.settled = true
	answered, dropped := p.answered, p.dropped
	p.mu.Unlock()
	if dropped {
		return false
	}
	if !answered { // and nobody else will: what follows is this goroutine's
		broken := p.broken // net/http does not tell those who have closed their side already
		p.last = p.last || !broken && !p.discard() || p.conn.s.ending.Load()
		_ = p.write(answer{status: p.status, last: p.last})
		p.last = p.last || broken
	}
	if p.coming > 0 {
		p.conn.sayFarewell()
	}
	return !p.last
}

// discard waits a little for what the handler did not want of the body.
func (p *Post) discard() bool {
	if len(p.body)+p.coming >= mostUnwanted {
		return false
	}
	if p.body = nil; p.coming == 0 {
		return true
	}
	p.conn.readTill(time.Now().Add(lingerTime))
	_, err := io.Copy(io.Discard, p)
	return err == nil
}

// Gone is closed when the peer has hung up, soon after; and when the handler has returned.
func (p *Post) Gone() <-chan struct{} {
	p.goneMu.Lock()
	defer p.goneMu.Unlock()
	if p.gone == nil {
		p.gone = make(chan struct{})
		if p.left {
			close(p.gone)
		} else {
			p.conn.s.gone.watch(p)
		}
	}
	return p.gone
}

// HungUp reports whether the peer has hung up. Within the first milliseconds of a request nobody looks.
func (p *Post) HungUp() bool {
	p.goneMu.Lock()
	left := p.left
	p.goneMu.Unlock()
	return left || time.Since(p.began) > moment && p.conn.hungUp()
}

// leave closes Gone; it reports whether somebody had asked for that.
func (p *Post) leave() (watched bool) {
	p.goneMu.Lock()
	defer p.goneMu.Unlock()
	if p.gone != nil && !p.left {
		close(p.gone)
	}
	p.left = true
	return p.gone != nil
}
