package bot

import (
	"context"
	"time"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/store"
	"moonwire/wechat"
)

// work is all that is done for one push, or for something that nobody pushed: a job, a timeout, a signal. One
// goroutine at a time owns it: the one that runs it, then the one that sends what follows.
type work struct {
	// Set before it begins; everybody may read it.
	key      [16]byte // zero: it may be done any number of times
	fan      fan
	account  *Account
	release  *release
	push     *wechat.Push    // nil: nobody brought it
	action   Action          // what runs without a push
	job      bool            // the limits of jobs count
	flow     string          // the conversation that it wakes; "": it wakes none
	woken    string          // and why
	hook     *store.HookCall // the call of a hook that it is; nil: it is none
	timed    *timedJob       // the job of every or after that it is; nil: it is none
	id       string          // the store's trace
	trace    string          // its ending: what people see
	received time.Time
	memory   *memory
	shows    bool // an answer would be shown to the fan
	place    *place
	delivery *delivery // nil without a push; the push book owns it

	witness     *bindings.Witness // of the turn's effects; nil: it is not watched
	seed        uint64
	result      *result // once the script has run
	why         string  // there was no room; "" = it took too long
	hasCapacity bool    // it holds a share of the account's capacity
	waits       bool    // it gave that away to wait for somebody outside, and counts among those that do
	departed    bool
	behind      bool // an earlier turn of the fan runs in another process
	turnedAway  bool // another question of the fan is being answered: it is not run
	fetches     bool // the fan asks for a late answer: served before the rules, and without waiting for other turns

	spoken *spoken           // the beginning of the answer, given while the turn goes on
	ran    result            // of think
	again  *bindings.Outcome // what was done before the turn was run anew; nil: it was not
	agains int
	store  memory // what memory points at

	// What the push book said at the end.
	late account.LatePolicy // the policy that took effect; "" while nobody was answered early
	told []byte             // packed: what early attempts were told
}

// Action is what runs in the turn of a piece of work: a method of the program.
type Action func(ctx context.Context, p *bindings.Program, in bindings.Input) (bindings.Outcome, error)

// answer is the action of a push.
func answer(ctx context.Context, p *bindings.Program, in bindings.Input) (bindings.Outcome, error) {
	return p.Answer(ctx, in)
}

// newWork makes a piece of work that has neither a push nor a place yet.
func (f *Fleet) newWork(a *Account, rel *release, who fan, key [16]byte, received time.Time) *work {
	id := f.o.Store.Trace()
	w := &work{
		key: key, fan: who, account: a, release: rel, action: answer, id: id, trace: shortTrace(id), received: received,
	}
	w.store = memory{store: f.o.Store, fan: who, build: rel.build, now: f.o.Now, jobs: f.jobs, turn: f.o.Store.Turn(store.TurnKey{
		Account: a.name, Key: key, OpenID: who.openid, At: received, Unclaimed: key == [16]byte{}, Quota: rel.storeQuota(),
	})}
	w.memory = &w.store
	return w
}

// stand gives the work its place.
func (w *work) stand(p *place) {
	*p = place{fan: w.fan, account: w.account, most: w.release.queue, fetches: w.fetches}
	if w.key != [16]byte{} {
		p.turn = w.memory.turn
	}
	w.place = p
}

// end takes what the push book says at the end.
func (w *work) end(e ending) (open []*attempt) {
	w.late, w.told = e.late, e.told
	return e.open
}

// message is the push's; nil without one.
func (w *work) message() *wechat.Message {
	if w.push == nil {
		return nil
	}
	return w.push.Message
}

// hurried is closed when nobody waits for the answer any more; nil without a push, whose caller has a context.
func (w *work) hurried() <-chan struct{} {
	if w.delivery == nil {
		return nil
	}
	return w.delivery.hurried()
}

// since notes when the work was first claimed, in whichever process.
func (w *work) since(first time.Time) {
	if w.delivery != nil {
		w.delivery.since(first)
	}
}

// attempts is how many deliveries of the push were seen so far.
func (w *work) attempts() int {
	if w.delivery == nil {
		return 0
	}
	return w.delivery.attempts()
}
