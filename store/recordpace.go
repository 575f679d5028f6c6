package store

import (
	"fmt"
	"runtime"
	"time"
)

// How many records go into one transaction. Durable writes that come meanwhile end it early, unless
// a block of records waits already: then records get their share between any two of durable writes.
const (
	chunkRecords = 1024 // when nothing else is to do
	busyRecords  = 128  // between two transactions of durable writes; less than a millisecond
	yieldEvery   = 16   // after how many records it looks whether durable writes wait
)

// How long records that could not be written wait for another try.
const (
	firstPause = 50 * time.Millisecond
	maxPause   = 2 * time.Second
	lastTries  = 100 // when the store closes and records are bad
)

// recordPace is the writer's memory of how writing records goes.
type recordPace struct {
	delay   time.Duration // how long a record may wait for company
	retryAt time.Time
	pause   time.Duration
	lastErr error
	single  int // records to write one by one, because one of them is bad
	written int // by the last chunk
	tidyAt  time.Time
}

// writeBehind writes a chunk of the records that are due and returns how long the rest may wait.
func (w *writer) writeBehind(closing, busy bool) time.Duration {
	records := w.store.records
	wait := records.due(w.pace.delay, closing)
	if wait > 0 {
		return wait
	}
	if pause := time.Until(w.pace.retryAt); pause > 0 && !closing && !records.flushing() {
		return pause
	}
	limit := chunkRecords
	if busy {
		limit = busyRecords
	}
	for failures := 0; ; {
		if err := w.writeChunk(limit); err != nil {
			w.recordsFailed(err)
			if failures++; closing && w.pace.single > 0 && failures < lastTries {
				continue // the bad one is found by writing one by one
			}
			return max(time.Millisecond, time.Until(w.pace.retryAt))
		}
		w.tidy()
		w.pace.retryAt, w.pace.pause = time.Time{}, 0
		if !closing || records.due(0, true) > 0 {
			return 0
		}
	}
}

// writeChunk writes up to limit records in one transaction.
func (w *writer) writeChunk(limit int) error {
	frames := w.store.records.next()
	if w.pace.single > 0 {
		limit = 1
	}
	l, err := w.beginRecords()
	if err != nil {
		return err
	}
	patient := !w.store.records.behind()
	n, size := 0, 0
	for ; n < limit && size < len(frames) && err == nil; n++ {
		if n > 0 && n%yieldEvery == 0 {
			if (patient || n >= busyRecords) && w.waiting() {
				break
			}
			if patient {
				runtime.Gosched() // on one core a chunk would hold up all replies for as long as it takes
			}
		}
		f := readFrame(frames[size:])
		size += f.size
		err = l.write(&f)
	}
	if err == nil {
		err = l.close()
	}
	if err == nil {
		err = w.conn.commit()
	}
	if err == nil {
		l.committed()
	}
	if err == nil || n == 1 && !isDiskTrouble(err) {
		w.settle(l, n, size, err)
		return nil
	}
	if !isDiskTrouble(err) {
		w.pace.single = n
	}
	return err
}

// beginRecords opens a transaction of records.
func (w *writer) beginRecords() (*recordBatch, error) {
	if err := w.conn.begin(false); err != nil {
		return nil, err
	}
	if err := w.conn.tail.renew(&w.conn, w.store, &w.store.blocks); err != nil {
		return nil, err
	}
	return newRecordBatch(w.store, &w.conn), nil
}

// settle takes records off those that wait: they are written, or, with err, one that never will be.
func (w *writer) settle(l *recordBatch, n, size int, err error) {
	if err != nil {
		w.conn.abandon()
		w.store.log.Error("a record cannot be written", "err", err)
		l.dropped = n
	}
	w.store.stats.recorded.Add(int64(n - l.dropped))
	w.store.stats.dropped.Add(int64(l.dropped))
	w.pace.single, w.pace.written = max(0, w.pace.single-n), n
	w.store.records.settled(n, size)
}

func (w *writer) recordsFailed(err error) {
	w.conn.abandon()
	w.store.stats.recordErrors.Add(1)
	w.pace.lastErr = err
	if w.pace.pause == 0 {
		w.store.log.Error("writing records failed; they are kept in memory", "err", err)
	}
	w.pace.pause = min(maxPause, max(firstPause, 2*w.pace.pause))
	w.pace.retryAt = time.Now().Add(w.pace.pause)
	w.store.records.failed(err)
}

// giveUpRecords counts what is still not written when the store closes.
func (w *writer) giveUpRecords() error {
	w.store.records.failed(ErrClosed)
	n := w.store.records.remaining()
	if n == 0 {
		return nil
	}
	w.store.stats.dropped.Add(n)
	return fmt.Errorf("store: %d records were lost: %w", n, w.pace.lastErr)
}
