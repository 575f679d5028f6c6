package store

import (
	"cmp"
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
	Shown                                                          string   // its name in an export
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
			t.name, string(t.whose), t.retention, t.bound, t.fan, string(t.fanForgets), string(t.accountForgets),
			cmp.Or(t.shown, t.name), columns, len(t.export) > 0 || t.dump != nil, t.backup,
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

// SmallRecords makes a store lay out records as though there were many.
func SmallRecords(s *Store) {
	s.sizes = sizes{blockRecords: 8, sealAfter: 40, sealKeeps: 8, sealBlocks: 6, mergeRuns: 3, pageBytes: 400}
}

// Seal makes runs of all blocks of the tail.
func Seal(t *testing.T, s *Store) {
	require.NoError(t, s.Flush(t.Context()))
	require.NoError(t, s.writer.do(t.Context(), true, func(b *batch) error {
		if err := b.tail.renew(b.connection, s, nil); err != nil || len(b.tail.blocks) == 0 {
			return err
		}
		return sealTail(s, b.connection, len(b.tail.blocks))
	}))
}

// HoldMove stops the moving of an older program's records; MoveOn moves some more, and says whether there are.
func HoldMove(s *Store) { s.mover.stop() }

func MoveOn(t *testing.T, s *Store) (more bool) {
	require.NoError(t, s.writer.do(t.Context(), true, func(b *batch) error {
		m, err := readMove(b)
		if err != nil {
			return err
		}
		err = m.step(s, b)
		more = m.stage != moveDone
		return err
	}))
	return more
}

// FanBody is what an older program kept of a fan, after one more record.
func FanBody(before []byte, r *Record) []byte {
	h := readHead(before)
	h.touch(r)
	return appendHead(nil, h)
}

// TraceNumber is a trace as a number.
func TraceNumber(trace string) int64 {
	id, _ := parseTrace(trace)
	return id
}

// MaskFan is the first step of Forget, after which a process may die.
func MaskFan(t *testing.T, s *Store, account, openid string) {
	require.NoError(t, s.Flush(t.Context()))
	require.NoError(t, s.writer.do(t.Context(), true, func(b *batch) error {
		_, err := s.maskFan(b, account, openid)
		return err
	}))
}

// ReadBlockBody reads what the database keeps of a block, and the keys of what is in it.
func ReadBlockBody(accounts, body []byte) (records, keys int, err error) {
	b := &block{accounts: readNumbers(accounts), body: body}
	if err := b.parse(); err != nil {
		return 0, 0, err
	}
	return len(b.entries), len(appendKeys(nil, b)), nil
}

// ReadPage reads a page of a run, whatever it is.
func ReadPage(body []byte) (heads, keys int) {
	eachHead(body, func(e *headEntry) {
		heads++
		readHead(e.body).windows()
	})
	(&run{}).eachIndex(body, func(indexEntry) { keys++ })
	return heads, keys
}

// BlockBody is what the database keeps of a block of two records.
func BlockBody(r *Record) (accounts, body []byte) {
	b := &block{}
	b.add(movedEntry(5, 1, appendRecord(nil, r)))
	b.add(movedEntry(3, 2, appendRecord(nil, r)))
	b.shut()
	return packNumbers(b.accounts), b.body
}

// WaitMoved waits until nothing is moved any more.
func WaitMoved(s *Store) { <-s.mover.done }

// Moved waits until the records of an older program are moved.
func Moved(t *testing.T, s *Store) {
	<-s.mover.done
	moved, err := s.hasMoved(s.committed(t.Context()))
	require.NoError(t, err)
	require.True(t, moved)
}

// Count is how many rows a table has.
func Count(t *testing.T, s *Store, table string) (n int) {
	_, err := s.committed(t.Context()).row(`SELECT count(*) FROM `+table, nil, &n)
	require.NoError(t, err)
	return n
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

// JobQueries are those by which jobs are found.
var JobQueries = []string{oneJob, jobOfRun, firstDue, allRunning, jobsOf, jobsOfAll, everyJobs, nextDue, jobHeads, dropOver}

// HeadRuns counts the live runs of heads, those of them whose filter does not keep a reader away from a fan, and those that have
// the fan.
func HeadRuns(t *testing.T, s *Store, account, openid string) (all, may, has int) {
	require.NoError(t, s.look(t.Context(), account, func(v *lookup) error {
		key := fanKeyOf(v.number, openid)
		runs, err := readRuns(v, runColumns+` WHERE kind = 2 AND state = 1`)
		for _, r := range runs {
			all++
			filter, err := s.filters.of(v, r.name())
			if err != nil {
				return err
			}
			if filter.may(key) {
				may++
			}
			var page []byte
			if _, err := v.row(loadPage, []any{r.page(key)}, &page); err != nil {
				return err
			}
			eachHead(page, func(e *headEntry) {
				if e.is(v.number, openid) {
					has++
					require.True(t, filter.may(key), "run %d has %s", r.no, openid)
				}
			})
		}
		return err
	}))
	return all, may, has
}

// FilterBytes is how many bytes of filters are held.
func FilterBytes(s *Store) int {
	s.filters.mu.Lock()
	defer s.filters.mu.Unlock()
	return s.filters.bytes
}

// FilterPlace is where the filters of a run begin among its pages.
const FilterPlace = filterPlace
