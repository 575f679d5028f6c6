package wechat

import "time"

// Window is the right to send customer-service messages that a push opens.
type Window struct {
	// Kind is message, menu, subscribe, scan or pay.
	Kind string
	// Life counts from the push.
	Life time.Duration
	// Count is how many messages may be sent; 0 means no limit.
	Count int
}
