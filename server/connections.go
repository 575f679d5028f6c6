package server

import (
	linked "container/list"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"golang.org/x/time/rate"
)

// Connections bounds the open connections of a process, over all its listeners. Those at rest, which have no request
// under way, make room for newcomers: the one that has been resting for longest is closed first. Where all are at
// work, newcomers wait to be accepted. Safe for concurrent use.
type Connections struct {
	most   int // open at once
	silent int // of those, that have never asked for anything

	mu        sync.Mutex
	open      map[net.Conn]*linked.Element // nil while a request is under way
	newcomers linked.List                  // of rest, the longest first: those that have not asked for anything yet
	idle      linked.List                  // of rest: those that have
	rests     uint64                       // numbers them
	freed     chan struct{}                // closed when there may be room again; nil when nobody waits
	noise     *rate.Limiter
}

// rest is a connection at rest.
type rest struct {
	conn net.Conn
	no   uint64
}

// mostConnections is how many connections are ever open; one costs some 10 KiB.
const mostConnections = 10_000

// NewConnections leaves a quarter of the files that the process may open, 64 at least, to the store, the scripts and
// calls to WeChat. files 0 = as many as the system says.
func NewConnections(files int) *Connections {
	if files <= 0 {
		files = openFiles()
	}
	most := min(max(files-max(64, files/4), 8), mostConnections)
	return &Connections{
		most: most, silent: max(most/8, min(most, 128)), open: map[net.Conn]*linked.Element{},
		noise: rate.NewLimiter(rate.Every(time.Minute), 1),
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
	c.rests++
	switch s {
	case http.StateNew:
		c.open[conn] = c.newcomers.PushBack(rest{conn, c.rests})
		for c.newcomers.Len() > c.silent {
			c.shut(c.newcomers.Front())
		}
		for len(c.open) > c.most && c.shed() {
		}
	case http.StateActive:
		c.open[conn] = nil
	case http.StateIdle:
		c.open[conn] = c.idle.PushBack(rest{conn, c.rests})
		c.tell()
	default:
		delete(c.open, conn)
		c.tell()
	}
}

// stir takes a connection off the list where it rested.
func (c *Connections) stir(place *linked.Element) {
	if place != nil { // each list passes over what is another's
		c.newcomers.Remove(place)
		c.idle.Remove(place)
	}
}

// shed closes the connection that has been resting for longest; false when none rests.
func (c *Connections) shed() bool {
	a, b := c.newcomers.Front(), c.idle.Front()
	if a == nil || b != nil && b.Value.(rest).no < a.Value.(rest).no {
		a = b
	}
	if a == nil {
		return false
	}
	c.shut(a)
	return true
}

// shut closes under the lock, so that its request, should one come this very moment, is not counted.
func (c *Connections) shut(place *linked.Element) {
	conn := place.Value.(rest).conn
	c.stir(place)
	delete(c.open, conn)
	_ = conn.Close()
	c.tell()
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

// room reports whether one more connection may come; else wait is closed when it may be worth asking again.
func (c *Connections) room() (wait <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) < c.most || c.idle.Len()+c.newcomers.Len() > 0 {
		return nil
	}
	return c.wait()
}

// spare closes a few connections at rest because the system has no files left. When none rests, wait tells of the next.
func (c *Connections) spare() (wait <-chan struct{}) {
	const few = 16
	c.mu.Lock()
	defer c.mu.Unlock()
	freed := 0
	for freed < few && c.shed() {
		freed++
	}
	if freed > 0 {
		return nil
	}
	return c.wait()
}

// door accepts connections of one listener while there is room.
type door struct {
	net.Listener
	connections *Connections
	log         *slog.Logger
	closing     sync.Once
	closed      chan struct{}
}

// outOfFilesPause is how long accepting waits when the system has no files left and none of ours can be freed.
const outOfFilesPause = 20 * time.Millisecond

// Accept waits for room, and closes connections at rest when the system has no files left: pushes must not wait for those.
func (d *door) Accept() (net.Conn, error) {
	for {
		if wait := d.connections.room(); wait != nil && !d.pause(wait, 0) {
			return nil, net.ErrClosed
		}
		conn, err := d.Listener.Accept()
		if err == nil || !outOfFiles(err) {
			return conn, err
		}
		if d.connections.noise.Allow() {
			d.log.Warn("no more connections can be opened: the system or the process is out of files; raise the limit of open files (ulimit -n, LimitNOFILE)", "error", err)
		}
		if wait := d.connections.spare(); wait != nil && !d.pause(wait, outOfFilesPause) {
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
