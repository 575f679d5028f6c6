package luaprogram

// Choices are where a program comes from: IntN is a number from 0 up to n-1. A *rand.Rand is one.
type Choices interface{ IntN(n int) int }

// Bytes are choices out of a text, for fuzzing. When it ends, all that follow are the last possibility, which is
// never the one that goes on.
type Bytes struct{ left []byte }

// NewBytes begins at the first byte.
func NewBytes(data []byte) *Bytes { return &Bytes{data} }

// IntN takes one byte, two for more than 256 possibilities.
func (b *Bytes) IntN(n int) int {
	if len(b.left) == 0 {
		return n - 1
	}
	v := b.next()
	if n > 256 {
		v = v<<8 | b.next()
	}
	return v % n
}

func (b *Bytes) next() int {
	if len(b.left) == 0 {
		return 0
	}
	v := b.left[0]
	b.left = b.left[1:]
	return int(v)
}
