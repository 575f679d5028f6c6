package bindings

// parts finds the keys of all on.has rules in a text at once: the automaton of Aho and Corasick, whose work
// is the length of the text however many keys there are. Immutable.
//
// fail of a node is the node of the longest proper end of what leads there; also is the nearest one along
// fail at which a key ends.
type parts struct{ trie }

func newParts(keys []ruleKey) *parts {
	if len(keys) == 0 {
		return nil
	}
	p := &parts{newTrie(keys)}
	for n := range int32(len(p.nodes) - 1) {
		from, to := p.children(n)
		for c := from; c < to; c++ {
			child := &p.nodes[c]
			if n > 0 {
				child.fail = p.next(p.nodes[n].fail, child.letter)
			}
			if child.also = child.fail; p.nodes[child.fail].key < 0 {
				child.also = p.nodes[child.fail].also
			}
		}
	}
	return p
}

// next is the node after letter: of the longest end of what was read that leads to one.
func (p *parts) next(n int32, letter byte) int32 {
	for {
		if c := p.child(n, letter); c != 0 || n == 0 {
			return c
		}
		n = p.nodes[n].fail
	}
}

// find is the keys that stand in text, nil for none. It pays a step for each byte before it reads it, and one
// for each key that it finds.
func (p *parts) find(text string, pay func(steps int)) (found bitset) {
	const piece = 1 << 10
	n := int32(0)
	for i := range len(text) {
		if i%piece == 0 {
			pay(min(piece, len(text)-i))
		}
		n = p.next(n, text[i])
		end := n
		if p.nodes[end].key < 0 {
			end = p.nodes[end].also
		}
		if end != 0 && found == nil {
			found = newBitset(len(p.rules))
		}
		// Whoever found a key before has followed also from there to its end, so each key is found once.
		for ; end != 0 && !found.has(int(p.nodes[end].key)); end = p.nodes[end].also {
			pay(1)
			found.add(int(p.nodes[end].key))
		}
	}
	return found
}
