package api

import (
	"encoding/json"
	"strings"
)

// Reads reports whether the call changes nothing: WeChat can then have done nothing of it, whatever became of
// the answer.
func (r Request) Reads() bool {
	return endpointOf(r.method(), r.Path, r.Body != nil || r.Upload != nil).Effect == Reads
}

func (x exchange) endpoint() Endpoint { return endpointOf(x.method, x.path, len(x.body) > 0) }

func (x exchange) reads() bool { return x.endpoint().Effect == Reads }

// repeatable reports whether doing the call twice is harmless: reads, writes known to be, and sends that
// carry an id by which the platform knows a repeat.
func (x exchange) repeatable() bool {
	e := x.endpoint()
	if e.Path == QRCodeCreate.Path {
		return !strings.HasPrefix(x.field("action_name"), "QR_LIMIT_") // an account has a fixed number of these
	}
	return e.Effect != Acts || e.RepeatID != "" && x.field(e.RepeatID) != ""
}

// field is a text at the top of the JSON body, "" when there is none.
func (x exchange) field(name string) string {
	var body map[string]json.RawMessage
	var text string
	if json.Unmarshal(x.body, &body) != nil || json.Unmarshal(body[name], &text) != nil {
		return ""
	}
	return text
}
