package bot

import "time"

// KeptReplies is the arena of kept replies, for tests.
type KeptReplies struct{ kept kept }

func (k *KeptReplies) Put(key [16]byte, trace, reply string, now time.Time) {
	k.kept.put(key, trace, []byte(reply), now)
}

func (k *KeptReplies) Get(key [16]byte) (reply, trace string, ok bool) {
	b, ok := k.kept.get(key)
	return string(b), k.kept.trace(key), ok
}

func (k *KeptReplies) SetServed(key [16]byte, served bool) { k.kept.setServed(key, served) }
func (k *KeptReplies) Served(key [16]byte) bool            { return k.kept.served(key) }
func (k *KeptReplies) Forget(now time.Time)                { k.kept.forget(now) }
func (k *KeptReplies) Len() int                            { return len(k.kept.at) }
func (k *KeptReplies) Bytes() int                          { return k.kept.bytes }

const (
	KeepFor   = keepFor
	SlotSpan  = slotSpan
	KeptBytes = keptBytes
)

// Pause is the pause of one account, for tests.
type Pause struct{ pause pause }

func (p *Pause) Kill(now time.Time) time.Time { return p.pause.kill(now, "instructions") }
func (p *Pause) Over(now time.Time) time.Time { until, _, _ := p.pause.state(now); return until }
func (p *Pause) Lift()                        { p.pause.lift() }

// LoadQueue is the queue of loads, for tests.
type LoadQueue struct{ q *loadQueue }

func NewLoadQueue() LoadQueue                          { return LoadQueue{newLoadQueue()} }
func (l LoadQueue) Put(name string, hurry bool)        { l.q.put(name, hurry) }
func (l LoadQueue) PutAfter(n string, d time.Duration) { l.q.putAfter(n, d) }
func (l LoadQueue) Done(name string, long bool)        { l.q.done(name, long) }

// Take is "" when nothing may be taken now.
func (l LoadQueue) Take() string { name, _ := l.q.take(); return name }

// UnderWay is how many deliveries were seen of a fan's turns that run or wait here, and how many of those turns have
// asked the store.
func (f *Fleet) UnderWay(account, openid string) (attempts, placed int) {
	s := f.book.shard(fan{account, openid}, [16]byte{})
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.running {
		if t.fan.openid != openid {
			continue
		}
		attempts += t.seen
		select {
		case <-t.placed:
			placed++
		default:
		}
	}
	return attempts, placed
}
