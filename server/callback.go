package server

import (
	"io"
	"net/http"
	"strings"

	"moonwire/server/wire"
	"moonwire/wechat"
)

// callbackPrefix is where WeChat calls.
const callbackPrefix = "/wx/"

// Callback serves GET and POST /wx/{account}: the address an account is configured with at WeChat.
func (s *Server) Callback() http.Handler { return s.pushes.guard(http.HandlerFunc(s.callback)) }

func (s *Server) callback(w http.ResponseWriter, r *http.Request) {
	account := strings.TrimPrefix(r.URL.Path, callbackPrefix)
	q := wechat.ParseQuery(r.URL.RawQuery)
	switch r.Method {
	case http.MethodPost:
		s.receive(w, r, account, q)
	case http.MethodGet, http.MethodHead:
		s.verify(w, r, account, q)
	default:
		s.strayed(askedBy(r), "WeChat asks by GET and POST only: something else calls, or a proxy changes the method")
		w.WriteHeader(http.StatusForbidden)
	}
}

// verify answers the check that WeChat makes when an address is saved: the echo, as plain text, nothing else.
func (s *Server) verify(w http.ResponseWriter, r *http.Request, account string, q wechat.Query) {
	echo, ok := s.fleet.Verify(account, q)
	if !ok {
		s.strayed(askedBy(r), "")
		w.WriteHeader(http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = io.WriteString(w, echo)
}

func (s *Server) receive(w http.ResponseWriter, r *http.Request, account string, q wechat.Query) {
	x := &exchange{line: requestLine{w, r}}
	p := &pushBody{exchange: x, from: r.Body, length: r.ContentLength, pool: s.bodies}
	defer func() {
		p.Done()
		if x.close() {
			panic(http.ErrAbortHandler) // net/http's way to close a connection unanswered
		}
	}()
	s.fleet.Receive(account, q, p, x)
	if x.wasRefused() {
		s.strayed(askedBy(r), "")
	}
}

// Posts serves what WeChat sends, read past net/http: the plain POSTs below /wx/.
func (s *Server) Posts(post *wire.Post) {
	// one object
	push := &struct {
		exchange
		pushBody
		arrival
	}{
		exchange: exchange{line: postLine{post}},
		arrival:  arrival{in: s.pushes, conn: post, body: post},
	}
	x, p, a := &push.exchange, &push.pushBody, &push.arrival
	a.whole, a.there = post.Arrived()
	*p = pushBody{exchange: x, from: a, length: int64(post.Length), pool: s.bodies}
	defer func() {
		p.Done()
		a.end()
		if x.close() {
			post.Drop()
		}
	}()
	s.fleet.Receive(strings.TrimPrefix(post.Path, callbackPrefix), wechat.ParseQuery(post.Query), p, x)
	if x.wasRefused() {
		s.strayed(asked{method: http.MethodPost, path: post.Path, query: post.Query, remote: post.RemoteAddr()}, "")
	}
}
