package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"slices"
)

// snapshot reads what is committed at one moment, with several statements.
type snapshot struct {
	ctx  context.Context
	tx   *sql.Tx
	made *statements
}

func (v snapshot) row(query string, args []any, dest ...any) (bool, error) {
	st, err := v.made.get(v.ctx, query)
	if err != nil {
		return false, v.made.failed(err)
	}
	return prepared{v.ctx, v.made, v.tx.StmtContext(v.ctx, st)}.row(args, dest...)
}

func (v snapshot) rows(query string, args []any, each func(scan func(...any) error) error) error {
	st, err := v.made.get(v.ctx, query)
	if err != nil {
		return v.made.failed(err)
	}
	return prepared{v.ctx, v.made, v.tx.StmtContext(v.ctx, st)}.rows(args, each)
}

// snap calls fn with what is committed at one moment.
func (s *Store) snap(ctx context.Context, fn func(reader) error) error {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		s.reads.note(err)
		return fmt.Errorf("store: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	return fn(snapshot{ctx, tx, &s.reads})
}

// lookup reads the records of one account.
type lookup struct {
	reader
	store   *Store
	account string
	number  int64 // 0 = none are in blocks
	moved   bool  // blocks have the records of older programs, too
	masks   map[maskKey]int64
}

// maskKey stands for a fan who is being forgotten.
type maskKey [16]byte

func maskOf(account int64, openid string) (k maskKey) {
	h := sha256.New()
	_ = binary.Write(h, binary.BigEndian, account)
	h.Write([]byte(openid))
	copy(k[:], h.Sum(nil))
	return k
}

const masksOf = `SELECT mask, until FROM record_masks WHERE number = ?`

// look calls fn with the lookup of an account's records at one moment, with every Record handed in before.
func (s *Store) look(ctx context.Context, account string, fn func(*lookup) error) error {
	s.settleRecords(ctx)
	return s.snap(ctx, func(r reader) error {
		v, err := s.lookup(r, account)
		if err != nil {
			return err
		}
		return fn(v)
	})
}

func (s *Store) lookup(r reader, account string) (v *lookup, err error) {
	v = &lookup{reader: r, store: s, account: account}
	if v.number, err = numberOfAccount(r, account); err != nil {
		return nil, err
	}
	if v.moved, err = s.hasMoved(r); err != nil || v.number == 0 {
		return v, err
	}
	err = r.rows(masksOf, []any{v.number}, func(scan func(...any) error) error {
		var fan []byte
		var until int64
		if err := scan(&fan, &until); err != nil {
			return err
		}
		if v.masks == nil {
			v.masks = map[maskKey]int64{}
		}
		v.masks[maskKey(fan)] = until
		return nil
	})
	return v, err
}

// from is the number of the first block that is looked at.
func (v *lookup) from() int64 {
	if v.moved {
		return 0
	}
	return firstBlock
}

// hides reports whether the entry is of somebody else, or of a fan who is being forgotten.
func (v *lookup) hides(no int64, e *entry) bool {
	if e.account != v.number || e.note() {
		return true
	}
	if len(v.masks) == 0 || e.fan == 0 {
		return false
	}
	until, masked := v.masks[maskOf(v.number, e.openID())]
	return masked && no <= until
}

// tail returns the blocks that no run covers, the oldest first.
func (v *lookup) tail() ([]*block, error) {
	var sealed int64
	if _, err := v.row(sealedUpTo, nil, &sealed); err != nil {
		return nil, err
	}
	return readTail(v, &v.store.blocks, max(sealed, v.from()-1))
}

// found is one record that a search has come to.
type found struct {
	no int64
	entry
}

// each calls fn for the entries that may be of a key, the newest first, until it says that that is enough: the whole of
// the tail, and the blocks of which a run says that they have it. They are this account's, as they stand now.
func (v *lookup) each(key searchKey, fn func(found) (enough bool, err error)) error {
	if v.number == 0 {
		return nil
	}
	tail, err := v.tail()
	if err != nil {
		return err
	}
	for _, b := range slices.Backward(tail) {
		if b.no > key.before {
			continue
		}
		if enough, err := v.eachIn(b, fn); err != nil || enough {
			return err
		}
	}
	runs, err := readRuns(v, indexesOf)
	if err != nil {
		return err
	}
	for _, r := range runs {
		if r.first > key.before || r.last < v.from() || r.high < key.low || key.high != 0 && r.low > key.high {
			continue
		}
		if enough, err := v.eachOf(r, key, fn); err != nil || enough {
			return err
		}
	}
	return nil
}

// searchKey is what is looked for.
type searchKey struct {
	kind        int
	first, last uint64
	low, high   int64 // traces; high 0 = any
	before      int64 // up to this block
}

func oneKey(kind int, key uint64) searchKey {
	return searchKey{kind: kind, first: key, last: key, before: maxID}
}

func (v *lookup) eachOf(r *run, key searchKey, fn func(found) (bool, error)) (enough bool, err error) {
	blocks, err := r.search(v, key.kind, key.first, key.last)
	if err != nil {
		return true, err
	}
	for _, no := range blocks {
		if no > key.before {
			continue
		}
		b, err := readBlock(v, no)
		if err != nil {
			return true, err
		}
		if enough, err := v.eachIn(b, fn); err != nil || enough {
			return true, err
		}
	}
	return false, nil
}

func (v *lookup) eachIn(b *block, fn func(found) (bool, error)) (enough bool, err error) {
	if b == nil || !slices.Contains(b.accounts, v.number) {
		return false, nil
	}
	changed, err := readChanges(v, b.no)
	if err != nil {
		return true, err
	}
	for _, e := range slices.Backward(b.entries) {
		if v.hides(b.no, &e) {
			continue
		}
		if enough, err := fn(found{b.no, changed.now(e)}); err != nil || enough {
			return true, err
		}
	}
	return false, nil
}

// message is the record as callers see it.
func (v *lookup) message(f *found) Message {
	m := Message{Record: f.record(), Cursor: f.id}
	m.Account, m.Trace = v.account, formatTrace(f.id)
	return m
}
