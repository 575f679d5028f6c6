package wechat

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// placeholder stands in for a character that XML cannot carry while a body is read, and is dropped
// from the values afterwards. Dropping such characters beforehand would be wrong: "]]\x01>"
// would turn into the end of a CDATA section.
const placeholder = "\uFDD0"

// cleanXML puts U+FDD0 in place of what encoding/xml would refuse a whole body for: raw characters that
// XML cannot carry and, outside CDATA and comments, references to such. Bytes that are not UTF-8
// become U+FFFD. A body without any of it comes back as it is.
func cleanXML(body []byte) []byte {
	if bytes.Contains(body, []byte("&#")) {
		body = cleanReferences(body)
	}
	if firstIllegal(body) < 0 {
		return body
	}
	return appendLegal(make([]byte, 0, len(body)+16), body, placeholder)
}

func cleanReferences(body []byte) []byte {
	out := make([]byte, 0, len(body)+16)
	for i := 0; i < len(body); {
		n := verbatim(body[i:])
		if n == 0 && body[i] == '&' {
			if n = illegalReference(body[i:]); n > 0 {
				out = append(out, placeholder...)
				i += n
				continue
			}
		}
		n = max(n, 1)
		out = append(out, body[i:i+n]...)
		i += n
	}
	return out
}

// verbatim is the length of the CDATA section or comment that b begins with, else 0.
func verbatim(b []byte) int {
	for _, section := range [...][2]string{{cdataOpen, cdataClose}, {"<!--", "-->"}} {
		if !begins(b, section[0]) {
			continue
		}
		if n := bytes.Index(b[len(section[0]):], []byte(section[1])); n >= 0 {
			return len(section[0]) + n + len(section[1])
		}
		return len(b)
	}
	return 0
}

// illegalReference is the length of a character reference like &#2; or &#x2; to a character that
// XML cannot carry, else 0.
func illegalReference(b []byte) int {
	const longest = len("&#x0010FFFF;")
	end := bytes.IndexByte(b[:min(len(b), longest)], ';')
	if end < 0 || !begins(b, "&#") {
		return 0
	}
	digits, base := string(b[len("&#"):end]), 10
	if rest, hex := strings.CutPrefix(digits, "x"); hex {
		digits, base = rest, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || utf8.ValidRune(rune(n)) && !illegal(rune(n)) {
		return 0
	}
	return end + 1
}
