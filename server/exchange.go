package server

import (
	"net/http"
	"strconv"
	"sync"

	"moonwire/bot"
)

// exchange is one attempt of the platform, still open. The bot may answer it from the goroutine of the
// request or, when five seconds are nearly over, from its watchdog while that goroutine still works.
type exchange struct {
	w    http.ResponseWriter
	gone <-chan struct{}

	mu      sync.Mutex
	done    bool // answered, refused, dropped, or the handler has returned
	dropped bool
	refused bool
}

// Respond writes the answer, once. An early answer is flushed with Connection: close, since the
// connection stays busy until the turn ends and must not be handed the platform's next push.
func (x *exchange) Respond(contentType string, body []byte, wire bot.Wire) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.done {
		return false
	}
	x.done = true
	hungUp := x.hungUp() // who does from here on may well have read the answer
	h := x.w.Header()
	h["Content-Type"] = []string{contentType}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	if wire == bot.Early {
		h["Connection"] = []string{"close"}
	}
	if _, err := x.w.Write(body); err != nil {
		return false
	}
	if wire != bot.OnReturn && http.NewResponseController(x.w).Flush() != nil {
		return false
	}
	return !hungUp
}

func (x *exchange) hungUp() bool {
	select {
	case <-x.gone:
		return true
	default:
		return false
	}
}

// Gone is closed when the platform has hung up.
func (x *exchange) Gone() <-chan struct{} { return x.gone }

// Refuse answers with an empty 403, whatever the reason: the reason is the operator's, in the log.
func (x *exchange) Refuse() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.done {
		x.done, x.refused = true, true
		x.w.WriteHeader(http.StatusForbidden)
	}
}

// Drop closes the connection unanswered: a time-out is what surely makes WeChat ask again.
func (x *exchange) Drop() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.done {
		x.done, x.dropped = true, true
	}
}

// close ends the exchange when its handler returns; no later answer may touch the writer.
func (x *exchange) close() (dropped bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.done = true
	return x.dropped
}

// wasRefused reports whether the answer was the empty 403.
func (x *exchange) wasRefused() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.refused
}
