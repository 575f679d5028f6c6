package store

import (
	"encoding/binary"
	"math"
	"time"
	"unicode/utf8"
	"unsafe"
)

// Bodies of messages, fans and the last event of a button are sequences of fields: the field's
// number times two, plus one for bytes, then a number or a length and the bytes, all as varints.
// Absent fields are zero; unknown ones are skipped, so an older program can read what a newer one
// wrote. Field numbers are never given a new meaning.

// maxText bounds each free text of a record, in bytes; longer ones are cut at a character.
const maxText = 16 << 10

func putNumber(dst []byte, field int, n int64) []byte {
	if n == 0 {
		return dst
	}
	dst = binary.AppendUvarint(dst, uint64(field)<<1)
	return binary.AppendUvarint(dst, uint64(n))
}

func putBytes[T string | []byte](dst []byte, field int, s T) []byte {
	if len(s) == 0 {
		return dst
	}
	dst = binary.AppendUvarint(dst, uint64(field)<<1|1)
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

func putText(dst []byte, field int, s string) []byte {
	return putBytes(dst, field, cutText(s, maxText))
}

// cutText cuts a text to so many bytes, at a character.
func cutText(s string, bytes int) string {
	if len(s) <= bytes {
		return s
	}
	for bytes > 0 && !utf8.RuneStart(s[bytes]) {
		bytes--
	}
	return s[:bytes]
}

func putBool(dst []byte, field int, b bool) []byte {
	if b {
		return putNumber(dst, field, 1)
	}
	return dst
}

// putTime keeps milliseconds; the zero time is absent.
func putTime(dst []byte, field int, t time.Time) []byte {
	if t.IsZero() {
		return dst
	}
	return putNumber(dst, field, t.UnixMilli())
}

func putDuration(dst []byte, field int, d time.Duration) []byte {
	return putNumber(dst, field, d.Microseconds())
}

func timeOf(n int64) time.Time         { return time.UnixMilli(n) }
func durationOf(n int64) time.Duration { return time.Duration(n) * time.Microsecond }

// eachField calls fn for every field of body, a number or a text, and reports whether the body was
// whole. The texts share memory with body, which must not change afterwards.
func eachField(body []byte, fn func(field int, n int64, text string)) bool {
	for len(body) > 0 {
		tag, used := binary.Uvarint(body)
		if used <= 0 || tag>>1 > math.MaxInt32 {
			return false
		}
		body = body[used:]
		n, used := binary.Uvarint(body)
		if used <= 0 {
			return false
		}
		body = body[used:]
		if tag&1 == 0 {
			fn(int(tag>>1), int64(n), "")
			continue
		}
		if n > uint64(len(body)) {
			return false
		}
		fn(int(tag>>1), 0, sharedString(body[:n]))
		body = body[n:]
	}
	return true
}

// textAt is the text of one of the first fields of a body, whose fields stand in order. It shares memory with body.
func textAt(body []byte, field int) string {
	for len(body) > 0 {
		tag, used := binary.Uvarint(body)
		if used <= 0 || tag>>1 > uint64(field) {
			return ""
		}
		body = body[used:]
		n, used := binary.Uvarint(body)
		if used <= 0 {
			return ""
		}
		if body = body[used:]; tag&1 == 0 {
			continue
		}
		if n > uint64(len(body)) {
			return ""
		}
		if tag>>1 == uint64(field) {
			return sharedString(body[:n])
		}
		body = body[n:]
	}
	return ""
}

// sharedString is b as a string without a copy; b must not change while the string lives.
func sharedString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
