package bot

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
)

const shardCount = 64

// fan names the fan whose turns are taken one at a time; openid "" when the sender is no fan, whose
// pushes know no order.
type fan struct{ account, openid string }

// pushes knows what became of every push of the last ten minutes. All that is decided about one push is
// decided in one shard under one lock: whether it is new, which delivery a repeat joins, whose turn it is.
type pushes struct {
	seed   maphash.Seed
	alone  func() bool // no other process takes messages
	shards [shardCount]shard
	// busy counts work until all that follows it is done. It grows under a shard's lock and only
	// while draining is false, so that whoever has set draining and taken each lock once may wait.
	busy     sync.WaitGroup
	draining atomic.Bool
}

type shard struct {
	mu      sync.Mutex
	running map[[16]byte]*delivery
	untaken map[[16]byte]*delivery // finished, but nobody was there to take the answer
	keyed   map[[16]byte]*place    // of work that has a key and no push
	queues  map[fan]*fanQueue
	spare   *fanQueue
	recent  recentReplies
}

func newPushes(alone func() bool) *pushes {
	p := &pushes{seed: maphash.MakeSeed(), alone: alone}
	for i := range p.shards {
		s := &p.shards[i]
		s.running = make(map[[16]byte]*delivery)
		s.untaken = make(map[[16]byte]*delivery)
		s.keyed = make(map[[16]byte]*place)
		s.queues = make(map[fan]*fanQueue)
	}
	return p
}

func (p *pushes) shard(f fan, key [16]byte) *shard {
	if f.openid == "" {
		return &p.shards[key[0]%shardCount]
	}
	var h maphash.Hash
	h.SetSeed(p.seed)
	h.WriteString(f.account)
	h.WriteByte(0)
	h.WriteString(f.openid)
	return &p.shards[h.Sum64()%shardCount]
}

// role is what an attempt is to a turn.
type role uint8

const (
	runs   role = iota // it runs the turn on its own goroutine
	joins              // it waits for the turn that is running
	repeat             // the turn is over: it gets the recent reply
	refuse             // no new turns are taken, or the fan has too many waiting
)

// begin enters an attempt. w and its delivery are used when the push is new. For a repeat, known says what was
// answered.
func (p *pushes) begin(w *work, at *attempt) (r role, known known) {
	d := w.delivery
	s := p.shard(w.fan, w.key)
	d.shard = s
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recent.forget(at.received)
	if old := s.running[w.key]; old != nil {
		at.done = make(chan struct{})
		old.join(at)
		return joins, known
	}
	if reply, ok := s.recent.get(w.key); ok {
		known.reply, known.trace = reply, s.recent.trace(w.key)
		known.untaken = s.adopt(w.key)
		return repeat, known
	}
	d.claims = !p.alone()
	d.apart = d.fetches && (d.claims || s.queues[w.fan] != nil)
	if p.draining.Load() || !s.enter(&d.place) {
		return refuse, known
	}
	p.busy.Add(1)
	s.running[w.key] = d
	d.join(at)
	return runs, known
}

// known is what is known of a push whose turn is over.
type known struct {
	reply   []byte // packed
	trace   string
	untaken *delivery // its answer had not been taken by anybody; it is the caller's now
}

// enter enters work that nobody pushed: it runs, or joins as nobody waits for the one that has its key, or is refused.
func (p *pushes) enter(w *work) role {
	s := p.shard(w.fan, w.key)
	w.place.shard = s
	s.mu.Lock()
	defer s.mu.Unlock()
	keyed := w.place.turn != nil
	if keyed && s.keyed[w.key] != nil {
		return joins
	}
	w.place.claims = keyed && w.timed == nil // a job is claimed already
	if p.draining.Load() || !s.enter(w.place) {
		return refuse
	}
	p.busy.Add(1)
	if keyed {
		s.keyed[w.key] = w.place
	}
	return runs
}
