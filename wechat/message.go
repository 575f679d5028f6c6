package wechat

// Message is the envelope of one push and all its elements.
type Message struct {
	ToUserName, FromUserName, MsgType, Event, EventKey, Content string
	// MsgID is the element MsgId of messages. Events have none.
	MsgID      string
	CreateTime int64
	fields     []Field
}

// Field is one element of a push: its name as sent, and its text or its children.
type Field struct {
	Name, Value string
	Fields      []Field
}

func ParseMessage(body []byte) (*Message, error) { return nil, nil }
func ParseTree(body []byte) ([]Field, error)     { return nil, nil }

func (m *Message) Tree() []Field               { return m.fields }
func (m *Message) Value(path ...string) string { return "" }
func (m *Message) IsEvent() bool               { return false }
func (m *Message) IsEventNamed(n string) bool  { return false }
func (m *Message) Scene() string               { return "" }
func (m *Message) OpenID() string              { return "" }
func (m *Message) FanAct() bool                { return false }
func (m *Message) Repliable() bool             { return false }
func (m *Message) Key(account string) [16]byte { return [16]byte{} }
func (m *Message) Opens() (Window, bool)       { return Window{}, false }
