package store

import "context"

// reader reads rows: from the open transaction, or from what is committed.
type reader interface {
	row(query string, args []any, dest ...any) (bool, error)
	rows(query string, args []any, each func(scan func(...any) error) error) error
}

// committed reads what is committed.
type committed struct {
	ctx   context.Context
	store *Store
}

func (c committed) row(query string, args []any, dest ...any) (bool, error) {
	return scanRow(c.ctx, &c.store.reads, query, args, dest...)
}

func (c committed) rows(query string, args []any, each func(scan func(...any) error) error) error {
	return scanRows(c.ctx, &c.store.reads, query, args, each)
}

// read reads for a turn: inside the open transaction when that has changed what is asked for.
func (t *Turn) read(ctx context.Context, unsettled bool, fn func(reader) error) error {
	if err := t.spoilt(); err != nil {
		return err
	}
	if !unsettled {
		return fn(committed{ctx, t.store})
	}
	return t.store.writer.do(ctx, false, func(b *batch) error { return fn(b) })
}

func (s *Store) committed(ctx context.Context) committed { return committed{ctx, s} }
