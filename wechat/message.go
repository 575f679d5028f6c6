package wechat

import (
	"bytes"
	"strconv"
	"strings"
)

// Message is the envelope of one push and all its elements. Names, ids and letter case are WeChat's
// own. Kinds and elements nobody knows are kept like all others.
type Message struct {
	// ToUserName is the account's original id (gh_…).
	ToUserName string
	// FromUserName is whom a passive reply goes to; OpenID says whether that is a fan.
	FromUserName string
	// CreateTime is when it was sent, in Unix seconds; 0 when the push says none.
	CreateTime int64
	MsgType    string
	// Event and EventKey are empty in messages. Compare an event's name with IsEventNamed.
	Event, EventKey string
	Content         string
	// MsgID is the element MsgId of a message, in decimal; it can exceed 2^53. Events have none
	// (the MsgID of a job event is an ordinary element).
	MsgID string

	fields []Field
	inline [7]Field // space for the fields of an ordinary push
	device bool     // in the small letters of WeChat's devices
}

// Field is one element of a push: its name as sent, and its text or its children. A repeated
// element, and each entry of a JSON list, is a field of its own with the same name.
type Field struct {
	Name, Value string
	Fields      []Field
	// Listed says that it was an entry of a JSON list, Bare that it is no entry but such a list without any.
	Listed, Bare bool
}

// ParseMessage reads the body of a push in the clear, XML or, when its first character is a brace,
// JSON. Characters that XML cannot carry are cleaned from the values. It refuses bodies over 1 MiB,
// deeper than 16 or with more than 1,000 elements, values over 256 KiB, document type declarations,
// and pushes without receiver, sender or kind. The error is a *Refusal.
func ParseMessage(body []byte) (*Message, error) {
	m := new(Message)
	if err := m.parse(body); err != nil {
		return nil, err
	}
	return m, nil
}

// ParseTree reads any XML body with the root <xml>, or any JSON object, under the same bounds as
// ParseMessage. The error is a *Refusal.
func ParseTree(body []byte) ([]Field, error) {
	return parseTree(body, nil)
}

func (m *Message) parse(body []byte) error {
	fields, err := parseTree(body, m.inline[:0])
	if err != nil {
		return err
	}
	m.fields = fields
	m.fill()
	if m.MsgType == "" {
		m.fillDevice()
	}
	return m.complete()
}

// fill takes the envelope out of the fields. Of a repeated element the first counts.
func (m *Message) fill() {
	for i := len(m.fields) - 1; i >= 0; i-- {
		f := &m.fields[i]
		switch f.Name {
		case "ToUserName":
			m.ToUserName = strings.TrimSpace(f.Value)
		case "FromUserName":
			m.FromUserName = strings.TrimSpace(f.Value)
		case "CreateTime":
			m.CreateTime, _ = strconv.ParseInt(strings.TrimSpace(f.Value), 10, 64)
		case "MsgType":
			m.MsgType = strings.TrimSpace(f.Value)
		case "Event":
			m.Event = strings.TrimSpace(f.Value)
		case "EventKey":
			m.EventKey = f.Value
		case "Content":
			m.Content = f.Value
		case "MsgId":
			m.MsgID = strings.TrimSpace(f.Value)
		}
	}
}

func (m *Message) complete() error {
	for _, f := range [...]struct{ name, value string }{
		{"ToUserName", m.ToUserName},
		{"FromUserName", m.FromUserName},
		{"MsgType", m.MsgType},
	} {
		if f.value == "" {
			return malformed("no " + f.name)
		}
	}
	if m.IsEvent() && m.Event == "" {
		return malformed("an event without Event")
	}
	return nil
}

// String is the kind of the push. Texts of fans do not get into a log by way of %v.
func (m *Message) String() string {
	if m.IsEvent() {
		return "event " + m.Event
	}
	return m.MsgType + " message"
}

// Tree is every element of the push in order. Do not change it.
func (m *Message) Tree() []Field { return m.fields }

// Value is the text of the first element at path, names as sent: Value("ScanCodeInfo",
// "ScanResult"). It is empty when there is none, or when it holds elements.
func (m *Message) Value(path ...string) string { return valueAt(m.fields, path...) }

func valueAt(fields []Field, path ...string) string {
	for i, name := range path {
		f := first(fields, name)
		switch {
		case f == nil:
			return ""
		case i == len(path)-1:
			return f.Value
		}
		fields = f.Fields
	}
	return ""
}

func first(fields []Field, name string) *Field {
	for i := range fields {
		if fields[i].Name == name {
			return &fields[i]
		}
	}
	return nil
}

// parseTree appends the fields of a flat body to into, which may be nil.
func parseTree(body []byte, into []Field) ([]Field, error) {
	if len(body) > maxBody {
		return nil, tooLarge()
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if i := skipBlank(body, 0); i < len(body) && body[i] == '{' {
		return parseJSONPush(body)
	}
	if fields, ok := scanXML(body, into); ok {
		return fields, nil
	}
	return readXML(body)
}

// scanXML reads a flat body; all values share one copy of it.
func scanXML(body []byte, into []Field) ([]Field, bool) {
	scan := flatScan{b: body}
	if !scan.open() {
		return nil, false
	}
	spoiled := firstIllegal(body) >= 0 || bytes.IndexByte(body, '\r') >= 0
	text := string(body)
	for {
		name, value, state := scan.next()
		if state != scanField {
			return into, state == scanEnd
		}
		f := Field{Name: text[name.from:name.to], Value: text[value.from:value.to]}
		if spoiled {
			f.Value = Clean(unixLines(f.Value))
		}
		into = append(into, f)
	}
}

// unixLines writes line ends as XML 1.0 wants a parser to read them.
func unixLines(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}
