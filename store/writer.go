package store

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// How long the open transaction of durable writes may stay open. Other processes wait for it.
const (
	// linger is how long it waits for the end of a turn that has written, so that the turn's writes
	// and its end share one commit.
	linger = 2 * time.Millisecond
	// maxHold is when the commit is no longer put off for newcomers.
	maxHold = 5 * time.Millisecond
)

// op is one thing to do inside the open transaction, in the writer's goroutine. It is answered at once.
type op struct {
	// run does it. A *databaseError fails the whole transaction; any other error is the caller's alone.
	run func(*batch) error
	// committed says that the caller will go on to wait for the commit.
	committed bool

	taken atomic.Bool // by the writer, or by a caller that stopped waiting before the writer came to it
	batch *batch      // the transaction it was done in; set before the answer
	done  chan error
}

// batch is one transaction of durable writes.
type batch struct {
	*connection
	opened   time.Time
	awaited  bool          // somebody waits for the commit
	asserted bool          // this node's epoch is not over
	ended    chan struct{} // closed after the commit, or its failure
	failure  atomic.Pointer[error]
}

// failed returns why the batch failed; nil while it has not.
func (b *batch) failed() error {
	if err := b.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// writer owns the connection that writes. One goroutine carries out the ops and the records.
type writer struct {
	store *Store
	conn  connection

	mu     sync.Mutex
	queue  []*op
	closed bool

	pace      recordPace
	spare     []byte            // in which a block is filled
	traced    map[traceKind]int // new traces since the oldest went
	failing   bool              // the last durable transaction failed
	wake      chan struct{}     // capacity 1
	done      chan struct{}     // closed when the goroutine has ended
	lastErr   error             // what stop returns; written before done closes
	unsettled unsettled
}

func startWriter(s *Store, delay time.Duration) *writer {
	w := &writer{
		traced: map[traceKind]int{},
		store:  s, conn: connection{db: s.write, commits: &s.stats.written, note: s.damage.note}, pace: recordPace{delay: delay},
		wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
	go w.loop()
	return w
}

// stop lets the writer finish what is queued, write the records, and end.
func (w *writer) stop() error {
	w.store.records.shut()
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.rouse()
	<-w.done
	return w.lastErr
}

func (w *writer) rouse() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// do hands an op to the writer and waits until it is carried out, and if committed, until its
// transaction is. When ctx ends while the op is still queued, it is never carried out; when ctx ends
// while the commit runs, do returns at once and the outcome is unknown.
func (w *writer) do(ctx context.Context, committed bool, run func(*batch) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	o := &op{run: run, committed: committed, done: make(chan error, 1)}
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return ErrClosed
	}
	w.queue = append(w.queue, o)
	w.mu.Unlock()
	w.rouse()
	if err := o.answer(ctx); err != nil || !committed {
		return err
	}
	select {
	case <-o.batch.ended:
		return o.batch.failed()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// answer waits for the op to be carried out.
func (o *op) answer(ctx context.Context) error {
	select {
	case err := <-o.done:
		return err
	case <-ctx.Done():
	}
	if o.taken.CompareAndSwap(false, true) {
		return ctx.Err()
	}
	return <-o.done // the writer is at it this very moment
}

func (w *writer) take() (ops []*op, closed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ops, w.queue = w.queue, nil
	return ops, w.closed
}

// waiting reports whether durable writes are queued.
func (w *writer) waiting() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.queue) > 0
}

func (w *writer) loop() {
	defer close(w.done)
	defer w.conn.abandon()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		ops, closed := w.take()
		if len(ops) > 0 {
			w.durable(ops)
		}
		wait := w.writeBehind(closed, len(ops) > 0)
		if closed && !w.waiting() {
			w.lastErr = w.giveUpRecords()
			return
		}
		if len(ops) > 0 || wait == 0 || w.waiting() {
			continue
		}
		timer.Reset(wait)
		select {
		case <-w.wake:
		case <-timer.C:
		}
	}
}

// durable carries out ops, and those that come meanwhile, in one transaction.
func (w *writer) durable(ops []*op) {
	b := &batch{connection: &w.conn, opened: time.Now(), ended: make(chan struct{})}
	if err := w.conn.begin(true); err != nil {
		w.fail(b, ops, err)
		return
	}
	for len(ops) > 0 {
		for i, o := range ops {
			if err := w.carryOut(b, o); err != nil {
				w.fail(b, ops[i+1:], err)
				return
			}
		}
		if time.Since(b.opened) > maxHold {
			break
		}
		ops = w.more(b)
	}
	if err := w.conn.commit(); err != nil {
		w.fail(b, nil, err)
		return
	}
	w.store.stats.commits.Add(1)
	if w.failing {
		w.store.log.Info("writing to the database works again")
	}
	w.failing = false
	w.unsettled.clear()
	close(b.ended)
}

// carryOut runs one op; the error is one that ends the transaction.
func (w *writer) carryOut(b *batch, o *op) error {
	if !o.taken.CompareAndSwap(false, true) {
		return nil // nobody waits for it any more
	}
	o.batch = b
	err := o.run(b)
	if err == nil && o.committed {
		b.awaited = true
	}
	o.done <- err
	if isDatabaseError(err) {
		return err
	}
	return nil
}

// more returns the ops that shall still ride on the open transaction, and waits for them a little
// while nobody waits for the commit.
func (w *writer) more(b *batch) []*op {
	ops, closed := w.take()
	if len(ops) > 0 || closed || b.awaited {
		return ops
	}
	timer := time.NewTimer(linger)
	defer timer.Stop()
	for {
		select {
		case <-w.wake:
			if ops, closed := w.take(); len(ops) > 0 || closed {
				return ops
			}
		case <-timer.C:
			return nil
		}
	}
}

// fail rolls back and tells everybody whose writes were in the transaction, or would have been.
func (w *writer) fail(b *batch, rest []*op, err error) {
	w.store.stats.commitErrors.Add(1)
	if !w.failing { // once, until it works again
		w.store.log.Error("writing to the database failed", "err", err)
	}
	w.failing = true
	w.conn.abandon()
	b.failure.Store(&err)
	w.unsettled.clear()
	close(b.ended)
	for _, o := range rest {
		if o.taken.CompareAndSwap(false, true) {
			o.batch = b
			o.done <- err
		}
	}
}
