package bot

import (
	"context"
	"time"
)

// KeptReplies is the arena of recent replies, for tests.
type RecentReplies struct{ recent recentReplies }

func (k *RecentReplies) Put(key [16]byte, trace, reply string, now time.Time) {
	k.recent.put(key, trace, []byte(reply), now)
}

func (k *RecentReplies) Get(key [16]byte) (reply, trace string, ok bool) {
	b, ok := k.recent.get(key)
	return string(b), k.recent.trace(key), ok
}

func (k *RecentReplies) SetServed(key [16]byte, served bool) { k.recent.setServed(key, served) }
func (k *RecentReplies) Served(key [16]byte) bool            { return k.recent.served(key) }
func (k *RecentReplies) Forget(now time.Time)                { k.recent.forget(now) }
func (k *RecentReplies) Len() (n int) {
	k.recent.each(func([16]byte, uint64) { n++ })
	return n
}
func (k *RecentReplies) Table() int { return len(k.recent.table) }
func (k *RecentReplies) Bytes() int { return k.recent.bytes }

const (
	RecentFor    = recentFor
	SlotSpan     = slotSpan
	RecentBytes  = recentBytes
	RecentMost   = recentMost
	RecentSurely = recentSurely
)

// Pause is the pause of one account, for tests.
type Pause struct{ pause pause }

func (p *Pause) Kill(now time.Time) time.Time { return p.pause.kill(now, "instructions") }
func (p *Pause) Over(now time.Time) time.Time { until, _, _ := p.pause.state(now); return until }
func (p *Pause) Lift()                        { p.pause.lift() }

// LoadQueue is the queue of loads, for tests.
type LoadQueue struct{ q *loadQueue }

func NewLoadQueue() LoadQueue                          { return LoadQueue{newLoadQueue(afterByTheClock, time.Now)} }
func (l LoadQueue) Put(name string, hurry bool)        { l.q.put(name, hurry) }
func (l LoadQueue) PutAfter(n string, d time.Duration) { l.q.putAfter(n, d) }
func (l LoadQueue) Done(name string, long bool)        { l.q.done(name, long) }

// Hold waits until nobody is busy with a name.
func (l LoadQueue) Hold(ctx context.Context, name string) bool { return l.q.hold(ctx, name) }

// Take is "" when nothing may be taken now.
func (l LoadQueue) Take() string { name, _ := l.q.take(); return name }

// UnderWay is how many deliveries were seen of a fan's turns that run or wait here, and how many of those turns have
// asked the store.
func (f *Fleet) UnderWay(account, openid string) (attempts, placed int) {
	s := f.pushes.shard(fan{account, openid}, [16]byte{})
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.running {
		if d.fan.openid != openid {
			continue
		}
		attempts += d.seen
		select {
		case <-d.placed:
			placed++
		default:
		}
	}
	return attempts, placed
}

// WatchPushes lets a test know when the push book takes a push in. To be called before the first.
func (f *Fleet) WatchPushes(note func()) {
	alone := f.pushes.alone
	f.pushes.alone = func() bool {
		note()
		return alone()
	}
}

// LookForJobs has the fleet look for jobs, and for what other processes have left, and returns once all is done that is
// due by the clock.
func (f *Fleet) LookForJobs(ctx context.Context) {
	f.jobs.look()
	for !f.jobs.idle() && ctx.Err() == nil {
		time.Sleep(50 * time.Microsecond) // the loop tells nobody
	}
}

// JobsAgain is how soon an account is looked at again whose jobs wait for an operator.
const JobsAgain = jobsAgain

// Stir has the fleet look for jobs.
func (f *Fleet) Stir() { f.jobs.look() }

// WatchLife lets a test see who listens for the end of the fleet. To be called before the first push.
func (f *Fleet) WatchLife(watch func(life context.Context) context.Context) { f.life = watch(f.life) }

// Turns is how many turns of an account hold its capacity.
func Turns(f *Fleet, account string) int { return int(f.Account(account).turns.Load()) }
