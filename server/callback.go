package server

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"

	"moonwire/wechat"
)

const (
	callbackPrefix = "/wx/"
	// maxBody is the largest push that is read. WeChat's own are a few KiB; compatible mode triples them.
	maxBody = 1 << 20
)

// Callback serves GET and POST /wx/{account}: the address an account is configured with at WeChat.
func (s *Server) Callback() http.Handler { return http.HandlerFunc(s.callback) }

func (s *Server) callback(w http.ResponseWriter, r *http.Request) {
	account := strings.TrimPrefix(r.URL.Path, callbackPrefix)
	q := wechat.ParseQuery(r.URL.RawQuery)
	switch r.Method {
	case http.MethodPost:
		s.receive(w, r, account, q)
	case http.MethodGet, http.MethodHead:
		s.verify(w, account, q)
	default:
		w.WriteHeader(http.StatusForbidden)
	}
}

// verify answers the check that WeChat makes when an address is saved: the echo, as plain text, nothing else.
func (s *Server) verify(w http.ResponseWriter, account string, q wechat.Query) {
	echo, ok := s.fleet.Verify(account, q)
	if !ok {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = io.WriteString(w, echo)
}

func (s *Server) receive(w http.ResponseWriter, r *http.Request, account string, q wechat.Query) {
	buf := s.bodies.Get().(*[]byte)
	body, err := readBody(r, *buf)
	*buf = body[:0]
	defer s.bodies.Put(buf) // the bot copies what it keeps
	if err != nil {
		s.unreadable(account, err)
		w.WriteHeader(http.StatusForbidden)
		return
	}
	x := &exchange{w: w, gone: r.Context().Done()}
	defer func() {
		if x.close() {
			panic(http.ErrAbortHandler) // net/http's way to close a connection unanswered
		}
	}()
	s.fleet.Receive(account, q, body, x)
}

var errTooLarge = errors.New("the body is larger than 1 MiB")

// readBody reads all of a push into buf, growing it where needed.
func readBody(r *http.Request, buf []byte) ([]byte, error) {
	if r.ContentLength > maxBody {
		return buf[:0], errTooLarge
	}
	buf = buf[:0]
	if need := int(r.ContentLength) + 1; cap(buf) < need {
		buf = make([]byte, 0, need)
	}
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := r.Body.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch {
		case len(buf) > maxBody:
			return buf, errTooLarge
		case errors.Is(err, io.EOF):
			return buf, nil
		case err != nil:
			return buf, cutOff(err)
		}
	}
}

// cutOff says in plain words why a body did not arrive.
func cutOff(err error) error {
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return errors.New("the body did not arrive in time")
	}
	return errors.New("the connection broke before the body was there")
}

func newBodies() *sync.Pool {
	return &sync.Pool{New: func() any { b := make([]byte, 0, 4096); return &b }}
}
