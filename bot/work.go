package bot

import (
	"context"
	"time"

	"moonwire/account"
	"moonwire/wechat"
)

// turn is all that happens for one push.
type work struct {
	key      [16]byte
	fan      fan
	account  *Account
	release  *release
	push     *wechat.Push
	id       string // the store's trace
	trace    string // its ending: what people see
	received time.Time
	shard    *shard
	memory   *memory
	shows    bool            // an answer would be shown to the fan
	hurried  <-chan struct{} // of a fetch: hurry

	// Of the goroutine that runs the turn, and then of the one that sends what follows.
	result      *result // once the script has run
	why         string  // there was no room; "" = it took too long
	hasCapacity bool    // it holds a share of the account's capacity
	departed    bool
	behind      bool // an earlier turn of the fan runs in another process

	// The shard's lock guards the rest until the turn is over.
	open    []*attempt
	buf     [1]*attempt
	seen    int                // deliveries
	fetches bool               // the fan asks for a kept answer: served outside of the fan's queue
	late    account.LatePolicy // the policy that took effect; "" while nobody was answered early
	early   []byte             // packed: what early attempts were told
	start   chan struct{}      // closed when the fan's turn before this one is done; nil for the first
	cancel  context.CancelFunc // ends the wait for capacity in the account; nil when there is none
	over    bool
	watch   chan struct{} // closed when the turn has left; made by who waits for its answer
	hurry   chan struct{} // closed when nobody waits for a fetch any more
	due     time.Time     // an orphan is sent after this
	queue   *fanQueue
	next    *work
	shared  bool          // another process may have the push, too: it is claimed before it runs
	first   time.Time     // the first delivery, to whichever process it went
	before  chan struct{} // closed when the fan's turn before this one has its place among those of all processes
	placed  chan struct{} // closed when this one has
}

// join adds one more delivery of the push.
func (w *work) join(at *attempt) {
	if w.open == nil {
		w.open = w.buf[:0]
	}
	w.seen++
	at.n = w.seen
	if w.shared {
		at.n = max(at.n, nth(at.received.Sub(w.first)))
	}
	w.open = append(w.open, at)
}

// drop takes an attempt off the turn; false when somebody else has.
func (w *work) drop(at *attempt) bool {
	for i, o := range w.open {
		if o == at {
			w.open = append(w.open[:i], w.open[i+1:]...)
			return true
		}
	}
	return false
}

// attempts is how many deliveries were seen so far.
func (w *work) attempts() int {
	w.shard.mu.Lock()
	defer w.shard.mu.Unlock()
	return w.seen
}
