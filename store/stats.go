package store

import "sync/atomic"

// Stats counts since Open.
type Stats struct {
	Commits, CommitErrors int64 // transactions of turns; one serves many turns
	Recorded              int64 // records written
	Dropped               int64 // records lost: the buffer was full, they could not be written, or their turn is unknown
	RecordErrors          int64 // batches of records that failed; they are tried again while the buffer holds them
	WaitingBytes          int64 // of records not yet written
}

type counters struct {
	commits, commitErrors, recorded, dropped, recordErrors atomic.Int64
	written                                                atomic.Int64 // transactions of all kinds
}

// Stats returns the counters.
func (s *Store) Stats() Stats {
	return Stats{
		Commits: s.stats.commits.Load(), CommitErrors: s.stats.commitErrors.Load(),
		Recorded: s.stats.recorded.Load(), Dropped: s.stats.dropped.Load(),
		RecordErrors: s.stats.recordErrors.Load(), WaitingBytes: s.records.waiting(),
	}
}
