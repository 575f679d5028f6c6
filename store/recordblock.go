package store

import (
	"encoding/binary"
	"errors"
	"slices"
)

// A block holds the records of one write, or of several small ones, in the order of writing. It never changes but by a
// whole new version, and no two versions of anything are the same, so a parsed block may be kept in memory by its number
// and version.
//
// Its body is one entry after the other: the id less that of the entry before, the place of its account in the block's
// list and the marks, the length, and the body in the format of codec.go; numbers are varints.
const blockSize = 64 << 10 // beyond it a block is closed

// The marks of an entry. The numbers are in the database.
const (
	markNote  = 1 << iota // no record, but what an amendment says of the fan: further sends, a closed window
	markSends             // has sends with ids of their own, which a job may end
	markBits  = iota
)

var errBlock = errors.New("store: a block of records is broken")

// block is one row of record_blocks.
type block struct {
	no, version int64
	first, last int64   // the smallest and the greatest id
	records     int     // entries that are no notes
	accounts    []int64 // numbers
	body        []byte
	entries     []entry
	starts      []int // of the entries' bodies, while the block is filled
}

// entry is where a record stands in its block.
type entry struct {
	id      int64
	account int64
	fan     uint64 // key of the fan, 0 = none
	marks   uint8
	body    []byte // shares the block's memory
}

func (e *entry) note() bool { return e.marks&markNote != 0 }

// record reads the entry; its texts share the block's memory.
func (e *entry) record() (r Record) {
	readRecord(e.body, &r)
	return r
}

func (e *entry) openID() string { return textAt(e.body, fieldOpenID) }
func (e *entry) msgID() string  { return textAt(e.body, fieldMsgID) }

// add appends an entry. Its body is copied, and may change after shut.
func (b *block) add(e entry) {
	prev := int64(0)
	if n := len(b.entries); n > 0 {
		prev = b.entries[n-1].id
	}
	at := slices.Index(b.accounts, e.account)
	if at < 0 {
		at = len(b.accounts)
		b.accounts = append(b.accounts, e.account)
	}
	b.body = binary.AppendVarint(b.body, e.id-prev)
	b.body = binary.AppendUvarint(b.body, uint64(at)<<markBits|uint64(e.marks))
	b.body = binary.AppendUvarint(b.body, uint64(len(e.body)))
	b.starts = append(b.starts, len(b.body))
	b.body = append(b.body, e.body...)
	b.note(e)
}

// shut gives the block memory of its own, once it is filled.
func (b *block) shut() {
	b.body = append(make([]byte, 0, len(b.body)), b.body...)
	for i, start := range b.starts {
		end := start + len(b.entries[i].body)
		b.entries[i].body = b.body[start:end:end]
	}
	b.starts = nil
}

func (b *block) note(e entry) {
	if len(b.entries) == 0 || e.id < b.first {
		b.first = e.id
	}
	b.last = max(b.last, e.id)
	if !e.note() {
		b.records++
	}
	b.entries = append(b.entries, e)
}

// newestFirst walks over the entries from the last one written; a missing block has none.
func (b *block) newestFirst() func(func(int, entry) bool) {
	if b == nil {
		return func(func(int, entry) bool) {}
	}
	return slices.Backward(b.entries)
}

func (b *block) full(s sizes) bool {
	return len(b.entries) >= s.blockRecords || len(b.body) >= blockSize
}

// parse fills entries from body and accounts.
func (b *block) parse() error {
	rest, prev := b.body, int64(0)
	number := func() uint64 {
		n, used := binary.Uvarint(rest)
		rest = rest[max(0, used):]
		if used <= 0 {
			rest = nil
		}
		return n
	}
	b.first, b.last, b.records, b.entries = 0, 0, 0, make([]entry, 0, len(rest)/64)
	for len(rest) > 0 {
		delta, used := binary.Varint(rest)
		rest = rest[max(0, used):]
		place, size := number(), uint64(0)
		if len(rest) > 0 {
			size = number()
		}
		if used <= 0 || place>>markBits >= uint64(len(b.accounts)) || size > uint64(len(rest)) {
			return errBlock
		}
		prev += delta
		e := entry{id: prev, account: b.accounts[place>>markBits], marks: uint8(place & (1<<markBits - 1)), body: rest[:size:size]}
		e.fan = fanKeyOf(e.account, e.openID())
		b.note(e)
		rest = rest[size:]
	}
	return nil
}

// fanKeyOf is the key of a fan; 0 when there is none.
func fanKeyOf(account int64, openid string) uint64 {
	if openid == "" {
		return 0
	}
	return max(1, keyOf(ofOpenID, account, openid))
}

// packNumbers and readNumbers are for the list of a block's accounts.
func packNumbers(list []int64) []byte {
	packed := []byte{}
	for _, n := range list {
		packed = binary.AppendUvarint(packed, uint64(n))
	}
	return packed
}

func readNumbers(packed []byte) (list []int64) {
	for len(packed) > 0 {
		n, used := binary.Uvarint(packed)
		if used <= 0 {
			return nil
		}
		list, packed = append(list, int64(n)), packed[used:]
	}
	return list
}

// hour is the hour in which a trace began.
func hourOf(id int64) int64 { return id >> traceSerial / hourMillis }

const (
	insertBlock  = `INSERT INTO record_blocks (no, version, first_id, last_id, records, accounts, body) VALUES (?, ?, ?, ?, ?, ?, ?)`
	replaceBlock = `UPDATE record_blocks SET version = ?, first_id = ?, last_id = ?, records = ?, accounts = ?, body = ? WHERE no = ?`
	deleteBlock  = `DELETE FROM record_blocks WHERE no = ?`
	loadBlock    = `SELECT version, accounts, body FROM record_blocks WHERE no = ?`

	changesOf     = `SELECT id, body FROM record_changes WHERE block = ?`
	saveChange    = `INSERT INTO record_changes (id, block, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body`
	loadChange    = `SELECT body FROM record_changes WHERE id = ?`
	deleteChange  = `DELETE FROM record_changes WHERE id = ?`
	deleteChanges = `DELETE FROM record_changes WHERE block = ?`
)

func (b *block) insert(c *connection) error {
	return c.exec(insertBlock, b.no, b.version, b.first, b.last, b.records, packNumbers(b.accounts), present(b.body))
}

// replace writes the block over the version that was there; an empty one is removed.
func (b *block) replace(c *connection) error {
	if len(b.entries) == 0 {
		return c.exec(deleteBlock, b.no)
	}
	return c.exec(replaceBlock, b.version, b.first, b.last, b.records, packNumbers(b.accounts), present(b.body), b.no)
}

// dropBlock removes a block with what was changed in it.
func dropBlock(c *connection, no int64) error {
	if err := c.exec(deleteChanges, no); err != nil {
		return err
	}
	return c.exec(deleteBlock, no)
}

func readBlock(v reader, no int64) (*block, error) {
	b := &block{no: no}
	var accounts []byte
	found, err := v.row(loadBlock, []any{no}, &b.version, &accounts, &b.body)
	if err != nil || !found {
		return nil, err
	}
	b.accounts = readNumbers(accounts)
	return b, b.parse()
}

// changes are the bodies that took the place of those in a block.
type changes map[int64][]byte

func readChanges(v reader, no int64) (changed changes, err error) {
	err = v.rows(changesOf, []any{no}, func(scan func(...any) error) error {
		var id int64
		var body []byte
		if err := scan(&id, &body); err != nil {
			return err
		}
		if changed == nil {
			changed = changes{}
		}
		changed[id] = body
		return nil
	})
	return changed, err
}

// now is the entry as it stands now.
func (c changes) now(e entry) entry {
	if body, ok := c[e.id]; ok && !e.note() {
		e.body = body
	}
	return e
}

// split copies the block but for some entries, and returns these, too.
func (b *block) split(version int64, goes func(*entry) bool) (left *block, gone []entry) {
	left = &block{no: b.no, version: version}
	for _, e := range b.entries {
		if goes(&e) {
			gone = append(gone, e)
		} else {
			left.add(e)
		}
	}
	left.shut()
	return left, gone
}
