package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// column is one column of an export, and how its values are shown.
type column struct {
	name string
	show func(any) any
}

// exportLine is one line of an export.
type exportLine struct {
	Table string         `json:"table"`
	Row   map[string]any `json:"row"`
}

// Export writes the rows of an account as JSON lines, {"table": …, "row": {…}}: what scripts keep, fans, sessions, kept
// answers, messages, menu events, builds without their files, and the account's own row. Bytes that are no text stand as
// {"base64": …}. Rows that change meanwhile may be there as they were or as they are. There are no tokens in it.
func (s *Store) Export(ctx context.Context, account string, w io.Writer) error {
	s.settleRecords(ctx)
	if err := s.moveRecords(ctx); err != nil {
		return err
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	e := &exporting{ctx, s, account, out}
	for _, t := range tables() {
		var err error
		switch {
		case t.dump != nil:
			err = t.dump(e)
		case len(t.export) > 0:
			err = s.exportTable(ctx, t, account, out)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// exporting is an export that is written.
type exporting struct {
	ctx     context.Context
	store   *Store
	account string
	out     *json.Encoder
}

// exportTable reads a page at a time, so that no reader stands in the way of checkpoints for long.
func (s *Store) exportTable(ctx context.Context, t table, account string, out *json.Encoder) error {
	var last []any
	for {
		query, args := exportQuery(t, last), append([]any{account}, last...)
		rows := 0
		var lines []exportLine
		err := s.committed(ctx).rows(query, append(args, maxPage), func(scan func(...any) error) error {
			values := make([]any, len(t.export)+len(t.key))
			into := make([]any, len(values))
			for i := range values {
				into[i] = &values[i]
			}
			if err := scan(into...); err != nil {
				return err
			}
			rows++
			last = values[len(t.export):]
			lines = append(lines, exportLine{t.name, showRow(t, values)})
			return nil
		})
		if err != nil {
			return err
		}
		for _, line := range lines {
			if err := out.Encode(line); err != nil {
				return err
			}
		}
		if rows < maxPage || len(t.key) == 0 {
			return nil
		}
	}
}

func exportQuery(t table, last []any) string {
	columns := make([]string, 0, len(t.export)+len(t.key))
	for _, c := range t.export {
		columns = append(columns, c.name)
	}
	keys := strings.Join(t.key, ", ")
	query := `SELECT ` + strings.Join(append(columns, t.key...), ", ") + ` FROM ` + t.name + ` WHERE account = ?`
	if len(last) > 0 {
		query += ` AND (` + keys + `) > (?` + strings.Repeat(", ?", len(last)-1) + `)`
	}
	if len(t.key) > 0 {
		query += ` ORDER BY ` + keys
	}
	return query + ` LIMIT ?`
}

func showRow(t table, values []any) map[string]any {
	row := map[string]any{}
	for i, c := range t.export {
		if shown := c.show(values[i]); shown != nil {
			row[c.name] = shown
		}
	}
	return row
}

func asText(v any) any   { return v }
func asNumber(v any) any { return v }

func asBytes(v any) any {
	raw, ok := v.([]byte)
	switch {
	case !ok:
		return nil
	case utf8.Valid(raw):
		return string(raw)
	}
	return map[string]string{"base64": base64.StdEncoding.EncodeToString(raw)}
}

func asTime(v any) any {
	millis, ok := v.(int64)
	if !ok || millis == 0 {
		return nil
	}
	return time.UnixMilli(millis).UTC().Format(time.RFC3339Nano)
}

func asHour(v any) any {
	hour, ok := v.(int64)
	if !ok {
		return nil
	}
	return asTime(hour * hourMillis)
}
