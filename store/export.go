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

// skipRow is shown by a column whose row says nothing.
type skipRow struct{}

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
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for _, t := range owned() {
		if len(t.export) == 0 {
			continue
		}
		if err := s.exportTable(ctx, t, account, out); err != nil {
			return err
		}
	}
	return nil
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
			if row, ok := showRow(t, values); ok {
				lines = append(lines, exportLine{t.name, row})
			}
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

func showRow(t table, values []any) (map[string]any, bool) {
	row := map[string]any{}
	for i, c := range t.export {
		shown := c.show(values[i])
		if _, skip := shown.(skipRow); skip {
			return nil, false
		}
		if shown != nil {
			row[c.name] = shown
		}
	}
	return row, true
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

func asTrace(v any) any {
	id, ok := v.(int64)
	if !ok {
		return nil
	}
	return formatTrace(id)
}

// shownMessage is a message in an export; its trace is the row's id.
type shownMessage struct {
	OpenID     string    `json:"openid,omitempty"`
	MsgID      string    `json:"msg_id,omitempty"`
	Type       string    `json:"msg_type,omitempty"`
	Event      string    `json:"event,omitempty"`
	EventKey   string    `json:"event_key,omitempty"`
	MenuID     string    `json:"menu_id,omitempty"`
	Content    string    `json:"content,omitempty"`
	CreateTime int64     `json:"create_time,omitempty"`
	Received   time.Time `json:"received_at,omitzero"`
	Status     string    `json:"status"`
	Outcome    string    `json:"outcome,omitempty"`
	Reply      string    `json:"reply,omitempty"`
	Rule       string    `json:"rule,omitempty"`
	Build      string    `json:"build,omitempty"`
	Error      string    `json:"error,omitempty"`

	Sends []shownSend `json:"sends,omitempty"`
}

type shownSend struct {
	Kind    string    `json:"kind"`
	At      time.Time `json:"at,omitzero"`
	Errcode int       `json:"errcode,omitempty"`
	MsgID   string    `json:"msg_id,omitempty"`
	State   string    `json:"state,omitempty"`
}

// asMessage skips the messages of forgotten fans, which have no words.
func asMessage(v any) any {
	body, _ := v.([]byte)
	if len(body) == 0 {
		return skipRow{}
	}
	var r Record
	readRecord(body, &r)
	var sends []shownSend
	for _, sent := range r.Sends {
		sends = append(sends, shownSend{sent.Kind, sent.At.UTC(), sent.Errcode, sent.MsgID, sent.State})
	}
	return shownMessage{
		r.OpenID, r.MsgID, r.Type, r.Event, r.EventKey, r.MenuID, r.Content, r.CreateTime, r.Received.UTC(),
		r.Status.String(), r.Outcome, r.Reply, r.Rule, r.Build, r.Error, sends,
	}
}

// shownFan is a fan in an export.
type shownFan struct {
	FirstSeen   time.Time `json:"first_seen,omitzero"`
	ReceivedAt  time.Time `json:"received_at,omitzero"`
	MessageAt   time.Time `json:"message_at,omitzero"`
	MessageType string    `json:"message_type,omitempty"`
	MessageID   string    `json:"message_id,omitempty"`
	EventAt     time.Time `json:"event_at,omitzero"`
	Event       string    `json:"event,omitempty"`
}

func asFan(v any) any {
	body, _ := v.([]byte)
	f := readFan("", body)
	return shownFan{f.FirstSeen.UTC(), f.ReceivedAt.UTC(), f.MessageAt.UTC(), f.MessageType, f.MessageID, f.EventAt.UTC(), f.Event}
}
