package store

import (
	"context"
	"encoding/binary"
	"sync"
	"time"
)

// maxAccount bounds an account's name in bytes (script-api.md: 64).
const maxAccount = 255

// Records wait in blocks: growing one buffer would copy it again and again. A full block is written
// without further delay.
const (
	blockBytes = 256 << 10
	spareBlock = 32 << 10 // a block with less room than that is full
	freeBlocks = 8        // blocks kept for use again
)

// recorder holds the records that wait, encoded one after the other (frame says how). It never
// holds more bytes than its limit.
type recorder struct {
	limit int

	mu      sync.Mutex
	filling []byte
	oldest  time.Time // when the first record came into filling
	full    [][]byte  // oldest first
	free    [][]byte
	total   int    // bytes that wait
	in, out uint64 // records handed in and settled
	flushes []flush
	closed  bool

	taken []byte // block being written; changed by the writer alone
	at    int    // how much of taken is settled
}

// flush is somebody who waits until the first n records are out.
type flush struct {
	n    uint64
	done chan error
}

func newRecorder(o Options) *recorder { return &recorder{limit: o.RecordBytes} }

// Record hands in a record to be written behind. False: it was dropped and counted, because the
// buffer was full, the store is closed, or Trace is not one of Store.Trace's.
func (s *Store) Record(r Record) bool {
	id := s.newID()
	if r.Trace != "" {
		var ok bool
		if id, ok = parseTrace(r.Trace); !ok {
			s.stats.dropped.Add(1)
			s.log.Warn("a record has a trace of its own making", "account", r.Account, "trace", r.Trace)
			return false
		}
	}
	if len(r.Account) > maxAccount {
		s.stats.dropped.Add(1)
		return false
	}
	if r.Received.IsZero() && !r.Again {
		r.Received = s.now()
	}
	first, ok := s.records.add(id, &r)
	if !ok {
		s.stats.dropped.Add(1)
		return false
	}
	if first {
		s.writer.rouse()
	}
	return true
}

// add encodes a record into the buffer. wake says that the writer has to be told.
func (c *recorder) add(id int64, r *Record) (wake, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false, false
	}
	if c.filling == nil {
		c.filling = c.newBlock()
	}
	start := len(c.filling)
	c.filling = appendFrame(c.filling, id, r)
	size := len(c.filling) - start
	if c.total+size > c.limit {
		c.filling = c.filling[:start]
		return false, false
	}
	c.total += size
	c.in++
	if start == 0 {
		c.oldest = time.Now()
	}
	if len(c.filling) < blockBytes-spareBlock {
		return start == 0, true
	}
	c.full, c.filling = append(c.full, c.filling), nil
	return true, true
}

func (c *recorder) newBlock() []byte {
	if last := len(c.free) - 1; last >= 0 {
		block := c.free[last]
		c.free = c.free[:last]
		return block
	}
	return make([]byte, 0, min(blockBytes, c.limit))
}

// A frame is: its size in four bytes, the id in eight, one byte of marks, the account behind its length, the detail
// behind its length where a mark says that there is one, and the body that goes into a block as it is. The marks spare the writer to read the body of a plain message.
func appendFrame(dst []byte, id int64, r *Record) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	dst = binary.BigEndian.AppendUint64(dst, uint64(id))
	dst = append(dst, frameMarks(r), byte(len(r.Account)))
	dst = append(dst, r.Account...)
	if hasDetail(r) {
		dst = binary.BigEndian.AppendUint32(dst, uint32(len(r.Detail)))
		dst = append(dst, r.Detail...)
	}
	dst = appendRecord(dst, r)
	binary.BigEndian.PutUint32(dst[start:], uint32(len(dst)-start))
	return dst
}

const (
	frameAgain = 1 << iota
	frameMenu
	frameJob
	frameSends // of template messages
	frameDetail
	frameTroubled

	framePlain = frameDetail | frameTroubled // marks that make no difference for the body
)

func hasDetail(r *Record) bool { return len(r.Detail) > 0 && len(r.Detail) <= MaxTraceBody }

func frameMarks(r *Record) (marks byte) {
	if r.Again {
		marks |= frameAgain
	}
	if r.MenuEvent {
		marks |= frameMenu
	}
	if r.Job.MsgID != "" {
		marks |= frameJob
	}
	if hasDetail(r) {
		marks |= frameDetail
	}
	if r.Troubled {
		marks |= frameTroubled
	}
	for i := range r.Sends {
		if r.Sends[i].MsgID != "" {
			marks |= frameSends
		}
	}
	return marks
}

type frame struct {
	size    int
	id      int64
	marks   byte
	account string
	detail  []byte
	body    []byte
}

// readFrame reads the first frame of b, whose memory the frame shares.
func readFrame(b []byte) frame {
	f := frame{size: int(binary.BigEndian.Uint32(b)), id: int64(binary.BigEndian.Uint64(b[4:])), marks: b[12]}
	end := 14 + int(b[13])
	f.account = sharedString(b[14:end])
	if f.marks&frameDetail != 0 {
		from := end + 4
		end = from + int(binary.BigEndian.Uint32(b[end:]))
		f.detail = b[from:end]
	}
	f.body = b[end:f.size]
	return f
}

func (c *recorder) waiting() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return int64(c.total)
}

// due says how long the waiting records may still wait; 0 = write now. all means that nobody should
// wait any longer.
func (c *recorder) due(delay time.Duration, all bool) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.at < len(c.taken) || len(c.full) > 0:
		return 0
	case len(c.filling) == 0:
		return time.Hour
	case all || len(c.flushes) > 0:
		return 0
	}
	return max(0, delay-time.Since(c.oldest))
}

// next returns the frames to write, of the oldest block. It is called when some are due.
func (c *recorder) next() []byte {
	if c.at < len(c.taken) {
		return c.taken[c.at:]
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = 0
	if len(c.full) > 0 {
		c.taken, c.full = c.full[0], c.full[1:]
	} else {
		c.taken, c.filling = c.filling, nil
	}
	return c.taken
}

// settled takes n frames of size bytes off: they are written, or given up. What was read of them may
// be overwritten from now on.
func (c *recorder) settled(n, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.total -= size
	c.out += uint64(n)
	if c.at += size; c.at == len(c.taken) {
		if len(c.free) < freeBlocks && cap(c.taken) <= blockBytes {
			c.free = append(c.free, c.taken[:0])
		}
		c.taken, c.at = nil, 0
	}
	kept := c.flushes[:0]
	for _, f := range c.flushes {
		if f.n > c.out {
			kept = append(kept, f)
			continue
		}
		f.done <- nil
	}
	c.flushes = kept
}

// behind reports whether a whole block waits to be written.
func (c *recorder) behind() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.full) > 0
}

// shut refuses further records.
func (c *recorder) shut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
}

// remaining is how many records are not settled.
func (c *recorder) remaining() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return int64(c.in - c.out)
}

// flushing reports whether somebody waits in Flush.
func (c *recorder) flushing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.flushes) > 0
}

// failed tells those who wait that writing did not succeed just now.
func (c *recorder) failed(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range c.flushes {
		f.done <- err
	}
	c.flushes = nil
}

// Flush returns once every record handed in before it is written. The error says why they could not
// be just now; they are not lost yet and will be tried again.
func (s *Store) Flush(ctx context.Context) error {
	c := s.records
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return ErrClosed
	}
	if c.in == c.out {
		c.mu.Unlock()
		return nil
	}
	f := flush{n: c.in, done: make(chan error, 1)}
	c.flushes = append(c.flushes, f)
	c.mu.Unlock()
	s.writer.rouse()
	select {
	case err := <-f.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
