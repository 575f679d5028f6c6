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

// book knows what became of every push of the last ten minutes. All that is decided about one push is
// decided in one shard under one lock: whether it is new, which turn a repeat joins, whose turn it is.
type book struct {
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
	running map[[16]byte]*turn
	orphans map[[16]byte]*turn // finished, but nobody was there to take the answer
	lanes   map[fan]*lane
	spare   *lane
	kept    kept
}

// lane is the queue of one fan: head runs, or waits for room in the account; the others wait for it.
type lane struct {
	head, tail *turn
	n          int
	next       *lane // spare lanes
}

func newBook(alone func() bool) *book {
	b := &book{seed: maphash.MakeSeed(), alone: alone}
	for i := range b.shards {
		s := &b.shards[i]
		s.running = make(map[[16]byte]*turn)
		s.orphans = make(map[[16]byte]*turn)
		s.lanes = make(map[fan]*lane)
	}
	return b
}

func (b *book) shard(f fan, key [16]byte) *shard {
	if f.openid == "" {
		return &b.shards[key[0]%shardCount]
	}
	var h maphash.Hash
	h.SetSeed(b.seed)
	h.WriteString(f.account)
	h.WriteByte(0)
	h.WriteString(f.openid)
	return &b.shards[h.Sum64()%shardCount]
}

// role is what an attempt is to a turn.
type role uint8

const (
	runs   role = iota // it runs the turn on its own goroutine
	joins              // it waits for the turn that is running
	repeat             // the turn is over: it gets the kept reply
	refuse             // no new turns are taken, or the fan has too many waiting
)

// begin enters an attempt. t is used when the push is new. For a repeat, known says what was answered.
func (b *book) begin(t *turn, at *attempt) (r role, known known) {
	s := b.shard(t.fan, t.key)
	t.shard = s
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept.forget(at.received)
	if old := s.running[t.key]; old != nil {
		at.done = make(chan struct{})
		old.join(at)
		return joins, known
	}
	if reply, ok := s.kept.get(t.key); ok {
		known.reply, known.trace = reply, s.kept.trace(t.key)
		known.orphan = s.adopt(t.key)
		return repeat, known
	}
	t.shared = !b.alone()
	if b.draining.Load() || !s.enter(t) {
		return refuse, known
	}
	b.busy.Add(1)
	s.running[t.key] = t
	t.join(at)
	return runs, known
}

// known is what is known of a push whose turn is over.
type known struct {
	reply  []byte // packed
	trace  string
	orphan *turn // its answer had not been taken by anybody; it is the caller's now
}

// enter puts a turn at the end of its fan's lane. A fetch of a kept answer stands outside of it.
func (s *shard) enter(t *turn) bool {
	if t.fan.openid == "" || t.fetches {
		return true
	}
	t.next = nil
	if t.shared {
		t.placed = make(chan struct{})
	}
	l := s.lanes[t.fan]
	if l == nil {
		l = s.newLane()
		l.head, l.tail, l.n = t, t, 1
		s.lanes[t.fan] = l
		t.lane = l
		return true
	}
	if l.n >= fanQueued || t.account.queued.Load() >= t.edition.queue {
		return false
	}
	t.account.queued.Add(1)
	t.start = make(chan struct{})
	t.before = l.tail.placed
	l.tail.next, l.tail = t, t
	l.n++
	t.lane = l
	return true
}

func (s *shard) newLane() *lane {
	l := s.spare
	if l == nil {
		return &lane{}
	}
	s.spare, l.next = l.next, nil
	return l
}

// leave lets the next turn of the fan begin. t is the head of its lane.
func (s *shard) leave(t *turn) {
	l := t.lane
	if l == nil {
		return
	}
	t.lane = nil
	if t.watch != nil {
		close(t.watch)
		t.watch = nil
	}
	if l.head = t.next; l.head != nil {
		l.n--
		close(l.head.start)
		return
	}
	delete(s.lanes, t.fan)
	*l = lane{next: s.spare}
	s.spare = l
}

// end finishes a turn: what is kept for repeats, and who still waits for the answer. A turn whose
// attempts were all answered early keeps what they were told; later repeats must not show it twice.
func (b *book) end(t *turn, reply []byte, now time.Time) (open []*attempt) {
	s := t.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	open, t.open = t.open, nil
	if t.late != "" && len(open) == 0 {
		reply = t.early
	}
	s.kept.put(t.key, t.trace, reply, now)
	delete(s.running, t.key)
	t.over = true
	return open
}

// ended reports whether a turn has given its answer or was taken back.
func (t *turn) ended() bool {
	t.shard.mu.Lock()
	defer t.shard.mu.Unlock()
	return t.over
}

// forget takes a turn back that has given no answer. Nothing is kept: a repeat begins anew.
func (b *book) forget(t *turn) (open []*attempt) {
	s := t.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	open, t.open = t.open, nil
	if !t.over {
		s.remove(t)
	}
	return open
}

func (s *shard) remove(t *turn) {
	delete(s.running, t.key)
	t.over = true
	s.leave(t)
}

// leave lets the fan's next turn begin.
func (b *book) leave(t *turn) {
	t.shard.mu.Lock()
	defer t.shard.mu.Unlock()
	t.shard.leave(t)
}

// depart ends everything about a turn.
func (b *book) depart(t *turn) {
	b.leave(t)
	b.busy.Done()
}
