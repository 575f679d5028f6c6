package transcript

import (
	"context"
	"io"
	"math/rand/v2"
	"sync"
	"time"
)

// chance is the same for every run of a test. Safe for concurrent use.
type chance struct {
	mu  sync.Mutex
	src *rand.ChaCha8
}

func newChance(seed string) *chance {
	var s [32]byte
	copy(s[:], seed)
	return &chance{src: rand.NewChaCha8(s)}
}

// Read fills p.
func (c *chance) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.src.Read(p)
}

// delay makes scripts late that are about to begin: the bot asks for chance once before each runs.
type delay struct {
	io.Reader
	clock *clock
	life  context.Context // ends the waiting

	mu    sync.Mutex
	times []time.Duration // of the next scripts
}

func (d *delay) next(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.times = append(d.times, by)
}

// Read fills p, later if the transcript says so.
func (d *delay) Read(p []byte) (int, error) {
	d.mu.Lock()
	var by time.Duration
	if len(d.times) > 0 {
		by, d.times = d.times[0], d.times[1:]
	}
	d.mu.Unlock()
	if by > 0 {
		_ = d.clock.Sleep(d.life, by)
	}
	return d.Reader.Read(p)
}
