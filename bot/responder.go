package bot

// Responder is one attempt of the platform, still open: an HTTP exchange, or a test. All methods may be
// called from any goroutine; only the first of Respond, Refuse and Drop counts.
type Responder interface {
	// Respond writes the whole answer and reports whether the platform can have got it. It does not keep the body.
	Respond(contentType string, body []byte, w Wire) (written bool)
	// Gone is closed when the platform has hung up. It is asked for by who waits only: seeing that can cost something.
	Gone() <-chan struct{}
	// Refuse answers with an empty 403.
	Refuse()
	// Drop closes the connection unanswered: a time-out is what surely makes WeChat ask again.
	Drop()
}

// Wire says when an answer must be on the wire.
type Wire uint8

// The times.
const (
	OnReturn Wire = iota // when the goroutine of the attempt returns, which it is about to do
	Now                  // when Respond returns: other messages follow, and must not arrive before it
	Early                // likewise, and the goroutine works on: the connection must not be reused
)

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
