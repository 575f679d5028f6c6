package store

// The fields of a message's body. The numbers are in the database.
const (
	fieldOpenID = iota + 1
	fieldMsgID
	fieldType
	fieldEvent
	fieldEventKey
	fieldMenuID
	fieldContent
	fieldKey
	fieldCreateTime
	fieldReceived
	fieldMenuEvent
	fieldFanAct
	fieldOpens
	fieldStatus
	fieldOutcome
	fieldReplyKind
	fieldReply
	fieldRule
	fieldBuild
	fieldError
	fieldAttempts
	fieldLatency
	fieldHandler
	fieldWritten
	fieldSend // once per send
	fieldWindowClosed
	fieldTrace // as a number, in the last event of a button
	fieldJobMsgID
	fieldJobState
	fieldAsked // once per question
)

// The fields of a window, of a question and of a send.
const (
	windowKind = iota + 1
	windowOpened
	windowExpires
	windowLeft
)

const (
	askedModel = iota + 1
	askedPrompt
	askedCompletion
	askedTook
	askedFailed
)

const (
	sendKind = iota + 1
	sendAt
	sendErrcode
	sendRid
	sendMsgID
	sendState
)

// appendRecord appends the body of a message.
func appendRecord(dst []byte, r *Record) []byte {
	dst = putText(dst, fieldOpenID, r.OpenID)
	dst = putText(dst, fieldMsgID, r.MsgID)
	dst = putText(dst, fieldType, r.Type)
	dst = putText(dst, fieldEvent, r.Event)
	dst = putText(dst, fieldEventKey, r.EventKey)
	dst = putText(dst, fieldMenuID, r.MenuID)
	dst = putText(dst, fieldContent, r.Content)
	if r.Key != [16]byte{} {
		dst = putBytes(dst, fieldKey, r.Key[:])
	}
	dst = putNumber(dst, fieldCreateTime, r.CreateTime)
	dst = putTime(dst, fieldReceived, r.Received)
	dst = putBool(dst, fieldMenuEvent, r.MenuEvent)
	dst = putBool(dst, fieldFanAct, r.FanAct)
	if r.Opens.Kind != NoWindow {
		var room [40]byte
		dst = putBytes(dst, fieldOpens, appendWindow(room[:0], r.Opens))
	}
	dst = putText(dst, fieldJobMsgID, r.Job.MsgID)
	dst = putText(dst, fieldJobState, r.Job.State)
	return appendOutcome(dst, r)
}

// appendOutcome appends what became of the push.
func appendOutcome(dst []byte, r *Record) []byte {
	dst = putNumber(dst, fieldStatus, int64(r.Status))
	dst = putText(dst, fieldOutcome, r.Outcome)
	dst = putText(dst, fieldReplyKind, r.ReplyKind)
	dst = putText(dst, fieldReply, r.Reply)
	dst = putText(dst, fieldRule, r.Rule)
	dst = putText(dst, fieldBuild, r.Build)
	dst = putText(dst, fieldError, r.Error)
	dst = putNumber(dst, fieldAttempts, int64(r.Attempts))
	dst = putDuration(dst, fieldLatency, r.Latency)
	dst = putDuration(dst, fieldHandler, r.Handler)
	dst = putBool(dst, fieldWritten, r.Written)
	for _, s := range r.Sends {
		dst = putBytes(dst, fieldSend, appendSend(nil, s))
	}
	for _, a := range r.Asked {
		dst = putBytes(dst, fieldAsked, appendAsked(nil, a))
	}
	return putBool(dst, fieldWindowClosed, r.WindowClosed)
}

// readRecord lays the fields of body over r. Sends and questions in body replace those of r.
func readRecord(body []byte, r *Record) bool {
	var sends []Send
	var asked []Asked
	whole := eachField(body, func(field int, n int64, text string) {
		switch {
		case field == fieldSend:
			sends = append(sends, readSend(text))
		case field == fieldAsked:
			asked = append(asked, readAsked(text))
		case !readPush(r, field, n, text):
			readOutcome(r, field, n, text)
		}
	})
	if sends != nil {
		r.Sends = sends
	}
	if asked != nil {
		r.Asked = asked
	}
	return whole
}

func readPush(r *Record, field int, n int64, text string) bool {
	switch field {
	case fieldOpenID:
		r.OpenID = text
	case fieldMsgID:
		r.MsgID = text
	case fieldType:
		r.Type = text
	case fieldEvent:
		r.Event = text
	case fieldEventKey:
		r.EventKey = text
	case fieldMenuID:
		r.MenuID = text
	case fieldContent:
		r.Content = text
	case fieldKey:
		copy(r.Key[:], text)
	case fieldCreateTime:
		r.CreateTime = n
	case fieldReceived:
		r.Received = timeOf(n)
	case fieldMenuEvent:
		r.MenuEvent = n != 0
	case fieldFanAct:
		r.FanAct = n != 0
	case fieldOpens:
		r.Opens = readWindow(text)
	case fieldJobMsgID:
		r.Job.MsgID = text
	case fieldJobState:
		r.Job.State = text
	default:
		return false
	}
	return true
}

func readOutcome(r *Record, field int, n int64, text string) {
	switch field {
	case fieldStatus:
		r.Status = Status(n)
	case fieldOutcome:
		r.Outcome = text
	case fieldReplyKind:
		r.ReplyKind = text
	case fieldReply:
		r.Reply = text
	case fieldRule:
		r.Rule = text
	case fieldBuild:
		r.Build = text
	case fieldError:
		r.Error = text
	case fieldAttempts:
		r.Attempts = int(n)
	case fieldLatency:
		r.Latency = durationOf(n)
	case fieldHandler:
		r.Handler = durationOf(n)
	case fieldWritten:
		r.Written = n != 0
	case fieldWindowClosed:
		r.WindowClosed = n != 0
	}
}

func appendWindow(dst []byte, w Window) []byte {
	dst = putNumber(dst, windowKind, int64(w.Kind))
	dst = putTime(dst, windowOpened, w.Opened)
	dst = putTime(dst, windowExpires, w.Expires)
	return putNumber(dst, windowLeft, int64(w.Left))
}

func readWindow(body string) (w Window) {
	eachField([]byte(body), func(field int, n int64, _ string) {
		switch field {
		case windowKind:
			w.Kind = WindowKind(n)
		case windowOpened:
			w.Opened = timeOf(n)
		case windowExpires:
			w.Expires = timeOf(n)
		case windowLeft:
			w.Left = int(n)
		}
	})
	return w
}

func appendSend(dst []byte, s Send) []byte {
	dst = putText(dst, sendKind, s.Kind)
	dst = putTime(dst, sendAt, s.At)
	dst = putNumber(dst, sendErrcode, int64(s.Errcode))
	dst = putText(dst, sendRid, s.Rid)
	dst = putText(dst, sendMsgID, s.MsgID)
	return putText(dst, sendState, s.State)
}

func readSend(body string) (s Send) {
	eachField([]byte(body), func(field int, n int64, text string) {
		switch field {
		case sendKind:
			s.Kind = text
		case sendAt:
			s.At = timeOf(n)
		case sendErrcode:
			s.Errcode = int(n)
		case sendRid:
			s.Rid = text
		case sendMsgID:
			s.MsgID = text
		case sendState:
			s.State = text
		}
	})
	return s
}

func appendAsked(dst []byte, a Asked) []byte {
	dst = putText(dst, askedModel, a.Model)
	dst = putNumber(dst, askedPrompt, int64(a.Prompt))
	dst = putNumber(dst, askedCompletion, int64(a.Completion))
	dst = putDuration(dst, askedTook, a.Took)
	return putText(dst, askedFailed, a.Failed)
}

func readAsked(body string) (a Asked) {
	eachField([]byte(body), func(field int, n int64, text string) {
		switch field {
		case askedModel:
			a.Model = text
		case askedPrompt:
			a.Prompt = int(n)
		case askedCompletion:
			a.Completion = int(n)
		case askedTook:
			a.Took = durationOf(n)
		case askedFailed:
			a.Failed = text
		}
	})
	return a
}
