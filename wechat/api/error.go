package api

import (
	"fmt"
	"strings"
)

// APIError is the platform's "no": an errcode that is not 0.
type Error struct {
	// Op is the API's path without /cgi-bin/: "message/custom/send".
	Op   string
	Code int
	// Msg is the platform's errmsg without its tail, secrets removed.
	Msg string
	// Rid finds the call in WeChat's openapi/rid/get for 7 days; may be "".
	Rid string
	// Hint is the plain cause and cure in English, HintZH in Chinese.
	Hint, HintZH string
	Class        Class
	// MsgID is the earlier message that 45065 (clientmsgid used already) names; else "".
	MsgID string
	// MaybeDone reports that an earlier try of the same call got no answer, and may have been carried out.
	MaybeDone bool
}

// Error reads `message/custom/send: 45015: <cause>: <cure> (<errmsg>, rid …)`.
func (e *Error) Error() string {
	text := fmt.Sprintf("%d: %s", e.Code, e.Hint)
	if e.Op != "" {
		text = e.Op + ": " + text
	}
	said := e.Msg
	if e.MsgID != "" {
		said = strings.TrimPrefix(said+", msg_id "+e.MsgID, ", ")
	}
	if e.Rid != "" {
		said = strings.TrimPrefix(said+", rid "+e.Rid, ", ")
	}
	if said != "" {
		text += " (" + said + ")"
	}
	return text
}

// newAPIError explains an errcode; errmsg is as sent, mask what must not be seen beforehand.
func newAPIError(op string, code int, errmsg, rid string) *Error {
	msg, tail := cutRid(errmsg)
	if rid == "" {
		rid = tail
	}
	row := explain(op, code)
	e := &Error{Op: op, Code: code, Msg: msg, Rid: rid, Class: row.Class}
	e.Hint, e.HintZH = join(row.Cause, row.Cure, ": "), join(row.CauseZH, row.CureZH, ":")
	e.detail()
	return e
}

func join(cause, cure, between string) string {
	if cure == "" {
		return cause
	}
	return cause + between + cure
}

// detail adds what only this answer knows to the hint.
func (e *Error) detail() {
	switch e.Code {
	case 40164, 61004:
		if ip := callerIP(e.Msg); ip != "" {
			e.Hint += ": add " + ip
			e.HintZH += ":请添加 " + ip
		}
	case 47003:
		if field := templateField(e.Msg); field != "" {
			e.Hint += ": field " + field
			e.HintZH += ":字段 " + field
		}
	}
}

// cutRid splits errmsg from its tail, "rid: 65a1b2c3-0f1e2d3c-4b5a6978" or, in older answers,
// "hint: [xxxx]".
func cutRid(errmsg string) (msg, rid string) {
	for _, mark := range []string{"rid:", "hint:"} {
		before, after, found := strings.Cut(errmsg, mark)
		if !found {
			continue
		}
		after = strings.TrimSpace(after)
		if end := strings.IndexAny(after, " ,;"); end >= 0 && mark == "rid:" {
			after = after[:end]
		}
		return strings.TrimRight(before, " ,;"), strings.Trim(after, "[] ")
	}
	return strings.TrimSpace(errmsg), ""
}

// callerIP finds the address in "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist" and in
// "access clientip is not registered, requestIP: 203.0.113.9".
func callerIP(msg string) string {
	words := strings.FieldsFunc(msg, func(r rune) bool { return r == ' ' || r == ',' })
	for i, word := range words {
		if isIPWord := strings.HasSuffix(strings.ToLower(strings.TrimSuffix(word, ":")), "ip"); isIPWord && i+1 < len(words) && strings.ContainsAny(words[i+1], ".:") {
			return words[i+1]
		}
	}
	return ""
}

// templateField finds the field in "argument invalid! data.thing1.value invalid".
func templateField(msg string) string {
	_, after, found := strings.Cut(msg, "data.")
	if !found {
		return ""
	}
	if end := strings.IndexAny(after, " .,;!"); end >= 0 {
		after = after[:end]
	}
	return after
}
