package folder

import (
	"errors"
	"sync"
	"time"
)

// gatePatience is how long a call of the system's watch may take, and how long one may wait for its turn.
const gatePatience = 2 * time.Second

var (
	errWatchHangs = errors.New("adding a watch has not ended")
	errWatchBack  = errors.New("a watch that hung was added after all")
)

// gate lets one call at a time through to the system's watch. fsnotify holds its lock during a call, and needs it to
// read events: a folder whose file system does not answer would hold up all of them. When a call hangs, nobody
// waits any more, and what comes after it is refused.
type gate struct {
	turn chan struct{} // has room for the call under way
	hung chan struct{} // closed when one hangs
	back chan struct{} // closed when that one has come back after all
	once sync.Once
}

// bounded is the same source with calls that end.
func (s source) bounded() source {
	if s.add == nil {
		return s
	}
	g := &gate{turn: make(chan struct{}, 1), hung: make(chan struct{}), back: make(chan struct{})}
	b := s
	b.add = func(dir string) error { return g.call(func() error { return s.add(dir) }) }
	b.remove = func(dir string) error { return g.call(func() error { return s.remove(dir) }) }
	b.back = g.back
	return b
}

func (g *gate) call(do func() error) error {
	timer := time.NewTimer(gatePatience)
	defer timer.Stop()
	select {
	case <-g.hung:
		return errWatchHangs
	default:
	}
	select {
	case g.turn <- struct{}{}:
	case <-g.hung:
		return errWatchHangs
	case <-timer.C:
		return errWatchHangs
	}
	timer.Reset(gatePatience)
	done := make(chan error, 1)
	go func() {
		err := do()
		<-g.turn
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		g.once.Do(func() { g.hangs(done) })
		return errWatchHangs
	}
}

func (g *gate) hangs(done <-chan error) {
	close(g.hung)
	go func() {
		<-done
		close(g.back)
	}()
}
