package bot

import (
	"sync"
	"time"

	"moonwire/wechat"
)

// attempt is one delivery of a push: WeChat makes up to three of them, five seconds apart.
type attempt struct {
	r        Responder
	callback *wechat.Callback
	push     *wechat.Push
	n        int       // 1 for the first delivery that was seen of this push
	due      time.Time // the window ends; nobody should wait longer for an answer
	received time.Time
	done     chan struct{} // closed once somebody has answered; nil for the attempt that runs the turn
}

// answer writes a packed reply for this attempt: sealed with the key pair that opened its own push.
func (at *attempt) answer(reply []byte, w Wire) (written bool) {
	defer at.finish()
	room := answers.Get().(*[]byte)
	defer answers.Put(room)
	body := unpackReply((*room)[:0], reply, at.push.Message)
	if body == nil {
		return at.r.Respond(textType, []byte(wechat.Success), w)
	}
	if reply[0] == packedText && cap(body) <= mostRoom {
		*room = body
	}
	sealed, err := at.callback.Seal(at.push, body)
	if err != nil { // no randomness: nothing can be sealed, and "success" is never sealed
		at.r.Respond(textType, []byte(wechat.Success), w)
		return false
	}
	return at.r.Respond(xmlType, sealed, w)
}

// answers is room for the XML of texts, used again up to mostRoom.
var answers = sync.Pool{New: func() any { b := make([]byte, 0, 1<<10); return &b }}

const mostRoom = 8 << 10

// drop closes the attempt unanswered, so that the platform asks again.
func (at *attempt) drop() {
	defer at.finish()
	at.r.Drop()
}

// finish lets the goroutine of a joined attempt go. Only who took the attempt off its turn may call it.
func (at *attempt) finish() {
	if at.done != nil {
		close(at.done)
	}
}

// attemptEvery is when the platform has surely hung up, and asks again: it closes the socket 5 s after sending.
const attemptEvery = 5 * time.Second

// nth is which attempt comes so long after the first one, when others may have gone to other processes.
func nth(after time.Duration) int {
	return min(attemptsInAll, 1+int((after+attemptEvery/10)/attemptEvery))
}

// stale reports whether the platform can no longer be listening.
func (at *attempt) stale(now time.Time) bool { return now.Sub(at.received) > attemptEvery }
