package engine

import (
	"reflect"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"

	lua "github.com/yuin/gopher-lua"
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

// checkHeap looks whether the process has grown by more than the turn may hold. That only raises
// suspicion, as the figure is everybody's and counts garbage: then what the turn holds is measured.
func (t *Turn) checkHeap(now time.Duration) {
	if now-t.probed < probeEvery {
		return
	}
	t.probed = now
	size := t.engine.heap.read(now)
	if size < t.heap {
		t.heap = size
	}
	if int64(size-t.heap) <= t.limits.Memory {
		return
	}
	t.heap = size
	if held := t.held(t.limits.Memory); held > t.limits.Memory {
		t.vm.meter.kill(overLimit("memory", held, t.limits.Memory))
	}
}

// held is about how many bytes hang on the turn: its environment, its modules, and the stacks of all its
// coroutines. Measuring stops once it is more than enough.
func (t *Turn) held(enough int64) int64 {
	w := &weigher{seen: map[any]bool{}, enough: enough}
	w.add(t.env)
	for _, m := range t.modules {
		w.add(m.value)
	}
	for L := t.L(); L != nil; L = L.Parent {
		w.thread(L)
	}
	for len(w.todo) > 0 && w.sum <= enough {
		v := w.todo[len(w.todo)-1]
		w.todo = w.todo[:len(w.todo)-1]
		w.open(v)
	}
	return w.sum
}

// About what things cost in bytes: an array place, a key with its value in both of the library's indexes,
// and the fixed part of an object.
const (
	placeCost = 16
	keyCost   = 160
	fixedCost = 100
)

type weigher struct {
	seen   map[any]bool
	todo   []lua.LValue
	sum    int64
	enough int64
}

func (w *weigher) add(v lua.LValue) {
	switch v := v.(type) {
	case lua.LString:
		w.sum += int64(len(v)) + 16
	case *lua.LTable, *lua.LFunction, *lua.LState:
		if !w.seen[v] && w.sum <= w.enough {
			w.seen[v] = true
			w.sum += fixedCost
			w.todo = append(w.todo, v)
		}
	case nil, *lua.LNilType, lua.LBool:
	default:
		w.sum += 16
	}
}

func (w *weigher) open(v lua.LValue) {
	switch v := v.(type) {
	case *lua.LTable:
		w.table(v)
	case *lua.LFunction:
		for _, up := range v.Upvalues {
			w.sum += 8
			if up != nil {
				w.sum += 56
				w.add(up.Value())
			}
		}
	case *lua.LState:
		w.thread(v)
	}
}

// table weighs all places of a table, the dead ones too. Locked tables are not the turn's.
func (w *weigher) table(tb *lua.LTable) {
	if Locked(tb) {
		return
	}
	v := reflect.ValueOf(tb).Elem()
	w.sum += int64(v.Field(private.items).Cap()) * placeCost
	w.sum += int64(v.Field(private.keys).Cap()) * keyCost
	if w.sum > w.enough {
		return
	}
	w.add(tb.Metatable)
	tb.ForEach(func(key, value lua.LValue) {
		if w.sum <= w.enough {
			w.add(key)
			w.add(value)
		}
	})
}

// thread weighs a stack: what its frames hold, and its own size.
func (w *weigher) thread(L *lua.LState) {
	w.sum += int64(registryLen(L))*placeCost + coDepth*80
	for level := 0; w.sum <= w.enough; level++ {
		dbg, ok := L.GetStack(level)
		if !ok {
			return
		}
		if fn, err := L.GetInfo("f", dbg, nil); err == nil {
			w.add(fn)
		}
		for no := 1; w.sum <= w.enough; no++ {
			name, v := L.GetLocal(dbg, no)
			if name == "" {
				break
			}
			w.add(v)
		}
	}
}
