package bot

import (
	"encoding/binary"
	"math/bits"
	"sort"
	"time"
)

const (
	// recentFor is how long a key is known after its turn. WeChat's last attempt comes within 15 s; the
	// slack is for clocks and for platforms that ask later (design.md §2.4).
	recentFor = 10 * time.Minute
	// slotSpan is how finely the recent replies are forgotten.
	slotSpan = 15 * time.Second

	// recentBytes is what one shard keeps; above it the oldest replies are forgotten first, but not within recentSurely.
	recentBytes  = 12 << 20 / shardCount
	recentSurely = 30 * time.Second
	// recentMost is the most that one shard keeps, come what may.
	recentMost = 256 << 20 / shardCount
)

// recentReplies holds the answers of finished turns. They lie in byte arenas one behind the other, and the table that
// finds them holds numbers, so that the garbage collector finds no pointers in either. Not safe for concurrent use: a
// shard guards it.
type recentReplies struct {
	// table is open to all: an entry is a fingerprint of the key above the place of the record, 0 = free. Entries whose
	// record is forgotten stay until their place is wanted.
	table []uint64
	used  int // entries that are not 0
	slots []slot
	bytes int // of the slots
}

// slot is one arena. Its records are key (16 bytes), served (one byte), trace (ten bytes), length (uvarint),
// packed reply.
type slot struct {
	began time.Time
	base  uint64 // place of the first byte, counted since the beginning
	data  []byte
}

const (
	keyBytes  = 16
	servedOff = keyBytes
	traceOff  = servedOff + 1
	headBytes = traceOff + traceBytes

	leastSlot, usualSlot = 1 << 10, 64 << 10

	placeBits = 40
	placeMask = 1<<placeBits - 1
)

func (s *slot) end() uint64 { return s.base + uint64(len(s.data)) }

// put remembers the answer to a push, in place of what was known.
func (r *recentReplies) put(key [16]byte, trace string, reply []byte, now time.Time) {
	if 4*(r.used+1) > 3*len(r.table) {
		r.grow()
	}
	s := r.slotFor(headBytes+binary.MaxVarintLen32+len(reply), now)
	place := s.end()
	before := len(s.data)
	s.data = append(s.data, key[:]...)
	s.data = append(s.data, 0)
	s.data = append(s.data, make([]byte, traceBytes)...)
	copy(s.data[before+traceOff:before+headBytes], trace)
	s.data = binary.AppendUvarint(s.data, uint64(len(reply)))
	s.data = append(s.data, reply...)
	r.bytes += len(s.data) - before
	r.enter(key, place)
}

// slotFor is a slot that takes n more bytes.
func (r *recentReplies) slotFor(n int, now time.Time) *slot {
	size, base := leastSlot, uint64(1)
	if len(r.slots) > 0 {
		last := &r.slots[len(r.slots)-1]
		full := len(last.data)+n > cap(last.data)
		if !full && now.Sub(last.began) < slotSpan {
			return last
		}
		if size = len(last.data) + len(last.data)/8; full {
			size = 2 * cap(last.data)
		}
		base = last.end()
	}
	size = max(n, min(max(size, leastSlot), usualSlot))
	r.slots = append(r.slots, slot{began: now, base: base, data: make([]byte, 0, size)})
	return &r.slots[len(r.slots)-1]
}

// hash spreads a key over the table and its fingerprint. Those of pushes are hashes already, those of tests are not.
func hash(key [16]byte) uint64 {
	high, low := bits.Mul64(binary.LittleEndian.Uint64(key[:])^0x9e3779b97f4a7c15, binary.LittleEndian.Uint64(key[8:])^0xd1342543de82ef95)
	return high ^ low
}

// entryOf is the fingerprint of an entry; never 0.
func entryOf(h uint64) uint64 { return (h>>placeBits | 1) << placeBits }

// enter points the table at a record. There is room.
func (r *recentReplies) enter(key [16]byte, place uint64) {
	h := hash(key)
	entry, mask, free := entryOf(h), uint64(len(r.table)-1), -1
	for i := h & mask; ; i = (i + 1) & mask {
		e := r.table[i]
		if e == 0 {
			if free < 0 {
				free = int(i)
				r.used++
			}
			break
		}
		rec := r.at(e & placeMask)
		if rec == nil && free < 0 {
			free = int(i)
		}
		if rec != nil && e&^placeMask == entry && [16]byte(rec) == key {
			free = int(i)
			break
		}
	}
	r.table[free] = entry | place&placeMask
}

// grow makes room in the table, and takes forgotten entries out of it.
func (r *recentReplies) grow() {
	live := 0
	r.each(func([16]byte, uint64) { live++ })
	r.table, r.used = make([]uint64, 1<<bits.Len(uint(2*live+15))), 0
	r.each(r.enter)
}

// each visits all records, the oldest first.
func (r *recentReplies) each(visit func(key [16]byte, place uint64)) {
	for i := range r.slots {
		for off, data := 0, r.slots[i].data; off < len(data); {
			visit([16]byte(data[off:]), r.slots[i].base+uint64(off))
			n, w := binary.Uvarint(data[off+headBytes:])
			off += headBytes + w + int(n)
		}
	}
}

// at is the record at a place; nil when it is forgotten.
func (r *recentReplies) at(place uint64) []byte {
	if len(r.slots) == 0 {
		return nil
	}
	first := r.slots[0].base
	place = first + (place-first)&placeMask
	if place >= r.slots[len(r.slots)-1].end() {
		return nil
	}
	n := sort.Search(len(r.slots), func(i int) bool { return r.slots[i].base > place }) - 1
	return r.slots[n].data[place-r.slots[n].base:]
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
	if len(r.table) == 0 {
		return nil
	}
	h := hash(key)
	entry, mask := entryOf(h), uint64(len(r.table)-1)
	for i := h & mask; r.table[i] != 0; i = (i + 1) & mask {
		if r.table[i]&^placeMask != entry {
			continue
		}
		if rec := r.at(r.table[i] & placeMask); rec != nil && [16]byte(rec) == key {
			return rec
		}
	}
	return nil
}

// forget drops what is older than recentFor, and the oldest slots while there is too much.
func (r *recentReplies) forget(now time.Time) {
	for len(r.slots) > 0 && r.mayGo(now.Sub(r.slots[0].began)) {
		r.bytes -= len(r.slots[0].data)
		r.slots[0] = slot{}
		r.slots = r.slots[1:]
	}
	if len(r.slots) == 0 {
		*r = recentReplies{}
	}
}

// mayGo reports whether the oldest slot, so long after it began, is to be forgotten.
func (r *recentReplies) mayGo(age time.Duration) bool {
	switch {
	case age >= recentFor+slotSpan:
		return true
	case len(r.slots) == 1:
		return false
	case r.bytes > recentMost:
		return true
	}
	return r.bytes > recentBytes && age >= recentSurely+slotSpan
}
