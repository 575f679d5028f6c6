package bot

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"
)

const shardCount = 64

// fan names the fan whose turns are taken one at a time; openid "" when the sender is no fan, whose
// pushes know no order.
type fan struct{ account, openid string }

// pushes knows what became of every push of the last ten minutes. All that is decided about one push is
// decided in one shard under one lock: whether it is new, which turn a repeat joins, whose turn it is.
type pushes struct {
	seed   maphash.Seed
	alone  func() bool // no other process takes messages
	shards [shardCount]shard
	// busy counts turns until all that follows them is done. It grows under a shard's lock and only
	// while draining is false, so that whoever has set draining and taken each lock once may wait.
	busy     sync.WaitGroup
	draining atomic.Bool
}

type shard struct {
	mu      sync.Mutex
	running map[[16]byte]*work
	untaken map[[16]byte]*work // finished, but nobody was there to take the answer
	queues  map[fan]*fanQueue
	spare   *fanQueue
	recent  recentReplies
}

// fanQueue holds the turns of one fan: head runs, or waits for capacity in the account; the others wait for it.
type fanQueue struct {
	head, tail *work
	n          int
	next       *fanQueue // spare queues
}

func newPushes(alone func() bool) *pushes {
	p := &pushes{seed: maphash.MakeSeed(), alone: alone}
	for i := range p.shards {
		s := &p.shards[i]
		s.running = make(map[[16]byte]*work)
		s.untaken = make(map[[16]byte]*work)
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

// begin enters an attempt. t is used when the push is new. For a repeat, known says what was answered.
func (p *pushes) begin(w *work, at *attempt) (r role, known known) {
	s := p.shard(w.fan, w.key)
	w.shard = s
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
	w.shared = !p.alone()
	if p.draining.Load() || !s.enter(w) {
		return refuse, known
	}
	p.busy.Add(1)
	s.running[w.key] = w
	w.join(at)
	return runs, known
}

// known is what is known of a push whose turn is over.
type known struct {
	reply   []byte // packed
	trace   string
	untaken *work // its answer had not been taken by anybody; it is the caller's now
}

// enter puts a turn at the end of its fan's queue. A fetch of a kept answer stands outside of it.
func (s *shard) enter(w *work) bool {
	if w.fan.openid == "" || w.fetches {
		return true
	}
	w.next = nil
	if w.shared {
		w.placed = make(chan struct{})
	}
	q := s.queues[w.fan]
	if q == nil {
		q = s.newQueue()
		q.head, q.tail, q.n = w, w, 1
		s.queues[w.fan] = q
		w.queue = q
		return true
	}
	if q.n >= fanQueued || w.account.queued.Load() >= w.release.queue {
		return false
	}
	w.account.queued.Add(1)
	w.start = make(chan struct{})
	w.before = q.tail.placed
	q.tail.next, q.tail = w, w
	q.n++
	w.queue = q
	return true
}

func (s *shard) newQueue() *fanQueue {
	q := s.spare
	if q == nil {
		return &fanQueue{}
	}
	s.spare, q.next = q.next, nil
	return q
}

// leave lets the next turn of the fan begin. t is the head of its queue.
func (s *shard) leave(w *work) {
	q := w.queue
	if q == nil {
		return
	}
	w.queue = nil
	if w.watch != nil {
		close(w.watch)
		w.watch = nil
	}
	if q.head = w.next; q.head != nil {
		q.n--
		close(q.head.start)
		return
	}
	delete(s.queues, w.fan)
	*q = fanQueue{next: s.spare}
	s.spare = q
}

// end finishes a turn: what is kept for repeats, and who still waits for the answer. A turn whose
// attempts were all answered early keeps what they were told; later repeats must not show it twice.
func (p *pushes) end(w *work, reply []byte, now time.Time) (open []*attempt) {
	s := w.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	open, w.open = w.open, nil
	if w.late != "" && len(open) == 0 {
		reply = w.early
	}
	s.recent.put(w.key, w.trace, reply, now)
	delete(s.running, w.key)
	w.over = true
	return open
}

// ended reports whether a turn has given its answer or was taken back.
func (w *work) ended() bool {
	w.shard.mu.Lock()
	defer w.shard.mu.Unlock()
	return w.over
}

// forget takes a turn back that has given no answer. Nothing is kept: a repeat begins anew.
func (p *pushes) forget(w *work) (open []*attempt) {
	s := w.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	open, w.open = w.open, nil
	if !w.over {
		s.remove(w)
	}
	return open
}

func (s *shard) remove(w *work) {
	delete(s.running, w.key)
	w.over = true
	s.leave(w)
}

// leave lets the fan's next turn begin.
func (p *pushes) leave(w *work) {
	w.shard.mu.Lock()
	defer w.shard.mu.Unlock()
	w.shard.leave(w)
}

// depart ends everything about a turn.
func (p *pushes) depart(w *work) {
	p.leave(w)
	p.busy.Done()
}
