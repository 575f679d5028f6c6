package api

import "bytes"

// Answer is what the platform answered.
type Answer struct {
	// JSON is the answer when it is JSON, else nil.
	JSON []byte
	// Body is the answer as it came, JSON or not.
	Body        []byte
	ContentType string
	// Filename is the name a file was sent with.
	Filename string
}

// Decode reads the answer into a struct with json tags and bears what the platform varies: numbers
// sent as strings, lists sent as objects, missing fields.
func (a Answer) Decode(v any) error { return decodeLenient(a.Body, v) }

// head is what any answer may hold.
type head struct {
	Errcode int    `json:"errcode"`
	Errmsg  string `json:"errmsg"`
}

func (a Answer) head() head {
	var h head
	if a.JSON == nil || a.JSON[0] == '[' {
		return h
	}
	if err := decodeLenient(a.JSON, &h); err != nil {
		return head{}
	}
	return h
}

// earlierMsgID is the message that an answer 45065 names.
func (a Answer) earlierMsgID() string {
	var got struct {
		MsgID string `json:"msg_id"`
	}
	if a.JSON == nil || a.Decode(&got) != nil {
		return ""
	}
	return got.MsgID
}

func (a Answer) errcode() int { return a.head().Errcode }

// hide masks secrets in the answer before anybody outside sees it.
func (a Answer) hide(secrets ...string) Answer {
	if a.JSON != nil {
		a.Body = []byte(mask(string(a.Body), secrets...))
		a.JSON = a.Body
		return a
	}
	for _, s := range secrets {
		if len(s) >= minSecret {
			a.Body = bytes.ReplaceAll(a.Body, []byte(s), []byte(masked))
		}
	}
	return a
}
