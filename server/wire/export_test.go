package wire

import "time"

// Impatient shortens how long a peer may leave its answer unread.
func (s *Server) Impatient(writeTime time.Duration) { s.writeTime = writeTime }
