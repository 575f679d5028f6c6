package store

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// OpenWithSteps opens a store that knows only the first n steps of the schema, as an older program
// would, or steps more besides.
func OpenWithSteps(ctx context.Context, o Options, n int, more ...string) (*Store, error) {
	steps, err := migrations()
	if err != nil {
		return nil, err
	}
	steps = steps[:n:n]
	for _, sql := range more {
		st, err := newStep(len(steps)+1, sql)
		if err != nil {
			return nil, err
		}
		steps = append(steps, st)
	}
	return openAt(ctx, o, steps)
}

// AllSteps is how many steps the schema has.
func AllSteps() int {
	steps, err := migrations()
	if err != nil {
		panic(err)
	}
	return len(steps)
}

// RecordBody is what the database keeps of a record.
func RecordBody(r *Record) []byte { return appendRecord(nil, r) }

// ReadRecordBody is its inverse.
func ReadRecordBody(body []byte) (r Record) {
	readRecord(body, &r)
	return r
}

// Rooms are the bytes that each account's values have as they are counted, and as they are.
func Rooms(t *testing.T, s *Store) (counted, real map[string]int64) {
	read := func(query string) map[string]int64 {
		all := map[string]int64{}
		require.NoError(t, s.committed(t.Context()).rows(query, nil, func(scan func(...any) error) error {
			var account string
			var n int64
			err := scan(&account, &n)
			all[account] = n
			return err
		}))
		return all
	}
	return read(`SELECT account, bytes FROM rooms WHERE bytes <> 0`), read(`SELECT account, sum(length(key) + length(value)) FROM kv GROUP BY account`)
}

// Exec changes the database as an older program would.
func Exec(t *testing.T, s *Store, query string) {
	require.NoError(t, s.writer.do(t.Context(), true, func(b *batch) error { return b.exec(query) }))
}

// Checked reports whether the file has been looked through since Open.
func Checked(s *Store) bool {
	s.damage.mu.Lock()
	defer s.damage.mu.Unlock()
	return s.damage.looked
}

// Kill ends a store's signs of life as the death of its process would: it says no goodbye, and its lock is free.
func Kill(t *testing.T, s *Store) {
	StandStill(s)
	require.NoError(t, s.node.lock.release())
	s.node.lock = nodeLock{}
}

// StandStill ends a store's signs of life; its lock stays.
func StandStill(s *Store) {
	if !s.node.left.Swap(true) {
		close(s.node.quit)
		<-s.node.done
	}
}

// GoOn lets a store that stood still go on. It takes its last beat for fresh still.
func GoOn(s *Store) {
	n := s.node
	n.left.Store(false)
	n.quit, n.done = make(chan struct{}), make(chan struct{})
	now := time.Now()
	n.beaten.Store(&now)
	go n.run()
}

// Rows are all rows of a table, by column.
func Rows(t *testing.T, s *Store, table string) (all []map[string]any) {
	rows, err := s.read.QueryContext(t.Context(), `SELECT * FROM `+table)
	require.NoError(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(t, err)
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		require.NoError(t, rows.Scan(into...))
		row := map[string]any{}
		for i, c := range columns {
			row[c] = values[i]
		}
		all = append(all, row)
	}
	require.NoError(t, rows.Err())
	return all
}

// Table is what the code says of a table.
type Table struct {
	Name, Whose, Retention, Bound, Fan, FanForgets, AccountForgets string
	Columns                                                        []string // that it speaks of
	Exported, Backup                                               bool
}

// Tables is what the code says of all tables.
func Tables() (all []Table) {
	for _, t := range tables() {
		columns := append([]string{}, t.key...)
		if t.fan != "" {
			columns = append(columns, t.fan)
		}
		for _, c := range t.export {
			columns = append(columns, c.name)
		}
		all = append(all, Table{
			t.name, string(t.whose), t.retention, t.bound, t.fan, string(t.fanForgets), string(t.accountForgets), columns, len(t.export) > 0, t.backup,
		})
	}
	return all
}

// Columns are the columns of each table of the database.
func Columns(t *testing.T, s *Store) map[string][]string {
	all := map[string][]string{}
	require.NoError(t, s.committed(t.Context()).rows(`SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`, nil, func(scan func(...any) error) error {
		var table, column string
		err := scan(&table, &column)
		all[table] = append(all[table], column)
		return err
	}))
	return all
}

// BuildHash is the hash of a build's content.
func BuildHash(files []File) string {
	c, err := newContent(files)
	if err != nil {
		panic(err)
	}
	return c.name()
}

// Count is how many rows a table has.
func Count(t *testing.T, s *Store, table string) (n int) {
	_, err := s.committed(t.Context()).row(`SELECT count(*) FROM `+table, nil, &n)
	require.NoError(t, err)
	return n
}

// RenameWith renames an account, and does something between looking for its messages and moving them.
func RenameWith(t *testing.T, s *Store, from, to string, between func()) error {
	r := renaming{from: from, to: to}
	require.NoError(t, s.findMessages(t.Context(), &r))
	between()
	return s.writer.do(t.Context(), true, func(b *batch) error {
		if err := r.check(b); err != nil {
			return err
		}
		return r.move(b)
	})
}

// ClearWith clears the builds that are being dropped, and does something between looking which files go and removing them.
func ClearWith(t *testing.T, s *Store, account string, between func()) (whole bool) {
	d, err := s.dropping(t.Context(), account)
	require.NoError(t, err)
	require.NotEmpty(t, d.ids)
	between()
	whole, err = d.clear(t.Context(), s)
	require.NoError(t, err)
	return whole
}

// The statements of Top and Count.
const (
	TopQuery, GroupQuery   = topOf, groupFrom
	ExpiredQuery, SumQuery = expiredBetween, groupsBetween
)

// Plan is how the database carries out a statement.
func Plan(t *testing.T, s *Store, query string) (plan string) {
	rows, err := s.read.QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+query, make([]any, strings.Count(query, "?"))...)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var line string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &line))
		plan += line + "\n"
	}
	require.NoError(t, rows.Err())
	return plan
}
