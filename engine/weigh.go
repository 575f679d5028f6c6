package engine

import (
	"reflect"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// holder is a Turn.Host, or the Go value of a userdata, that keeps more of a turn than meets the eye: Lua
// values that no variable of the script need reach, and bytes of its own. Memory that is not
// weighed is memory without a limit.
type holder interface {
	Holds(visit func(lua.LValue)) (bytes int)
}

// About what things cost in bytes on a 64-bit machine, rounded up: an array place, a key with its value in
// both of the library's indexes, what the first key of a table brings with it, and the fixed parts of objects.
const (
	placeCost  = 16
	keyCost    = 160
	firstKey   = 600
	tableCost  = 128
	funcCost   = 112
	nativeCost = 256 // a closure of Go's with its variables
	matchCost  = 700 // what that of gmatch keeps: the captures
	proxyCost  = 1_000
	dataCost   = 128 // a userdata and a small Go value
	threadCost = 1_000 + coDepth*80
	upCost     = 72
	smallText  = 64 // shorter strings are counted wherever they stand
)

// held is about how many bytes hang on the turn: its environment, its modules, what its host keeps, and the
// stacks of all its coroutines, and what natives under way hold. Weighing stops once it is more than enough.
func (t *Turn) held(enough int64) int64 {
	w := &weigher{seen: map[unsafe.Pointer]struct{}{}, sum: t.byNatives, enough: enough}
	w.text(t.whole)
	w.text(t.tear.Piece)
	w.add(t.env)
	for _, m := range t.modules {
		w.add(m.value)
	}
	for _, library := range t.added {
		w.add(library)
	}
	for v := range t.numbers {
		w.sum += upCost
		w.add(v)
	}
	if h, ok := t.Host.(holder); ok {
		w.sum += int64(h.Holds(w.add))
	}
	for L := t.L(); L != nil; L = L.Parent {
		if w.first(unsafe.Pointer(L)) {
			w.thread(L)
		}
	}
	for len(w.todo) > 0 && w.sum <= enough {
		v := w.todo[len(w.todo)-1]
		w.todo = w.todo[:len(w.todo)-1]
		w.open(v)
	}
	return w.sum
}

type weigher struct {
	seen   map[unsafe.Pointer]struct{}
	todo   []lua.LValue
	sum    int64
	enough int64
}

// first reports whether the thing is met for the first time.
func (w *weigher) first(at unsafe.Pointer) bool {
	n := len(w.seen)
	w.seen[at] = struct{}{}
	return len(w.seen) > n
}

// add counts a value and keeps what has parts for later. Nothing is counted twice, a long string neither:
// a list of a thousand times the same text is small.
func (w *weigher) add(v lua.LValue) {
	if w.sum > w.enough {
		return
	}
	switch v := v.(type) {
	case lua.LString:
		w.text(string(v))
	case *lua.LTable:
		if w.first(unsafe.Pointer(v)) {
			w.lay(v)
		}
	case *lua.LFunction:
		w.later(v, unsafe.Pointer(v))
	case *lua.LState:
		w.later(v, unsafe.Pointer(v))
	case *lua.LUserData:
		w.later(v, unsafe.Pointer(v))
	case nil, *lua.LNilType, lua.LBool:
	default:
		w.sum += 16
	}
}

func (w *weigher) later(v lua.LValue, at unsafe.Pointer) {
	if w.first(at) {
		w.todo = append(w.todo, v)
	}
}

// text may meet a piece before the whole that it shares: slice sees to it that the piece is most of it.
func (w *weigher) text(s string) {
	w.sum += 16
	if len(s) <= smallText || w.first(unsafe.Pointer(unsafe.StringData(s))) {
		w.sum += int64(len(s))
	}
}

func (w *weigher) open(v lua.LValue) {
	switch v := v.(type) {
	case *lua.LTable:
		w.table(v)
	case *lua.LFunction:
		w.function(v)
	case *lua.LState:
		w.thread(v)
	case *lua.LUserData:
		w.sum += dataCost
		if h, ok := v.Value.(holder); ok {
			w.sum += int64(h.Holds(w.add))
		}
	}
}

func (w *weigher) function(fn *lua.LFunction) {
	w.sum += funcCost
	if fn.IsG {
		w.sum += nativeCost
		if len(fn.Upvalues) > 0 {
			w.sum += matchCost
		}
	}
	for _, up := range fn.Upvalues {
		w.sum += 8
		if up != nil && w.first(unsafe.Pointer(up)) {
			w.sum += upCost
			w.add(up.Value())
		}
	}
}

// lay counts a table's own places, the dead ones too, before anything in it is looked at: a few large tables are
// enough at a glance. What a locked one stands for is not the turn's.
func (w *weigher) lay(tb *lua.LTable) {
	if l := lockOf(tb); l != nil {
		if l.fixed == nil {
			w.sum += proxyCost
		}
		return
	}
	v := reflect.ValueOf(tb).Elem()
	w.sum += tableCost + int64(v.Field(private.items).Cap())*placeCost
	if n := int64(v.Field(private.keys).Cap()); n > 0 {
		w.sum += firstKey + max(0, n-8)*keyCost
	}
	w.todo = append(w.todo, tb)
}

// table weighs what is in a table. It reads the library's fields itself: ForEach makes a number of each index.
func (w *weigher) table(tb *lua.LTable) {
	w.add(tb.Metatable)
	v := reflect.ValueOf(tb).Elem()
	for _, item := range *(*[]lua.LValue)(unsafe.Pointer(v.Field(private.items).UnsafeAddr())) {
		if item != lua.LNil {
			w.add(item)
		}
	}
	for key, value := range *(*map[string]lua.LValue)(unsafe.Pointer(v.Field(private.strdict).UnsafeAddr())) {
		w.text(key)
		w.add(value)
	}
	for key, value := range *(*map[lua.LValue]lua.LValue)(unsafe.Pointer(v.Field(private.dict).UnsafeAddr())) {
		w.add(key)
		w.add(value)
	}
}

// thread weighs a stack: what its frames hold, and its own size.
func (w *weigher) thread(L *lua.LState) {
	w.sum += int64(registryLen(L))*placeCost + threadCost
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
