//go:build !unix

package wire

// canPeek is false where nobody can see that a peer has hung up without reading: there net/http reads everything.
const canPeek = false

func (c *Conn) hungUp() bool { return false }
