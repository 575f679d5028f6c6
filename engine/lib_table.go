package engine

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"sort"

	lua "github.com/yuin/gopher-lua"
)

// tableNatives is Lua 5.1's table library. What changes a table refuses libraries, settings, data and
// other locked ones; what only reads looks at what they stand for.
func tableNatives() []Native {
	return []Native{
		{Name: "table.concat", Fn: tableConcat},
		{Name: "table.getn", Fn: tableGetn},
		{Name: "table.insert", Fn: tableInsert, Writes: true},
		{Name: "table.maxn", Fn: tableMaxn},
		{Name: "table.remove", Fn: tableRemove, Writes: true},
		{Name: "table.sort", Fn: tableSort, Writes: true},
	}
}

// itemAt reads without metamethods, wherever gopher-lua keeps the item.
func itemAt(tb *lua.LTable, i int) lua.LValue {
	if i >= 1 && i <= maxItems {
		return tb.RawGetInt(i)
	}
	return tb.RawGetH(lua.LNumber(i))
}

func tableConcat(L *lua.LState) int {
	a := args{L, "concat"}
	t := TurnOf(L)
	tb := beneath(t, a.table(1))
	sep := a.optStr(2, "")
	from := a.optInt(3, 1)
	to := a.optInt(4, -1)
	if L.Get(4) == lua.LNil {
		to = tb.Len()
	}
	if from > to {
		L.Push(emptyString)
		return 1
	}
	var out text
	out.begin(L, t)
	size := concatSize(L, t, tb, sep, from, to)
	out.grow(size)
	t.Steps(L, size/64)
	for i := from; ; i++ {
		switch v := itemAt(tb, i).(type) {
		case lua.LString:
			out.buf = append(out.buf, v...)
		case lua.LNumber:
			out.buf = appendNumber(out.buf, float64(v))
		}
		if i == to {
			break
		}
		out.buf = append(out.buf, sep...)
	}
	L.Push(out.value())
	return 1
}

// concatSize is how long the joined text will be. It raises for an item that is no text.
func concatSize(L *lua.LState, t *Turn, tb *lua.LTable, sep string, from, to int) int {
	size, counted := 0, 0
	for i := from; ; i++ {
		switch v := itemAt(tb, i).(type) {
		case lua.LString:
			size += len(v)
		case lua.LNumber:
			var digits [32]byte
			size += len(appendNumber(digits[:0], float64(v)))
		default:
			raise(L, fmt.Sprintf("invalid value (%s) at index %d in table for 'concat'", v.Type(), i))
		}
		if counted++; counted == chargeEvery {
			t.Steps(L, counted)
			counted = 0
		}
		if i == to {
			break
		}
		size += len(sep)
	}
	t.Steps(L, counted)
	return size
}

func tableGetn(L *lua.LState) int {
	L.Push(intValue(beneath(TurnOf(L), args{L, "getn"}.table(1)).Len()))
	return 1
}

func tableInsert(L *lua.LState) int {
	a := args{L, "insert"}
	tb := a.table(1)
	t := TurnOf(L)
	writable(L, t, tb)
	end := tb.Len() + 1
	n, pos, v := end, end, L.Get(2)
	switch L.GetTop() {
	case 2:
	case 3:
		pos, v = a.int(2), L.Get(3)
		n = max(n, pos)
	default:
		raise(L, "wrong number of arguments to 'insert'")
	}
	if n > maxItems {
		t.Fail(L, "a table holds at most %s items; this would be number %s", GroupDigits(maxItems), GroupDigits(int64(n)))
	}
	if pos < 1 {
		t.Fail(L, "position %d: items are counted from 1", pos)
	}
	t.Steps(L, 1+(n-min(pos, end))/16)
	if pos == n {
		tb.RawSetInt(pos, v)
		return 0
	}
	trim(tb, n-1)
	tb.Insert(pos, v)
	return 0
}

// trim gives up slots behind the last item. gopher-lua makes room for an insertion behind them, so a queue
// whose items are taken off by t[#t] = nil would grow for ever.
func trim(tb *lua.LTable, n int) {
	last := lua.LNil
	for last == lua.LNil {
		last = tb.Remove(-1)
	}
	tb.RawSetInt(n, last)
}

func tableRemove(L *lua.LState) int {
	a := args{L, "remove"}
	tb := a.table(1)
	t := TurnOf(L)
	writable(L, t, tb)
	n := tb.Len()
	pos := a.optInt(2, n)
	if pos < 1 || pos > n {
		return 0
	}
	t.Steps(L, 1+(n-pos)/16)
	L.Push(tb.Remove(pos))
	return 1
}

func tableMaxn(L *lua.LState) int {
	t := TurnOf(L)
	tb := beneath(t, args{L, "maxn"}.table(1))
	greatest, counted := lua.LNumber(0), 0
	tb.ForEach(func(k, _ lua.LValue) {
		if n, ok := k.(lua.LNumber); ok && n > greatest {
			greatest = n
		}
		if counted++; counted == chargeEvery {
			t.Steps(L, counted)
			counted = 0
		}
	})
	t.Steps(L, counted)
	L.Push(greatest)
	return 1
}

func tableSort(L *lua.LState) int {
	a := args{L, "sort"}
	tb := a.table(1)
	s := sorter{L: L, t: TurnOf(L), tb: tb}
	writable(L, s.t, tb)
	if L.GetTop() > 1 && L.Get(2) != lua.LNil {
		s.before = a.function(2)
	}
	s.n = tb.Len()
	if s.before != nil || !sortAlike[lua.LNumber](&s) && !sortAlike[lua.LString](&s) {
		sort.Sort(&s)
	}
	s.t.Steps(L, s.steps)
	return 0
}

// sortAlike sorts a list of nothing but numbers, or nothing but texts, by `<`; false when it is no such list.
func sortAlike[V interface {
	lua.LValue
	cmp.Ordered
}](s *sorter) bool {
	if _, ok := s.tb.RawGetInt(1).(V); !ok {
		return false
	}
	list, size := make([]V, 0, s.n), 0
	for i := 1; i <= s.n; i++ {
		v, ok := s.tb.RawGetInt(i).(V)
		if !ok {
			return false
		}
		if text, ok := any(v).(lua.LString); ok {
			size += len(text)
		}
		list = append(list, v)
	}
	s.t.Steps(s.L, (s.n+size/64)*bits.Len(uint(s.n)))
	slices.Sort(list)
	for i, v := range list {
		s.tb.RawSetInt(i+1, v)
	}
	return true
}

// sorter sorts in place. Whatever the order function answers, and whatever it does to the table meanwhile,
// the number of comparisons is bounded and every access stays within the table.
type sorter struct {
	L      *lua.LState
	t      *Turn
	tb     *lua.LTable
	before *lua.LFunction // nil: the order of `<`
	n      int
	steps  int
}

func (s *sorter) Len() int { return s.n }

func (s *sorter) Swap(i, j int) {
	a, b := s.tb.RawGetInt(i+1), s.tb.RawGetInt(j+1)
	s.tb.RawSetInt(i+1, b)
	s.tb.RawSetInt(j+1, a)
}

func (s *sorter) Less(i, j int) bool {
	if s.steps++; s.steps == chargeEvery {
		s.t.Steps(s.L, s.steps)
		s.steps = 0
	}
	a, b := s.tb.RawGetInt(i+1), s.tb.RawGetInt(j+1)
	if s.before == nil {
		return s.natural(a, b)
	}
	s.L.Push(s.before)
	s.L.Push(a)
	s.L.Push(b)
	s.L.Call(2, 1)
	v := s.L.Get(-1)
	s.L.Pop(1)
	return lua.LVAsBool(v)
}

func (s *sorter) natural(a, b lua.LValue) bool {
	switch x := a.(type) {
	case lua.LNumber:
		if y, ok := b.(lua.LNumber); ok {
			return x < y
		}
	case lua.LString:
		if y, ok := b.(lua.LString); ok {
			s.steps += min(min(len(x), len(y))/64, chargeEvery-1-s.steps)
			return x < y
		}
	case *lua.LTable, *lua.LUserData:
		if a.Type() == b.Type() {
			return s.L.LessThan(a, b)
		}
	}
	if a.Type() == b.Type() {
		raise(s.L, fmt.Sprintf("attempt to compare two %s values", a.Type()))
	}
	raise(s.L, fmt.Sprintf("attempt to compare %s with %s", a.Type(), b.Type()))
	return false
}
