package sim

import (
	"strings"
	"time"
)

// window is one open right to send customer-service messages to a fan (protocol 6.6).
type window struct {
	Kind    string    `json:"kind"`
	Expires time.Time `json:"expires"`
	// Left is how many messages may still be sent; -1 = any number.
	Left int `json:"left"`
}

const (
	messageLife  = 48 * time.Hour
	messageCount = 5
	actLife      = time.Minute
	actCount     = 3
	payLife      = 48 * time.Hour
)

// windowOf says what an act of a fan opens. VIEW, mini programs and position reports open nothing.
func windowOf(act Act, now time.Time) (window, bool) {
	if act.MsgType != "event" {
		if id := act.value("bizmsgmenuid"); id != "" && id != "0" {
			return window{"menu", now.Add(actLife), actCount}, true
		}
		return window{"message", now.Add(messageLife), messageCount}, true
	}
	switch strings.ToLower(act.Event) {
	case "click", "scancode_push", "scancode_waitmsg":
		return window{"menu", now.Add(actLife), actCount}, true
	case "subscribe", "scan":
		return window{strings.ToLower(act.Event), now.Add(actLife), actCount}, true
	case "user_pay_from_pay_cell":
		return window{"pay", now.Add(payLife), -1}, true
	}
	return window{}, false
}

// open replaces the fan's window of the same kind.
func (f *fan) open(w window) {
	for i := range f.Windows {
		if f.Windows[i].Kind == w.Kind {
			f.Windows[i] = w
			return
		}
	}
	f.Windows = append(f.Windows, w)
}

// spend uses one message of the window that ends first: 45015 when none is open, 45047 when all are used up.
func (f *fan) spend(now time.Time) error {
	var best *window
	closed := true
	for i := range f.Windows {
		w := &f.Windows[i]
		if !now.Before(w.Expires) {
			continue
		}
		closed = false
		if w.Left != 0 && (best == nil || w.Expires.Before(best.Expires)) {
			best = w
		}
	}
	switch {
	case closed:
		return refuse(45015)
	case best == nil:
		return refuse(45047)
	case best.Left > 0:
		best.Left--
	}
	return nil
}
