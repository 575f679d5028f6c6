package store

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Message is a recorded turn. Again is never set.
type Message struct {
	Record
	Cursor int64 // for MessageFilter.Before
}

// MessageFilter chooses messages; the zero filter means the newest 50.
type MessageFilter struct {
	OpenID   string    // "" = every fan
	Before   int64     // the Cursor of the last message of the page before; 0 = from the newest
	Since    time.Time // our clock
	Statuses []Status  // none = all
	Limit    int       // default 50, at most 500
}

const (
	defaultPage = 50
	maxPage     = 500
)

const (
	messageColumns = `SELECT id, account, body FROM messages WHERE account = ? AND length(body) > 0 AND `
	messageByID    = messageColumns + `id = ?`
	messagesByMsg  = messageColumns + `msg = ? ORDER BY id DESC`

	messagesByEnding = `
SELECT id, account, body FROM (SELECT id, account, body FROM messages ORDER BY id DESC LIMIT ?) AS newest
WHERE account = ? AND length(body) > 0 AND id & ? = ? LIMIT 2`
)

// Message finds a turn by its trace, or the last ten digits of it, or else by WeChat's message id, or else
// by a unique ending of its trace, of four digits at least, among the newest 100,000; with every Record handed
// in before. Several with the same ending are ErrAmbiguous.
func (s *Store) Message(ctx context.Context, account, ref string) (m Message, ok bool, err error) {
	if ref == "" {
		return Message{}, false, nil
	}
	s.settleRecords(ctx)
	first := func(query string, key any, fits func(*Message) bool) error {
		return s.committed(ctx).rows(query, []any{account, key}, func(scan func(...any) error) error {
			found, err := scanMessage(scan)
			if err == nil && !ok && fits(&found) {
				m, ok = found, true
			}
			return err
		})
	}
	for _, id := range traceCandidates(ref, s.now()) {
		if err := first(messageByID, id, func(*Message) bool { return true }); err != nil || ok {
			return m, ok, err
		}
	}
	err = first(messagesByMsg, messageNumber(ref), func(found *Message) bool { return found.MsgID == ref })
	if err != nil || ok {
		return m, ok, err
	}
	return s.messageByEnding(ctx, account, ref)
}

func (s *Store) messageByEnding(ctx context.Context, account, ref string) (m Message, ok bool, err error) {
	low, mask, fits := traceEnding(ref)
	if !fits {
		return Message{}, false, nil
	}
	err = s.committed(ctx).rows(messagesByEnding, []any{newestByEnding, account, mask, low}, func(scan func(...any) error) error {
		if ok {
			return ErrAmbiguous
		}
		m, err = scanMessage(scan)
		ok = err == nil
		return err
	})
	if err != nil {
		return Message{}, false, err
	}
	return m, ok, nil
}

// A chain of messages is walked from its head, or from behind the last one of the page before. It is
// in the order of writing, which is that of traces but for turns that ran side by side: hence the
// slack before a chain is given up as too old.
const chainSlack = time.Hour

func chainQuery(prev string, statuses int) string {
	q := `
WITH RECURSIVE chain (id, account, status, prev, body) AS (
	SELECT id, account, status, ` + prev + `, body FROM messages WHERE id = ?
	UNION ALL
	SELECT m.id, m.account, m.status, m.` + prev + `, m.body FROM messages m JOIN chain ON m.id = chain.prev WHERE chain.prev > ?
)
SELECT id, account, body FROM chain WHERE id >= ? AND account = ? AND length(body) > 0`
	if statuses > 0 {
		q += " AND status IN (?" + strings.Repeat(", ?", statuses-1) + ")"
	}
	return q + " LIMIT ?"
}

// Messages lists turns, newest first, with every Record handed in before.
func (s *Store) Messages(ctx context.Context, account string, f MessageFilter) ([]Message, error) {
	s.settleRecords(ctx)
	prev := "account_prev"
	if f.OpenID != "" {
		prev = "fan_prev"
	}
	start, err := s.chainStart(ctx, account, f, prev)
	if err != nil || start == 0 {
		return nil, err
	}
	since := int64(0)
	if !f.Since.IsZero() {
		since = idAt(f.Since)
	}
	statuses := slices.Compact(slices.Sorted(slices.Values(f.Statuses)))
	args := []any{start, max(0, since-int64(chainSlack/time.Millisecond)<<traceSerial), since, account}
	for _, status := range statuses {
		args = append(args, int64(status))
	}
	limit := f.Limit
	if limit <= 0 {
		limit = defaultPage
	}
	args = append(args, min(limit, maxPage))
	var found []Message
	err = s.committed(ctx).rows(chainQuery(prev, len(statuses)), args, func(scan func(...any) error) error {
		m, err := scanMessage(scan)
		found = append(found, m)
		return err
	})
	return found, err
}

// chainStart finds the newest message of a listing; 0 = there is none.
func (s *Store) chainStart(ctx context.Context, account string, f MessageFilter, prev string) (start int64, err error) {
	query, args := loadAccount, []any{account}
	switch {
	case f.Before != 0:
		query, args = `SELECT `+prev+` FROM messages WHERE id = ?`, []any{f.Before}
	case f.OpenID != "":
		query, args = `SELECT head FROM fans WHERE account = ? AND openid = ?`, []any{account, f.OpenID}
	}
	_, err = s.committed(ctx).row(query, args, &start)
	return start, err
}

func scanMessage(scan func(...any) error) (m Message, err error) {
	var body []byte
	if err := scan(&m.Cursor, &m.Account, &body); err != nil {
		return Message{}, err
	}
	readRecord(body, &m.Record)
	m.Trace = formatTrace(m.Cursor)
	return m, nil
}

// settleRecords writes the waiting records, so that a reader sees them.
func (s *Store) settleRecords(ctx context.Context) {
	if s.records.waiting() == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, s.wait)
	defer cancel()
	_ = s.Flush(ctx) // the reader is better served with what is there than with this error
}
