package wire

import "bytes"

// form is what the bytes of a request say about it so far.
type form uint8

const (
	unfinished form = iota // its head is not all there
	plain
	foreign // net/http's
)

// maxLength is the longest Content-Length of a plain request, in digits: who announces more is refused by others.
const maxLength = 7

// head is the head of a plain request.
type head struct {
	target []byte // path and query
	path   int    // bytes of target
	length int    // of the body; -1 = not said
	size   int    // of the head itself
	hosts  int
	last   bool // Connection: close
}

// readHead reads the head at the beginning of b. start is how the request line begins: the method and the prefix.
func readHead(b []byte, start string) (h head, f form) {
	if n := min(len(b), len(start)); string(b[:n]) != start[:n] {
		return h, foreign
	}
	h.length = -1
	line, next, f := lineAt(b, 0)
	if f == plain && !h.requestLine(line, len(start)) {
		return h, foreign
	}
	for f == plain {
		line, next, f = lineAt(b, next)
		switch {
		case f != plain:
		case len(line) > 0:
			if !h.field(line) {
				return h, foreign
			}
		case h.hosts != 1 || h.length < 0:
			return h, foreign
		default:
			h.size = next
			return h, plain
		}
	}
	return h, f
}

// lineAt is the line that begins at from. One that ends in LF alone is foreign.
func lineAt(b []byte, from int) (line []byte, next int, f form) {
	i := bytes.IndexByte(b[from:], '\n')
	switch {
	case i < 0:
		return nil, 0, unfinished
	case i == 0 || b[from+i-1] != '\r':
		return nil, 0, foreign
	}
	return b[from : from+i-1], from + i + 1, plain
}

const (
	method  = "POST "
	version = " HTTP/1.1"
)

// requestLine reads the line whose first start bytes are known.
func (h *head) requestLine(line []byte, start int) bool {
	target, ok := bytes.CutSuffix(line, []byte(version))
	if !ok || len(target) <= start {
		return false
	}
	i := start
	for i < len(target) && kinds[target[i]]&inSegment != 0 {
		i++
	}
	h.target, h.path = target[len(method):], i-len(method)
	if i == start || i < len(target) && target[i] != '?' {
		return false
	}
	return all(target[i:], inQuery)
}

// field reads one line of the head. False: the request is not plain.
func (h *head) field(line []byte) bool {
	colon := bytes.IndexByte(line, ':')
	if colon < 1 {
		return false
	}
	name, value := line[:colon], line[colon+1:]
	if !all(name, inToken) || !all(value, inValue) {
		return false
	}
	value = bytes.Trim(value, " \t")
	switch len(name) {
	case 4:
		if is(name, "host") {
			h.hosts++
			return len(value) > 0 && all(value, inHost)
		}
	case 6:
		return !is(name, "expect")
	case 7:
		return !is(name, "upgrade") && !is(name, "trailer")
	case 10:
		if is(name, "connection") {
			last := is(value, "close")
			h.last = h.last || last
			return last || is(value, "keep-alive")
		}
	case 14:
		if is(name, "content-length") {
			return h.contentLength(value)
		}
	case 17:
		return !is(name, "transfer-encoding")
	}
	return true
}

// contentLength takes digits, once. Zeros before others are left to net/http.
func (h *head) contentLength(value []byte) bool {
	if h.length >= 0 || len(value) == 0 || len(value) > maxLength || value[0] == '0' && len(value) > 1 {
		return false
	}
	h.length = 0
	for _, c := range value {
		if c < '0' || c > '9' {
			return false
		}
		h.length = 10*h.length + int(c-'0')
	}
	return true
}

// is compares with a word in small letters.
func is(b []byte, word string) bool {
	if len(b) != len(word) {
		return false
	}
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}

// kind says where a byte may stand.
type kind uint8

const (
	inSegment kind = 1 << iota // a path's only segment: what needs no escape there, without the dot
	inQuery                    // RFC 3986: query
	inHost
	inToken // RFC 9110: token
	inValue // RFC 9110: field-value with blanks around it
)

func all(b []byte, k kind) bool {
	for _, c := range b {
		if kinds[c]&k == 0 {
			return false
		}
	}
	return true
}

// kinds of all bytes.
var kinds = func() (t [256]kind) {
	const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	for _, of := range []struct {
		kind  kind
		bytes string
	}{
		{inSegment, alphanumeric + "-_"},
		{inQuery, alphanumeric + "-._~!$&'()*+,;=:@/?%"},
		{inHost, alphanumeric + "-._:[]"},
		{inToken, alphanumeric + "!#$%&'*+-.^_`|~"},
	} {
		for i := range len(of.bytes) {
			t[of.bytes[i]] |= of.kind
		}
	}
	for c := range t {
		if c >= ' ' && c != 0x7F || c == '\t' {
			t[c] |= inValue
		}
	}
	return t
}()
