package store

import (
	"context"
	"time"
)

const (
	// MaxTraces is how many traces of an account are kept, and as many more of turns that went wrong.
	MaxTraces = 1_000
	// MaxTraceBody is how many bytes one has at most; a longer one is not kept.
	MaxTraceBody = 64 << 10

	// trimTraces is after how many new ones the oldest go.
	trimTraces = 128
)

const (
	saveTrace    = `INSERT INTO traces (account, id, openid, troubled, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	dropTraces   = `DELETE FROM traces WHERE account = ? AND troubled = ? AND id <= (SELECT id FROM traces WHERE account = ? AND troubled = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`
	loadTrace    = `SELECT body FROM traces WHERE account = ? AND id = ?`
	newestTraces = `SELECT id, body FROM traces WHERE account = ? AND id >= ? AND id < ? ORDER BY id DESC LIMIT ?`
	forgetTraces = `DELETE FROM traces WHERE account = ? AND openid = ?`
	tracesOf     = `SELECT DISTINCT account FROM traces`
	oldTraces    = `SELECT account, id FROM traces WHERE account = ? AND id < ? LIMIT ?`
	deleteTrace  = `DELETE FROM traces WHERE account = ? AND id = ?`
)

// KeptTrace is what is kept of how a turn went.
type KeptTrace struct {
	Trace string
	Body  []byte
}

// TraceBody is what Record.Detail was of a message; nil when nothing is kept.
func (s *Store) TraceBody(ctx context.Context, account, trace string) ([]byte, error) {
	id, ok := parseTrace(trace)
	if !ok {
		return nil, nil
	}
	if err := s.Flush(ctx); err != nil {
		return nil, err
	}
	var body []byte
	_, err := s.committed(ctx).row(loadTrace, []any{account, id}, &body)
	return body, err
}

// Traces are those kept of an account since a time, the newest first; before is the trace of the last one of the page
// before, "" = none.
func (s *Store) Traces(ctx context.Context, account string, since time.Time, before string, limit int) (all []KeptTrace, err error) {
	if err := s.Flush(ctx); err != nil {
		return nil, err
	}
	end := int64(maxID)
	if id, ok := parseTrace(before); ok {
		end = id
	}
	err = s.committed(ctx).rows(newestTraces, []any{account, idAt(since), end, limit}, func(scan func(...any) error) error {
		var id int64
		var body []byte
		err := scan(&id, &body)
		all = append(all, KeptTrace{formatTrace(id), body})
		return err
	})
	return all, err
}

// traceKind is a kind of traces of an account, of which each has its own bound.
type traceKind struct {
	account  string
	troubled bool
}

// detail writes the trace of a record, and drops what is too old.
func (l *recordBatch) detail(f *frame) error {
	if len(f.detail) == 0 {
		return nil
	}
	kind := traceKind{f.account, f.marks&frameTroubled != 0}
	if err := l.conn.exec(saveTrace, kind.account, f.id, textAt(f.body, fieldOpenID), kind.troubled, f.detail); err != nil {
		return err
	}
	since := l.store.writer.traced
	if since[kind]++; since[kind] < trimTraces {
		return nil
	}
	delete(since, kind)
	return l.conn.exec(dropTraces, kind.account, kind.troubled, kind.account, kind.troubled, MaxTraces)
}

// pruneTraces removes those of messages that are kept no more.
func (s *Store) pruneTraces(ctx context.Context, r Retention) (gone int64, err error) {
	var accounts []string
	err = s.committed(ctx).rows(tracesOf, nil, func(scan func(...any) error) error {
		var account string
		err := scan(&account)
		accounts = append(accounts, account)
		return err
	})
	for _, account := range accounts {
		for n := int64(1); n > 0 && err == nil; gone += n {
			n, err = s.pruneTracesOf(ctx, account, s.keptSince(r, account))
		}
	}
	return gone, err
}

func (s *Store) pruneTracesOf(ctx context.Context, account string, until int64) (int64, error) {
	var keys [][]any
	err := s.committed(ctx).rows(oldTraces, []any{account, until, pruneStep}, func(scan func(...any) error) error {
		key := make([]any, 2)
		keys = append(keys, key)
		return scan(&key[0], &key[1])
	})
	if err != nil {
		return 0, err
	}
	return s.remove(ctx, expiry{remove: deleteTrace}, keys)
}
