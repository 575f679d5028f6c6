package bot

import (
	"encoding/binary"
	"time"
)

const (
	// recentFor is how long a key is known after its turn. WeChat's last attempt comes within 15 s; the
	// slack is for clocks and for platforms that ask later (design.md §2.4).
	recentFor = 10 * time.Minute
	// slotSpan is how finely the recent replies are forgotten.
	slotSpan = 15 * time.Second
	// recentBytes is the most that one shard keeps; above it the oldest replies are forgotten first.
	recentBytes = 8 << 20
)

// recentReplies holds the answers of finished turns. They lie in byte arenas, one for each slotSpan, so that the
// garbage collector finds no pointers in them. Not safe for concurrent use: a shard guards it.
type recentReplies struct {
	at    map[[16]byte]spot
	slots []slot
	first uint32 // number of slots[0], counted since the beginning
	bytes int
}

// spot says where a record lies.
type spot struct{ slot, off uint32 }

// slot is one arena. Its records are key (16 bytes), served (one byte), trace (ten bytes), length (uvarint),
// packed reply.
type slot struct {
	began time.Time
	data  []byte
}

const (
	keyBytes  = 16
	servedOff = keyBytes
	traceOff  = servedOff + 1
	headBytes = traceOff + traceBytes
)

// put remembers the answer to a push, in place of what was known.
func (r *recentReplies) put(key [16]byte, trace string, reply []byte, now time.Time) {
	if r.at == nil {
		r.at = make(map[[16]byte]spot)
	}
	if n := len(r.slots); n == 0 || now.Sub(r.slots[n-1].began) >= slotSpan {
		r.slots = append(r.slots, slot{began: now})
	}
	last := len(r.slots) - 1
	s := &r.slots[last]
	before := len(s.data)
	r.at[key] = spot{slot: r.first + uint32(last), off: uint32(before)}
	s.data = append(s.data, key[:]...)
	s.data = append(s.data, 0)
	s.data = append(s.data, make([]byte, traceBytes)...)
	copy(s.data[before+traceOff:], trace)
	s.data = binary.AppendUvarint(s.data, uint64(len(reply)))
	s.data = append(s.data, reply...)
	r.bytes += len(s.data) - before
}

// get finds the answer to a push. The bytes are never written again; they may be used without the lock.
func (r *recentReplies) get(key [16]byte) (reply []byte, ok bool) {
	rec := r.record(key)
	if rec == nil {
		return nil, false
	}
	n, w := binary.Uvarint(rec[headBytes:])
	from := headBytes + w
	return rec[from : from+int(n) : from+int(n)], true
}

// trace names the turn that gave the answer; "" when that was before a restart.
func (r *recentReplies) trace(key [16]byte) string {
	rec := r.record(key)
	if rec == nil || rec[traceOff] == 0 {
		return ""
	}
	return string(rec[traceOff:headBytes])
}

// setServed notes whether a repeat has got the answer.
func (r *recentReplies) setServed(key [16]byte, served bool) {
	rec := r.record(key)
	switch {
	case rec == nil:
	case served:
		rec[servedOff] = 1
	default:
		rec[servedOff] = 0
	}
}

// served reports whether a repeat has got the answer.
func (r *recentReplies) served(key [16]byte) bool {
	rec := r.record(key)
	return rec != nil && rec[servedOff] == 1
}

func (r *recentReplies) record(key [16]byte) []byte {
	at, ok := r.at[key]
	if !ok {
		return nil
	}
	return r.slots[at.slot-r.first].data[at.off:]
}

// forget drops what is older than recentFor, and the oldest slots while there is too much.
func (r *recentReplies) forget(now time.Time) {
	for len(r.slots) > 0 {
		old := now.Sub(r.slots[0].began) >= recentFor+slotSpan
		if !old && (r.bytes <= recentBytes || len(r.slots) == 1) {
			return
		}
		r.dropFirst()
	}
}

func (r *recentReplies) dropFirst() {
	data := r.slots[0].data
	r.bytes -= len(data)
	for len(data) > 0 {
		key := [16]byte(data)
		if r.at[key].slot == r.first {
			delete(r.at, key)
		}
		n, w := binary.Uvarint(data[headBytes:])
		data = data[headBytes+w+int(n):]
	}
	r.slots[0] = slot{}
	r.slots = r.slots[1:]
	r.first++
}
