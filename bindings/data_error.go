package bindings

import (
	"errors"
	"fmt"
)

// DataError is what is wrong in a file of data/.
type DataError struct {
	File string // data/prices.csv
	Line int    // 0 = the file as a whole
	Msg  string
}

// Error is `data/prices.csv:3: …`.
func (e *DataError) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Msg
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
}

// dataError words what is wrong in a line of a file of data/, by its name below that.
func dataError(name string, line int, format string, args ...any) *DataError {
	return &DataError{File: "data/" + name, Line: line, Msg: fmt.Sprintf(format, args...)}
}

// failData raises what is wrong in a file of data/: at the line of that file, where one is to blame.
func (c call) failData(err error) {
	var at *DataError
	if errors.As(err, &at) && at.Line > 0 {
		c.turn.FailIn(c.L, at.File, at.Line, at.Msg)
	}
	c.fail("%s", err)
}

// checkDataLimit is how much a file may hold when it is only looked over.
const checkDataLimit = 48 << 20

// ReadColumns reads a CSV file of data/ as data.csv would, and gives the names of its columns.
func ReadColumns(name string, raw []byte) ([]string, error) {
	if err := isText(name, raw); err != nil {
		return nil, err
	}
	s, err := parseSheet(name, raw, &dataQuota{}, checkDataLimit)
	if err != nil {
		return nil, err
	}
	return s.columns, nil
}

// CheckJSON reads a JSON file of data/ as data.json would.
func CheckJSON(name string, raw []byte) error {
	if err := isText(name, raw); err != nil {
		return err
	}
	if jsonCost(raw) > checkDataLimit {
		return nil
	}
	_, err := parseDataJSON(name, raw)
	return err
}
