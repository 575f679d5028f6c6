package wechat

import "bytes"

// Almost every push is flat: <xml>, then elements that hold one CDATA section or a bare number.
// flatScan reads those 20 times faster than xmlTree does. On anything else (nesting, entities,
// attributes, comments, split CDATA, a caps overrun) it gives up, and the tree decides.
type flatScan struct {
	b     []byte
	pos   int
	count int
}

// scanState is what flatScan.next found.
type scanState uint8

const (
	scanField scanState = iota // one more element
	scanEnd                    // </xml> and nothing but blanks after it
	scanGaveUp
)

const (
	rootOpen   = "<xml>"
	rootClose  = "</xml>"
	cdataOpen  = "<![CDATA["
	cdataClose = "]]>"
)

// open passes over the root's start tag.
func (f *flatScan) open() bool {
	f.pos = skipBlank(f.b, 0)
	if !begins(f.b[f.pos:], rootOpen) {
		return false
	}
	f.pos += len(rootOpen)
	return true
}

// span is a part of the body.
type span struct{ from, to int }

// next finds the name and the value of the next element, not cleaned.
func (f *flatScan) next() (name, value span, s scanState) {
	b := f.b
	i := skipBlank(b, f.pos)
	if i+1 >= len(b) || b[i] != '<' {
		return span{}, span{}, scanGaveUp
	}
	if b[i+1] == '/' {
		return span{}, span{}, f.end(i)
	}
	name = span{i + 1, skipName(b, i+1)}
	n := name.to - name.from
	if name.to >= len(b) || b[name.to] != '>' || n == 0 || n > maxName {
		return span{}, span{}, scanGaveUp
	}
	value, i = flatValue(b, name.to+1)
	if i < 0 || value.to-value.from > maxValue || !closes(b[i:], b[name.from:name.to]) {
		return span{}, span{}, scanGaveUp
	}
	if f.count++; f.count >= maxElements {
		return span{}, span{}, scanGaveUp
	}
	f.pos = i + len("</>") + n
	return name, value, scanField
}

func (f *flatScan) end(i int) scanState {
	if !begins(f.b[i:], rootClose) || skipBlank(f.b, i+len(rootClose)) != len(f.b) {
		return scanGaveUp
	}
	return scanEnd
}

// flatValue is one CDATA section or text without markup from i on, and where its end tag begins; -1
// for anything else.
func flatValue(b []byte, i int) (span, int) {
	if begins(b[i:], cdataOpen) {
		i += len(cdataOpen)
		n := bytes.Index(b[i:], []byte(cdataClose))
		if n < 0 {
			return span{}, -1
		}
		return span{i, i + n}, i + n + len(cdataClose)
	}
	for j := i; j < len(b); j++ {
		switch b[j] {
		case '<':
			return span{i, j}, j
		case '&', '>':
			return span{}, -1
		}
	}
	return span{}, -1
}

// closes reports whether b begins with the end tag of name.
func closes(b, name []byte) bool {
	n := len(name)
	return len(b) >= n+3 && b[0] == '<' && b[1] == '/' && b[n+2] == '>' && string(b[2:n+2]) == string(name)
}

func begins(b []byte, with string) bool {
	return len(b) >= len(with) && string(b[:len(with)]) == with
}

func skipBlank(b []byte, i int) int {
	for i < len(b) && blank(b[i]) {
		i++
	}
	return i
}

func blank(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// skipName passes over a name of ASCII letters, digits, '_', and, not in front, '-' and '.'.
func skipName(b []byte, i int) int {
	start := i
	for ; i < len(b); i++ {
		c := b[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_'
		if !letter && (i == start || !('0' <= c && c <= '9' || c == '-' || c == '.')) {
			break
		}
	}
	return i
}
