package store

import (
	"context"
	"strings"
	"time"
)

// Fan is what is known of one fan of one account. Times are by WeChat's clock unless said otherwise;
// a zero time means that nothing of the kind was seen yet.
type Fan struct {
	OpenID      string
	FirstSeen   time.Time // our clock
	ReceivedAt  time.Time // our clock: the newest push
	MessageAt   time.Time // the newest message that is no event
	MessageType string
	MessageID   string
	EventAt     time.Time // the newest event that was the fan's own act
	Event       string
	// Windows in which customer-service messages may be sent, as far as we can count, at most one
	// of each kind; those that have run out are left out.
	Windows []Window
}

// InteractionAt is when the fan last did anything.
func (f *Fan) InteractionAt() time.Time {
	if f.EventAt.After(f.MessageAt) {
		return f.EventAt
	}
	return f.MessageAt
}

// LastMessage is the newest message (no event) of a fan.
type LastMessage struct {
	CreateTime int64 // Unix seconds, WeChat's clock
	MsgType    string
	MsgID      string
}

// Fan returns what is known of a fan, with every Record handed in before.
func (s *Store) Fan(ctx context.Context, account, openid string) (Fan, bool, error) {
	s.settleRecords(ctx)
	var head int64
	var body []byte
	ok, err := s.committed(ctx).row(loadFan, []any{account, openid}, &head, &body)
	if err != nil || !ok {
		return Fan{}, false, err
	}
	f := readFan(openid, body)
	f.Windows = f.open(s.now())
	return f, true, nil
}

// LastMessage returns the fan's newest message; ok is false when none was seen, which means unknown.
func (s *Store) LastMessage(ctx context.Context, account, openid string) (LastMessage, bool, error) {
	f, ok, err := s.Fan(ctx, account, openid)
	if err != nil || !ok || f.MessageAt.IsZero() {
		return LastMessage{}, false, err
	}
	return LastMessage{CreateTime: f.MessageAt.Unix(), MsgType: f.MessageType, MsgID: f.MessageID}, true, nil
}

// touch notes what a record says of its fan. before is what was already noted of the same turn.
func (f *Fan) touch(r, before *Record) {
	if before == nil {
		f.touchPush(r)
		before = &Record{}
	}
	for i, sent := range r.Sends {
		if sent.Errcode == 0 && strings.HasPrefix(sent.Kind, "custom") && i >= len(before.Sends) {
			f.spend(sent.At)
		}
	}
	if r.WindowClosed && !before.WindowClosed {
		for i := range f.Windows {
			f.Windows[i].Left = 0
		}
	}
}

// touchPush keeps the newest of each, since pushes come twice and out of order.
func (f *Fan) touchPush(r *Record) {
	if r.Type == "" {
		return
	}
	if f.FirstSeen.IsZero() {
		f.FirstSeen = r.Received
	}
	if r.Received.After(f.ReceivedAt) {
		f.ReceivedAt = r.Received
	}
	at := time.Unix(r.CreateTime, 0)
	switch {
	case !r.FanAct || r.CreateTime == 0:
	case r.Type != "event" && !at.Before(f.MessageAt):
		f.MessageAt, f.MessageType, f.MessageID = at, r.Type, r.MsgID
	case r.Type == "event" && !at.Before(f.EventAt):
		f.EventAt, f.Event = at, r.Event
	}
	if r.Opens.Kind != NoWindow {
		f.openWindow(r.Opens)
	}
}

func (f *Fan) openWindow(w Window) {
	for i := range f.Windows {
		if f.Windows[i].Kind == w.Kind {
			if !w.Opened.Before(f.Windows[i].Opened) {
				f.Windows[i] = w
			}
			return
		}
	}
	f.Windows = append(f.Windows, w)
}

// spend takes one message from the window that is open at that time and ends first.
func (f *Fan) spend(at time.Time) {
	var first *Window
	for i := range f.Windows {
		w := &f.Windows[i]
		if w.Left > 0 && w.Expires.After(at) && (first == nil || w.Expires.Before(first.Expires)) {
			first = w
		}
	}
	if first != nil {
		first.Left--
	}
}

// open returns the windows that have not run out.
func (f *Fan) open(now time.Time) (open []Window) {
	for _, w := range f.Windows {
		if w.Expires.After(now) {
			open = append(open, w)
		}
	}
	return open
}

// The fields of a fan's body. The numbers are in the database.
const (
	fanFirstSeen = iota + 1
	fanReceivedAt
	fanMessageAt
	fanMessageType
	fanMessageID
	fanEventAt
	fanEvent
	fanWindow // once per window
)

func appendFan(dst []byte, f *Fan) []byte {
	dst = putTime(dst, fanFirstSeen, f.FirstSeen)
	dst = putTime(dst, fanReceivedAt, f.ReceivedAt)
	dst = putTime(dst, fanMessageAt, f.MessageAt)
	dst = putText(dst, fanMessageType, f.MessageType)
	dst = putText(dst, fanMessageID, f.MessageID)
	dst = putTime(dst, fanEventAt, f.EventAt)
	dst = putText(dst, fanEvent, f.Event)
	for _, w := range f.Windows {
		dst = putBytes(dst, fanWindow, appendWindow(nil, w))
	}
	return dst
}

func readFan(openid string, body []byte) Fan {
	f := Fan{OpenID: openid}
	eachField(body, func(field int, n int64, text string) {
		switch field {
		case fanFirstSeen:
			f.FirstSeen = timeOf(n)
		case fanReceivedAt:
			f.ReceivedAt = timeOf(n)
		case fanMessageAt:
			f.MessageAt = timeOf(n)
		case fanMessageType:
			f.MessageType = text
		case fanMessageID:
			f.MessageID = text
		case fanEventAt:
			f.EventAt = timeOf(n)
		case fanEvent:
			f.Event = text
		case fanWindow:
			f.Windows = append(f.Windows, readWindow(text))
		}
	})
	return f
}
