package server

import (
	"net/http"
	"time"
)

// CheckBody reads and checks a body as the general interface does: the field and what is wrong with it.
func CheckBody(name string, body []byte) (read any, field, wrong string) {
	for _, m := range methods() {
		if m.name != name {
			continue
		}
		tree, f := readJSON(body)
		if f == nil {
			f = m.body.check("", tree)
		}
		if f != nil {
			return tree, f.Field, f.Message
		}
		return tree, "", ""
	}
	return nil, "method", "unknown"
}

// Document is the OpenAPI document.
func Document() []byte { return document(methods()) }

// Intake is the bound on bodies under way.
type Intake = intake

// NewIntake makes one.
func NewIntake(number int, bytes int64) *Intake { return newIntake(number, bytes, nil) }

// Guard counts what next reads.
func (in *intake) Guard(next http.Handler) http.Handler { return in.guard(next) }

// Arriving is how many bodies are under way.
func (in *intake) Arriving() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.arriving.Len()
}

// Held is how many bytes of bodies are held.
func (in *intake) Held() int64 {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.held
}

// Pushes is the bound on the bodies of pushes.
func (s *Server) Pushes() *Intake { return s.pushes }

// WithPushes is the same server with another bound on the bodies of pushes.
func (s *Server) WithPushes(in *Intake) *Server {
	own := *s
	own.pushes = in
	return &own
}

// WithOthers is the same server with another bound on all other bodies.
func (s *Server) WithOthers(in *Intake) *Server {
	own := *s
	own.others = in
	return &own
}

// Impatient shortens the grace of new connections.
func (c *Connections) Impatient(grace time.Duration) *Connections {
	c.grace = grace
	return c
}
