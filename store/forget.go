package store

import (
	"context"
	"slices"
)

const (
	// The account's chain runs through the fan's messages, so they are emptied, not removed.
	emptyOldMessages = `
WITH RECURSIVE chain (id, prev) AS (
	SELECT id, fan_prev FROM old_messages WHERE id = (SELECT head FROM old_fans WHERE account = ? AND openid = ?)
	UNION ALL
	SELECT m.id, m.fan_prev FROM old_messages m JOIN chain ON m.id = chain.prev
)
UPDATE old_messages SET body = ?, msg = NULL WHERE id IN (SELECT id FROM chain)`
	forgetOldFan   = `DELETE FROM old_fans WHERE account = ? AND openid = ?`
	forgetAnswers  = `DELETE FROM answers WHERE account = ? AND openid = ?`
	lastOfButtons  = `SELECT event_key, event, menu_id, hour, last FROM menu_events WHERE account = ?`
	forgetInButton = `UPDATE menu_events SET last = ? WHERE account = ? AND event_key = ? AND event = ? AND menu_id = ? AND hour = ? AND last = ?`

	saveMask   = `INSERT INTO record_masks (number, mask, find, until) VALUES (?, ?, ?, ?) ON CONFLICT (number, mask) DO UPDATE SET until = excluded.until`
	allMasks   = `SELECT number, mask, find, until FROM record_masks`
	removeMask = `DELETE FROM record_masks WHERE number = ? AND mask = ? AND until = ?`
)

// forgetBlocks is how many blocks are written anew in one transaction.
const forgetBlocks = 32

// Forget removes what is kept of a fan (user_authorization_cancellation): what is known of the fan, session and
// kept answers, and the messages. Claims run out by themselves within ten minutes; what
// scripts put into store.* is theirs to remove. It returns once that is on the disk. From its first commit on nobody is
// shown anything of the fan; what is interrupted then, Prune ends.
func (s *Store) Forget(ctx context.Context, account, openid string) error {
	if err := s.Flush(ctx); err != nil {
		return err
	}
	if err := s.forgetInButtons(ctx, account, openid); err != nil {
		return err
	}
	var m *mask
	err := s.writer.do(ctx, true, func(b *batch) (err error) {
		s.writer.unsettled.add(sessionName(account, openid))
		if err := b.exec(emptyOldMessages, account, openid, []byte{}); err != nil {
			return err
		}
		if err := b.endConversationOf(account, openid); err != nil {
			return err
		}
		for _, query := range []string{forgetOldFan, forgetAnswers, deleteSession, forgetSpendings, deleteHistory, dropSignals, forgetTraces} {
			if err := b.exec(query, account, openid); err != nil {
				return err
			}
		}
		m, err = s.maskFan(b, account, openid)
		return err
	})
	if err != nil || m == nil {
		return err
	}
	return m.clear(ctx, s)
}

// mask hides a fan's records until they are gone.
type mask struct {
	number int64
	mask   maskKey
	key    uint64
	until  int64 // block
}

// maskFan hides the fan's records, and removes what is known of the fan besides; nil = there are no records.
func (s *Store) maskFan(b *batch, account, openid string) (*mask, error) {
	number, err := numberOfAccount(b, account)
	if err != nil || number == 0 {
		return nil, err
	}
	m := &mask{number: number, mask: maskOf(number, openid), key: fanKeyOf(number, openid)}
	if _, err := b.row(newestBlock, nil, &m.until); err != nil {
		return nil, err
	}
	if err := b.exec(saveMask, number, m.mask[:], int64(m.key), m.until); err != nil {
		return nil, err
	}
	if err := m.clearHeads(b); err != nil {
		return nil, err
	}
	var sealed int64
	if _, err := b.row(sealedUpTo, nil, &sealed); err != nil {
		return nil, err
	}
	tail, err := readTail(b, nil, sealed)
	if err != nil {
		return nil, err
	}
	return m, m.clearBlocks(s, b, numbers(tail))
}

func numbers(blocks []*block) (list []int64) {
	for _, b := range blocks {
		list = append(list, b.no)
	}
	return list
}

// hits reports whether an entry is of the fan.
func (m *mask) hits(e *entry) bool {
	return e.account == m.number && e.fan == m.key && maskOf(m.number, e.openID()) == m.mask
}

// clearHeads removes the fan's heads from all runs, those that are built, too.
func (m *mask) clearHeads(b *batch) error {
	type page struct {
		no   int64
		body []byte
	}
	var changed []page
	err := b.rows(headsOf, []any{int64(m.key)}, func(scan func(...any) error) error {
		var run, last, state int64
		var p page
		if err := scan(&run, &last, &state, &p.no, &p.body); err != nil {
			return err
		}
		left, gone := headsWithout(p.body, func(e *headEntry) bool {
			return e.account == m.number && maskOf(m.number, string(e.openid)) == m.mask
		})
		if gone > 0 {
			changed = append(changed, page{p.no, left})
		}
		return nil
	})
	for _, p := range changed {
		if err := b.exec(savePage, p.no, p.body); err != nil {
			return err
		}
	}
	return err
}

// clearBlocks writes those of the blocks anew that have records of the fan.
func (m *mask) clearBlocks(s *Store, b *batch, blocks []int64) error {
	b.tail.forget()
	for _, no := range blocks {
		if _, err := s.thin(b, no, m.hits); err != nil {
			return err
		}
	}
	return nil
}

// thin takes entries out of a block and returns how many records went.
func (s *Store) thin(b *batch, no int64, goes func(*entry) bool) (records int, err error) {
	old, err := readBlock(b, no)
	if err != nil || old == nil {
		return 0, err
	}
	left, gone := old.split(s.newID(), goes)
	if len(gone) == 0 {
		return 0, nil
	}
	for _, e := range gone {
		if err := b.exec(deleteChange, e.id); err != nil {
			return 0, err
		}
	}
	return old.records - left.records, left.replace(b.connection)
}

// clear removes the fan's records from the blocks that runs know, some at a time.
func (m *mask) clear(ctx context.Context, s *Store) error {
	blocks, err := s.blocksWith(ctx, keyFan, m.key)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(blocks, forgetBlocks) {
		if err := s.writer.do(ctx, true, func(b *batch) error { return m.clearBlocks(s, b, some) }); err != nil {
			return err
		}
	}
	return s.writer.do(ctx, true, func(b *batch) error { return b.exec(removeMask, m.number, m.mask[:], m.until) })
}

// blocksWith are the blocks of which a run says that they have a key, the newest first.
func (s *Store) blocksWith(ctx context.Context, kind int, key uint64) (blocks []int64, err error) {
	err = s.snap(ctx, func(v reader) error {
		runs, err := readRuns(v, indexesOf)
		if err != nil {
			return err
		}
		for _, r := range runs {
			some, err := r.search(v, kind, key, key)
			if err != nil {
				return err
			}
			blocks = append(blocks, some...)
		}
		return nil
	})
	return blocks, err
}

// forgetMasked ends what was begun to be forgotten.
func (s *Store) forgetMasked(ctx context.Context) error {
	var masks []*mask
	err := s.committed(ctx).rows(allMasks, nil, func(scan func(...any) error) error {
		m, fan, key := &mask{}, []byte{}, int64(0)
		if err := scan(&m.number, &fan, &key, &m.until); err != nil {
			return err
		}
		m.mask, m.key = maskKey(fan), uint64(key)
		masks = append(masks, m)
		return nil
	})
	for _, m := range masks {
		if err := m.clear(ctx, s); err != nil {
			return err
		}
	}
	return err
}
