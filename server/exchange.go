package server

import (
	"net/http"
	"strconv"
	"sync"

	"moonwire/bot"
	"moonwire/server/wire"
)

// line is the connection of an attempt, of whichever reader.
type line interface {
	// answer writes the whole answer.
	answer(contentType string, body []byte, wire bot.Wire) error
	// refuse answers with an empty 403.
	refuse()
	hungUp() bool
	gone() <-chan struct{}
}

// exchange is one attempt of the platform, still open. The bot may answer it from the goroutine of the
// request or, when five seconds are nearly over, from its watchdog while that goroutine still works.
type exchange struct {
	line line

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
	hungUp := x.line.hungUp() // who does from here on may well have read the answer
	return x.line.answer(contentType, body, wire) == nil && !hungUp
}

// Gone is closed when the platform has hung up.
func (x *exchange) Gone() <-chan struct{} { return x.line.gone() }

// Refuse answers with an empty 403, whatever the reason: the reason is the operator's, in the log.
func (x *exchange) Refuse() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.done {
		x.done, x.refused = true, true
		x.line.refuse()
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

// requestLine is the line of a request that net/http reads.
type requestLine struct {
	w http.ResponseWriter
	r *http.Request
}

func (l requestLine) answer(contentType string, body []byte, wire bot.Wire) error {
	h := l.w.Header()
	h["Content-Type"] = []string{contentType}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	if wire == bot.Early {
		h["Connection"] = []string{"close"}
	}
	if _, err := l.w.Write(body); err != nil || wire == bot.OnReturn {
		return err
	}
	return http.NewResponseController(l.w).Flush()
}

func (l requestLine) refuse()               { l.w.WriteHeader(http.StatusForbidden) }
func (l requestLine) gone() <-chan struct{} { return l.r.Context().Done() }

func (l requestLine) hungUp() bool {
	select {
	case <-l.gone():
		return true
	default:
		return false
	}
}

// postLine is the line of a push that package wire reads. Its answers are on the wire at once, whatever the bot asks.
type postLine struct{ *wire.Post }

func (l postLine) answer(contentType string, body []byte, w bot.Wire) error {
	return l.Answer(contentType, body, w == bot.Early)
}

func (l postLine) refuse()               { l.Refuse(http.StatusForbidden) }
func (l postLine) hungUp() bool          { return l.HungUp() }
func (l postLine) gone() <-chan struct{} { return l.Post.Gone() }
