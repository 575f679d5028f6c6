package wechat

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// CallbackConfig says which account a callback URL belongs to and what it shares with WeChat.
type CallbackConfig struct {
	// AppID is compared with the one inside each encrypted push. Plain mode does not need it.
	AppID string
	// OriginalID (gh_…), when given, must be the ToUserName of every push.
	OriginalID string
	Mode       Mode
	Current    KeyPair
	// Previous is tried after Current while Token or EncodingAESKey are being changed: WeChat may
	// still send what it made with the old ones. Each half counts for itself, since the console
	// changes one at a time; an empty half means that of Current.
	Previous *KeyPair
	// MaxSkew is how far the timestamp of a push may be from Now, either way; 0 turns the check off.
	// Repeats come within seconds, so minutes are generous.
	MaxSkew time.Duration
	// Now is time.Now when nil.
	Now func() time.Time
	// Rand makes the random bytes of sealed replies; crypto/rand when nil.
	Rand io.Reader
}

// Callback verifies, opens and seals for one account. It is immutable and safe for concurrent use.
type Callback struct {
	originalID string
	mode       Mode
	tokens     []knownToken // current first
	maxSkew    time.Duration
	now        func() time.Time
	rand       io.Reader
	scratches  sync.Pool // of *scratch
}

// knownToken is a token with every key that may come together with it.
type knownToken struct {
	token    []byte
	previous bool
	pairs    []*pair // current key first; empty in plain mode
}

// pair is what opened a push and seals its reply.
type pair struct {
	token    []byte
	sealer   *Sealer
	previous bool // one half or both are the previous ones
	seal     sealFunc
}

// scratch is working space that is used again.
type scratch struct {
	text   []byte
	plain  []byte
	random [randomSize + 8]byte
}

// NewCallback checks the configuration. The error names the field; it never shows its value.
func NewCallback(cfg CallbackConfig) (*Callback, error) {
	if cfg.Mode > Safe {
		return nil, fmt.Errorf("mode: %s; want plain, compatible or safe", cfg.Mode)
	}
	c := &Callback{
		originalID: cfg.OriginalID, mode: cfg.Mode, maxSkew: cfg.MaxSkew,
		now: cfg.Now, rand: cfg.Rand,
		scratches: sync.Pool{New: func() any { return new(scratch) }},
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.rand == nil {
		c.rand = rand.Reader
	}
	if err := c.learn(cfg); err != nil {
		return nil, err
	}
	return c, nil
}

// learn builds every combination of token and key that a change of either can produce.
func (c *Callback) learn(cfg CallbackConfig) error {
	tokens, keys := []string{cfg.Current.Token}, []string{cfg.Current.EncodingAESKey}
	if p := cfg.Previous; p != nil {
		tokens, keys = addOther(tokens, p.Token), addOther(keys, p.EncodingAESKey)
	}
	sealers, err := newSealers(cfg, keys)
	if err != nil {
		return err
	}
	for i, token := range tokens {
		if err := checkToken(token); err != nil {
			return fmt.Errorf("%stoken: %w", previousPrefix(i), err)
		}
		known := knownToken{token: []byte(token), previous: i > 0}
		for j, s := range sealers {
			p := &pair{token: known.token, sealer: s, previous: i > 0 || j > 0}
			p.seal = p.envelope
			known.pairs = append(known.pairs, p)
		}
		c.tokens = append(c.tokens, known)
	}
	return nil
}

// newSealers checks the keys also where the mode needs none: a broken one is a slip either way.
func newSealers(cfg CallbackConfig, keys []string) ([]*Sealer, error) {
	if cfg.Mode == Plain && keys[0] == "" {
		return nil, nil
	}
	if cfg.Mode != Plain && cfg.AppID == "" {
		return nil, fmt.Errorf("app_id: empty; mode %s needs it", cfg.Mode)
	}
	var sealers []*Sealer
	for i, key := range keys {
		s, err := NewSealer(key, cmp.Or(cfg.AppID, "none"))
		if err != nil {
			return nil, fmt.Errorf("%sencoding_aes_key: %w", previousPrefix(i), err)
		}
		sealers = append(sealers, s)
	}
	return sealers, nil
}

func addOther(list []string, s string) []string {
	if s == "" || s == list[0] {
		return list
	}
	return append(list, s)
}

func previousPrefix(i int) string {
	if i > 0 {
		return "previous."
	}
	return ""
}

// checkToken takes what WeChat's console could show, and a little more: the console wants letters
// and digits. What it is for is the line break at the end of a secret's file.
func checkToken(token string) error {
	const shortest, longest = 3, 32
	if len(token) < shortest || len(token) > longest {
		return fmt.Errorf("%d characters; want %d to %d", len(token), shortest, longest)
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("has a blank, a line break or a character other than ASCII")
	}
	return nil
}

// String keeps the secrets out of logs and errors.
func (c *Callback) String() string { return "callback in mode " + c.mode.String() }

// GoString keeps the secrets out of %#v.
func (c *Callback) GoString() string { return c.String() }

// Mode is the account's mode.
func (c *Callback) Mode() Mode { return c.mode }
