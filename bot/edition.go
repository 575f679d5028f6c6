package bot

import (
	"time"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/wechat"
	"moonwire/wechat/api"
)

// edition is everything that one save of an account's folder made: it serves as a whole or not at all.
// Immutable; turns keep the one they began with.
type edition struct {
	config   *account.Config
	callback *wechat.Callback
	client   *api.Client       // nil: the API cannot be called
	program  *bindings.Program // nil: the folder's first load failed, for the reason err
	err      error
	build    string
	saved    time.Time
	share    int64 // of wholeRoom, that one turn takes
	queue    int64 // pushes of the account that may wait
}

// wholeRoom is what the turns of an account share. Each takes the share that its edition's limit of turns
// leaves it, so that a save can change the limit while turns run.
const wholeRoom = 1 << 20

func (e *edition) setRoom(l engine.Limits) {
	turns, queue := l.Turns, l.Queue
	if turns <= 0 {
		turns = turnsAtOnce
	}
	if queue <= 0 {
		queue = turnsQueued
	}
	e.share, e.queue = max(1, wholeRoom/int64(turns)), int64(queue)
}

// open reads a push. Nothing of the body is taken in before the query's signature fits.
func (e *edition) open(q wechat.Query, body Body) (*wechat.Push, error) {
	if err := e.callback.Check(q); err != nil {
		return nil, err
	}
	defer body.Done()
	raw, err := body.Read()
	if err != nil {
		return nil, err
	}
	return e.callback.Open(q, raw)
}

// mayPush reports whether customer-service messages can be sent.
func (e *edition) mayPush() bool { return e.client != nil && e.config.Verified }

// storeRoom is how many bytes the account may keep in its store; 0 when no script runs.
func (e *edition) storeRoom() int64 {
	if e.program == nil {
		return 0
	}
	return e.program.Build().Limits.Store
}
