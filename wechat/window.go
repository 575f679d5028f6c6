package wechat

import "time"

// Window is the right to send customer-service messages that a push opens. The numbers are WeChat's
// current ones; it has changed them before, so errcodes 45015 and 45047 overrule any own count.
type Window struct {
	// Kind is message, menu, subscribe, scan or pay.
	Kind string
	// Life counts from the push.
	Life time.Duration
	// Count is how many messages may be sent; 0 means no limit.
	Count int
}

// Opens is the window that the push opens. VIEW, view_miniprogram, LOCATION and taps on templates
// open none. A tap on an entry of a msgmenu message counts as a menu tap though it comes as a text.
func (m *Message) Opens() (Window, bool) {
	const minute, days = time.Minute, 48 * time.Hour
	switch {
	case !m.IsEvent():
		if id := m.Value("bizmsgmenuid"); id != "" && id != "0" {
			return Window{Kind: "menu", Life: minute, Count: 3}, true
		}
		return Window{Kind: "message", Life: days, Count: 5}, true
	case m.IsEventNamed("CLICK"), m.IsEventNamed("scancode_push"), m.IsEventNamed("scancode_waitmsg"):
		return Window{Kind: "menu", Life: minute, Count: 3}, true
	case m.IsEventNamed("subscribe"):
		return Window{Kind: "subscribe", Life: minute, Count: 3}, true
	case m.IsEventNamed("SCAN"):
		return Window{Kind: "scan", Life: minute, Count: 3}, true
	case m.IsEventNamed("user_pay_from_pay_cell"):
		return Window{Kind: "pay", Life: days}, true
	}
	return Window{}, false
}
