package store

// recordBatch gathers what one transaction of records changes: blocks of records, and each button once, however many
// records touch it.
type recordBatch struct {
	store   *Store
	conn    *connection
	tail    *tail
	filling *block
	written []*block
	buttons map[buttonKey]*buttonRow
	dropped int
}

func newRecordBatch(s *Store, c *connection) *recordBatch {
	return &recordBatch{store: s, conn: c, tail: &c.tail, buttons: map[buttonKey]*buttonRow{}}
}

func (l *recordBatch) write(f *frame) error {
	if err := l.detail(f); err != nil {
		return err
	}
	account, err := l.tail.number(l.conn, l.store, f.account)
	if err != nil {
		return err
	}
	e := entry{id: f.id, account: account, fan: fanKeyOf(account, textAt(f.body, fieldOpenID)), body: f.body}
	if f.marks&frameSends != 0 {
		e.marks = markSends
	}
	if f.marks&^framePlain == 0 && f.id > l.tail.sealed && l.tail.ids[f.id] == nil { // a plain message
		return l.add(e)
	}
	r := e.record()
	there, err := l.find(f.id)
	switch {
	case err != nil:
		return err
	case there == nil && f.marks&frameAgain != 0 && r.Type == "" || there != nil && there.account != account:
		l.dropped++
		return nil
	case there != nil: // or the trace was used before: the same turn once more
		return l.amend(f, there)
	}
	if r.Job.MsgID != "" {
		if err := l.finish(&e, r.Job); err != nil {
			return err
		}
	}
	if r.MenuEvent {
		l.button(f.account, &r).count(f.id, &r, 1)
	}
	return l.add(e)
}

// add appends an entry to the block that is filled.
func (l *recordBatch) add(e entry) error {
	if l.filling == nil {
		l.filling = &block{no: l.tail.next, version: l.store.newID(), body: l.store.writer.spare[:0]}
		l.tail.next++
	}
	l.filling.add(e)
	l.tail.note(l.filling, &e)
	if l.filling.full(l.store.sizes) {
		return l.shut()
	}
	return nil
}

// shut writes the block that is filled.
func (l *recordBatch) shut() error {
	b := l.filling
	if b == nil {
		return nil
	}
	l.filling, l.store.writer.spare = nil, b.body
	if cap(b.body) > 4*blockSize {
		l.store.writer.spare = nil
	}
	b.shut()
	l.written = append(l.written, b)
	l.tail.blocks = append(l.tail.blocks, b)
	l.tail.records += len(b.entries)
	return b.insert(l.conn)
}

// close writes what the records changed besides the blocks that are written.
func (l *recordBatch) close() error {
	if err := l.shut(); err != nil {
		return err
	}
	for k, row := range l.buttons {
		if err := row.save(l.conn, k); err != nil {
			return err
		}
	}
	return nil
}

// committed shows readers the blocks, which are on the disk now.
func (l *recordBatch) committed() {
	for _, b := range l.written {
		l.store.blocks.put(b)
	}
}
