package openapi

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Pace holds each of those who ask, by a key, to a rate. Safe for concurrent use.
type Pace[K comparable] struct {
	limit rate.Limit
	burst int

	mu    sync.Mutex
	byKey map[K]*rate.Limiter
}

// manyKeys is when limiters that are at rest, which say nothing, are thrown away: keys come and go with
// account.yaml.
const manyKeys = 1024

// NewPace makes a pace of so many requests a second, and burst at once.
func NewPace[K comparable](limit rate.Limit, burst int) *Pace[K] {
	return &Pace[K]{limit: limit, burst: burst, byKey: map[K]*rate.Limiter{}}
}

// Wait is how long whoever has a key must wait before asking again; 0 = this request may pass.
func (p *Pace[K]) Wait(key K, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	l, known := p.byKey[key]
	if !known {
		if len(p.byKey) >= manyKeys {
			p.sweep(now)
		}
		l = rate.NewLimiter(p.limit, p.burst)
		p.byKey[key] = l
	}
	r := l.ReserveN(now, 1)
	delay := r.DelayFrom(now)
	if delay > 0 {
		r.CancelAt(now)
	}
	return delay
}

func (p *Pace[K]) sweep(now time.Time) {
	for key, l := range p.byKey {
		if l.TokensAt(now) >= float64(p.burst) {
			delete(p.byKey, key)
		}
	}
}
