package store

import (
	"encoding/binary"
	"strings"
	"time"
)

// head is what some records say of a fan. Heads of the same fan are put together, the older one first; what is known of
// the fan is all of them.
type head struct {
	Fan        // without windows
	acts []act // on windows, in order
}

// act is one thing that happened to a fan's windows.
type act struct {
	kind actKind
	w    Window // opened
	at   int64  // Unix milliseconds of a message sent, which one window pays for
}

type actKind uint8

const (
	windowOpens actKind = iota
	windowPays
	windowsClose // the platform said so
)

// maxActs bounds what is remembered of windows, of a fan who was sent as much between two merges: beyond it the count
// may be too high by what a window of another kind would have paid.
const maxActs = 128

// touch notes what a record says of its fan.
func (h *head) touch(r *Record) {
	h.touchPush(r)
	for _, sent := range r.Sends {
		if sent.Errcode == 0 && strings.HasPrefix(sent.Kind, "custom") {
			h.add(act{kind: windowPays, at: sent.At.UnixMilli()})
		}
	}
	if r.WindowClosed {
		h.add(act{kind: windowsClose})
	}
}

// touchPush keeps the newest of each, since pushes come twice and out of order.
func (h *head) touchPush(r *Record) {
	if r.Type == "" {
		return
	}
	if h.FirstSeen.IsZero() {
		h.FirstSeen = r.Received
	}
	if r.Received.After(h.ReceivedAt) {
		h.ReceivedAt = r.Received
	}
	at := time.Unix(r.CreateTime, 0)
	switch {
	case !r.FanAct || r.CreateTime == 0:
	case r.Type != "event" && !at.Before(h.MessageAt):
		h.MessageAt, h.MessageType, h.MessageID = at, r.Type, r.MsgID
	case r.Type == "event" && !at.Before(h.EventAt):
		h.EventAt, h.Event = at, r.Event
	}
	if r.Opens.Kind != NoWindow {
		h.add(act{kind: windowOpens, w: r.Opens})
	}
}

// add notes an act. A window that takes the place of another before anything was sent leaves nothing of it.
func (h *head) add(a act) {
	if a.kind == windowOpens {
		for i := len(h.acts) - 1; i >= 0 && h.acts[i].kind == windowOpens; i-- {
			if had := &h.acts[i]; had.w.Kind == a.w.Kind {
				if !a.w.Opened.Before(had.w.Opened) {
					had.w = a.w
				}
				return
			}
		}
	}
	if h.acts = append(h.acts, a); len(h.acts) > maxActs {
		h.settle()
	}
}

// then adds what happened later.
func (h *head) then(later *head) {
	if h.FirstSeen.IsZero() {
		h.FirstSeen = later.FirstSeen
	}
	if later.ReceivedAt.After(h.ReceivedAt) {
		h.ReceivedAt = later.ReceivedAt
	}
	if !later.MessageAt.IsZero() && !later.MessageAt.Before(h.MessageAt) {
		h.MessageAt, h.MessageType, h.MessageID = later.MessageAt, later.MessageType, later.MessageID
	}
	if !later.EventAt.IsZero() && !later.EventAt.Before(h.EventAt) {
		h.EventAt, h.Event = later.EventAt, later.Event
	}
	for _, a := range later.acts {
		h.add(a)
	}
}

// settle works out the windows, as though nothing had been before.
func (h *head) settle() {
	windows := h.windows()
	h.acts = h.acts[:0]
	for _, w := range windows {
		h.acts = append(h.acts, act{kind: windowOpens, w: w})
	}
}

// windows are what is left after all acts.
func (h *head) windows() (open []Window) {
	for _, a := range h.acts {
		switch a.kind {
		case windowOpens:
			open = openWindow(open, a.w)
		case windowPays:
			payFrom(open, a.at)
		case windowsClose:
			for i := range open {
				open[i].Left = 0
			}
		}
	}
	return open
}

func openWindow(open []Window, w Window) []Window {
	for i := range open {
		if open[i].Kind == w.Kind {
			if !w.Opened.Before(open[i].Opened) {
				open[i] = w
			}
			return open
		}
	}
	return append(open, w)
}

// payFrom takes one message from the window that is open at that time and ends first.
func payFrom(open []Window, at int64) {
	var first *Window
	for i := range open {
		w := &open[i]
		if w.Left > 0 && w.Expires.UnixMilli() > at && (first == nil || w.Expires.Before(first.Expires)) {
			first = w
		}
	}
	if first != nil {
		first.Left--
	}
}

// The fields of a head. The numbers are in the database.
const (
	fanFirstSeen = iota + 1
	fanReceivedAt
	fanMessageAt
	fanMessageType
	fanMessageID
	fanEventAt
	fanEvent
	fanWindow // opened; what happened to windows stands in order
	fanPays
	fanClosed
)

func appendHead(dst []byte, h *head) []byte {
	dst = putTime(dst, fanFirstSeen, h.FirstSeen)
	dst = putTime(dst, fanReceivedAt, h.ReceivedAt)
	dst = putTime(dst, fanMessageAt, h.MessageAt)
	dst = putText(dst, fanMessageType, h.MessageType)
	dst = putText(dst, fanMessageID, h.MessageID)
	dst = putTime(dst, fanEventAt, h.EventAt)
	dst = putText(dst, fanEvent, h.Event)
	for _, a := range h.acts {
		switch a.kind {
		case windowOpens:
			var room [40]byte
			dst = putBytes(dst, fanWindow, appendWindow(room[:0], a.w))
		case windowPays:
			dst = binary.AppendUvarint(dst, fanPays<<1)
			dst = binary.AppendUvarint(dst, uint64(a.at))
		case windowsClose:
			dst = putNumber(dst, fanClosed, 1)
		}
	}
	return dst
}

// readHead reads a head, whose texts share the body's memory.
func readHead(body []byte) *head {
	h := &head{}
	eachField(body, func(field int, n int64, text string) {
		switch field {
		case fanFirstSeen:
			h.FirstSeen = timeOf(n)
		case fanReceivedAt:
			h.ReceivedAt = timeOf(n)
		case fanMessageAt:
			h.MessageAt = timeOf(n)
		case fanMessageType:
			h.MessageType = text
		case fanMessageID:
			h.MessageID = text
		case fanEventAt:
			h.EventAt = timeOf(n)
		case fanEvent:
			h.Event = text
		case fanWindow:
			h.acts = append(h.acts, act{kind: windowOpens, w: readWindow(text)})
		case fanPays:
			h.acts = append(h.acts, act{kind: windowPays, at: n})
		case fanClosed:
			h.acts = append(h.acts, act{kind: windowsClose})
		}
	})
	return h
}

// headEntry is a head on a page: six bytes of the key, the account's number, the openid and the body behind their lengths.
type headEntry struct {
	key     uint64 // as far as it is kept
	account int64
	openid  []byte
	body    []byte
}

func (e *headEntry) is(account int64, openid string) bool {
	return e.account == account && string(e.openid) == openid
}

func appendHeadEntry(dst []byte, e *headEntry) []byte {
	key := e.key >> keyLost
	dst = append(dst, byte(key>>40), byte(key>>32), byte(key>>24), byte(key>>16), byte(key>>8), byte(key))
	dst = binary.AppendUvarint(dst, uint64(e.account))
	dst = binary.AppendUvarint(dst, uint64(len(e.openid)))
	dst = append(dst, e.openid...)
	dst = binary.AppendUvarint(dst, uint64(len(e.body)))
	return append(dst, e.body...)
}

// eachHead calls fn for the heads of a page, which share its memory.
func eachHead(page []byte, fn func(*headEntry)) {
	number := func() uint64 {
		n, used := binary.Uvarint(page)
		page = page[max(0, used):]
		return n
	}
	for len(page) > 6 {
		e := headEntry{key: (uint64(binary.BigEndian.Uint16(page))<<32 | uint64(binary.BigEndian.Uint32(page[2:]))) << keyLost}
		page = page[6:]
		e.account = int64(number())
		n := number()
		if n > uint64(len(page)) {
			return
		}
		e.openid, page = page[:n:n], page[n:]
		if n = number(); n > uint64(len(page)) {
			return
		}
		e.body, page = page[:n:n], page[n:]
		fn(&e)
	}
}

// headsWithout is a page without some heads.
func headsWithout(page []byte, goes func(*headEntry) bool) (left []byte, gone int) {
	left = []byte{}
	eachHead(page, func(e *headEntry) {
		if goes(e) {
			gone++
			return
		}
		left = appendHeadEntry(left, e)
	})
	return left, gone
}
