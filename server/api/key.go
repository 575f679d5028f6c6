package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"moonwire/account"
	"moonwire/server/openapi"
)

// keyID stands for one API key of one account wherever the key itself must not be: a digest.
type keyID [sha256.Size]byte

// asker is who asks: an account's config, and which of its keys was given.
type asker struct {
	config *account.Config
	key    account.APIKey
	id     keyID
}

// admit says whether a request carries one of the account's API keys. Whether the account exists makes no
// difference that a stranger could see: the same work, the same answer.
func admit(accounts Accounts, name string, h http.Header) (who asker, ok bool) {
	given := sha256.Sum256([]byte(openapi.Bearer(h)))
	keys := []account.APIKey{{}}
	if a := accounts.Account(name); a != nil {
		if c := a.Config(); c != nil && len(c.APIKeys) > 0 {
			who.config, keys = c, c.APIKeys
		}
	}
	at := -1
	for i, key := range keys {
		want := sha256.Sum256([]byte(key.Key))
		at = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(given[:], want[:]), i, at)
	}
	if at < 0 || who.config == nil {
		return asker{}, false
	}
	who.key, who.id = keys[at], sha256.Sum256(append([]byte(name+"\x00"), given[:]...))
	return who, true
}

// beyond is what the owner of a key is told who may not call a method.
func beyond(key account.APIKey, method string) *openapi.Failure {
	return &openapi.Failure{
		Kind: openapi.Forbidden, Status: http.StatusForbidden,
		Message: "the key " + key.Name + " may not call " + method + "; it may call " + strings.Join(key.Allow, ", "),
		Hint:    "name the method under allow of this key, in api_keys of account.yaml", HintZH: "请在 account.yaml 的 api_keys 里，把这个方法写进该 key 的 allow",
	}
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
