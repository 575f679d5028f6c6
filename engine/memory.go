package engine

import (
	"fmt"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"
)

// heapGauge reads the size of the heap at most once per probeEvery for all turns together.
type heapGauge struct {
	at   atomic.Int64 // of the last reading, on the engine's clock
	size atomic.Uint64

	mu     sync.Mutex
	sample [1]metrics.Sample
}

func (g *heapGauge) read(now time.Duration) uint64 {
	last := g.at.Load()
	if last != 0 && now-time.Duration(last) < probeEvery || !g.mu.TryLock() {
		return g.size.Load()
	}
	defer g.mu.Unlock()
	g.sample[0].Name = "/memory/classes/heap/objects:bytes"
	metrics.Read(g.sample[:])
	g.size.Store(g.sample[0].Value.Uint64())
	g.at.Store(int64(max(now, 1)))
	return g.size.Load()
}

// checkHeap looks whether the process has grown by more than the turn may still hold. That only raises
// suspicion, as the figure is everybody's and counts garbage: then what the turn holds is measured, and only
// that convicts. A turn is not charged for the time that measuring takes, up to half of its script time, nor
// spends more than half of its time on it unless the process grows fast.
func (t *Turn) checkHeap(now time.Duration) {
	if now-t.probed < probeEvery {
		return
	}
	t.probed = now
	size := int64(t.engine.heap.read(now))
	t.heap = min(t.heap, above(size, t.keeps))
	if size-t.heap > t.limits.Memory/2 {
		t.engine.gc.tighten(t.engine, now)
	}
	switch grown, allowed := size-t.heap, t.limits.Memory; {
	case grown <= allowed:
	case grown <= 2*allowed && now-t.weighed < t.weighing:
	default:
		t.weigh(now, size)
	}
}

// turnsTogether is how many times the limit of one turn all turns of an account may hold at one moment. Only
// turns that were measured count: those that made the process grow.
const turnsTogether = 4

// keep notes what the turn holds, and tells what all turns of its account do.
func (t *Turn) keep(held int64) (together int64) {
	together = t.build.share.held.Add(held - t.keeps)
	t.keeps = held
	return together
}

// weighBeforeWaiting measures a turn that is about to wait and made the process grow: many may wait at once, and
// none of them is looked at meanwhile.
func (t *Turn) weighBeforeWaiting() {
	now := t.engine.clock()
	if size := int64(t.engine.heap.read(now)); size-min(t.heap, size) > t.limits.Memory/8 {
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
	together := t.keep(held)
	switch {
	case held > t.limits.Memory:
		t.vm.meter.kill(overLimit("memory", held, t.limits.Memory))
		return
	case together > turnsTogether*t.limits.Memory:
		t.vm.meter.kill(t.tooMuch(together))
		return
	}
	t.heap = above(size, held)
}

// tooMuch words what the turns of an account hold together.
func (t *Turn) tooMuch(together int64) *stop {
	over := max(1, together-turnsTogether*t.limits.Memory)
	return &stop{ErrorLimit, "memory", fmt.Sprintf(
		"the turns of this account that run now hold %s together, over the limit of %d times memory by %s; account.yaml limits: { memory: … } raises it",
		bytesText(together), turnsTogether, bytesText(over))}
}
