package store

import (
	"context"
	"slices"
	"time"
)

// Records go with their block, once the youngest of it has outlived its time: a block has records of an hour at most. Where
// accounts have different times, a block is written anew without those whose time is up.
const (
	oldBlocks = `SELECT no, last_id, records, accounts FROM record_blocks
	WHERE no >= ? AND last_id < ? AND no <= (SELECT coalesce(max(last_block), 0) FROM record_runs) ORDER BY no LIMIT ?`
	oldestBlock = `SELECT coalesce(min(no), 0) FROM record_blocks`
	oldIndexes  = runColumns + ` WHERE kind = 1 AND state = 1 AND last_block < ?`
	allNumbers  = `SELECT account, number FROM accounts WHERE number <> 0`
)

// pruneBlocks is how many blocks go in one transaction.
const pruneBlocks = 64

// retained are the first traces that are kept, by the number of the account.
type retained struct {
	first  map[int64]int64
	other  int64 // for accounts that are not there any more
	newest int64
}

// pruneRecords walks over the blocks from the oldest.
func (s *Store) pruneRecords(ctx context.Context, r Retention) (gone int64, err error) {
	kept, err := s.retained(ctx, r)
	if err != nil {
		return 0, err
	}
	moved, err := s.hasMoved(s.committed(ctx))
	if err != nil {
		return 0, err
	}
	from := int64(firstBlock)
	if moved {
		from = 0
	}
	if err := s.sealOld(ctx, kept.newest); err != nil {
		return 0, err
	}
	for more := true; more; {
		err := s.writer.do(ctx, true, func(b *batch) error {
			old, err := findOld(b, from, kept.newest)
			if err != nil {
				return err
			}
			more = len(old) == pruneBlocks
			for _, o := range old {
				n, err := s.pruneBlock(b, o, kept)
				if gone += n; err != nil {
					return err
				}
				from = o.no + 1
			}
			return nil
		})
		if err != nil {
			return gone, err
		}
	}
	return gone, s.pruneIndexes(ctx)
}

// sealOld seals the blocks of the tail of which something may have outlived its time: what they say of fans is kept.
func (s *Store) sealOld(ctx context.Context, until int64) error {
	return s.writer.do(ctx, true, func(b *batch) error {
		if err := b.tail.renew(b.connection, s, nil); err != nil {
			return err
		}
		old := 0
		for i, t := range b.tail.blocks {
			if t.last < until {
				old = i + 1
			}
		}
		if old == 0 {
			return nil
		}
		if err := sealTail(s, b.connection, old); err != nil {
			return err
		}
		return b.tail.plan(b.connection)
	})
}

// oldBlock is a block of which something may have outlived its time.
type oldBlock struct {
	no, last, records int64
	accounts          []int64
}

func findOld(v reader, from, until int64) (old []oldBlock, err error) {
	err = v.rows(oldBlocks, []any{from, until, pruneBlocks}, func(scan func(...any) error) error {
		var o oldBlock
		var accounts []byte
		err := scan(&o.no, &o.last, &o.records, &accounts)
		o.accounts = readNumbers(accounts)
		old = append(old, o)
		return err
	})
	return old, err
}

// pruneBlock removes what has outlived its time and returns how many records that were.
func (s *Store) pruneBlock(b *batch, o oldBlock, kept *retained) (int64, error) {
	over := func(account int64) bool { return o.last < kept.since(account) }
	if !slices.ContainsFunc(o.accounts, over) && len(o.accounts) > 0 {
		return 0, nil
	}
	b.tail.forget()
	if slices.ContainsFunc(o.accounts, func(n int64) bool { return !over(n) }) {
		n, err := s.thin(b, o.no, func(e *entry) bool { return over(e.account) })
		return int64(n), err
	}
	return o.records, dropBlock(b.connection, o.no)
}

func (k *retained) since(account int64) int64 {
	if first, ok := k.first[account]; ok {
		return first
	}
	return k.other
}

func (s *Store) retained(ctx context.Context, r Retention) (*retained, error) {
	k := &retained{first: map[int64]int64{}, other: idAt(s.now().Add(-keepMessages))}
	k.newest = k.other
	err := s.committed(ctx).rows(allNumbers, nil, func(scan func(...any) error) error {
		var account string
		var number int64
		if err := scan(&account, &number); err != nil {
			return err
		}
		k.first[number] = s.keptSince(r, account)
		k.newest = max(k.newest, k.first[number])
		return nil
	})
	return k, err
}

// keptSince is the first trace of an account's messages that is kept.
func (s *Store) keptSince(r Retention, account string) int64 {
	keep := time.Duration(0)
	if r.Messages != nil {
		keep = r.Messages(account)
	}
	if keep <= 0 {
		keep = keepMessages
	}
	return idAt(s.now().Add(-keep))
}

// pruneIndexes gives up the runs whose blocks are all gone. Their pages go when records are written next.
func (s *Store) pruneIndexes(ctx context.Context) error {
	return s.writer.do(ctx, true, func(b *batch) error {
		var oldest int64
		if _, err := b.row(oldestBlock, nil, &oldest); err != nil {
			return err
		}
		runs, err := readRuns(b, oldIndexes, oldest)
		if err != nil || len(runs) == 0 {
			return err
		}
		b.tail.forget()
		for _, r := range runs {
			r.state, r.done = runDead, 0
			if err := r.change(b.connection); err != nil {
				return err
			}
		}
		return nil
	})
}
