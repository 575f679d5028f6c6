package wechat

import (
	"encoding/binary"
	"unicode/utf8"
)

// Clean returns s without the characters that XML 1.0 cannot carry: U+0000 to U+001F except tab,
// line feed and carriage return, and the noncharacters U+FDD0, U+FFFE and U+FFFF. Each run of bytes
// that is not UTF-8 becomes one U+FFFD. Fans and scripts produce both, and either would make the
// other side's parser give up on the whole message. A clean string comes back as it is.
func Clean(s string) string {
	if firstIllegal(s) < 0 {
		return s
	}
	return string(appendLegal(make([]byte, 0, len(s)), s, ""))
}

// appendLegal appends s with instead in place of each character that XML cannot carry.
func appendLegal[T string | []byte](dst []byte, s T, instead string) []byte {
	broken := false
	for i := 0; i < len(s); {
		r, size := decodeRune(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			if !broken {
				dst = utf8.AppendRune(dst, utf8.RuneError)
			}
		case illegal(r):
			dst = append(dst, instead...)
		default:
			dst = append(dst, s[i:i+size]...)
		}
		broken = r == utf8.RuneError && size == 1
		i += size
	}
	return dst
}

// illegal reports whether XML 1.0 cannot carry r. U+FDD0 it could, but see placeholder.
func illegal(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFDD0 || r == 0xFFFE || r == 0xFFFF
}

// firstIllegal is the index of the first byte that Clean would change, or -1.
func firstIllegal[T string | []byte](s T) int {
	for i := 0; i < len(s); {
		if i+8 <= len(s) && plainASCII(s[i:i+8]) {
			i += 8
			continue
		}
		if c := s[i]; c < utf8.RuneSelf {
			if illegal(rune(c)) {
				return i
			}
			i++
			continue
		}
		r, size := decodeRune(s[i:])
		if r == utf8.RuneError && size == 1 || illegal(r) {
			return i
		}
		i += size
	}
	return -1
}

// plainASCII reports whether all 8 bytes are in U+0020 to U+007F.
func plainASCII[T string | []byte](s T) bool {
	var b [8]byte
	copy(b[:], s)
	w := binary.LittleEndian.Uint64(b[:])
	const high, blanks = 0x8080808080808080, 0x2020202020202020
	return (w|(w-blanks))&high == 0
}

func decodeRune[T string | []byte](s T) (rune, int) {
	var b [utf8.UTFMax]byte
	return utf8.DecodeRune(b[:copy(b[:], s)])
}
