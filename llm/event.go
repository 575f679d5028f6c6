package llm

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// What one answer may have, in bytes.
const (
	maxLine   = 256 << 10
	maxStream = 8 << 20
)

// errBrokeOff says that an answer ended before its end.
var errBrokeOff = errors.New("the answer broke off")

// events reads a stream of server-sent events.
type events struct {
	r    *bufio.Reader
	read int
}

func newEvents(r io.Reader) *events { return &events{r: bufio.NewReader(r)} }

// next is the data of the next event; io.EOF at the end. An event whose end did not come is none.
func (e *events) next() ([]byte, error) {
	var data []byte
	found := false
	for {
		line, err := e.line()
		if err != nil {
			return nil, err
		}
		if len(line) == 0 {
			if found {
				return data, nil
			}
			continue
		}
		field, value, _ := bytes.Cut(line, []byte(":"))
		if string(field) != "data" {
			continue // a comment, or a field that says nothing here
		}
		if found {
			data = append(data, '\n')
		}
		found = true
		if data = append(data, bytes.TrimPrefix(value, []byte(" "))...); len(data) > maxLine {
			return nil, NewError(Garbage, "an event of the answer is longer than %d KiB", maxLine>>10)
		}
	}
}

// line is one line without its end. A last one that has no end counts: some leave it out.
func (e *events) line() ([]byte, error) {
	var line []byte
	for {
		piece, err := e.r.ReadSlice('\n')
		line = append(line, piece...)
		e.read += len(piece)
		switch {
		case len(line) > maxLine:
			return nil, NewError(Garbage, "a line of the answer is longer than %d KiB", maxLine>>10)
		case e.read > maxStream:
			return nil, NewError(Garbage, "the answer has more than %d MiB", maxStream>>20)
		case err == nil:
			return bytes.TrimRight(line, "\r\n"), nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(line) > 0:
			return bytes.TrimRight(line, "\r"), nil
		case errors.Is(err, io.EOF):
			return nil, io.EOF
		default:
			return nil, errBrokeOff
		}
	}
}
