package store

import "context"

const newestStep = "SELECT coalesce(max(version), 0) FROM schema_steps"

// Ping reports whether the database answers. It does not while something in its file is known to be broken that was
// wanted: then the error is a *DamageError.
func (s *Store) Ping(ctx context.Context) error {
	if known := s.Damage(); known != nil && known.Met {
		return known
	}
	var version int
	_, err := scanRow(ctx, &s.reads, newestStep, nil, &version)
	return err
}
