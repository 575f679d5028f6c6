package store

import (
	"maps"
	"slices"
	"time"
)

// shownMessage is a message in an export; its trace stands beside it as id.
type shownMessage struct {
	OpenID     string    `json:"openid,omitempty"`
	MsgID      string    `json:"msg_id,omitempty"`
	Type       string    `json:"msg_type,omitempty"`
	Event      string    `json:"event,omitempty"`
	EventKey   string    `json:"event_key,omitempty"`
	MenuID     string    `json:"menu_id,omitempty"`
	Content    string    `json:"content,omitempty"`
	CreateTime int64     `json:"create_time,omitempty"`
	Received   time.Time `json:"received_at,omitzero"`
	Status     string    `json:"status"`
	Outcome    string    `json:"outcome,omitempty"`
	Reply      string    `json:"reply,omitempty"`
	Rule       string    `json:"rule,omitempty"`
	Build      string    `json:"build,omitempty"`
	Error      string    `json:"error,omitempty"`

	Sends []shownSend  `json:"sends,omitempty"`
	Asked []shownAsked `json:"asked,omitempty"`
}

type shownAsked struct {
	Model      string `json:"model,omitempty"`
	Prompt     int    `json:"prompt,omitempty"`
	Completion int    `json:"completion,omitempty"`
	MS         int64  `json:"ms"`
	Failed     string `json:"failed,omitempty"`
}

type shownSend struct {
	Kind    string    `json:"kind"`
	At      time.Time `json:"at,omitzero"`
	Errcode int       `json:"errcode,omitempty"`
	MsgID   string    `json:"msg_id,omitempty"`
	State   string    `json:"state,omitempty"`
}

func showMessage(r *Record) shownMessage {
	var sends []shownSend
	for _, sent := range r.Sends {
		sends = append(sends, shownSend{sent.Kind, sent.At.UTC(), sent.Errcode, sent.MsgID, sent.State})
	}
	var asked []shownAsked
	for _, a := range r.Asked {
		asked = append(asked, shownAsked{a.Model, a.Prompt, a.Completion, a.Took.Milliseconds(), a.Failed})
	}
	return shownMessage{
		r.OpenID, r.MsgID, r.Type, r.Event, r.EventKey, r.MenuID, r.Content, r.CreateTime, r.Received.UTC(),
		r.Status.String(), r.Outcome, r.Reply, r.Rule, r.Build, r.Error, sends, asked,
	}
}

// shownFan is a fan in an export.
type shownFan struct {
	FirstSeen   time.Time `json:"first_seen,omitzero"`
	ReceivedAt  time.Time `json:"received_at,omitzero"`
	MessageAt   time.Time `json:"message_at,omitzero"`
	MessageType string    `json:"message_type,omitempty"`
	MessageID   string    `json:"message_id,omitempty"`
	EventAt     time.Time `json:"event_at,omitzero"`
	Event       string    `json:"event,omitempty"`
}

func showFan(f *Fan) shownFan {
	return shownFan{f.FirstSeen.UTC(), f.ReceivedAt.UTC(), f.MessageAt.UTC(), f.MessageType, f.MessageID, f.EventAt.UTC(), f.Event}
}

// exportBlocks is how many blocks are read at a time, so that no reader stands in the way of checkpoints for long.
const exportBlocks = 16

// messages writes the messages of the account, in the order of writing.
func (e *exporting) messages() error {
	blocks, err := e.blocks()
	if err != nil {
		return err
	}
	for some := range slices.Chunk(blocks, exportBlocks) {
		var lines []exportLine
		err := e.store.snap(e.ctx, func(r reader) error {
			v, err := e.store.lookup(r, e.account)
			if err != nil {
				return err
			}
			for _, no := range some {
				b, err := readBlock(v, no)
				if err != nil {
					return err
				}
				at := len(lines)
				_, err = v.eachIn(b, func(f found) (bool, error) {
					m := v.message(&f)
					lines = append(lines, exportLine{"messages", map[string]any{"id": m.Trace, "body": showMessage(&m.Record)}})
					return false, nil
				})
				slices.Reverse(lines[at:])
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := e.write(lines); err != nil {
			return err
		}
	}
	return nil
}

func (e *exporting) write(lines []exportLine) error {
	for _, line := range lines {
		if err := e.out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// blocks are those that may have records of the account, the oldest first.
func (e *exporting) blocks() (blocks []int64, err error) {
	number, err := numberOfAccount(e.store.committed(e.ctx), e.account)
	if err != nil || number == 0 {
		return nil, err
	}
	if blocks, err = e.store.blocksWith(e.ctx, keyAccount, keyOf(ofNumber, number, "")); err != nil {
		return nil, err
	}
	err = e.store.snap(e.ctx, func(r reader) error {
		v, err := e.store.lookup(r, e.account)
		if err != nil {
			return err
		}
		tail, err := v.tail()
		blocks = append(blocks, numbers(tail)...)
		return err
	})
	slices.Sort(blocks)
	return slices.Compact(blocks), err
}

// fans writes the fans of the account, a slice of all keys at a time.
func (e *exporting) fans() error {
	runs, err := readRuns(e.store.committed(e.ctx), headRunsOf)
	if err != nil {
		return err
	}
	bits := 0
	for _, r := range runs {
		bits = max(bits, r.bits)
	}
	for slice := range uint64(1) << bits {
		if err := e.fansOf(slice<<(keyBits-bits), (slice+1)<<(keyBits-bits)-1); err != nil {
			return err
		}
	}
	return nil
}

// fansOf writes the fans whose keys lie between two, on one page of each run.
func (e *exporting) fansOf(first, last uint64) error {
	var lines []exportLine
	err := e.store.snap(e.ctx, func(r reader) error {
		v, err := e.store.lookup(r, e.account)
		if err != nil {
			return err
		}
		heads, err := v.headsBetween(first, last)
		for _, openid := range slices.Sorted(maps.Keys(heads)) {
			fan := heads[openid].fan(openid, e.store.now())
			lines = append(lines, exportLine{"fans", map[string]any{"openid": openid, "body": showFan(&fan)}})
		}
		return err
	})
	if err != nil {
		return err
	}
	return e.write(lines)
}

// headsBetween are the heads of the account whose keys lie between two, on one page of each run, by openid.
func (v *lookup) headsBetween(first, last uint64) (map[string]*head, error) {
	heads := map[string]*head{}
	then := func(openid string, later *head) {
		if heads[openid] == nil {
			heads[openid] = &head{}
		}
		heads[openid].then(later)
	}
	err := v.rows(headsOf, []any{int64(first)}, func(scan func(...any) error) error {
		var no, newest, state, page int64
		var body []byte
		if err := scan(&no, &newest, &state, &page, &body); err != nil || runState(state) != runLive {
			return err
		}
		eachHead(body, func(e *headEntry) {
			if e.account == v.number && e.key >= first && e.key <= last {
				then(string(e.openid), readHead(e.body))
			}
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return heads, v.tailHeads(first, last, then)
}
