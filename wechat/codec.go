package wechat

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// What Encode writes, version 1: the version; a byte of marks; the texts of the envelope, each as the place of the
// field it came from or in full; CreateTime; the tree. Numbers are varints, a text is its length and its bytes, a
// list its length and its items.
const (
	codecVersion = 1
	// maxEncoded is what a decoder reads: a body's bytes, three for each that was cleaned, and names and lengths.
	maxEncoded = 4 << 20

	markDevice = 1 << 0 // of a message
	markListed = 1 << 0 // of a field
	markBare   = 1 << 1
	markHolds  = 1 << 2

	textEmpty = 0 // of the envelope; from textField on, the place of a field
	textWhole = 1
	textField = 2
)

// Encode writes the message as bytes from which DecodeMessage makes one with the same envelope, tree and nature.
func (m *Message) Encode() []byte {
	b := make([]byte, 2, 64+2*m.encodedSize())
	b[0] = codecVersion
	if m.device {
		b[1] = markDevice
	}
	for _, text := range m.envelope() {
		b = m.appendEnvelope(b, *text)
	}
	b = binary.AppendVarint(b, m.CreateTime)
	return appendTree(b, m.fields)
}

// envelope are its texts, in the order of the record.
func (m *Message) envelope() [7]*string {
	return [...]*string{&m.ToUserName, &m.FromUserName, &m.MsgType, &m.Event, &m.EventKey, &m.Content, &m.MsgID}
}

func (m *Message) encodedSize() (n int) {
	for i := range m.fields {
		n += 8 + len(m.fields[i].Name) + len(m.fields[i].Value)/2
	}
	return n
}

func (m *Message) appendEnvelope(b []byte, text string) []byte {
	if text == "" {
		return append(b, textEmpty)
	}
	if i := slices.IndexFunc(m.fields, func(f Field) bool { return f.Value == text }); i >= 0 {
		return binary.AppendUvarint(b, uint64(textField+i))
	}
	return appendText(append(b, textWhole), text)
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendTree(b []byte, fields []Field) []byte {
	b = binary.AppendUvarint(b, uint64(len(fields)))
	for i := range fields {
		f := &fields[i]
		marks := byte(0)
		if f.Listed {
			marks |= markListed
		}
		if f.Bare {
			marks |= markBare
		}
		if len(f.Fields) > 0 {
			marks |= markHolds
		}
		b = appendText(appendText(append(b, marks), f.Name), f.Value)
		if len(f.Fields) > 0 {
			b = appendTree(b, f.Fields)
		}
	}
	return b
}

// DecodeMessage reads what Encode wrote. It refuses other versions, and what no push can be: the bounds are those of
// ParseMessage.
func DecodeMessage(b []byte) (*Message, error) {
	switch {
	case len(b) > maxEncoded:
		return nil, fmt.Errorf("a recorded message has %d bytes; at most %d are read", len(b), maxEncoded)
	case len(b) < 2:
		return nil, errRecord
	case b[0] != codecVersion:
		return nil, fmt.Errorf("a recorded message is of version %d; this program reads %d", b[0], codecVersion)
	}
	r := recordReader{s: string(b[2:])}
	m := &Message{device: b[1]&markDevice != 0}
	places := [7]int{}
	for i, text := range m.envelope() {
		switch n := r.count(textField + maxElements); n {
		case textEmpty:
		case textWhole:
			*text = r.text(3 * maxValue)
		default:
			places[i] = n - textField + 1
		}
	}
	m.CreateTime = r.integer()
	m.fields = r.fields(1)
	for i, text := range m.envelope() {
		if n := places[i]; n > len(m.fields) {
			r.failed = true
		} else if n > 0 {
			*text = m.fields[n-1].Value
		}
	}
	if r.failed || len(r.s) > 0 || b[1]&^markDevice != 0 {
		return nil, errRecord
	}
	return m, nil
}

var errRecord = errors.New("these bytes are no recorded message")

// recordReader reads from the front of s. Once it has failed, everything is empty.
type recordReader struct {
	s      string
	read   int // fields
	failed bool
}

func (r *recordReader) fail() { r.s, r.failed = "", true }

// count is a number of at most most.
func (r *recordReader) count(most int) int {
	n, size := binary.Uvarint([]byte(r.s[:min(len(r.s), binary.MaxVarintLen64)]))
	if size <= 0 || n > uint64(most) {
		r.fail()
		return 0
	}
	r.s = r.s[size:]
	return int(n)
}

func (r *recordReader) integer() int64 {
	n, size := binary.Varint([]byte(r.s[:min(len(r.s), binary.MaxVarintLen64)]))
	if size <= 0 {
		r.fail()
		return 0
	}
	r.s = r.s[size:]
	return n
}

func (r *recordReader) text(most int) string {
	n := r.count(most)
	if n > len(r.s) {
		r.fail()
		return ""
	}
	text := r.s[:n]
	r.s = r.s[n:]
	return text
}

func (r *recordReader) marks() byte {
	if r.s == "" || r.s[0]&^(markListed|markBare|markHolds) != 0 {
		r.fail()
		return 0
	}
	marks := r.s[0]
	r.s = r.s[1:]
	return marks
}

func (r *recordReader) fields(depth int) []Field {
	n := r.count(maxElements - r.read)
	if n == 0 {
		return nil
	}
	if r.read += n; depth > maxDepth || n > len(r.s)/3 { // each has three bytes and more
		r.fail()
		return nil
	}
	fields := make([]Field, n)
	for i := range fields {
		marks := r.marks()
		f := Field{Listed: marks&markListed != 0, Bare: marks&markBare != 0, Name: r.text(3 * maxName), Value: r.text(3 * maxValue)}
		if marks&markHolds != 0 {
			if f.Fields = r.fields(depth + 1); f.Fields == nil {
				r.fail()
			}
		}
		fields[i] = f
	}
	return fields
}
