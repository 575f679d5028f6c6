package bindings

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
)

// ruleKey is one key of one rule, by the rule's ordinal.
type ruleKey struct {
	text string
	rule int32
}

// trie is the keys of all rules of one kind, letter by letter (a letter is a byte), so that keys which begin
// alike are looked at once. Immutable.
//
// Its nodes are numbered breadth first: the children of a node stand side by side, in the order of their
// letters, right before those of the next node. 0 is the root, which is nobody's child, and stands for none.
type trie struct {
	nodes []node // and one more, which ends the children of the last
	rules []int32
}

// node takes twenty bytes for each letter of a key that no other key has.
type node struct {
	first  int32 // of its children
	key    int32 // where the rules begin whose key ends here, -1 for none; those of a key end with one that is ^
	fail   int32 // see parts
	also   int32 // see parts
	letter byte  // that leads here
}

// newTrie makes the trie of keys, and orders them.
func newTrie(keys []ruleKey) trie {
	slices.SortFunc(keys, func(a, b ruleKey) int {
		return cmp.Or(strings.Compare(a.text, b.text), cmp.Compare(a.rule, b.rule))
	})
	t := trie{rules: make([]int32, len(keys))}
	for i, k := range keys {
		if t.rules[i] = k.rule; i == len(keys)-1 || keys[i+1].text != k.text {
			t.rules[i] = ^k.rule
		}
	}
	t.grow(keys)
	return t
}

// span is the keys that begin with what leads to a node, and how long that is.
type span struct{ from, to, depth int32 }

// grow makes the nodes for keys that are in order.
func (t *trie) grow(keys []ruleKey) {
	nodes, spans := []node{{}}, []span{{0, int32(len(keys)), 0}}
	for n := 0; n < len(spans); n++ {
		s := spans[n]
		nodes[n].first, nodes[n].key = int32(len(nodes)), -1
		for ; s.from < s.to && len(keys[s.from].text) == int(s.depth); s.from++ {
			nodes[n].key = spans[n].from
		}
		for s.from < s.to {
			child := span{s.from, s.from, s.depth + 1}
			letter := keys[s.from].text[s.depth]
			for child.to < s.to && keys[child.to].text[s.depth] == letter {
				child.to++
			}
			spans, s.from = append(spans, child), child.to
			nodes = append(nodes, node{letter: letter})
		}
	}
	t.nodes = slices.Clip(append(nodes, node{first: int32(len(nodes))}))
}

// children are the numbers from from up to, but not, to.
func (t *trie) children(n int32) (from, to int32) { return t.nodes[n].first, t.nodes[n+1].first }

// child is the node that letter leads to from node n, 0 for none.
func (t *trie) child(n int32, letter byte) int32 {
	from, to := t.children(n)
	for from < to {
		middle := (from + to) / 2
		switch at := t.nodes[middle].letter; {
		case at == letter:
			return middle
		case at < letter:
			from = middle + 1
		default:
			to = middle
		}
	}
	return 0
}

// fitting is the rules of the keys that were found, of size rules in all.
func (t *trie) fitting(found bitset, size int) bitset {
	if found == nil {
		return nil
	}
	rules := newBitset(size)
	for i, word := range found {
		for ; word != 0; word &= word - 1 {
			key := i*64 + bits.TrailingZeros64(word)
			for ; t.rules[key] >= 0; key++ {
				rules.add(int(t.rules[key]))
			}
			rules.add(int(^t.rules[key]))
		}
	}
	return rules
}

// bitset is a set of small numbers, of a size fixed when it is made; nil is empty.
type bitset []uint64

func newBitset(size int) bitset { return make(bitset, bitsetWords(size)) }

// bitsetWords is how many words a bitset for the numbers below size has.
func bitsetWords(size int) int { return (size + 63) / 64 }

func (b bitset) add(n int) { b[n/64] |= 1 << (n % 64) }

func (b bitset) has(n int) bool { return n/64 < len(b) && b[n/64]>>(n%64)&1 != 0 }

func (b bitset) none() bool {
	for _, w := range b {
		if w != 0 {
			return false
		}
	}
	return true
}

// addMoved adds the numbers of both from and mask, each n higher, n at most 63.
func (b bitset) addMoved(from, mask bitset, n int) {
	carry := uint64(0)
	for i := range b {
		w := from[i] & mask[i]
		b[i] |= w<<n | carry
		carry = w >> (64 - n)
	}
}
