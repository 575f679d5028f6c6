package bindings

// bitset is a set of small numbers, of a size fixed when it is made; nil is empty.
type bitset []uint64

func newBitset(size int) bitset { return make(bitset, words(size)) }

// words is how many words a bitset for the numbers below size has.
func words(size int) int { return (size + 63) / 64 }

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
