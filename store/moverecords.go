package store

import (
	"context"
	"time"
)

// Records of older programs are moved into blocks while the program runs, some rows at a time: first the messages, then the
// fans. Until all are moved readers see the rows, then the blocks, and the rows are removed.
const (
	moveMessages = iota // the stages; the numbers are in the database
	moveFans
	moveRemoves
	moveDone
)

const (
	moveRows  = 512 // in one transaction
	moveAgain = 2 * time.Second

	loadMove = `SELECT stage, at_message, at_account, at_fan FROM record_move`
	saveMove = `UPDATE record_move SET stage = ?, at_message = ?, at_account = ?, at_fan = ?`

	nextMessages = `SELECT id, account, body FROM old_messages WHERE id > ? ORDER BY id LIMIT ?`
	nextFans     = `SELECT account, openid, body FROM old_fans WHERE (account, openid) > (?, ?) ORDER BY account, openid LIMIT ?`
	movedBlocks  = `SELECT coalesce(max(no), 0) FROM record_blocks WHERE no < ?`
	movedHeads   = `SELECT coalesce(max(last_block), 0) FROM record_runs WHERE last_block < ?`

	removeOldMessages = `DELETE FROM old_messages WHERE id IN (SELECT id FROM old_messages ORDER BY id LIMIT ?)`
	removeOldFans     = `DELETE FROM old_fans WHERE (account, openid) IN (SELECT account, openid FROM old_fans LIMIT ?)`
)

// mover moves records beside all else, in a goroutine that stop waits for.
type mover struct {
	cancel context.CancelFunc
	done   chan struct{}
}

func startMover(s *Store) *mover {
	ctx, cancel := context.WithCancel(context.Background())
	m := &mover{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(m.done)
		for ctx.Err() == nil {
			err := s.moveRecords(ctx)
			if err == nil || ctx.Err() != nil {
				return
			}
			s.log.Error("moving older records failed; it is tried again", "err", err)
			select {
			case <-ctx.Done():
			case <-time.After(moveAgain):
			}
		}
	}()
	return m
}

func (m *mover) stop() {
	m.cancel()
	<-m.done
}

// hasMoved reports whether the records of older programs are read from blocks.
func (s *Store) hasMoved(v reader) (bool, error) {
	if s.moved.Load() {
		return true, nil
	}
	m, err := readMove(v)
	if err == nil && m.stage >= moveRemoves {
		s.moved.Store(true)
	}
	return m.stage >= moveRemoves, err
}

// moveRecords moves what there is to move, and returns once all of it is.
func (s *Store) moveRecords(ctx context.Context) error {
	m, err := readMove(s.committed(ctx))
	if err != nil || m.stage == moveDone {
		return err
	}
	s.log.Info("records of an older version are moved, while the program runs")
	for m.stage != moveDone {
		err := s.writer.do(ctx, true, func(b *batch) (err error) {
			if m, err = readMove(b); err != nil {
				return err
			}
			return m.step(s, b)
		})
		if err != nil {
			return err
		}
	}
	s.log.Info("the records of the older version are moved")
	return nil
}

// move is how far records are moved.
type move struct {
	stage   int
	message int64
	fan     fanName
}

type fanName struct{ account, openid string }

func readMove(v reader) (m move, err error) {
	_, err = v.row(loadMove, nil, &m.stage, &m.message, &m.fan.account, &m.fan.openid)
	return m, err
}

// step moves or removes some rows.
func (m *move) step(s *Store, b *batch) (err error) {
	if err := b.tail.renew(b.connection, s, nil); err != nil {
		return err
	}
	rows := 0
	switch m.stage {
	case moveMessages:
		rows, err = m.messages(s, b)
	case moveFans:
		rows, err = m.fans(s, b)
	case moveRemoves:
		rows, err = removeOld(b)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	if rows == 0 {
		m.stage++
	}
	if err := b.tail.arrange(b.connection, rows*tidyWork); err != nil {
		return err
	}
	return b.exec(saveMove, m.stage, m.message, m.fan.account, m.fan.openid)
}

// messages moves some rows into blocks, with a run of their own.
func (m *move) messages(s *Store, b *batch) (rows int, err error) {
	type row struct {
		id      int64
		account string
		body    []byte
	}
	var some []row
	err = b.rows(nextMessages, []any{m.message, moveRows}, func(scan func(...any) error) error {
		var r row
		err := scan(&r.id, &r.account, &r.body)
		some = append(some, r)
		return err
	})
	if err != nil || len(some) == 0 {
		return 0, err
	}
	var no int64
	if _, err := b.row(movedBlocks, []any{firstBlock}, &no); err != nil {
		return 0, err
	}
	blocks := []*block{}
	for _, r := range some {
		m.message = r.id
		if len(r.body) == 0 { // of a fan who is forgotten
			continue
		}
		account, err := b.tail.number(b.connection, s, r.account)
		if err != nil {
			return 0, err
		}
		if n := len(blocks); n == 0 || blocks[n-1].full(s.sizes) || hourOf(blocks[n-1].first) != hourOf(r.id) && len(blocks) < moveRows/16 {
			no++
			blocks = append(blocks, &block{no: no, version: s.newID()})
		}
		blocks[len(blocks)-1].add(movedEntry(r.id, account, r.body))
	}
	return len(some), insertMoved(s, b, blocks)
}

func movedEntry(id, account int64, body []byte) entry {
	e := entry{id: id, account: account, body: body}
	e.fan = fanKeyOf(account, e.openID())
	r := e.record()
	if frameMarks(&r)&frameSends != 0 {
		e.marks = markSends
	}
	return e
}

func insertMoved(s *Store, b *batch, blocks []*block) error {
	if len(blocks) == 0 {
		return nil
	}
	r := &run{kind: indexRuns, level: 1, state: runLive, first: blocks[0].no, last: blocks[len(blocks)-1].no, low: blocks[0].first}
	var keys []indexEntry
	for _, made := range blocks {
		made.shut()
		r.high = max(r.high, made.last)
		keys = appendKeys(keys, made)
		if err := made.insert(b.connection); err != nil {
			return err
		}
	}
	if err := r.writeIndex(b.connection, s.sizes, keys); err != nil {
		return err
	}
	b.tail.addRun(r)
	return nil
}

// fans moves some rows into a run of heads.
func (m *move) fans(s *Store, b *batch) (rows int, err error) {
	var names []fanName
	var heads []headEntry
	err = b.rows(nextFans, []any{m.fan.account, m.fan.openid, moveRows}, func(scan func(...any) error) error {
		var body []byte
		if err := scan(&m.fan.account, &m.fan.openid, &body); err != nil {
			return err
		}
		names = append(names, m.fan)
		heads = append(heads, headEntry{openid: []byte(m.fan.openid), body: body})
		return nil
	})
	if err != nil || len(heads) == 0 {
		return 0, err
	}
	for i, n := range names {
		account, err := b.tail.number(b.connection, s, n.account)
		if err != nil {
			return 0, err
		}
		heads[i].account, heads[i].key = account, fanKeyOf(account, n.openid)
	}
	r := &run{kind: headRuns, level: 1, state: runLive}
	if _, err := b.row(movedHeads, []any{firstBlock}, &r.first); err != nil {
		return 0, err
	}
	r.first++
	r.last = r.first
	if err := r.writeHeads(b.connection, s.sizes, heads); err != nil {
		return 0, err
	}
	b.tail.addRun(r)
	return len(heads), nil
}

func removeOld(b *batch) (rows int, err error) {
	for _, query := range []string{removeOldMessages, removeOldFans} {
		n, err := b.change(query, moveRows)
		if err != nil || n > 0 {
			return int(n), err
		}
	}
	return 0, nil
}

// addRun takes up a run that is written.
func (t *tail) addRun(r *run) {
	t.runs = append(t.runs, r)
	t.order()
	t.sealed = max(t.sealed, r.high)
}
