package bot

import (
	"crypto/sha256"
	"time"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/outside"
	"moonwire/wechat"
	"moonwire/wechat/api"
)

// release is everything that one save of an account's folder made: it serves as a whole or not at all.
// Immutable; turns keep the one they began with.
type release struct {
	made     [sha256.Size]byte // of the account.yaml that config is
	config   *account.Config
	callback *wechat.Callback
	client   *api.Client       // nil: the API cannot be called
	model    *model            // nil: none
	outside  *outside.Account  // makes the HTTP calls of scripts; nil without a program
	program  *bindings.Program // nil: the folder's first load failed, for the reason err
	content  content           // of program
	err      error
	build    string
	saved    time.Time
	weight   int64 // of wholeCapacity, that one turn takes
	queue    int64 // pushes of the account that may wait
	waiting  int64 // turns of it that may wait for somebody outside
}

// wholeCapacity is what the turns of an account share. Each takes the share that its release's limit of turns
// leaves it, so that a save can change the limit while turns run.
const wholeCapacity = 1 << 20

func (rel *release) setCapacity(l engine.Limits) {
	turns, queue, waiting := l.Turns, l.Queue, l.Waiting
	if turns <= 0 {
		turns = turnsAtOnce
	}
	if queue <= 0 {
		queue = turnsQueued
	}
	if waiting <= 0 {
		waiting = turnsWaiting
	}
	rel.weight, rel.queue, rel.waiting = max(1, wholeCapacity/int64(turns)), int64(queue), int64(waiting)
}

// open reads a push. Nothing of the body is taken in before the query's signature fits.
func (rel *release) open(q wechat.Query, body Body) (*wechat.Push, error) {
	signed, err := rel.callback.Check(q)
	if err != nil {
		return nil, err
	}
	defer body.Done()
	raw, err := body.Read()
	if err != nil {
		return nil, err
	}
	return rel.callback.OpenSigned(signed, raw)
}

// mayPush reports whether customer-service messages can be sent.
func (rel *release) mayPush() bool { return rel.client != nil && rel.config.Verified }

// storeQuota is how many bytes the account may keep in its store; 0 when no script runs.
func (rel *release) storeQuota() int64 {
	if rel.program == nil {
		return 0
	}
	return rel.program.Build().Limits.Store
}
