package store

import "time"

// placed is a record that is written: where, and as it stands now.
type placed struct {
	entry
	block int64
}

// find looks for a record that may be written already; nil = there is none.
func (l *recordBatch) find(id int64) (*placed, error) {
	if b := l.tail.ids[id]; b != nil {
		if b == l.filling {
			if err := l.shut(); err != nil {
				return nil, err
			}
		}
		return l.in(b, id)
	}
	if id > l.tail.sealed {
		return nil, nil
	}
	return l.search(sought{keyTrace, traceKey(id), id, id}, func(e *entry) bool { return e.id == id })
}

// sought is what is looked for in runs: a key of a kind, of a record whose trace lies between two.
type sought struct {
	kind      int
	key       uint64
	low, high int64
}

// search looks through runs for the newest record that fits.
func (l *recordBatch) search(what sought, fits func(*entry) bool) (*placed, error) {
	for _, r := range l.tail.runs {
		if r.kind != indexRuns || r.state != runLive || r.high < what.low || r.low > what.high {
			continue
		}
		found, err := r.search(l.conn, what.kind, what.key, what.key)
		if err != nil {
			return nil, err
		}
		for _, no := range found {
			b, err := readBlock(l.conn, no)
			if err != nil {
				return nil, err
			}
			for _, e := range b.newestFirst() {
				if !e.note() && fits(&e) {
					return l.in(b, e.id)
				}
			}
		}
	}
	return nil, nil
}

func (l *recordBatch) in(b *block, id int64) (*placed, error) {
	for _, e := range b.entries {
		if e.id != id || e.note() {
			continue
		}
		var body []byte
		found, err := l.conn.row(loadChange, []any{id}, &body)
		if found {
			e.body = body
		}
		return &placed{e, b.no}, err
	}
	return nil, nil
}

// amend lays a record over the earlier one of its trace. What that says of the fan is noted in a block.
func (l *recordBatch) amend(f *frame, there *placed) error {
	before := there.record()
	after := there.record()
	readRecord(f.body, &after)
	after.OpenID, after.MsgID = before.OpenID, before.MsgID // by these it is found
	if err := l.conn.exec(saveChange, f.id, there.block, appendRecord(nil, &after)); err != nil {
		return err
	}
	if before.MenuEvent {
		l.button(f.account, &before).count(f.id, &before, -1)
	}
	if after.MenuEvent {
		l.button(f.account, &after).count(f.id, &after, 1)
	}
	news := Record{OpenID: after.OpenID, WindowClosed: after.WindowClosed && !before.WindowClosed}
	if len(after.Sends) > len(before.Sends) {
		news.Sends = after.Sends[len(before.Sends):]
	}
	if after.OpenID == "" || len(news.Sends) == 0 && !news.WindowClosed {
		return nil
	}
	note := entry{id: f.id, account: there.account, fan: there.fan, marks: markNote, body: appendRecord(nil, &news)}
	if frameMarks(&news)&frameSends != 0 {
		note.marks |= markSends
	}
	return l.add(note)
}

// jobReach is how long after a template message its end may come.
const jobReach = time.Hour

// finish notes the end of a template message with the turn that sent it.
func (l *recordBatch) finish(e *entry, job SendJob) error {
	openid := e.openID()
	key := sendKey(e.account, openid, job.MsgID)
	var there *placed
	var err error
	if id, ok := l.tail.sends[key]; ok {
		there, err = l.find(id)
	} else {
		since := e.id - int64(jobReach/time.Millisecond)<<traceSerial
		there, err = l.search(sought{keyMsg, key, since, maxID}, func(sent *entry) bool {
			return sent.marks&markSends != 0 && sent.fan == e.fan && sent.sent(job.MsgID) >= 0
		})
	}
	if err != nil || there == nil {
		return err
	}
	n := there.sent(job.MsgID)
	if n < 0 {
		return nil
	}
	r := there.record()
	r.Sends[n].State = job.State
	return l.conn.exec(saveChange, there.id, there.block, appendRecord(nil, &r))
}

// sent is the place of a template message among the sends of a record; -1 = it is none of them.
func (e *entry) sent(msgID string) int {
	for i, s := range e.record().Sends {
		if s.MsgID == msgID {
			return i
		}
	}
	return -1
}
