package store

// Stats counts since Open.
type Stats struct {
	Commits, CommitErrors int64
	Recorded, Dropped     int64 // records written; records dropped because the buffer was full or they could not be written
	RecordErrors          int64 // batches of records that failed, and were tried again
	WaitingBytes          int64
}

// Stats returns the counters.
func (s *Store) Stats() Stats { return Stats{} }
