package store

import (
	"context"
	"slices"
)

// forgetRecords removes the records of an account, and what is known of its fans. Its number goes with its row.
func (s *Store) forgetRecords(ctx context.Context, account string) error {
	number, err := numberOfAccount(s.committed(ctx), account)
	if err != nil || number == 0 {
		return err
	}
	blocks, err := s.blocksWith(ctx, keyAccount, keyOf(ofNumber, number, ""))
	if err != nil {
		return err
	}
	ours := func(e *entry) bool { return e.account == number }
	clear := func(b *batch, blocks []int64) error {
		b.tail.forget()
		for _, no := range blocks {
			if _, err := s.thin(b, no, ours); err != nil {
				return err
			}
		}
		return nil
	}
	err = s.writer.do(ctx, true, func(b *batch) error { // the tail first, as what is known of fans is made of it
		var sealed int64
		if _, err := b.row(sealedUpTo, nil, &sealed); err != nil {
			return err
		}
		tail, err := readTail(b, nil, sealed)
		if err != nil {
			return err
		}
		return clear(b, numbers(tail))
	})
	if err != nil {
		return err
	}
	for some := range slices.Chunk(blocks, forgetBlocks) {
		if err := s.writer.do(ctx, true, func(b *batch) error { return clear(b, some) }); err != nil {
			return err
		}
	}
	return s.forgetHeads(ctx, number)
}

const (
	headRunsOf = runColumns + ` WHERE kind = 2 AND state <> 3 ORDER BY no`
	headPages  = 64 // that are looked at in one transaction
)

// forgetHeads walks over all heads, until a walk finds none of the account: a merge may carry some past the first.
func (s *Store) forgetHeads(ctx context.Context, account int64) error {
	for {
		runs, err := readRuns(s.committed(ctx), headRunsOf)
		if err != nil {
			return err
		}
		gone := 0
		for _, r := range runs {
			n, err := s.forgetHeadsIn(ctx, r, account)
			if gone += n; err != nil {
				return err
			}
		}
		if gone == 0 {
			return nil
		}
	}
}

func (s *Store) forgetHeadsIn(ctx context.Context, r *run, account int64) (gone int, err error) {
	for from := int64(0); from < 1<<r.bits; from += headPages {
		first := r.no<<pageShift + from
		err := s.writer.do(ctx, true, func(b *batch) error {
			changed := map[int64][]byte{}
			err := b.rows(loadPages, []any{first, first + headPages}, func(scan func(...any) error) error {
				var no int64
				var body []byte
				if err := scan(&no, &body); err != nil {
					return err
				}
				left, n := headsWithout(body, func(e *headEntry) bool { return e.account == account })
				if n > 0 {
					changed[no] = left
				}
				gone += n
				return nil
			})
			for no, left := range changed {
				if err := b.exec(savePage, no, left); err != nil {
					return err
				}
			}
			return err
		})
		if err != nil {
			return gone, err
		}
	}
	return gone, nil
}
