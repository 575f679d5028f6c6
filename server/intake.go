package server

import (
	linked "container/list"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"moonwire/server/openapi"
)

// linger is how long the rest of a body may take that its handler did not want: a small one is there at once and
// leaves the connection in use; whoever sends nothing more is cut off.
const linger = 250 * time.Millisecond

// intake bounds what bodies under way cost: their number, and the bytes of all that have arrived until their handlers
// are done with them. Where there is no room, the one that has been arriving for longest is cut off: honest ones
// are there within milliseconds. How long any may take is the listener's ReadTimeout.
type intake struct {
	number int
	bytes  int64
	all    *atomic.Int64 // of the process: what every intake holds

	mu       sync.Mutex
	held     int64
	arriving linked.List // of *arrival, the longest under way first
}

// arrival is a body under way, in the place of the request's own.
type arrival struct {
	in    *intake
	conn  readDeadline
	body  io.Reader
	whole []byte // of it, where it is there already
	there bool

	// Guarded by the intake's mutex.
	place *linked.Element // in arriving
	held  int64
	state arrivalState
}

// readDeadline bounds the reading of a connection.
type readDeadline interface{ SetReadDeadline(t time.Time) error }

type arrivalState uint8

const (
	bodyUntouched arrivalState = iota
	bodyBegun
	bodyWhole
	bodyBroken
	bodyCut  // to make room for others
	bodyDone // its handler wants no more of it
)

func newIntake(number int, bytes int64, all *atomic.Int64) *intake {
	if all == nil {
		all = new(atomic.Int64)
	}
	return &intake{number: number, bytes: bytes, all: all}
}

// guard counts the bodies that next reads.
func (in *intake) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody {
			next.ServeHTTP(w, r)
			return
		}
		a := &arrival{in: in, conn: http.NewResponseController(w), body: r.Body}
		defer a.leave()
		own := *r // net/http goes on looking at the body that it made
		own.Body = a
		next.ServeHTTP(w, &own)
	})
}

// Read reads what has arrived.
func (a *arrival) Read(p []byte) (int, error) {
	if err := a.in.enter(a); err != nil {
		return 0, err
	}
	n, err := a.body.Read(p)
	if !a.in.take(a, n, err) {
		return 0, openapi.ErrCrowded
	}
	return n, err
}

// all is the whole body, where it is there already. From now on it counts.
func (a *arrival) all() (body []byte, there bool, err error) {
	if a.there && !a.in.takeWhole(a) {
		err = openapi.ErrCrowded
	}
	return a.whole, a.there, err
}

// Close says that what was read is held no longer.
func (a *arrival) Close() error {
	a.end()
	return nil
}

// leave ends the body with its request.
func (a *arrival) leave() {
	if before := a.end(); before != bodyWhole && before != bodyCut {
		a.deadline(time.Now().Add(linger))
	}
}

func (a *arrival) end() (before arrivalState) {
	a.in.mu.Lock()
	defer a.in.mu.Unlock()
	before = a.state
	a.in.forget(a)
	if a.state != bodyCut && a.state != bodyWhole {
		a.state = bodyDone
	}
	return before
}

// deadline bounds the reading of the connection; without one, as in tests, there is nothing to bound.
func (a *arrival) deadline(t time.Time) { _ = a.conn.SetReadDeadline(t) }

// enter lists a body when its reading begins.
func (in *intake) enter(a *arrival) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	switch a.state {
	case bodyUntouched:
	case bodyCut:
		return openapi.ErrCrowded
	case bodyDone:
		return http.ErrBodyReadAfterClose
	default:
		return nil
	}
	for in.arriving.Len() >= in.number {
		in.cut(in.arriving.Front().Value.(*arrival))
	}
	a.state, a.place = bodyBegun, in.arriving.PushBack(a)
	return nil
}

// take counts what has arrived; false when the body was cut.
func (in *intake) take(a *arrival, n int, err error) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if a.state == bodyCut {
		return false
	}
	in.hold(a, int64(n))
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		a.state = bodyWhole
		in.unlist(a)
	default:
		a.state = bodyBroken
		in.unlist(a)
	}
	return in.fit(a)
}

// takeWhole counts a body that is there already; false when there is no room for it.
func (in *intake) takeWhole(a *arrival) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	a.state = bodyWhole
	in.hold(a, int64(len(a.whole)))
	return in.fit(a)
}

// fit makes room for what a body has brought; false when that body was cut.
func (in *intake) fit(a *arrival) bool {
	for in.held > in.bytes && a.state != bodyCut {
		in.cut(in.slowest(a))
	}
	return a.state != bodyCut
}

// slowest is the body that has been arriving for longest and holds something; the one that asks only where there
// is no other.
func (in *intake) slowest(but *arrival) *arrival {
	for e := in.arriving.Front(); e != nil; e = e.Next() {
		if a := e.Value.(*arrival); a != but && a.held > 0 {
			return a
		}
	}
	return but
}

// cut calls out under the lock: the connection must not have come to its next request.
func (in *intake) cut(a *arrival) {
	in.forget(a)
	if a.state != bodyWhole {
		a.deadline(time.Unix(1, 0))
	}
	a.state = bodyCut
}

func (in *intake) forget(a *arrival) {
	in.unlist(a)
	in.hold(a, -a.held)
}

func (in *intake) hold(a *arrival, n int64) {
	a.held += n
	in.held += n
	in.all.Add(n)
}

func (in *intake) unlist(a *arrival) {
	if a.place != nil {
		in.arriving.Remove(a.place)
		a.place = nil
	}
}
