package engine

// itemEnd returns where the single-character item at p ends.
func (m *matcher) itemEnd(p int) int {
	switch m.pat[p] {
	case '%':
		if p+1 == len(m.pat) {
			m.fail("malformed pattern (ends with '%')")
		}
		return p + 2
	case '[':
		for i := range m.sets {
			if m.sets[i].from == p {
				return m.sets[i].to
			}
		}
		ep := m.setEnd(p + 1)
		if ep-p > longSet {
			m.work((ep - p) / 8)
			m.ready(p, ep)
		}
		return ep
	}
	return p + 1
}

func (m *matcher) setEnd(p int) int {
	if p < len(m.pat) && m.pat[p] == '^' {
		p++
	}
	for first := true; first || p >= len(m.pat) || m.pat[p] != ']'; first = false {
		if p >= len(m.pat) {
			m.fail("malformed pattern (missing ']')")
		}
		if m.pat[p] == '%' && p+1 < len(m.pat) {
			p++
		}
		p++
	}
	return p + 1
}

// single reports whether c fits the single-character item pat[p:ep].
func (m *matcher) single(c byte, p, ep int) bool {
	switch m.pat[p] {
	case '.':
		return true
	case '%':
		return inClass(c, m.pat[p+1])
	case '[':
		return m.inSet(c, p, ep-1)
	}
	return m.pat[p] == c
}

// inSet reports whether c is in the set between the brackets at p and end.
func (m *matcher) inSet(c byte, p, end int) bool {
	if end-p >= longSet {
		return m.ready(p, end+1).has(c)
	}
	pat, in := m.pat, true
	p++
	if pat[p] == '^' {
		in = false
		p++
	}
	for ; p < end; p++ {
		switch {
		case pat[p] == '%' && p+1 <= end:
			if p++; inClass(c, pat[p]) {
				return in
			}
		case p+2 < end && pat[p+1] == '-':
			if pat[p] <= c && c <= pat[p+2] {
				return in
			}
			p += 2
		case pat[p] == c:
			return in
		}
	}
	return !in
}
