package bot

import (
	"context"
	"time"

	"moonwire/account"
)

// delivery is how one push comes and how its answer goes: what the push book knows of it. The shard's lock guards all
// of it, until the book hands it out.
type delivery struct {
	place
	work   *work     // what is done for the push; here only what was set before it began is read
	first  time.Time // the first delivery, to whichever process it went
	open   []*attempt
	buf    [1]*attempt
	seen   int                // deliveries
	late   account.LatePolicy // the policy that took effect; "" while nobody was answered early
	early  []byte             // packed: what early attempts were told
	cancel context.CancelFunc // ends the wait for capacity in the account; nil when there is none
	hurry  chan struct{}      // closed when nobody waits for the answer any more; made by who wants to know
	due    time.Time          // an answer that nobody took is sent after this
	turned chan struct{}      // closed when the push is turned away; made by who waits for the fan's turn

	elsewhere []byte // packed: what it is told while it waits for a language model in another process; nil: it does not

	closing chan struct{} // told when the last window is about to end; nil: nobody wants to know
	spoken  *spoken       // the beginning of the answer, which was given while the turn goes on
	joins   bool          // it fetches what another turn is about to answer, and waits for that as a turn would
}

// join adds one more delivery of the push.
func (d *delivery) join(at *attempt) {
	if d.open == nil {
		d.open = d.buf[:0]
	}
	d.seen++
	at.n = d.seen
	if d.claims {
		at.n = max(at.n, nth(at.received.Sub(d.first)))
	}
	d.open = append(d.open, at)
}

// drop takes an attempt off the delivery; false when somebody else has.
func (d *delivery) drop(at *attempt) bool {
	for i, o := range d.open {
		if o == at {
			d.open = append(d.open[:i], d.open[i+1:]...)
			return true
		}
	}
	return false
}

// holds reports whether an attempt goes on waiting past its window: attempts 1 and 2 under join, whose
// silence makes the platform ask again.
func (d *delivery) holds(at *attempt) bool {
	return d.work.release.config.Late == account.LateJoin && d.work.shows && (!d.fetches || d.joins) && d.late == "" && at.n < attemptsInAll
}

// attemptsInAll is how often WeChat asks: once and twice more.
const attemptsInAll = 3

// comesLate settles what early attempts are told and what becomes of the answer.
func (d *delivery) comesLate(now time.Time) {
	if d.late != "" {
		return
	}
	c := d.work.release.config
	switch d.late = c.Late; {
	case d.fetches:
		d.late = account.LateFetch
	case d.late == account.LateJoin:
		d.late = c.Fallback()
	}
	if d.late == account.LateFetch && d.work.shows {
		d.early = packText(c.FetchText, now)
	}
}

// hurried is closed when nobody waits for the answer any more.
func (d *delivery) hurried() <-chan struct{} {
	d.shard.mu.Lock()
	defer d.shard.mu.Unlock()
	d.hurry = make(chan struct{})
	hurry := d.hurry
	if d.late != "" && len(d.open) == 0 {
		close(hurry)
		d.hurry = nil
	}
	return hurry
}

// attempts is how many deliveries were seen so far.
func (d *delivery) attempts() int {
	d.shard.mu.Lock()
	defer d.shard.mu.Unlock()
	return d.seen
}

// away says that all attempts were answered early, and with what: the answer goes another way.
func (d *delivery) away() (away bool, told []byte) {
	d.shard.mu.Lock()
	defer d.shard.mu.Unlock()
	return d.late != "" && len(d.open) == 0, d.early
}

// since notes when the first delivery of a push was, which may have gone to another process, and which attempts
// those here must be then.
func (d *delivery) since(first time.Time) {
	if first.IsZero() {
		return
	}
	d.shard.mu.Lock()
	defer d.shard.mu.Unlock()
	if !first.Before(d.first) {
		return
	}
	d.first = first
	for _, at := range d.open {
		at.n = max(at.n, nth(at.received.Sub(first)))
	}
}

// await sets what ends the wait for capacity; false when the push was taken back.
func (d *delivery) await(cancel context.CancelFunc) bool {
	d.shard.mu.Lock()
	defer d.shard.mu.Unlock()
	d.cancel = cancel
	return !d.over
}
