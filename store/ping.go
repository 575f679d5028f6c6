package store

import "context"

// Ping reports whether the database answers. It does not while something in its file is known to be broken that was
// wanted: then the error is a *DamageError.
func (s *Store) Ping(ctx context.Context) error {
	if known := s.Damage(); known != nil && known.Met {
		return known
	}
	var has schemaState
	_, err := scanRow(ctx, &s.reads, newestSchema, nil, &has.version, &has.minProgram)
	return err
}
