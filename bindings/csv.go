package bindings

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// sheet is a CSV file of data/, parsed once per build and shared by all its turns. Rows are locked tables.
type sheet struct {
	name    string
	columns []string
	cells   [][]string
	rows    *lua.LTable // the locked rows, in order

	mu     sync.Mutex
	lookup map[string]map[string]int // column → value → first row, from 1; made on the first find
}

// parseSheet reads a CSV file whose first line names the columns. Shorter lines are filled with empty
// texts; a longer one is an error, as a comma is most likely not quoted.
func parseSheet(name string, data []byte) (*sheet, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		return nil, csvError(name, err)
	}
	s := &sheet{name: name, lookup: map[string]map[string]int{}}
	for i, column := range head {
		column = strings.TrimSpace(column)
		if column == "" || containsString(s.columns, column) {
			return nil, fmt.Errorf("data/%s:1: column %d has the name %s; want a name of its own", name, i+1, quote(column))
		}
		s.columns = append(s.columns, column)
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err != nil {
			return nil, csvError(name, err)
		}
		if len(row) > len(s.columns) {
			line, _ := r.FieldPos(0)
			return nil, fmt.Errorf(`data/%s:%d: %d fields, and the first line names %d; a field with a comma needs quotes "…"`, name, line, len(row), len(s.columns))
		}
		s.cells = append(s.cells, row)
	}
}

func csvError(name string, err error) error {
	var at *csv.ParseError
	if errors.As(err, &at) {
		return fmt.Errorf("data/%s:%d: %w", name, at.Line, at.Err)
	}
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("data/%s:1: the file is empty; want a first line with the names of the columns", name)
	}
	return fmt.Errorf("data/%s: %w", name, err)
}

// lock makes the rows that scripts see.
func (s *sheet) lock(t *engine.Turn) {
	s.rows = t.L().CreateTable(len(s.cells), 0)
	for _, cells := range s.cells {
		row := make(map[string]any, len(s.columns))
		for i, column := range s.columns {
			row[column] = ""
			if i < len(cells) {
				row[column] = cells[i]
			}
		}
		s.rows.Append(t.Lock("a row of data/"+s.name, row))
	}
}

// find is the first row, from 1, with that value in a column; 0 for none.
func (s *sheet) find(column int, value string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := s.columns[column]
	rows := s.lookup[name]
	if rows == nil {
		rows = make(map[string]int, len(s.cells))
		for i, cells := range s.cells {
			v := ""
			if column < len(cells) {
				v = cells[column]
			}
			if _, taken := rows[v]; !taken {
				rows[v] = i + 1
			}
		}
		s.lookup[name] = rows
	}
	return rows[value]
}
