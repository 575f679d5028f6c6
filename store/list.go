package store

import "context"

// Page says which part of a list is wanted. The zero Page is its beginning.
type Page struct {
	After   string // the last key of the page before; "" = none
	Limit   int    // 0 or above MaxList means MaxList
	Reverse bool   // from the last key to the first
}

const (
	listFrom        = `SELECT key, value FROM kv WHERE account = ? AND key >= ? AND (expires IS NULL OR expires > ?) ORDER BY key LIMIT ?`
	listBetween     = `SELECT key, value FROM kv WHERE account = ? AND key >= ? AND key < ? AND (expires IS NULL OR expires > ?) ORDER BY key LIMIT ?`
	listFromBack    = `SELECT key, value FROM kv WHERE account = ? AND key >= ? AND (expires IS NULL OR expires > ?) ORDER BY key DESC LIMIT ?`
	listBetweenBack = `SELECT key, value FROM kv WHERE account = ? AND key >= ? AND key < ? AND (expires IS NULL OR expires > ?) ORDER BY key DESC LIMIT ?`
)

// keyRange is a stretch of keys: from one on, up to another that is not in it; nil = to the last.
type keyRange struct{ from, end []byte }

// withPrefix is all keys that begin so.
func withPrefix(prefix string) keyRange { return keyRange{[]byte(prefix), prefixEnd(prefix)} }

// beyond is what is left of a range behind a page.
func (r keyRange) beyond(p Page) keyRange {
	switch {
	case p.After == "":
	case p.Reverse:
		if r.end == nil || p.After < string(r.end) {
			r.end = []byte(p.After)
		}
	case p.After >= string(r.from):
		r.from = []byte(p.After + "\x00")
	}
	return r
}

// query picks the statement for a range, with an end or without.
func (r keyRange) query(account, open, closed string, further ...any) (string, []any) {
	if r.end == nil {
		return open, append([]any{account, r.from}, further...)
	}
	return closed, append([]any{account, r.from, r.end}, further...)
}

// prefixEnd is the first key after all that begin with prefix; nil when there is none.
func prefixEnd(prefix string) []byte {
	end := []byte(prefix)
	for len(end) > 0 {
		if end[len(end)-1]++; end[len(end)-1] != 0 {
			return end
		}
		end = end[:len(end)-1]
	}
	return nil
}

// List returns a page of the entries whose key begins with prefix, ordered by the bytes of their keys, and whether more
// follow. It has at least one entry when there is one, else no more values than have 8 MiB together.
func (t *Turn) List(ctx context.Context, prefix string, p Page) (entries []Entry, more bool, err error) {
	if p.Limit <= 0 || p.Limit > MaxList {
		p.Limit = MaxList
	}
	open, closed := listFrom, listBetween
	if p.Reverse {
		open, closed = listFromBack, listBetweenBack
	}
	query, args := withPrefix(prefix).beyond(p).query(t.key.Account, open, closed, t.store.now().UnixMilli(), p.Limit+1)
	total := 0
	err = t.read(ctx, t.store.writer.unsettled.hasPrefix(keyName(t.key.Account, prefix)), func(v reader) error {
		return v.rows(query, args, func(scan func(...any) error) error {
			var key, val []byte
			if err := scan(&key, &val); err != nil {
				return err
			}
			total += len(val)
			if more = more || len(entries) == p.Limit || total > maxBytes && len(entries) > 0; !more {
				entries = append(entries, Entry{Key: string(key), Value: present(val)})
			}
			return nil
		})
	})
	if err != nil {
		return nil, false, err
	}
	return entries, more, nil
}
