package bot

import (
	"encoding/binary"
	"time"
	"unsafe"

	"moonwire/wechat"
)

// A packed reply is what is kept of an answer, for repeats within ten minutes and, in the claim of a
// turn, across a crash. It is never sealed, since each attempt is sealed for its own push:
//
//	""                     "success"
//	't' + time + content   a text reply; the envelope is made again from the push
//	'<' …                  any other reply, as XML
const packedText = 't'

// packReply packs a reply that is answered at the time now; nil and none mean "success".
func packReply(r *wechat.Reply, m *wechat.Message, now time.Time) []byte {
	if !shows(r) {
		return nil
	}
	if r.Type == "text" {
		return packText(r.Content, now)
	}
	return r.AppendXML(make([]byte, 0, 768), m, now.Unix())
}

// packText packs a text reply; an empty text is "success", never an empty bubble.
func packText(content string, now time.Time) []byte {
	if wechat.Clean(content) == "" {
		return nil
	}
	b := make([]byte, 0, 1+8+len(content))
	b = append(b, packedText)
	b = binary.BigEndian.AppendUint64(b, uint64(now.Unix()))
	return append(b, content...)
}

// shows reports whether the fan would see anything of a reply.
func shows(r *wechat.Reply) bool { return r != nil && r.Type != "none" && r.Type != "" }

// unpackReply makes the XML of a packed reply to m, the same bytes each time; nil means "success". It may lie in room.
func unpackReply(room, packed []byte, m *wechat.Message) []byte {
	if len(packed) == 0 {
		return nil
	}
	if packed[0] != packedText || len(packed) < 9 {
		return packed
	}
	now := int64(binary.BigEndian.Uint64(packed[1:]))
	content := packed[9:]
	r := wechat.Reply{Type: "text", Content: unsafe.String(unsafe.SliceData(content), len(content))}
	return r.AppendXML(room, m, now)
}

// packedContent is the text of a packed text reply; ok is false for every other kind.
func packedContent(packed []byte) (text string, ok bool) {
	if len(packed) < 9 || packed[0] != packedText {
		return "", false
	}
	return string(packed[9:]), true
}
