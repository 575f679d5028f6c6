package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// statements keeps prepared statements by their text. The texts are constants of this package, so
// there are few.
type statements struct {
	prepare func(ctx context.Context, query string) (*sql.Stmt, error)
	note    func(error) // is told of every error

	mu   sync.RWMutex
	kept map[string]*sql.Stmt
}

func (s *statements) get(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mu.RLock()
	st := s.kept[query]
	s.mu.RUnlock()
	if st != nil {
		return st, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.kept[query]; st != nil {
		return st, nil
	}
	st, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	if s.kept == nil {
		s.kept = map[string]*sql.Stmt{}
	}
	s.kept[query] = st
	return st, nil
}

// failed names the package that an error comes from.
func (s *statements) failed(err error) error {
	s.note(err)
	return fmt.Errorf("store: %w", err)
}

func (s *statements) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.kept {
		st.Close()
	}
	s.kept = nil
}
