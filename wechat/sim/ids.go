package sim

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"
)

// idMaker makes ids of WeChat's shapes, and everything random.
type idMaker struct {
	now func() time.Time

	mu   sync.Mutex
	rand io.Reader
	last int64
}

// bytes reads n random bytes. A source that fails has no honest continuation: ids would repeat.
func (m *idMaker) bytes(n int) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := make([]byte, n)
	if _, err := io.ReadFull(m.rand, b); err != nil {
		panic(fmt.Sprintf("sim: no randomness: %v", err))
	}
	return b
}

func (m *idMaker) random16() [16]byte { return [16]byte(m.bytes(16)) }

// number is a decimal of n digits that does not begin with 0.
func (m *idMaker) number(n int) string {
	b := m.bytes(n)
	for i := range b {
		b[i] = '0' + b[i]%10
	}
	if b[0] == '0' {
		b[0] = '7'
	}
	return string(b)
}

// text is a random word of n characters A-Z a-z 0-9 - _.
func (m *idMaker) text(n int) string {
	return base64.RawURLEncoding.EncodeToString(m.bytes(n))[:n]
}

// serial is a number above 2^53 (9.0e15) that never repeats, also after a restart: milliseconds of the
// clock and a counter. A moved-back clock goes on counting.
func (m *idMaker) serial() int64 {
	now := m.now().UnixMilli() * 10_000
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last = max(m.last+1, now)
	return m.last
}

func (m *idMaker) id() string { return strconv.FormatInt(m.serial(), 10) }

// rid is the request id at the end of an errmsg: three words of eight hex digits.
func (m *idMaker) rid() string {
	b := m.bytes(8)
	return fmt.Sprintf("%08x-%08x-%s", m.now().Unix(), binary.BigEndian.Uint32(b), hex.EncodeToString(b[4:]))
}
