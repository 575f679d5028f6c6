package server

import (
	"net/http"
	"time"
)

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

// Bounds are the number and the bytes of the bodies under way: of pushes, and of all others.
func (s *Server) Bounds() [2][2]int64 {
	return [2][2]int64{{int64(s.pushes.number), s.pushes.bytes}, {int64(s.others.number), s.others.bytes}}
}

// Bounds are the most connections, and the most of those that have not said anything yet.
func (c *Connections) Bounds() (most, silent int) { return c.most, c.silent }

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
