package store

import (
	"hash/fnv"
	"strconv"
)

// recordBatch gathers what one transaction of records changes: each fan, account and button is read and
// written once, however many records touch it.
type recordBatch struct {
	conn     *connection
	fans     map[fanKey]*fanRow
	accounts map[string]*accountRow
	buttons  map[buttonKey]*buttonRow
	dropped  int
	group    []frame // being written
}

type fanKey struct{ account, openid string }

// fanRow is a row of fans; head is the fan's newest message.
type fanRow struct {
	head int64
	Fan
	body []byte // once it is written
}

type accountRow struct{ head int64 }

func newRecordBatch(c *connection) *recordBatch {
	return &recordBatch{
		conn: c, fans: map[fanKey]*fanRow{}, accounts: map[string]*accountRow{}, buttons: map[buttonKey]*buttonRow{},
	}
}

const (
	insertMessage = `INSERT INTO messages (id, account, msg, status, fan_prev, account_prev, body) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
	amendMessage  = `UPDATE messages SET status = ?, body = ? WHERE id = ?`
	earlierBody   = `SELECT body FROM messages WHERE id = ? AND account = ?`
	loadFan       = `SELECT head, body FROM fans WHERE account = ? AND openid = ?`
	saveFan       = `INSERT INTO fans (account, openid, head, body) VALUES (?, ?, ?, ?) ON CONFLICT (account, openid) DO UPDATE SET head = excluded.head, body = excluded.body`
	loadAccount   = `SELECT head FROM accounts WHERE account = ?`
	saveAccount   = `INSERT INTO accounts (account, head) VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET head = excluded.head`
)

// read reads up to limit frames as the group to write next.
func (l *recordBatch) read(frames []byte, limit int) []frame {
	l.group = l.group[:0]
	for len(l.group) < limit && len(frames) > 0 {
		f := readFrame(frames)
		readRecord(f.body, &f.record)
		frames = frames[f.size:]
		l.group = append(l.group, f)
	}
	return l.group
}

// writeGroup writes the messages of the group and notes what else changes.
func (l *recordBatch) writeGroup() error {
	if err := l.loadFans(); err != nil {
		return err
	}
	for i := range l.group {
		if err := l.write(&l.group[i]); err != nil {
			return err
		}
	}
	return nil
}

func (l *recordBatch) write(f *frame) error {
	r := &f.record
	if f.again {
		if done, err := l.amend(f, r.Type == ""); done || err != nil {
			return err
		}
	}
	account, err := l.account(f.account)
	if err != nil {
		return err
	}
	fan := &fanRow{} // of nobody, when the sender is no fan
	if r.OpenID != "" {
		if fan, err = l.fan(fanKey{f.account, r.OpenID}); err != nil {
			return err
		}
	}
	n, err := l.conn.change(insertMessage, f.id, f.account, messageNumber(r.MsgID), int64(r.Status), fan.head, account.head, present(f.body))
	if err != nil {
		return err
	}
	if n == 0 { // the trace was used before: the same turn once more
		_, err := l.amend(f, true)
		return err
	}
	if r.Job.MsgID != "" {
		if err := l.finish(f.account, fan.head, r.Job); err != nil {
			return err
		}
	}
	fan.head, account.head = f.id, f.id
	fan.touch(r, nil)
	if r.MenuEvent {
		l.button(f.account, r).count(f.id, r, 1)
	}
	return nil
}

// amend lays a record over the earlier one of its trace. Without one nothing is done, and a record
// that cannot stand alone is dropped.
func (l *recordBatch) amend(f *frame, needed bool) (done bool, err error) {
	var body []byte
	found, err := l.conn.row(earlierBody, []any{f.id, f.account}, &body)
	if err != nil {
		return false, err
	}
	if !found {
		if needed {
			l.dropped++
		}
		return needed, nil
	}
	var before Record
	readRecord(body, &before)
	after := before
	readRecord(f.body, &after)
	if err := l.conn.exec(amendMessage, int64(after.Status), appendRecord(nil, &after), f.id); err != nil {
		return false, err
	}
	if after.OpenID != "" {
		fan, err := l.fan(fanKey{f.account, after.OpenID})
		if err != nil {
			return false, err
		}
		fan.touch(&after, &before)
	}
	if before.MenuEvent {
		l.button(f.account, &before).count(f.id, &before, -1)
	}
	if after.MenuEvent {
		l.button(f.account, &after).count(f.id, &after, 1)
	}
	return true, nil
}

// jobReach is how many messages of a fan are looked through for the template message that a job is about:
// its end comes within seconds, or not at all.
const jobReach = 50

const inChain = `SELECT fan_prev, body FROM messages WHERE id = ? AND account = ?`

// finish notes the end of a template message with the turn that sent it, one of the fan's newest.
func (l *recordBatch) finish(account string, head int64, job Job) error {
	for range jobReach {
		var prev int64
		var body []byte
		if found, err := l.conn.row(inChain, []any{head, account}, &prev, &body); err != nil || !found {
			return err
		}
		var r Record
		readRecord(body, &r)
		for i, s := range r.Sends {
			if s.MsgID == job.MsgID {
				r.Sends[i].State = job.State
				return l.conn.exec(amendMessage, int64(r.Status), appendRecord(nil, &r), head)
			}
		}
		head = prev
	}
	return nil
}

func (l *recordBatch) account(name string) (*accountRow, error) {
	if row, ok := l.accounts[name]; ok {
		return row, nil
	}
	row := &accountRow{}
	if _, err := l.conn.row(loadAccount, []any{name}, &row.head); err != nil {
		return nil, err
	}
	l.accounts[name] = row
	return row, nil
}

func (l *recordBatch) fan(k fanKey) (*fanRow, error) {
	if row, ok := l.fans[k]; ok {
		return row, nil
	}
	if row := l.conn.known.fan(k); row != nil {
		l.fans[k] = row
		return row, nil
	}
	row, body := &fanRow{}, []byte(nil)
	if _, err := l.conn.row(loadFan, []any{k.account, k.openid}, &row.head, &body); err != nil {
		return nil, err
	}
	row.Fan = readFan(k.openid, body)
	l.fans[k] = row
	return row, nil
}

// fansAtOnce is how many fans one statement loads: half the cost of one by one.
const fansAtOnce = 16

const loadFans = `SELECT account, openid, head, body FROM fans WHERE (account, openid) IN
	(VALUES (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?))`

// loadFans loads the fans of the group that are not loaded yet.
func (l *recordBatch) loadFans() error {
	var missing []any
	for i := range l.group {
		k := fanKey{l.group[i].account, l.group[i].record.OpenID}
		if _, ok := l.fans[k]; ok || k.openid == "" || len(missing) == 2*fansAtOnce {
			continue
		}
		if row := l.conn.known.fan(k); row != nil {
			l.fans[k] = row
			continue
		}
		l.fans[k] = &fanRow{Fan: Fan{OpenID: k.openid}}
		missing = append(missing, k.account, k.openid)
	}
	if len(missing) == 0 {
		return nil
	}
	for len(missing) < 2*fansAtOnce {
		missing = append(missing, missing[0], missing[1])
	}
	return l.conn.rows(loadFans, missing, func(scan func(...any) error) error {
		var k fanKey
		var head int64
		var body []byte
		if err := scan(&k.account, &k.openid, &head, &body); err != nil {
			return err
		}
		l.fans[k].head, l.fans[k].Fan = head, readFan(k.openid, body)
		return nil
	})
}

// close writes what the records changed besides the messages.
func (l *recordBatch) close() error {
	for k, row := range l.fans {
		row.body = present(appendFan(nil, &row.Fan))
		if err := l.conn.exec(saveFan, k.account, k.openid, row.head, row.body); err != nil {
			return err
		}
	}
	for name, row := range l.accounts {
		if err := l.conn.exec(saveAccount, name, row.head); err != nil {
			return err
		}
	}
	for k, row := range l.buttons {
		if err := row.save(l.conn, k); err != nil {
			return err
		}
	}
	return nil
}

// committed remembers what close wrote, once it is committed.
func (l *recordBatch) committed() {
	for k, row := range l.fans {
		l.conn.known.add(k, row)
	}
}

// messageNumber is what WeChat's message id is indexed by: itself, or a hash of an id that is no
// plain number; nil for none. Whoever looks one up compares the whole id.
func messageNumber(id string) any {
	if id == "" {
		return nil
	}
	if n, err := strconv.ParseInt(id, 10, 64); err == nil {
		return n
	}
	h := fnv.New64a()
	h.Write([]byte(id))
	return int64(h.Sum64())
}
