package wechat

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
)

// Key tells one push from another, so that WeChat's second and third attempt are known for what
// they are. It is the same in every process: the first half of a SHA-256.
//
// With MsgId it is made of account, sender and MsgId (a MsgId alone is not unique). Without one, as
// in every event, WeChat advises sender and CreateTime; but one fan can tap two menu entries within
// a second, and a platform account can report on two fans. Since an attempt repeats the body of the
// first, everything else in it counts too: kind, event, key, content, and ids such as MsgID,
// publish_id, OpenID or a card's code.
func (m *Message) Key(account string) [16]byte {
	var scratch [512]byte
	b := appendPart(scratch[:0], account)
	b = appendPart(b, m.FromUserName)
	if m.MsgID != "" {
		b = append(b, 'm')
		b = appendPart(b, m.MsgID)
	} else {
		b = append(b, 'e')
		var digits [20]byte
		b = appendPart(b, strconv.AppendInt(digits[:0], m.CreateTime, 10))
		b = appendPart(b, m.MsgType)
		b = appendPart(b, m.Event)
		b = appendPart(b, m.EventKey)
		b = appendPart(b, m.Content)
		b = appendFields(b, m.fields)
	}
	sum := sha256.Sum256(b)
	return [16]byte(sum[:16])
}

// appendPart writes the length too, so that no two lists of parts come out the same.
func appendPart[T string | []byte](b []byte, s T) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

func appendFields(b []byte, fields []Field) []byte {
	b = binary.AppendUvarint(b, uint64(len(fields)))
	for i := range fields {
		b = appendPart(b, fields[i].Name)
		b = appendPart(b, fields[i].Value)
		b = appendFields(b, fields[i].Fields)
	}
	return b
}
