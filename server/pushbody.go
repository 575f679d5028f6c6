package server

import (
	"errors"
	"io"
	"net"
	"sync"

	"moonwire/server/openapi"
)

const (
	// maxBody is the largest push that is read. WeChat's own are a few KiB; compatible mode triples them.
	maxBody = 1 << 20
	// usualBody is room for nearly every push; keptBody is the largest room that is used again.
	usualBody = 4 << 10
	keptBody  = 64 << 10
)

// pushBody is the body of a push, which the bot asks for once it knows who signed the query. Its room grows with
// what arrives: a length that was only announced costs nothing.
type pushBody struct {
	exchange *exchange
	from     io.ReadCloser
	length   int64 // as announced, -1 = not
	pool     *sync.Pool
	buf      *[]byte
	read     bool // and not done
}

// Read reads all of it. Whoever is cut off to make room for others is not answered, so that WeChat asks again.
func (p *pushBody) Read() ([]byte, error) {
	if p.length > maxBody {
		return nil, errTooLarge
	}
	p.read = true
	if a, ok := p.from.(*arrival); ok {
		if body, there, err := a.all(); there {
			return body, p.crowded(err)
		}
	}
	p.buf = p.pool.Get().(*[]byte)
	err := p.fill()
	return *p.buf, p.crowded(err)
}

// crowded drops whoever found no room.
func (p *pushBody) crowded(err error) error {
	if errors.Is(err, openapi.ErrCrowded) {
		p.exchange.Drop()
	}
	return err
}

func (p *pushBody) fill() error {
	buf := (*p.buf)[:0]
	for {
		if len(buf) == cap(buf) {
			buf = append(make([]byte, 0, min(2*cap(buf), maxBody+1)), buf...)
		}
		n, err := p.from.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		*p.buf = buf
		switch {
		case len(buf) > maxBody:
			return errTooLarge
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return cutOff(err)
		}
	}
}

// Done gives the room back.
func (p *pushBody) Done() {
	if !p.read {
		return
	}
	p.read = false
	_ = p.from.Close()
	if p.buf != nil && cap(*p.buf) <= keptBody {
		p.pool.Put(p.buf)
	}
	p.buf = nil
}

func newBodies() *sync.Pool {
	return &sync.Pool{New: func() any { b := make([]byte, 0, usualBody); return &b }}
}

var errTooLarge = errors.New("the body is larger than 1 MiB")

// cutOff says in plain words why a body did not arrive.
func cutOff(err error) error {
	timeout, ok := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, openapi.ErrCrowded):
		return err
	case ok && timeout.Timeout():
		return errors.New("the body did not arrive in time")
	}
	return errors.New("the connection broke before the body was there")
}
