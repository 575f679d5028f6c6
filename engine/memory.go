package engine

import (
	"fmt"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"

	"moonwire/folder"
)

// heapGauge reads how large the heap is, less what others say they hold of it, and how much was ever allocated.
type heapGauge struct {
	at   atomic.Int64 // of the last reading, on the engine's clock
	size atomic.Int64
	made atomic.Int64

	held func() int64 // bytes of others; nil: nobody's

	mu     sync.Mutex
	sample [3]metrics.Sample
	cycles uint64 // of the garbage collector
	others int64  // the most that others held since the last of them
}

// read looks at most once per probeEvery for all turns together.
func (g *heapGauge) read(now time.Duration) (size, made int64) {
	last := g.at.Load()
	if (last == 0 || now-time.Duration(last) >= probeEvery) && g.mu.TryLock() {
		g.look(now)
		g.mu.Unlock()
	}
	return g.size.Load(), g.made.Load()
}

// readNow looks in any case.
func (g *heapGauge) readNow(now time.Duration) (size, made int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.look(now)
	return g.size.Load(), g.made.Load()
}

func (g *heapGauge) look(now time.Duration) {
	g.sample[0].Name, g.sample[1].Name = "/memory/classes/heap/objects:bytes", "/gc/heap/allocs:bytes"
	g.sample[2].Name = "/gc/cycles/total:gc-cycles"
	metrics.Read(g.sample[:])
	g.size.Store(max(0, int64(g.sample[0].Value.Uint64())-g.notOurs(g.sample[2].Value.Uint64())))
	g.made.Store(int64(g.sample[1].Value.Uint64()))
	g.at.Store(int64(max(now, 1)))
}

// notOurs is how much of the heap no turn is suspected of: what others hold, and as garbage what they have let go of
// since the last collection.
func (g *heapGauge) notOurs(cycles uint64) int64 {
	if g.held == nil {
		return 0
	}
	if cycles != g.cycles {
		g.cycles, g.others = cycles, 0
	}
	g.others = max(g.others, g.held())
	return g.others
}

// memory is what a turn knows of the memory it holds.
type memory struct {
	noted   int64 // what it held when it was last weighed, and what natives have noted since
	heap    int64 // size of the process that is above suspicion, less what the turn holds of it
	allocs  int64 // what the process had allocated when the turn began or was last weighed
	strings int64 // bytes of all that were made

	byNatives int64  // what natives under way hold, see Held
	pinned    int    // bytes of short strings that slice may have pinned
	whole     string // what slice copied last, when it was long

	probed   time.Duration // when the size of the process was last looked at
	weighed  time.Duration // when the turn was last weighed
	weighing time.Duration // what that took
	excused  time.Duration // all weighing that was not charged
}

// checkHeap looks whether the process has grown by more than the turn may still hold. That only raises
// suspicion, as the figure is everybody's and counts garbage: then what the turn holds is weighed, and only
// that convicts. A turn is not charged for the time that weighing takes, up to half of its script time, nor
// spends more than half of its time on it unless the process grows fast.
func (t *Turn) checkHeap(now time.Duration) {
	if now-t.probed < probeEvery {
		return
	}
	t.probed = now
	size, _ := t.engine.heap.read(now)
	t.heap = min(t.heap, above(size, t.noted))
	if size-t.heap > t.limits.Memory/2 {
		t.engine.gc.tighten(t.engine, now)
	}
	switch grown, most := size-t.heap, t.limits.Memory; {
	case grown <= min(most, t.noted*7/8+t.unseen()):
	case grown <= 2*most && now-t.weighed < t.weighing:
	default:
		t.weigh(now, size)
	}
}

// unseen is how many bytes a turn may hold that were not weighed: the more turns of its account are under way,
// the fewer, so that all of them together are a quarter of what they may hold.
func (t *Turn) unseen() int64 {
	return turnsTogether * t.limits.Memory / 4 / int64(max(1, t.build.share.turns.Load()))
}

// turnsTogether is how many times the limit of one turn all turns of an account may hold at one moment. Only
// turns that were weighed count: those that made the process grow.
const turnsTogether = 4

// noteHeld notes what the turn holds, and tells what all turns of its account do.
func (t *Turn) noteHeld(held int64) (together int64) {
	together = t.build.share.held.Add(held - t.noted)
	t.noted = held
	return together
}

// weighBeforeWaiting weighs a turn that is about to wait: many may wait at once, and none of them is looked at
// meanwhile. It holds little that was not weighed when the whole process has allocated little since.
func (t *Turn) weighBeforeWaiting() {
	now, alone, unseen := t.engine.clock(), t.limits.Memory/8, t.unseen()
	read := t.engine.heap.read
	if unseen < alone {
		read = t.engine.heap.readNow // what many make within a millisecond is much
	}
	if size, made := read(now); made-t.allocs > min(alone, unseen) {
		t.weigh(now, size)
	}
}

// above is what of size is above suspicion when the turn holds so much: it is weighed again when it may hold an
// eighth more than is allowed. The garbage of the moment counts, so this falls with every collection: else a hoard
// could grow by what was collected.
func above(size, held int64) int64 { return size - held*7/8 }

func (t *Turn) weigh(now time.Duration, size int64) {
	held := t.held(t.limits.Memory)
	t.weighed = t.engine.clock()
	t.weighing = t.weighed - now
	if t.excused += t.weighing; t.excused < t.limits.ScriptTime/2 {
		t.waited += t.weighing
	}
	together := t.noteHeld(held)
	switch {
	case held > t.limits.Memory:
		t.vm.meter.kill(overLimit("memory", held, t.limits.Memory))
		return
	case together > turnsTogether*t.limits.Memory:
		t.stopTogether(together)
		return
	}
	t.heap = above(size, held)
	_, t.allocs = t.engine.heap.readNow(now) // weighing allocates, too
}

// stopTogether stops a turn for what it and others hold. From now on it does not count among them: it is giving up
// what it holds, and one more would be stopped for that.
func (t *Turn) stopTogether(together int64) {
	t.vm.meter.kill(t.tooMuch(together))
	t.noteHeld(0)
}

// tooMuch words what the turns of an account hold together. Another turn may have let go of something meanwhile.
func (t *Turn) tooMuch(together int64) *stop {
	allowed := turnsTogether * t.limits.Memory
	together = max(together, allowed+1)
	return &stop{kind: ErrorLimit, limit: "memory", msg: fmt.Sprintf(
		"the turns of this account that run now hold %s together, over the limit of %d times memory by %s; account.yaml limits: { memory: … } raises it",
		folder.BytesText(together), turnsTogether, folder.BytesText(together-allowed))}
}
