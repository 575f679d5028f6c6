package server

import (
	linked "container/list"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Connections bounds the open connections of a process, over all its listeners. Those at rest, which have no request
// under way, make room for newcomers: the one that has been resting for longest is closed first. Where all are at
// work, newcomers wait to be accepted. Safe for concurrent use.
type Connections struct {
	most   int // open at once
	silent int // of those, that have not asked for anything yet
	// grace is how long a new connection may say nothing before it can be closed: a request that comes with it may
	// have to wait for a processor.
	grace time.Duration
	noise *rate.Limiter

	mu        sync.Mutex
	open      map[net.Conn]*linked.Element // nil while a request is under way
	newcomers linked.List                  // of rest, the longest first: those that have not asked for anything yet
	idle      linked.List                  // of rest: those that have
	freed     chan struct{}                // closed when there may be room again; nil when nobody waits
}

// rest is a connection at rest.
type rest struct {
	conn  net.Conn
	since time.Time
}

const (
	mostConnections = 10_000 // one costs some 10 KiB
	newcomersGrace  = 250 * time.Millisecond
)

// NewConnections leaves a quarter of the files that the process may open, 64 at least, to the store, the scripts and
// calls to WeChat. files 0 = as many as the system says.
func NewConnections(files int) *Connections {
	if files <= 0 {
		files = OpenFiles()
	}
	most := min(max(files-max(64, files/4), 8), mostConnections)
	return &Connections{
		most: most, silent: max(most/8, min(most, 128)), grace: newcomersGrace,
		open: map[net.Conn]*linked.Element{}, noise: rate.NewLimiter(rate.Every(time.Minute), 1),
	}
}

// state is net/http's ConnState hook.
func (c *Connections) state(conn net.Conn, s http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	place, known := c.open[conn]
	if s != http.StateNew && !known {
		return // it was closed to make room
	}
	c.stir(place)
	switch s {
	case http.StateNew:
		c.open[conn] = c.newcomers.PushBack(rest{conn, time.Now()})
	case http.StateActive:
		c.open[conn] = nil
	case http.StateIdle:
		c.open[conn] = c.idle.PushBack(rest{conn, time.Now()})
	default:
		delete(c.open, conn)
	}
	c.tell()
}

// stir takes a connection off the list where it rested.
func (c *Connections) stir(place *linked.Element) {
	if place != nil { // each list passes over what is another's
		c.newcomers.Remove(place)
		c.idle.Remove(place)
	}
}

// oldest is the place of the connection that has been resting for longest, and since when.
func oldest(of *linked.List) (place *linked.Element, since time.Time) {
	if place = of.Front(); place != nil {
		since = place.Value.(rest).since
	}
	return place, since
}

// shed closes the connection that has been resting for longest. When there is none to close, patience says how long
// until there may be one; 0 = nobody knows.
func (c *Connections) shed(now time.Time, newcomersOnly bool) (done bool, patience time.Duration) {
	newcomer, came := oldest(&c.newcomers)
	resting, since := oldest(&c.idle)
	if newcomersOnly {
		resting = nil
	}
	ripe := newcomer != nil && now.Sub(came) >= c.grace
	switch {
	case ripe && (resting == nil || came.Before(since)):
		c.shut(newcomer)
	case resting != nil:
		c.shut(resting)
	case newcomer != nil:
		return false, c.grace - now.Sub(came)
	default:
		return false, 0
	}
	return true, 0
}

// shut closes under the lock, so that a request that comes this very moment is not counted.
func (c *Connections) shut(place *linked.Element) {
	conn := place.Value.(rest).conn
	c.stir(place)
	delete(c.open, conn)
	_ = conn.Close()
}

func (c *Connections) tell() {
	if c.freed != nil {
		close(c.freed)
		c.freed = nil
	}
}

func (c *Connections) wait() <-chan struct{} {
	if c.freed == nil {
		c.freed = make(chan struct{})
	}
	return c.freed
}

// room makes room for one more connection. When it cannot, it is worth asking again once wait is closed, or after
// patience where that is not 0.
func (c *Connections) room() (wait <-chan struct{}, patience time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for now := time.Now(); len(c.open) >= c.most || c.newcomers.Len() >= c.silent; {
		done, patience := c.shed(now, len(c.open) < c.most)
		if !done {
			return c.wait(), patience
		}
	}
	return nil, 0
}

// outOfFilesPause is how long accepting waits when the system has no files left and none of ours can be freed.
const outOfFilesPause = 20 * time.Millisecond

// spare closes a few connections at rest because the system has no files left. When none can be, it is worth trying
// again once wait is closed, or after patience.
func (c *Connections) spare() (wait <-chan struct{}, patience time.Duration) {
	const few = 16
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	for n := range few {
		if done, _ := c.shed(now, false); !done && n == 0 {
			return c.wait(), outOfFilesPause
		} else if !done {
			break
		}
	}
	return nil, 0
}
