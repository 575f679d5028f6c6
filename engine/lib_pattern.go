package engine

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// specials are the bytes that make a pattern more than plain text.
const specials = "^$*+?.([%-"

func stringFind(L *lua.LState) int { return findFrom(L, "find", true) }

func stringMatch(L *lua.LState) int { return findFrom(L, "match", false) }

// findFrom is find and match: the first match from a position on, with its place or without.
func findFrom(L *lua.LState, fn string, place bool) int {
	a := args{L, fn}
	s, pat := a.str(1), a.str(2)
	from := min(len(s), max(0, fromEnd(a.optInt(3, 1), len(s))-1))
	t := TurnOf(L)
	if place && (!strings.ContainsAny(pat, specials) || L.GetTop() > 3 && lua.LVAsBool(L.Get(4))) {
		return findPlain(L, t, s, pat, from)
	}
	m := matcher{src: s, pat: pat, t: t, L: L, steps: len(pat) / 64}
	begin, end := m.search(from)
	if end < 0 {
		m.settle()
		L.Push(lua.LNil)
		return 1
	}
	if !place {
		return m.pushCaptures(begin, end)
	}
	L.Push(intValue(begin + 1))
	L.Push(intValue(end))
	if m.level == 0 {
		m.settle()
		return 2
	}
	return 2 + m.pushCaptures(begin, end)
}

func findPlain(L *lua.LState, t *Turn, s, pat string, from int) int {
	t.Steps(L, 1+(len(s)-from+len(pat))/64)
	i := strings.Index(s[from:], pat)
	if i < 0 {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(intValue(from + i + 1))
	L.Push(intValue(from + i + len(pat)))
	return 2
}

// search looks for the first match from a place on. A leading ^ ties it to that place.
func (m *matcher) search(from int) (begin, end int) {
	if strings.HasPrefix(m.pat, "^") {
		m.reset()
		return from, m.match(from, 1)
	}
	return m.searchOn(from)
}

// searchOn is search for a pattern whose leading ^ was seen to, or means itself.
func (m *matcher) searchOn(from int) (begin, end int) {
	first, last := m.skipper()
	for s := from; s <= len(m.src); s++ {
		if last > 0 {
			if s = m.skip(s, first, last); s == len(m.src) {
				break
			}
		}
		m.reset()
		if end := m.match(s, 0); end >= 0 {
			return s, end
		}
	}
	return 0, -1
}

// skipper returns the item that any match must begin with, as pat[from:to], so that places it does not fit can
// be passed over quickly. An empty one: there is none.
func (m *matcher) skipper() (from, to int) {
	for from < len(m.pat) && m.pat[from] == '(' && from <= maxCaptures { // where a capture begins, nothing is read
		from++
	}
	rest := m.pat[from:]
	if rest == "" || from > maxCaptures {
		return 0, 0
	}
	switch rest[0] {
	case ')', '.':
		return 0, 0
	case '$':
		if len(rest) == 1 {
			return 0, 0
		}
	case '%':
		if len(rest) > 1 && (rest[1] == 'b' || rest[1] == 'f' || rest[1] >= '0' && rest[1] <= '9') {
			return 0, 0
		}
	}
	to = m.itemEnd(from)
	if to < len(m.pat) && strings.IndexByte("*?-", m.pat[to]) >= 0 {
		return 0, 0
	}
	return from, to
}

// skip returns the first place from s on that fits pat[from:to], the end of the subject if there is none.
func (m *matcher) skip(s, from, to int) int {
	if to-from == 1 {
		i := strings.IndexByte(m.src[s:], m.pat[from])
		if i < 0 {
			i = len(m.src) - s
		}
		m.work(i / 64)
		return s + i
	}
	for n := 1; s < len(m.src) && !m.single(m.src[s], from, to); s++ {
		if n++; n&7 == 0 {
			m.work(1)
		}
	}
	return s
}

// pushCaptures pushes the captures of a match, or the whole match if the pattern has none.
func (m *matcher) pushCaptures(begin, end int) int {
	m.settle()
	n := max(1, m.level)
	for i := range n {
		m.L.Push(m.capture(i, begin, end))
	}
	return n
}

// capture returns capture i, counted from 0; 0 is the whole match when the pattern has no captures.
func (m *matcher) capture(i, begin, end int) lua.LValue {
	if i >= m.level {
		if i > 0 {
			m.fail("invalid capture index")
		}
		return slice(m.L, m.t, m.src, begin, end)
	}
	c := m.captures[i]
	switch c.len {
	case capPosition:
		return intValue(c.from + 1)
	case capOpen:
		m.fail("unfinished capture")
	}
	return slice(m.L, m.t, m.src, c.from, c.from+c.len)
}

// stringGmatch returns an iterator. Its place is an upvalue and not a control variable, so a loop may
// change what it is given; as in Lua 5.1, ^ means itself here.
func stringGmatch(L *lua.LState) int {
	a := args{L, "gmatch"}
	m := &matcher{src: a.str(1), pat: a.str(2)}
	next := 0
	t := TurnOf(L)
	t.passing = t.passing || t.loading // its place is older than the turn that calls it
	L.Push(NewHolding(func(L *lua.LState) int {
		if next > len(m.src) {
			return 0
		}
		m.t, m.L, m.depth = TurnOf(L), L, 0
		begin, end := m.searchOn(next)
		if end < 0 {
			m.settle()
			next = len(m.src) + 1
			return 0
		}
		if next = end; end == begin {
			next++
		}
		return m.pushCaptures(begin, end)
	}, lua.LString(m.src), lua.LString(m.pat)))
	return 1
}

// NewHolding makes a closure of Go's that keeps values alive, and shows them when the turn is weighed.
func NewHolding(fn lua.LGFunction, values ...lua.LValue) *lua.LFunction {
	closure := newNative(fn)
	closure.Upvalues = closedUpvalues(values...)
	return closure
}
