package server

import (
	"io"
	"net/http"
)

// healthz says that the process lives.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok\n") }

// readyz says whether messages can be taken: every folder listed, the store answering, not draining. It
// depends neither on WeChat nor on any script, so that one bad account cannot take a machine away.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	if err := s.o.Ready(r.Context()); err != nil {
		plain(w, http.StatusServiceUnavailable, err.Error()+"\n")
		return
	}
	said := "ready\n"
	for _, note := range s.o.Notes() {
		said += note + "\n"
	}
	plain(w, http.StatusOK, said)
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}
