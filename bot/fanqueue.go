package bot

import "moonwire/store"

// fanQueued is how many pieces of work of one fan may wait for each other: a fan must not fill the account's queue.
const fanQueued = 100

// place is where a piece of work stands among those of its fan, which are done one at a time.
type place struct {
	fan     fan
	account *Account    // counts what waits
	most    int64       // that may wait in the account
	turn    *store.Turn // as other processes see it; nil: they need not know of it
	claims  bool        // other processes may have the work, too: it is claimed before it is done

	// Set when it enters the queue; then it belongs to the work.
	shard  *shard
	start  chan struct{} // closed when the fan's work before this one is done; nil for the first
	before chan struct{} // closed when the fan's work before this one has its place among those of all processes
	placed chan struct{} // closed when this one has

	// The shard's lock guards the rest.
	queue    *fanQueue
	next     *place
	delivery *delivery     // nil: nobody waits for an answer
	watch    chan struct{} // closed when it has left; made by who waits for its answer
	fetches  bool          // its fan asks for a late answer
	apart    bool          // and other work of the fan is under way: it stands in no queue
	over     bool          // the answer is there, or nobody wants it any more
	busy     []byte        // packed: what further texts of the fan are told while this one asks a language model; nil: they wait
}

// fanQueue holds the work of one fan: head runs, or waits for capacity in the account; the others wait for it.
type fanQueue struct {
	head, tail *place
	n          int
	next       *fanQueue // spare queues
}

// enter puts a place at the end of its fan's queue. false: too much waits.
func (s *shard) enter(p *place) bool {
	if p.fan.openid == "" || p.apart {
		return true
	}
	p.next = nil
	if p.claims {
		p.placed = make(chan struct{})
	}
	q := s.queues[p.fan]
	if q == nil {
		q = s.newQueue()
		q.head, q.tail, q.n = p, p, 1
		s.queues[p.fan] = q
		p.queue = q
		return true
	}
	if q.n >= fanQueued || p.account.queued.Load() >= p.most {
		return false
	}
	p.account.queued.Add(1)
	p.start = make(chan struct{})
	p.before = q.tail.placed
	if !p.claims {
		p.placed = p.before // those behind it still come after those before it
	}
	q.tail.next, q.tail = p, p
	q.n++
	p.queue = q
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

// leave lets the next work of the fan begin. p is the head of its queue.
func (s *shard) leave(p *place) {
	q := p.queue
	if q == nil {
		return
	}
	p.queue = nil
	if p.watch != nil {
		close(p.watch)
		p.watch = nil
	}
	if q.head = p.next; q.head != nil {
		q.n--
		close(q.head.start)
		return
	}
	delete(s.queues, p.fan)
	*q = fanQueue{next: s.spare}
	s.spare = q
}

// stepOut takes a place out of its fan's queue, wherever it stands.
func (p *place) stepOut() {
	p.shard.mu.Lock()
	defer p.shard.mu.Unlock()
	p.shard.takeOut(p)
}

func (s *shard) takeOut(p *place) {
	q := p.queue
	if q == nil {
		return
	}
	if p.start != nil {
		p.account.queued.Add(-1)
		p.start = nil
	}
	if q.head == p {
		s.leave(p)
		return
	}
	before := q.head
	for before.next != p {
		before = before.next
	}
	before.next = p.next
	if q.tail == p {
		q.tail = before
	}
	q.n--
	p.queue, p.next = nil, nil
}

// again puts a place back into its fan's queue, at the end.
func (p *place) again() bool {
	p.shard.mu.Lock()
	defer p.shard.mu.Unlock()
	return p.shard.enter(p)
}

// line puts the push of a fan who, after all, fetches nothing into the fan's queue, unless it stands there.
func (p *place) line() bool {
	p.shard.mu.Lock()
	defer p.shard.mu.Unlock()
	p.fetches = false
	if !p.apart {
		return true
	}
	p.apart = false
	return p.shard.enter(p)
}

// leave lets the fan's next work begin.
func (p *place) leave() {
	p.shard.mu.Lock()
	defer p.shard.mu.Unlock()
	p.shard.leave(p)
}
