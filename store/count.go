package store

import (
	"context"
	"fmt"
)

const (
	groupsFrom      = `SELECT count(*), coalesce(sum(keys), 0) FROM (SELECT keys FROM kv_groups WHERE account = ? AND name >= ? LIMIT ?) AS some`
	groupsBetween   = `SELECT count(*), coalesce(sum(keys), 0) FROM (SELECT keys FROM kv_groups WHERE account = ? AND name >= ? AND name < ? LIMIT ?) AS some`
	expiredFrom     = `SELECT count(*) FROM (SELECT 1 FROM kv WHERE account || '' = ? AND key >= ? AND expires <= ? LIMIT ?) AS some`
	expiredBetween  = `SELECT count(*) FROM (SELECT 1 FROM kv WHERE account || '' = ? AND key >= ? AND key < ? AND expires <= ? LIMIT ?) AS some`
	countKeys       = `SELECT count(*) FROM (SELECT 1 FROM kv WHERE account = ? AND key >= ?` + alive + ` LIMIT ?) AS some`
	countKeysWithin = `SELECT count(*) FROM (SELECT 1 FROM kv WHERE account = ? AND key >= ? AND key < ?` + alive + ` LIMIT ?) AS some`
)

// Count returns how many keys begin with prefix. A prefix that ends with a colon, or is empty, is counted at once, however
// many there are. The error is ErrTooLarge when more than 100,000 keys, or groups of keys, would have to be gone over.
func (t *Turn) Count(ctx context.Context, prefix string) (n int64, err error) {
	err = t.readCommitted(ctx, prefix, func(v reader) error {
		if wholeGroups(prefix) {
			n, err = t.countGroups(v, prefix)
			return err
		}
		query, args := withPrefix(prefix).query(t.key.Account, countKeys, countKeysWithin, t.store.now().UnixMilli(), mostCounted+1)
		_, err = v.row(query, args, &n)
		if err == nil && n > mostCounted {
			err = fmt.Errorf("%w: more than %d keys begin with that, and it does not end with a colon", ErrTooLarge, mostCounted)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// countGroups adds up groups, and takes off what has run out and is not pruned yet, which is little.
func (t *Turn) countGroups(v reader, prefix string) (n int64, err error) {
	var groups, gone int64
	keys := withPrefix(prefix)
	query, args := keys.query(t.key.Account, groupsFrom, groupsBetween, mostSummed+1)
	if _, err := v.row(query, args, &groups, &n); err != nil {
		return 0, err
	}
	if groups > mostSummed {
		return 0, fmt.Errorf("%w: the keys that begin with that are of more than %d groups", ErrTooLarge, mostSummed)
	}
	query, args = keys.query(t.key.Account, expiredFrom, expiredBetween, t.store.now().UnixMilli(), n)
	_, err = v.row(query, args, &gone)
	return n - gone, err
}
