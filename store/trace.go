package store

import (
	"strings"
	"time"
)

// A trace is a number of 63 bits: milliseconds since traceEpoch, then 22 bits that count on from a
// random start, so that several processes do not meet. It is the primary key of its message, which
// therefore needs no index to be found.
const (
	traceEpoch  = 1704067200000 // 2024-01-01 UTC in Unix milliseconds
	traceSerial = 22
	traceDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // Crockford: no I, L, O, U
	traceLength = 13

	maxID = 1<<63 - 1
)

// Trace makes a name for a turn that begins now: 13 digits and capital letters, ordered by time.
func (s *Store) Trace() string { return formatTrace(s.newID()) }

func (s *Store) newID() int64 {
	return idAt(s.now()) | int64(s.serial.Add(1)&(1<<traceSerial-1))
}

// idAt is the smallest number that a trace of that millisecond can have.
func idAt(t time.Time) int64 { return max(0, t.UnixMilli()-traceEpoch) << traceSerial }

func formatTrace(id int64) string {
	var out [traceLength]byte
	for i := range out {
		out[traceLength-1-i] = traceDigits[id&31]
		id >>= 5
	}
	return string(out[:])
}

// parseTrace reads what Trace made, in any letter case; false for other text.
func parseTrace(s string) (int64, bool) {
	if len(s) != traceLength {
		return 0, false
	}
	var id uint64
	for _, c := range []byte(strings.ToUpper(s)) {
		d := strings.IndexByte(traceDigits, c)
		if d < 0 {
			return 0, false
		}
		id = id<<5 | uint64(d)
	}
	return int64(id), id > 0 && id < 1<<63
}

// shortTrace is how much of the end of a trace names a message whatever else ends so: it repeats after three days, and the
// newest message counts.
const shortTrace = 10

// shortestEnding is how little of the end of a trace may stand for it while it is unique: what error boxes show.
const shortestEnding = 4

// traceEnding reads the last digits of a trace, or all: an id whose bits under mask are low.
func traceEnding(ref string) (low, mask int64, ok bool) {
	if len(ref) < shortestEnding || len(ref) > traceLength {
		return 0, 0, false
	}
	id, ok := parseTrace("1000000000000"[:traceLength-len(ref)] + ref)
	mask = maxID
	if len(ref) < traceLength {
		mask = int64(1)<<(5*len(ref)) - 1
	}
	return id & mask, mask, ok
}
