package store

import (
	"slices"
	"time"
)

// What a chunk of records may have moved behind it, in proportion to the records, so that nothing is put off for long.
const (
	tidyWork  = 16 // entries that are moved for each record written
	leastWork = 4096
)

// tidy seals the tail and merges runs after a chunk of records. When that fails the records are written none the less, and
// it is tried again.
func (w *writer) tidy() {
	if !w.conn.tail.untidy() || time.Until(w.pace.tidyAt) > 0 {
		return
	}
	err := w.tidyRecords(max(leastWork, w.pace.written*tidyWork))
	if err == nil {
		w.pace.tidyAt = time.Time{}
		return
	}
	w.conn.abandon()
	w.store.stats.recordErrors.Add(1)
	if w.pace.tidyAt.IsZero() {
		w.store.log.Error("putting records in order failed; it is tried again", "err", err)
	}
	w.pace.tidyAt = time.Now().Add(maxPause)
}

func (t *tail) untidy() bool {
	return t.known && (t.sealDue() > 0 || slices.ContainsFunc(t.runs, func(r *run) bool { return r.state != runLive }))
}

func (w *writer) tidyRecords(work int) error {
	if _, err := w.beginRecords(); err != nil {
		return err
	}
	t := &w.conn.tail
	if n := t.sealDue(); n > 0 {
		if err := sealTail(w.store, &w.conn, n); err != nil {
			return err
		}
	}
	if err := t.arrange(&w.conn, work); err != nil {
		return err
	}
	if err := w.conn.commit(); err != nil {
		return err
	}
	if len(t.blocks) > 0 {
		w.store.blocks.drop(t.blocks[0].no - 1)
	}
	return nil
}

// arrange begins the merges that are due, and does about so much of what is begun.
func (t *tail) arrange(c *connection, work int) error {
	if err := t.plan(c); err != nil {
		return err
	}
	for work > 0 {
		did, err := t.work(c)
		if err != nil {
			return err
		}
		if work -= did; did == 0 {
			break
		}
	}
	return nil
}
