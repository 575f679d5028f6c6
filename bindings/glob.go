package bindings

import (
	"math/bits"
	"unicode/utf8"
)

// globs fits the patterns of all on.scan rules to a scene at once. In a pattern * stands for any characters and
// ? for one. Immutable.
type globs struct{ trie }

func newGlobs(keys []ruleKey) *globs {
	if len(keys) == 0 {
		return nil
	}
	return &globs{newTrie(keys)}
}

// find is the patterns that all of scene fits, nil for none. It walks the trie and keeps, for each beginning of
// a pattern, the set of all places in the scene that it may lead to; where that is empty, nothing below needs a
// look. There is no going back: the work is at most the length of all patterns, as far as they differ, times a
// 64th of the scene's. It pays for each step before it does it.
func (g *globs) find(scene string, pay func(steps int)) (found bitset) {
	pay(len(scene))
	p := newPlaces(scene)
	size := bitsetWords(p.size)
	type step struct{ node, depth int32 }
	todo := []step{{0, 0}}
	sets := newBitset(p.size) // of the nodes from the root to where the walk stands
	sets.add(0)
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		at := int(s.depth) * size
		if s.node != 0 {
			pay(1 + size/4)
			if len(sets) < at+size {
				sets = append(sets, make(bitset, size)...)
			}
			p.step(sets[at:at+size], sets[at-size:at], g.nodes[s.node].letter)
		}
		set := sets[at : at+size]
		if set.none() {
			continue
		}
		if k := g.nodes[s.node].key; k >= 0 && set.has(len(scene)) {
			if found == nil {
				found = newBitset(len(g.rules))
			}
			found.add(int(k))
		}
		from, to := g.children(s.node)
		for c := from; c < to; c++ {
			todo = append(todo, step{c, s.depth + 1})
		}
	}
	return found
}

// places are sets of places in a scene: where its characters begin and where it ends.
type places struct {
	size   int
	letter [256]bitset // before this byte; nil where the scene has none
	length [5]bitset   // before a character of so many bytes
	begins bitset      // where characters begin, counted from the beginning, and the end
}

func newPlaces(scene string) *places {
	p := &places{size: len(scene) + 1}
	p.begins = newBitset(p.size)
	for n := range p.length {
		p.length[n] = newBitset(p.size)
	}
	for i := range len(scene) {
		_, n := utf8.DecodeRuneInString(scene[i:])
		p.length[n].add(i)
		if p.letter[scene[i]] == nil {
			p.letter[scene[i]] = newBitset(p.size)
		}
		p.letter[scene[i]].add(i)
	}
	for i := range scene {
		p.begins.add(i)
	}
	p.begins.add(len(scene))
	return p
}

// step makes to of the places that letter of a pattern leads to from the places from.
func (p *places) step(to, from bitset, letter byte) {
	clear(to)
	switch {
	case letter == '*':
		p.after(to, from)
	case letter == '?':
		for n := 1; n < len(p.length); n++ {
			to.addMoved(from, p.length[n], n)
		}
	case p.letter[letter] != nil:
		to.addMoved(from, p.letter[letter], 1)
	}
}

// after makes to of from and all places that whole characters lead to from there.
func (p *places) after(to, from bitset) {
	seen := false
	for i, w := range from {
		all := ^uint64(0)
		if !seen {
			all <<= bits.TrailingZeros64(w)
			seen = w != 0
		}
		to[i] = w | p.begins[i]&all
	}
}
