package wire

import (
	"net/http"
	"strconv"
	"time"
)

const (
	// writeTime is how long a peer may leave its answer unread, beyond what the system takes for it.
	writeTime = 15 * time.Second
	// usualAnswer is room for nearly every answer; mostKept is the largest room that is used again.
	usualAnswer = 1 << 10
	mostKept    = 64 << 10
)

// answer is what goes back for one request.
type answer struct {
	status      int
	contentType string // "" where there is no body
	body        []byte
	early, last bool // the connection ends with it: by the handler's wish; for another reason
	date        string
}

// appendAnswer writes what net/http would, byte for byte: the handler's own fields first.
func appendAnswer(out []byte, a answer) []byte {
	out = append(out, "HTTP/1.1 "...)
	out = strconv.AppendInt(out, int64(a.status), 10)
	out = append(append(out, ' '), http.StatusText(a.status)...)
	if a.early {
		out = append(out, closing...)
	}
	if a.contentType != "" {
		out = append(out, "\r\nContent-Length: "...)
		out = strconv.AppendInt(out, int64(len(a.body)), 10)
		out = append(append(out, "\r\nContent-Type: "...), a.contentType...)
	}
	out = append(append(out, "\r\nDate: "...), a.date...)
	if a.contentType == "" {
		out = append(out, "\r\nContent-Length: 0"...)
	}
	if a.last && !a.early {
		out = append(out, closing...)
	}
	out = append(out, "\r\n\r\n"...)
	return append(out, a.body...)
}

const closing = "\r\nConnection: close"

// second is a date as answers write it.
type second struct {
	unix int64
	text string
}

// date writes each second once.
func (s *Server) date(now time.Time) string {
	d := s.clock.Load()
	if unix := now.Unix(); d == nil || d.unix != unix {
		d = &second{unix, now.UTC().Format(http.TimeFormat)}
		s.clock.Store(d)
	}
	return d.text
}
