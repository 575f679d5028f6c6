package sim

import (
	"regexp"
	"time"
)

const (
	tokenLife     = 7200 * time.Second
	tokenOverlap  = 5 * time.Minute  // a replaced token of /token works on for this long
	stableRenewal = 5 * time.Minute  // stable_token makes a new one within the last 5 min
	forcedGap     = 30 * time.Second // a forced refresh sooner than this gives the present token
	forcedDaily   = 20
)

// token is one access_token that was issued.
type token struct {
	Value   string    `json:"value"`
	Expires time.Time `json:"expires"`
	// Void is when it stops working because another replaced it; zero = never.
	Void time.Time `json:"void"`
}

// tokens are both families of an account: neither touches the other.
type tokens struct {
	Plain  []token `json:"plain"`
	Stable []token `json:"stable"`
	// ForcedAt is the last forced refresh.
	ForcedAt time.Time `json:"forced_at"`
}

// check says whether a token was issued to this account, and what is wrong with it by now: 42001 when its
// time is over, 40001 when another replaced it.
func (t *tokens) check(value string, now time.Time) (err error, known bool) {
	for _, family := range [][]token{t.Plain, t.Stable} {
		for _, one := range family {
			if one.Value != value {
				continue
			}
			switch {
			case !one.Void.IsZero() && !now.Before(one.Void):
				return refuse(40001), true
			case !now.Before(one.Expires):
				return refuse(42001), true
			}
			return nil, true
		}
	}
	return nil, false
}

// renew issues a token of /token; those before it work for five minutes more.
func (t *tokens) renew(value string, now time.Time) token {
	t.Plain = replaced(t.Plain, now.Add(tokenOverlap), now)
	t.Plain = append(t.Plain, token{Value: value, Expires: now.Add(tokenLife)})
	return t.Plain[len(t.Plain)-1]
}

// stable gives the present stable token; within its last five minutes a new one, beside which the old one
// lives out its time.
func (t *tokens) stable(value func() string, now time.Time) token {
	if n := len(t.Stable); n > 0 {
		last := t.Stable[n-1]
		if last.Void.IsZero() && last.Expires.Sub(now) > stableRenewal {
			return last
		}
	}
	t.Stable = append(recent(t.Stable, now), token{Value: value(), Expires: now.Add(tokenLife)})
	return t.Stable[len(t.Stable)-1]
}

// force gives a new stable token and voids the old one at once.
func (t *tokens) force(value string, now time.Time) token {
	t.Stable = replaced(t.Stable, now, now)
	t.Stable = append(t.Stable, token{Value: value, Expires: now.Add(tokenLife)})
	t.ForcedAt = now
	return t.Stable[len(t.Stable)-1]
}

func replaced(family []token, void, now time.Time) []token {
	family = recent(family, now)
	for i := range family {
		if family[i].Void.IsZero() || void.Before(family[i].Void) {
			family[i].Void = void
		}
	}
	return family
}

// recent forgets tokens a day after their end: by then they are as unknown as any (40001).
func recent(family []token, now time.Time) []token {
	var left []token
	for _, one := range family {
		if now.Sub(one.Expires) < 24*time.Hour {
			left = append(left, one)
		}
	}
	return left
}

const tokenLength = 157

// newToken is as long as WeChat's are nowadays; clients must store 512 characters.
func (m *idMaker) newToken() string { return m.number(2) + "_" + m.text(tokenLength-3) }

var tokenPattern = regexp.MustCompile(`^\d{2,3}_[A-Za-z0-9_-]+$`)

// tokenShape says whether a string looks like an access_token at all; others are 40014.
func tokenShape(s string) bool { return 83 <= len(s) && len(s) <= 504 && tokenPattern.MatchString(s) }

// ExpireTokens makes all tokens of an account invalid at once: 42001 when they are used again.
func (p *Platform) ExpireTokens(accountName string) error {
	a, err := p.account(accountName)
	if err != nil {
		return err
	}
	now := p.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, family := range [][]token{a.state.Tokens.Plain, a.state.Tokens.Stable} {
		for i := range family {
			if family[i].Expires.After(now) {
				family[i].Expires = now
			}
		}
	}
	return nil
}
