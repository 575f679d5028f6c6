package store

// sealDue is how many blocks of the tail are to be sealed; 0 = none yet.
func (t *tail) sealDue() (n int) {
	switch {
	case t.records >= t.sizes.sealAfter:
		left := t.records
		for n < len(t.blocks)-1 && left-len(t.blocks[n].entries) >= t.sizes.sealKeeps {
			left -= len(t.blocks[n].entries)
			n++
		}
		return n
	case len(t.blocks) >= t.sizes.sealBlocks:
		return len(t.blocks) - t.sizes.sealBlocks/4
	}
	return 0
}

// seal makes runs of the oldest blocks of the tail, and fewer blocks of small ones.
type seal struct {
	store   *Store
	conn    *connection
	blocks  []*block
	changed map[int64]changes // by block
	index   run
	heads   run
}

const changesBetween = `SELECT block, id, body FROM record_changes WHERE block >= ? AND block <= ?`

// sealTail seals the first n blocks of the tail. A transaction is open.
func sealTail(s *Store, c *connection, n int) error {
	blocks := c.tail.blocks[:n]
	made := &seal{store: s, conn: c, blocks: blocks, changed: map[int64]changes{}}
	span := run{level: 1, state: runLive, first: blocks[0].no, last: blocks[n-1].no}
	made.index, made.heads = span, span
	made.index.kind, made.heads.kind = indexRuns, headRuns
	if err := made.readChanges(); err != nil {
		return err
	}
	heads := made.readHeads()
	if err := made.foldBlocks(); err != nil {
		return err
	}
	if err := made.writeIndex(); err != nil {
		return err
	}
	made.heads.low, made.heads.high = made.index.low, made.index.high
	if err := made.writeHeads(heads); err != nil {
		return err
	}
	c.tail.take(n)
	c.tail.runs = append([]*run{&made.index, &made.heads}, c.tail.runs...)
	c.tail.sealed = max(c.tail.sealed, made.index.high)
	return nil
}

func (m *seal) readChanges() error {
	return m.conn.rows(changesBetween, []any{m.index.first, m.index.last}, func(scan func(...any) error) error {
		var no, id int64
		var body []byte
		if err := scan(&no, &id, &body); err != nil {
			return err
		}
		if m.changed[no] == nil {
			m.changed[no] = changes{}
		}
		m.changed[no][id] = body
		return nil
	})
}

// headBytes is about what a head takes.
const headBytes = 128

type fanID struct {
	account int64
	openid  string
}

// readHeads reads what the blocks say of fans. What was changed later in records stands in notes.
func (m *seal) readHeads() map[fanID]*head {
	heads := make(map[fanID]*head, m.store.sizes.sealAfter)
	for _, b := range m.blocks {
		for i := range b.entries {
			e := &b.entries[i]
			if e.fan == 0 {
				continue
			}
			r := e.record()
			k := fanID{e.account, r.OpenID}
			h := heads[k]
			if h == nil {
				h = &head{}
				heads[k] = h
			}
			h.touch(&r)
		}
	}
	return heads
}

// foldBlocks takes changes into the blocks and notes out of them, and makes one block of several small ones of an hour.
func (m *seal) foldBlocks() error {
	var whole []*block
	for i := 0; i < len(m.blocks); {
		group := m.group(m.blocks[i:])
		i += len(group)
		b, err := m.fold(group)
		if err != nil {
			return err
		}
		if len(b.entries) > 0 {
			whole = append(whole, b)
		}
	}
	m.blocks = whole
	return nil
}

// group is the first of some blocks, and those behind it that fit into one with it.
func (m *seal) group(blocks []*block) []*block {
	records, size, n := len(blocks[0].entries), len(blocks[0].body), 1
	for ; n < len(blocks); n++ {
		next := blocks[n]
		records, size = records+len(next.entries), size+len(next.body)
		if records > m.store.sizes.blockRecords || size > blockSize || hourOf(blocks[0].first) != hourOf(next.last) {
			break
		}
	}
	return blocks[:n]
}

// fold makes one block of a group.
func (m *seal) fold(group []*block) (*block, error) {
	first := group[0]
	if len(group) == 1 && first.records == len(first.entries) && m.changed[first.no] == nil {
		return first, nil
	}
	b := &block{no: first.no, version: m.store.newID()}
	for _, from := range group {
		for _, e := range from.entries {
			if !e.note() {
				e = m.changed[from.no].now(e)
				b.add(e)
			}
		}
	}
	b.shut()
	if err := m.conn.exec(deleteChanges, first.no); err != nil {
		return nil, err
	}
	if err := b.replace(m.conn); err != nil {
		return nil, err
	}
	for _, from := range group[1:] {
		if err := dropBlock(m.conn, from.no); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (m *seal) writeIndex() error {
	r := &m.index
	entries := make([]indexEntry, 0, 4*m.store.sizes.sealAfter)
	for _, b := range m.blocks {
		entries = appendKeys(entries, b)
		if r.low == 0 || b.first < r.low {
			r.low = b.first
		}
		r.high = max(r.high, b.last)
	}
	return r.writeIndex(m.conn, m.store.sizes, entries)
}

// writeIndex writes a new live run.
func (r *run) writeIndex(c *connection, s sizes, entries []indexEntry) error {
	size := int64(len(entries) * indexSize)
	r.bits = s.bits(size)
	if err := r.insert(c); err != nil {
		return err
	}
	p := r.pagesFrom(0, 1<<r.bits, size)
	for _, e := range entries {
		page := p.at(e.key)
		*page = r.appendIndex(*page, e)
	}
	if err := p.write(c); err != nil {
		return err
	}
	return r.change(c)
}

// appendKeys appends the keys of all records of a block.
func appendKeys(dst []indexEntry, b *block) []indexEntry {
	fans := make(map[uint64]struct{}, len(b.entries))
	for i := range b.entries {
		e := &b.entries[i]
		dst = append(dst, indexEntry{traceKey(e.id), keyTrace, b.no})
		if id := e.msgID(); id != "" {
			dst = append(dst, indexEntry{keyOf(ofMsgID, e.account, id), keyMsg, b.no})
		}
		if e.marks&markSends != 0 {
			for _, key := range sendKeys(e) {
				dst = append(dst, indexEntry{key, keyMsg, b.no})
			}
		}
		if _, seen := fans[e.fan]; !seen && e.fan != 0 {
			fans[e.fan] = struct{}{}
			dst = append(dst, indexEntry{e.fan, keyFan, b.no})
		}
	}
	for _, account := range b.accounts {
		dst = append(dst, indexEntry{keyOf(ofNumber, account, ""), keyAccount, b.no})
	}
	return dst
}

// writeHeads writes a new live run.
func (m *seal) writeHeads(heads map[fanID]*head) error {
	r, room := &m.heads, make([]byte, 0, len(heads)*headBytes)
	entries := make([]headEntry, 0, len(heads))
	for k, h := range heads {
		start := len(room)
		room = appendHead(room, h)
		entries = append(entries, headEntry{fanKeyOf(k.account, k.openid), k.account, []byte(k.openid), room[start:]})
	}
	return r.writeHeads(m.conn, m.store.sizes, entries)
}

func (r *run) writeHeads(c *connection, s sizes, entries []headEntry) error {
	size := int64(0)
	for i := range entries {
		size += int64(len(entries[i].openid) + len(entries[i].body) + 16)
	}
	r.bits = s.bits(size)
	if err := r.insert(c); err != nil {
		return err
	}
	p := r.pagesFrom(0, 1<<r.bits, size)
	for i := range entries {
		page := p.at(entries[i].key)
		*page = appendHeadEntry(*page, &entries[i])
	}
	if err := p.write(c); err != nil {
		return err
	}
	return r.change(c)
}
