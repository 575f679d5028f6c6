package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// Keys are kept by groups: all that are alike up to their last colon. A prefix that ends with a colon, or
// is empty, has whole groups; of any other so many keys are looked at as these bounds say.
const (
	mostGroups  = 100     // that Top looks into
	mostSorted  = 10_000  // numbers that Top sorts
	mostSummed  = 100_000 // groups that Count adds up
	mostCounted = 100_000 // keys that Count counts
)

// groupOf is a key's group in SQL, isNumber whether its value is a number, numberOf the number; as in the index kv_numbers.
const (
	groupOf  = `CAST(rtrim(key, replace(key, ':', '')) AS BLOB)`
	isNumber = `substr(value, 1, 1) BETWEEN x'2d' AND x'39'`
	numberOf = `CAST(CAST(value AS TEXT) AS REAL)`
)

const (
	alive     = ` AND (expires IS NULL OR expires > ?)`
	topOf     = `SELECT key, value FROM kv WHERE account = ? AND ` + groupOf + ` = ? AND ` + isNumber + alive + ` ORDER BY ` + numberOf + ` DESC, key LIMIT ?`
	groupFrom = `SELECT ` + groupOf + ` FROM kv WHERE account = ? AND ` + groupOf + ` >= ? AND ` + isNumber + ` ORDER BY ` + groupOf + ` LIMIT 1`

	numbersFrom    = `SELECT key, value FROM kv WHERE account = ? AND key >= ? AND ` + isNumber + alive + ` LIMIT ?`
	numbersBetween = `SELECT key, value FROM kv WHERE account = ? AND key >= ? AND key < ? AND ` + isNumber + alive + ` LIMIT ?`
)

// wholeGroups reports whether all keys of a group begin with prefix, if one does.
func wholeGroups(prefix string) bool { return prefix == "" || strings.HasSuffix(prefix, ":") }

// Top returns the n entries with the greatest numbers among those whose key begins with prefix, the greatest first, those
// that are equal by their keys. What is no number is left out. n 0 or above MaxTop means MaxTop. The error is ErrTooLarge
// when too many keys would have to be looked at.
func (t *Turn) Top(ctx context.Context, prefix string, n int) (entries []Entry, err error) {
	if n <= 0 || n > MaxTop {
		n = MaxTop
	}
	err = t.readCommitted(ctx, prefix, func(v reader) error {
		whole := wholeGroups(prefix)
		if whole {
			entries, whole, err = t.topOfGroups(v, prefix, n)
		}
		if err == nil && !whole {
			entries, err = t.topOfKeys(v, prefix)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return greatest(entries, n), nil
}

// readCommitted reads once the disk has what the open transaction changed under a prefix. What may take milliseconds must
// not be read inside of it, as nobody writes meanwhile.
func (t *Turn) readCommitted(ctx context.Context, prefix string, fn func(reader) error) error {
	if t.store.writer.unsettled.hasPrefix(keyName(t.key.Account, prefix)) {
		if err := t.store.writer.do(ctx, true, func(*batch) error { return nil }); err != nil {
			return err
		}
	}
	return t.read(ctx, false, fn)
}

// topOfGroups reads the greatest numbers of each group under a prefix; all is false when there are too many.
func (t *Turn) topOfGroups(v reader, prefix string, n int) (entries []Entry, all bool, err error) {
	now, next := t.store.now().UnixMilli(), []byte(prefix)
	for range mostGroups {
		var group []byte
		found, err := v.row(groupFrom, []any{t.key.Account, next}, &group)
		if err != nil || !found || !bytes.HasPrefix(group, []byte(prefix)) {
			return entries, true, err
		}
		group = present(group)
		one, err := readEntries(v, topOf, []any{t.key.Account, group, now, n})
		if err != nil {
			return nil, false, err
		}
		entries = append(entries, one...)
		next = append(bytes.Clone(group), 0)
	}
	return nil, false, nil
}

// topOfKeys reads all numbers under a prefix.
func (t *Turn) topOfKeys(v reader, prefix string) ([]Entry, error) {
	query, args := withPrefix(prefix).query(t.key.Account, numbersFrom, numbersBetween, t.store.now().UnixMilli(), mostSorted+1)
	entries, err := readEntries(v, query, args)
	if err == nil && len(entries) > mostSorted {
		err = fmt.Errorf("%w: more than %d numbers begin with that, in more than %d groups or in a part of one", ErrTooLarge, mostSorted, mostGroups)
	}
	return entries, err
}

func readEntries(v reader, query string, args []any) (entries []Entry, err error) {
	err = v.rows(query, args, func(scan func(...any) error) error {
		var key, val []byte
		err := scan(&key, &val)
		entries = append(entries, Entry{Key: string(key), Value: present(val)})
		return err
	})
	return entries, err
}

// greatest sorts entries and leaves n of them.
func greatest(entries []Entry, n int) []Entry {
	type ranked struct {
		Entry
		number float64
	}
	all := make([]ranked, 0, len(entries))
	for _, e := range entries {
		if number, err := number(e.Value); err == nil {
			all = append(all, ranked{e, number})
		}
	}
	slices.SortFunc(all, func(x, y ranked) int {
		return cmp.Or(cmp.Compare(y.number, x.number), strings.Compare(x.Key, y.Key))
	})
	top := make([]Entry, min(n, len(all)))
	for i := range top {
		top[i] = all[i].Entry
	}
	return top
}
