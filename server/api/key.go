package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"moonwire/account"
	"moonwire/server/openapi"
)

// keyID stands for one API key of one account wherever the key itself must not be: a digest.
type keyID [sha256.Size]byte

// admit says whether a request carries one of the account's API keys. Whether the account exists makes no
// difference that a stranger could see: the same work, the same answer.
func admit(accounts Accounts, name string, h http.Header) (*account.Config, keyID, bool) {
	given := sha256.Sum256([]byte(openapi.Bearer(h)))
	var config *account.Config
	keys := []string{""}
	if a := accounts.Account(name); a != nil {
		if c := a.Config(); c != nil && len(c.APIKeys) > 0 {
			config, keys = c, c.APIKeys
		}
	}
	found := 0
	for _, key := range keys {
		want := sha256.Sum256([]byte(key))
		found |= subtle.ConstantTimeCompare(given[:], want[:])
	}
	if found != 1 || config == nil {
		return nil, keyID{}, false
	}
	return config, sha256.Sum256(append([]byte(name+"\x00"), given[:]...)), true
}

// pace holds each API key to its rate.
type pace struct {
	limit rate.Limit
	burst int

	mu    sync.Mutex
	byKey map[keyID]*rate.Limiter
}

// manyKeys is when limiters that are at rest, which say nothing, are thrown away: keys come and go with
// account.yaml.
const manyKeys = 1024

func newPace(limit rate.Limit, burst int) *pace {
	return &pace{limit: limit, burst: burst, byKey: map[keyID]*rate.Limiter{}}
}

// wait is how long the owner of a key must wait before asking again; 0 = this request may pass.
func (p *pace) wait(key keyID, now time.Time) time.Duration {
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

func (p *pace) sweep(now time.Time) {
	for key, l := range p.byKey {
		if l.TokensAt(now) >= float64(p.burst) {
			delete(p.byKey, key)
		}
	}
}
