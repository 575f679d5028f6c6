package engine

import "math"

const (
	// longSet is how many bytes of a pattern a set may have and still be read anew for each character.
	longSet = 32
	// keptSets is how many sets a match keeps ready.
	keptSets = 8
)

// byteSet has a bit for each byte.
type byteSet [4]uint64

func (s *byteSet) has(c byte) bool { return s[c>>6]>>(c&63)&1 != 0 }

// add puts the bytes from..to into the set, none if to is less.
func (s *byteSet) add(from, to byte) {
	if from > to {
		return
	}
	for i := from >> 6; i <= to>>6; i++ {
		word := uint64(math.MaxUint64)
		if i == from>>6 {
			word &= math.MaxUint64 << (from & 63)
		}
		if i == to>>6 {
			word &= math.MaxUint64 >> (63 - to&63)
		}
		s[i] |= word
	}
}

// classBytes says for every letter which bytes %letter stands for.
var classBytes = func() (sets [256]byteSet) {
	for letter := range sets {
		for c := range 256 {
			if inClass(byte(c), byte(letter)) {
				sets[letter].add(byte(c), byte(c))
			}
		}
	}
	return sets
}()

// readySet is a long set pat[from:to], brackets included, made ready once for all characters.
type readySet struct {
	from, to int
	bytes    byteSet
}

// ready returns the bytes that fit the long set pat[from:to]. It is charged for when it has to be read.
func (m *matcher) ready(from, to int) *byteSet {
	for i := range m.sets {
		if m.sets[i].from == from {
			return &m.sets[i].bytes
		}
	}
	m.work((to - from) / 8)
	if len(m.sets) < keptSets {
		m.sets = append(m.sets, readySet{})
	}
	set := &m.sets[m.nextSet]
	m.nextSet = (m.nextSet + 1) % keptSets
	*set = readySet{from, to, m.readSet(from, to-1)}
	return &set.bytes
}

// readSet is the set between the brackets at p and end.
func (m *matcher) readSet(p, end int) (set byteSet) {
	pat, in := m.pat, true
	p++
	if pat[p] == '^' {
		in = false
		p++
	}
	for ; p < end; p++ {
		switch {
		case pat[p] == '%' && p+1 <= end:
			p++
			for i, word := range classBytes[pat[p]] {
				set[i] |= word
			}
		case p+2 < end && pat[p+1] == '-':
			set.add(pat[p], pat[p+2])
			p += 2
		default:
			set.add(pat[p], pat[p])
		}
	}
	if !in {
		for i := range set {
			set[i] = ^set[i]
		}
	}
	return set
}
