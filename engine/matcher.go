package engine

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

const (
	maxCaptures   = 32  // as in Lua 5.1
	maxMatchDepth = 200 // quantifiers and captures that may be open at once; the Go stack pays for them
	// chargeEvery is how many bytes or steps a match may take between two looks at the meter.
	chargeEvery = 1000
)

// Lengths of captures that are none.
const (
	capOpen     = -1
	capPosition = -2
)

type capture struct{ from, len int }

// matcher matches one Lua 5.1 pattern by backtracking. Work is charged to the turn, so that a pattern
// that backtracks without end is stopped like a loop in the script; recursion goes only as deep as the
// pattern is long, never as the subject is.
type matcher struct {
	src, pat string
	level    int // captures so far
	depth    int
	steps    int // done and not yet charged
	captures [maxCaptures]capture
	sets     []readySet // the long ones, in turns
	nextSet  int        // in sets, to be replaced

	t *Turn
	L *lua.LState
}

func (m *matcher) work(n int) {
	if m.steps += n; m.steps >= chargeEvery {
		m.settle()
	}
}

func (m *matcher) settle() {
	n := m.steps
	m.steps = 0
	m.t.Steps(m.L, n)
}

func (m *matcher) fail(msg string) { raise(m.L, msg) }

// reset prepares for a match at another place. Depth is 0 between matches: an error leaves for good.
func (m *matcher) reset() { m.level = 0 }

// match matches the pattern from p on against the subject from s on and returns where the match ends,
// -1 if there is none.
func (m *matcher) match(s, p int) int {
	if m.depth++; m.depth > maxMatchDepth {
		m.fail("pattern too complex")
	}
	end := m.run(s, p)
	m.depth--
	return end
}

// run walks over pattern items as long as no choice has to be remembered.
func (m *matcher) run(s, p int) int {
	for p < len(m.pat) {
		m.work(1)
		switch m.pat[p] {
		case '(':
			return m.open(s, p)
		case ')':
			return m.close(s, p+1)
		case '$':
			if p+1 == len(m.pat) {
				if s == len(m.src) {
					return s
				}
				return -1
			}
		case '%':
			if p+1 < len(m.pat) {
				if to, next, special := m.escape(s, p); special {
					if to < 0 {
						return -1
					}
					s, p = to, next
					continue
				}
			}
		}
		to, next, done := m.item(s, p)
		if done {
			return to
		}
		s, p = to, next
	}
	return s
}

// escape matches the items beginning with % that are more than one character. It returns where the
// subject and the pattern go on.
func (m *matcher) escape(s, p int) (to, next int, special bool) {
	switch c := m.pat[p+1]; {
	case c == 'b':
		return m.balance(s, p+2), p + 4, true
	case c == 'f':
		return m.frontier(s, p+2)
	case c >= '0' && c <= '9':
		return m.backReference(s, c), p + 2, true
	}
	return 0, 0, false
}

// item matches a single-character item with its quantifier. done: to is the result of the whole match.
func (m *matcher) item(s, p int) (to, next int, done bool) {
	ep := m.itemEnd(p)
	quantifier := byte(0)
	if ep < len(m.pat) {
		quantifier = m.pat[ep]
	}
	switch quantifier {
	case '?':
		if s < len(m.src) && m.single(m.src[s], p, ep) {
			if to := m.match(s+1, ep+1); to >= 0 {
				return to, 0, true
			}
		}
		return s, ep + 1, false
	case '*':
		return m.most(s, p, ep, 0), 0, true
	case '+':
		return m.most(s, p, ep, 1), 0, true
	case '-':
		return m.least(s, p, ep), 0, true
	}
	if s < len(m.src) && m.single(m.src[s], p, ep) {
		return s + 1, ep, false
	}
	return -1, 0, true
}

func (m *matcher) open(s, p int) int {
	kind := capOpen
	p++
	if p < len(m.pat) && m.pat[p] == ')' {
		kind = capPosition
		p++
	}
	if m.level == maxCaptures {
		m.fail("too many captures")
	}
	m.captures[m.level] = capture{s, kind}
	m.level++
	end := m.match(s, p)
	if end < 0 {
		m.level--
	}
	return end
}

func (m *matcher) close(s, p int) int {
	i := m.level - 1
	for i >= 0 && m.captures[i].len != capOpen {
		i--
	}
	if i < 0 {
		m.fail("invalid pattern capture")
	}
	m.captures[i].len = s - m.captures[i].from
	end := m.match(s, p)
	if end < 0 {
		m.captures[i].len = capOpen
	}
	return end
}

func (m *matcher) backReference(s int, digit byte) int {
	i := int(digit) - '1'
	if i < 0 || i >= m.level || m.captures[i].len == capOpen {
		m.fail("invalid capture index")
	}
	c := m.captures[i]
	if c.len == capPosition {
		return -1
	}
	if len(m.src)-s < c.len {
		return -1
	}
	m.work(c.len / 64)
	if !strings.HasPrefix(m.src[s:], m.src[c.from:c.from+c.len]) {
		return -1
	}
	return s + c.len
}

// balance matches %bxy; p is where x stands.
func (m *matcher) balance(s, p int) int {
	if p+1 >= len(m.pat) {
		m.fail("unbalanced pattern")
	}
	begin, end := m.pat[p], m.pat[p+1]
	if s >= len(m.src) || m.src[s] != begin {
		return -1
	}
	open := 1
	for i := s + 1; i < len(m.src); i++ {
		if i&7 == 0 {
			m.work(1)
		}
		switch m.src[i] {
		case end:
			if open--; open == 0 {
				return i + 1
			}
		case begin:
			open++
		}
	}
	return -1
}

// frontier matches %f[set]; p is where the set begins.
func (m *matcher) frontier(s, p int) (to, next int, special bool) {
	if p >= len(m.pat) || m.pat[p] != '[' {
		m.fail("missing '[' after '%f' in pattern")
	}
	ep := m.itemEnd(p)
	var before, here byte
	if s > 0 {
		before = m.src[s-1]
	}
	if s < len(m.src) {
		here = m.src[s]
	}
	if m.inSet(before, p, ep-1) || !m.inSet(here, p, ep-1) {
		return -1, 0, true
	}
	return s, ep, true
}
