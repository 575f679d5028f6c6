package bindings

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"moonwire/wechat"
)

// MsgRecord is what the script of a turn could see before it did anything: with it, and what came of its effects, the
// turn can be run again with the same answers.
type MsgRecord struct {
	Account  string
	Trace    string
	Received time.Time // what the turn's clock said when it began
	Seed     uint64
	Session  []byte          // JSON, as Memory.Session gave it before the turn
	Message  *wechat.Message // nil: nobody pushed anything
}

// What Encode writes, version 1: the version; the length of the head as a varint; the head, which is JSON; the message
// as wechat.Message.Encode writes it.
const (
	recordVersion = 1
	maxHead       = 256 << 10 // a session of 64 KiB in base64, and names
)

type recordHead struct {
	Account string `json:"account"`
	Trace   string `json:"trace,omitempty"`
	Seconds int64  `json:"at"` // Unix
	Nanos   int    `json:"at_ns,omitempty"`
	Seed    uint64 `json:"seed,omitempty"`
	Session []byte `json:"session,omitempty"`
	Push    bool   `json:"push,omitempty"` // a message follows
}

// Encode writes the record as bytes for DecodeMsgRecord. It fails for a session that no turn can have left.
func (r *MsgRecord) Encode() ([]byte, error) {
	head, err := json.Marshal(recordHead{r.Account, r.Trace, r.Received.Unix(), r.Received.Nanosecond(), r.Seed, r.Session, r.Message != nil})
	if err != nil {
		return nil, err
	}
	if len(head) > maxHead {
		return nil, fmt.Errorf("account, trace and session have %d bytes together; a record holds %d", len(head), maxHead)
	}
	b := binary.AppendUvarint([]byte{recordVersion}, uint64(len(head)))
	b = append(b, head...)
	if r.Message != nil {
		b = append(b, r.Message.Encode()...)
	}
	return b, nil
}

var errMsgRecord = errors.New("these bytes are no recorded push")

// DecodeMsgRecord reads what Encode wrote, and refuses other versions.
func DecodeMsgRecord(b []byte) (*MsgRecord, error) {
	if len(b) == 0 {
		return nil, errMsgRecord
	}
	if b[0] != recordVersion {
		return nil, fmt.Errorf("a recorded push is of version %d; this program reads %d", b[0], recordVersion)
	}
	n, size := binary.Uvarint(b[1:])
	if size <= 0 || n > maxHead || n > uint64(len(b)-1-size) {
		return nil, errMsgRecord
	}
	head, rest := b[1+size:1+size+int(n)], b[1+size+int(n):]
	var h recordHead
	if json.Unmarshal(head, &h) != nil {
		return nil, errMsgRecord
	}
	r := &MsgRecord{Account: h.Account, Trace: h.Trace, Received: time.Unix(h.Seconds, int64(h.Nanos)), Seed: h.Seed, Session: h.Session}
	if !h.Push {
		if len(rest) > 0 {
			return nil, errMsgRecord
		}
		return r, nil
	}
	var err error
	r.Message, err = wechat.DecodeMessage(rest)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Input is the push once more, at the time it came, over what lasts now but the session it began with.
func (r *MsgRecord) Input(lasting Memory) Input {
	return Input{
		Message: r.Message, Trace: r.Trace, Seed: r.Seed,
		Now:    func() time.Time { return r.Received },
		Memory: recordedSession{lasting, r.Session},
	}
}

// recordedSession is what lasts, with the session of a record.
type recordedSession struct {
	Memory
	session []byte
}

func (m recordedSession) Session(context.Context) ([]byte, error) { return m.session, nil }
