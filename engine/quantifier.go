package engine

// most matches as many characters as fit pat[p:ep], then fewer and fewer until the rest fits too.
func (m *matcher) most(s, p, ep, least int) int {
	end := m.span(s, p, ep)
	if ep+1 == len(m.pat) { // nothing comes after: the first try is right
		if end-s < least {
			return -1
		}
		return end
	}
	for ; end-s >= least; end-- {
		if to := m.match(end, ep+1); to >= 0 {
			return to
		}
	}
	return -1
}

// span returns where the characters from s on stop to fit pat[p:ep].
func (m *matcher) span(s, p, ep int) int {
	if m.pat[p] == '.' {
		m.work((len(m.src) - s) / 64)
		return len(m.src)
	}
	for s < len(m.src) {
		chunk := min(len(m.src), s+chargeEvery)
		begin := s
		s = m.spanIn(s, chunk, p, ep)
		m.work((s - begin) / 4)
		if s < chunk {
			break
		}
	}
	return s
}

func (m *matcher) spanIn(s, end, p, ep int) int {
	src := m.src
	if m.pat[p] == '%' {
		if class := classNamed[m.pat[p+1]]; class != 0 {
			in := m.pat[p+1] >= 'a'
			for s < end && (classOf[src[s]]&class != 0) == in {
				s++
			}
			return s
		}
	}
	if m.pat[p] == '[' && ep-p > longSet {
		set := m.ready(p, ep)
		for s < end && set.has(src[s]) {
			s++
		}
		return s
	}
	for s < end && m.single(src[s], p, ep) {
		s++
	}
	return s
}

// least matches as few characters as fit pat[p:ep] before the rest fits.
func (m *matcher) least(s, p, ep int) int {
	for {
		if to := m.match(s, ep+1); to >= 0 {
			return to
		}
		if s >= len(m.src) || !m.single(m.src[s], p, ep) {
			return -1
		}
		s++
	}
}
