package store

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
)

// The records of programs up to schema 12 have a row each, in chains from the newest to the oldest of a fan and of an
// account. Until moverecords.go has moved all of them they are read as they are.
const (
	oldColumns  = `SELECT id, account, body FROM old_messages WHERE account = ? AND length(body) > 0 AND `
	oldByMsg    = oldColumns + `msg = ? ORDER BY id DESC`
	oldByEnding = `
SELECT id, account, body FROM (SELECT id, account, body FROM old_messages ORDER BY id DESC LIMIT 100000) AS newest
WHERE account = ? AND length(body) > 0 AND id & ? = ? LIMIT 20`
	oldByID    = oldColumns + `id = ? ORDER BY id`
	oldFanHead = `SELECT head, body FROM old_fans WHERE account = ? AND openid = ?`
	oldNewest  = `SELECT head FROM accounts WHERE account = ?`
)

func oldChain(prev string, statuses int) string {
	q := `
WITH RECURSIVE chain (id, account, status, prev, body) AS (
	SELECT id, account, status, ` + prev + `, body FROM old_messages WHERE id = ?
	UNION ALL
	SELECT m.id, m.account, m.status, m.` + prev + `, m.body FROM old_messages m JOIN chain ON m.id = chain.prev WHERE chain.prev > ?
)
SELECT id, account, body FROM chain WHERE id >= ? AND account = ? AND length(body) > 0`
	if statuses > 0 {
		q += " AND status IN (?" + strings.Repeat(", ?", statuses-1) + ")"
	}
	return q + " LIMIT ?"
}

// readOld goes on with a page of messages where blocks end.
func (l *listing) readOld(since int64) error {
	prev := "account_prev"
	if l.filter.OpenID != "" {
		prev = "fan_prev"
	}
	start, err := l.oldStart(prev)
	if err != nil || start == 0 {
		return err
	}
	statuses := slices.Compact(slices.Sorted(slices.Values(l.filter.Statuses)))
	args := []any{start, max(0, since-int64(listSlack.Milliseconds())<<traceSerial), since, l.account}
	for _, status := range statuses {
		args = append(args, int64(status))
	}
	more, err := l.oldMessages(oldChain(prev, len(statuses)), append(args, l.filter.limit()-len(l.found))...)
	l.found = append(l.found, more...)
	return err
}

// oldStart is the newest row of the page; 0 = there is none.
func (l *listing) oldStart(prev string) (start int64, err error) {
	query, args := oldNewest, []any{l.account}
	if l.filter.OpenID != "" {
		query, args = `SELECT head FROM old_fans WHERE account = ? AND openid = ?`, []any{l.account, l.filter.OpenID}
	}
	if there, err := l.oldHas(l.filter.Before); err != nil {
		return 0, err
	} else if there {
		query, args = `SELECT `+prev+` FROM old_messages WHERE id = ?`, []any{l.filter.Before}
	}
	_, err = l.row(query, args, &start)
	return start, err
}

func (v *lookup) oldHas(id int64) (there bool, err error) {
	if v.moved || id == 0 {
		return false, nil
	}
	found, err := v.oldMessages(oldByID, v.account, id)
	return len(found) > 0, err
}

func (v *lookup) oldMessages(query string, args ...any) (all []Message, err error) {
	err = v.rows(query, args, func(scan func(...any) error) error {
		var m Message
		var body []byte
		if err := scan(&m.Cursor, &m.Account, &body); err != nil {
			return err
		}
		readRecord(body, &m.Record)
		m.Trace = formatTrace(m.Cursor)
		all = append(all, m)
		return nil
	})
	return all, err
}

func (v *lookup) oldEndings(all []Message, low, mask int64) ([]Message, error) {
	query, args := oldByEnding, []any{v.account, mask, low}
	if mask == maxID {
		query, args = oldByID, []any{v.account, low}
	}
	old, err := v.oldMessages(query, args...)
	return append(all, old...), err
}

func (v *lookup) oldByMsgID(id string) ([]Message, error) {
	found, err := v.oldMessages(oldByMsg, v.account, oldMessageNumber(id))
	found = slices.DeleteFunc(found, func(m Message) bool { return m.MsgID != id })
	return found[:min(1, len(found))], err
}

// oldMessageNumber is what WeChat's message id was indexed by: itself, or a hash of an id that is no plain number.
func oldMessageNumber(id string) int64 {
	if n, err := strconv.ParseInt(id, 10, 64); err == nil {
		return n
	}
	h := fnv.New64a()
	h.Write([]byte(id))
	return int64(h.Sum64())
}

// oldHead is what the fan's row says; nil = there is none.
func (v *lookup) oldHead(openid string) (*head, error) {
	var newest int64
	var body []byte
	found, err := v.row(oldFanHead, []any{v.account, openid}, &newest, &body)
	if err != nil || !found {
		return nil, err
	}
	return readHead(body), nil
}
