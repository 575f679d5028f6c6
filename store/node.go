package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// A process that shares the database is a node. How it shows that it lives:
const (
	beatEvery = time.Second
	// nodeLife is how long a beat keeps a node alive: shorter than WeChat's time to its second attempt.
	nodeLife = 4 * time.Second
	// silentLooks is how often in a row, at one beat each, a node must be seen without a new beat of its own
	// before it counts as dead for its silence, and lapsedLooks how often of that past its life: a clock that was
	// moved ends nobody.
	silentLooks = 4
	lapsedLooks = 2
	// freshFor is how long the last beat proves that the epoch goes on. Nobody takes a node for dead that soon.
	freshFor = 2 * time.Second
	// longestGate bounds the wait for a beat, and for the other nodes to know of this one.
	longestGate = 10 * time.Second
	confirmPoll = 20 * time.Millisecond
	maxNodes    = 64
)

// Host is who runs turns on this node. The store calls it between two beats, from one goroutine.
type Host interface {
	// UnderWay returns the turns that have begun and not ended, the turns of each fan in their order.
	UnderWay() []*Turn
	// Recall takes up what dead processes have left (Claims, Abandon). alone says that no other is there
	// any more: from now on the store is not asked whether a message is somebody else's.
	Recall(ctx context.Context, alone bool) error
}

// node is this process among those that share the database.
type node struct {
	store   *Store
	id      int64
	version string
	schema  int
	lock    nodeLock
	ticks   <-chan time.Time
	poke    chan struct{} // capacity 1: a beat is wanted now
	quit    chan struct{}
	done    chan struct{} // nil until it has joined
	left    atomic.Bool

	epoch     atomic.Int64
	alone     atomic.Bool // no other process is there: nobody else takes messages
	confirmed atomic.Bool // every live node knows of this epoch
	beaten    atomic.Pointer[time.Time]

	mu      sync.Mutex
	host    Host
	beats   chan struct{} // closed after the next beat
	watched map[int64]watched
	failing bool

	seen int64 // the newest epoch that this node knows of; of the goroutine that beats
}

func newNode(o Options) *node {
	return &node{
		version: o.Version, ticks: o.Beats, poke: make(chan struct{}, 1), quit: make(chan struct{}),
		beats: make(chan struct{}), watched: map[int64]watched{},
	}
}

// join makes this process a node: its lock, its row, its first beat.
func (s *Store) join(ctx context.Context, schema int) (err error) {
	n := s.node
	n.schema = schema
	if n.id, n.lock, err = s.takeNode(); err != nil {
		return err
	}
	if err := n.enter(ctx); err != nil {
		return err
	}
	if err := n.beat(ctx, false); err != nil {
		return err
	}
	n.done = make(chan struct{})
	go n.run()
	return nil
}

// takeNode takes the first id that no living process of this machine has.
func (s *Store) takeNode() (int64, nodeLock, error) {
	for id := int64(1); id <= maxNodes; id++ {
		if l, ok, err := takeNodeLock(s.nodePath(id)); ok || err != nil {
			return id, l, err
		}
	}
	return 0, nodeLock{}, fmt.Errorf("%d processes share the database already", maxNodes)
}

func (s *Store) nodePath(id int64) string { return s.path + ".node" + strconv.FormatInt(id, 10) }

// Serve waits until every live node knows of this one; from then on it may take messages. host is told of
// other processes from now on.
func (s *Store) Serve(ctx context.Context, host Host) error {
	s.node.mu.Lock()
	s.node.host = host
	s.node.mu.Unlock()
	for {
		err := s.node.gate(ctx)
		if !errors.Is(err, errNoBeat) {
			return err
		}
	}
}

// Alone reports whether no other process shares the database. Whoever begins a turn in view of it must be
// found by Host.UnderWay from then on.
func (s *Store) Alone() bool { return s.node.alone.Load() }

var (
	// errEpochOver says that the other processes have taken this one for dead.
	errEpochOver = errors.New("store: the others have taken this process for dead")
	errNoBeat    = errors.New("store: no sign of life could be given, or the other processes do not know of this one yet")
)

// gate lets a turn pass once this node's epoch is known to go on and known to the others. It costs nothing
// while the beats come.
func (n *node) gate(ctx context.Context) error {
	if n.confirmed.Load() && n.fresh() {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, longestGate, errNoBeat)
	defer cancel()
	for {
		n.mu.Lock()
		beats := n.beats
		n.mu.Unlock()
		if n.confirmed.Load() && n.fresh() {
			return nil
		}
		n.hurry()
		select {
		case <-beats:
		case <-n.done:
			return ErrClosed
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// fresh looks at both clocks: the one that runs on evenly may stand still while the machine sleeps.
func (n *node) fresh() bool {
	last, now := n.beaten.Load(), time.Now()
	return last != nil && now.Sub(*last) < freshFor && now.UnixNano()-last.UnixNano() < int64(freshFor)
}

// doubt makes the next gate wait for a beat.
func (n *node) doubt() { n.beaten.Store(nil) }

func (n *node) hurry() {
	select {
	case n.poke <- struct{}{}:
	default:
	}
}

// run beats until the store closes.
func (n *node) run() {
	defer close(n.done)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ticks := n.ticks
	if ticks == nil {
		ticker := time.NewTicker(beatEvery)
		defer ticker.Stop()
		ticks = ticker.C
	}
	for {
		var soon <-chan time.Time
		if !n.confirmed.Load() {
			soon = time.After(confirmPoll)
		}
		tick := false
		select {
		case <-n.quit:
			return
		case <-ticks:
			tick = true
		case <-n.poke:
		case <-soon:
		}
		n.tell(n.beat(ctx, tick))
	}
}

// tell logs that beats fail, once until they work again, and wakes who waits for a beat.
func (n *node) tell(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err == nil {
		close(n.beats)
		n.beats = make(chan struct{})
	}
	switch {
	case err == nil && n.failing:
		n.store.log.Info("signs of life can be given again")
	case err != nil && !n.failing:
		n.store.log.Error("no sign of life can be given to the other processes", "err", err)
	}
	n.failing = err != nil
}

// leave ends the epoch in good order. What this node has claimed and not finished is then a dead one's.
func (n *node) leave() {
	if n.done == nil || n.left.Swap(true) {
		return // it has never joined
	}
	close(n.quit)
	<-n.done
	ctx, cancel := context.WithTimeout(context.Background(), longestGate)
	defer cancel()
	// If that fails, the others see that the lock is free.
	_ = n.store.writer.do(ctx, true, func(b *batch) error { return bury(b, n.id, n.epoch.Load()) })
}
