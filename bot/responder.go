package bot

// Responder is one attempt of the platform, still open: an HTTP exchange, or a test. All methods may be
// called from any goroutine; only the first of Respond, Refuse and Drop counts.
type Responder interface {
	// Respond writes the whole answer and reports whether the platform can have got it. early says that
	// the goroutine of the attempt works on: the answer must be flushed and the connection not reused.
	Respond(contentType string, body []byte, early bool) (written bool)
	// Gone is closed when the platform has hung up.
	Gone() <-chan struct{}
	// Refuse answers with an empty 403.
	Refuse()
	// Drop closes the connection unanswered: a time-out is what surely makes WeChat ask again.
	Drop()
}

// Body is the body of a push, which may still be on its way. It is read only once the query's signature fits: a
// stranger must not cost what a body does.
type Body interface {
	// Read returns all of it, or says in plain words why it did not come. The bytes are good until Done.
	Read() ([]byte, error)
	// Done says that the bytes are not needed any more.
	Done()
}

// The content types of answers: WeChat takes "success" as plain text and replies as XML.
const (
	textType = "text/plain; charset=utf-8"
	xmlType  = "application/xml; charset=utf-8"
)
