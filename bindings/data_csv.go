package bindings

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// maxWalked is how many rows a sheet may have to be walked; larger ones are for find and [n]. A row that a
// script has touched costs a kilobyte for as long as the build lives.
const maxWalked = 20_000

// maxColumns and maxRows are how many columns and rows a sheet may have; the rows are a list, and lists end there.
const (
	maxColumns = 1_000
	maxRows    = 262_143
)

// sheet is a CSV file of data/, parsed once per build and shared by all its turns. Rows are read-only
// tables, made when a script first looks at them.
type sheet struct {
	name    string
	columns []string
	cells   [][]string
	rows    []atomic.Pointer[lua.LTable]
	quota   *dataQuota
	limit   int64 // of quota

	mu     sync.Mutex
	all    *lua.LTable             // the rows in order; made when somebody walks them
	lookup map[sheetKey]sheetIndex // made on the first find
}

// parseSheet reads a CSV file whose first line names the columns. Shorter lines are filled with empty
// texts; a longer one is an error, as a comma is most likely not quoted. What it keeps counts against quota.
func parseSheet(name string, data []byte, quota *dataQuota, limit int64) (_ *sheet, err error) {
	taken := int64(0)
	defer func() {
		if err != nil {
			quota.reserve(-taken, limit)
		}
	}()
	if line := wideLine(data); line > 0 {
		return nil, dataError(name, line, "more than %d columns, which is all that a sheet may have", maxColumns)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		return nil, csvError(name, data, err)
	}
	if err := separated(name, head); err != nil {
		return nil, err
	}
	s := &sheet{name: name, lookup: map[sheetKey]sheetIndex{}, quota: quota, limit: limit}
	cost := sheetRowCost + cellCost*int64(len(head))
	if int64(bytes.Count(data, []byte{'\n'}))*cost > 2*limit {
		return nil, overDataQuota(name, limit) // before much is made for nothing
	}
	for i, column := range head {
		column = strings.TrimSpace(column)
		if column == "" || slices.Contains(s.columns, column) {
			return nil, dataError(name, 1, "column %d has the name %s; want a name of its own", i+1, quote(column))
		}
		s.columns = append(s.columns, column)
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			s.rows = make([]atomic.Pointer[lua.LTable], len(s.cells))
			return s, nil
		}
		if err != nil {
			return nil, csvError(name, data, err)
		}
		if len(row) > len(s.columns) {
			line, _ := r.FieldPos(0)
			return nil, dataError(name, line, `%d fields, and the first line names %d; a field with a comma needs quotes "…"`, len(row), len(s.columns))
		}
		if len(s.cells) == maxRows {
			return nil, dataError(name, 0, "more than %d rows", maxRows)
		}
		if !quota.reserve(cost, limit) {
			return nil, overDataQuota(name, limit)
		}
		taken += cost
		for len(row) < len(s.columns) {
			row = append(row, "")
		}
		s.cells = append(s.cells, row)
	}
}

// wideLine finds, before anything is made of it, the first line where a record has more fields than a sheet may
// have columns; 0 for none.
func wideLine(data []byte) int {
	line, commas, quoted := 1, 0, false
	for _, c := range data {
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\n':
			line++
			if !quoted {
				commas = 0
			}
		case c == ',' && !quoted:
			if commas++; commas >= maxColumns {
				return line
			}
		}
	}
	return 0
}

// row is row n, from 1, as scripts see it.
func (s *sheet) row(n int) *lua.LTable {
	if tb := s.rows[n-1].Load(); tb != nil {
		return tb
	}
	cells := s.cells[n-1]
	tb := engine.NewProxy(engine.Proxy{
		Name: "a row of data/" + s.name,
		Index: func(_ *engine.Turn, key lua.LValue) lua.LValue {
			name, ok := key.(lua.LString)
			if i := slices.Index(s.columns, string(name)); ok && i >= 0 {
				return lua.LString(cells[i])
			}
			return lua.LNil
		},
		All: func(t *engine.Turn) *lua.LTable {
			all := t.L().CreateTable(0, len(s.columns))
			for i, name := range s.columns {
				all.RawSetString(name, lua.LString(cells[i]))
			}
			return all
		},
	})
	if !s.quota.reserve(rowTableCost, s.limit/2) {
		return tb // as long as the script holds it
	}
	if !s.rows[n-1].CompareAndSwap(nil, tb) {
		s.quota.reserve(-rowTableCost, s.limit)
		return s.rows[n-1].Load()
	}
	return tb
}

// allRows is the rows in order, as a script that walks them gets them.
func (s *sheet) allRows(t *engine.Turn) *lua.LTable {
	if len(s.cells) > maxWalked {
		t.Fail(t.L(), "data/%s has %d rows, and one can walk %d; use find, or read a row by its number", s.name, len(s.cells), maxWalked)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all != nil {
		return s.all
	}
	if !s.quota.reserve(rowTableCost*int64(len(s.cells)), s.limit) {
		t.Fail(t.L(), "data/%s has too many rows to walk beside the other files of data/; use find, or read a row by its number", s.name)
	}
	s.all = t.L().CreateTable(len(s.cells), 0)
	for n := range s.cells {
		s.all.Append(s.row(n + 1))
	}
	return s.all
}
