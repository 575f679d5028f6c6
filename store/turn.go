package store

import (
	"context"
	"time"
)

// ClaimLife is how long a claim on a message holds, finished or not (design.md §2.4: ten minutes).
const ClaimLife = 10 * time.Minute

// TurnKey names one turn: the message that it is for.
type TurnKey struct {
	Account string
	Key     [16]byte // de-duplication key of the message
	OpenID  string   // the fan; "" when the sender is none: then there is no session
	At      time.Time
}

// Entry is one pair of the key-value store.
type Entry struct {
	Key   string
	Value []byte
}

// Result is how a turn ends.
type Result struct {
	Reply          []byte // kept with the claim for repeats of the message; nil = silence
	Session        []byte // nil removes the session
	SessionChanged bool
	SessionTTL     time.Duration // 0 = DefaultSessionTTL
}

// Turn is the durable half of one turn.
type Turn struct {
	s   *Store
	key TurnKey
}

// Turn begins a turn. Nothing touches the disk until the first call.
func (s *Store) Turn(k TurnKey) *Turn { return &Turn{s: s, key: k} }

// Get returns the value of key.
func (t *Turn) Get(ctx context.Context, key string) (val []byte, ok bool, err error) {
	return nil, false, ErrClosed
}

// Set writes a value; ttl 0 = for ever.
func (t *Turn) Set(ctx context.Context, key string, val []byte, ttl time.Duration) error {
	return ErrClosed
}

// Delete removes a key.
func (t *Turn) Delete(ctx context.Context, key string) (existed bool, err error) {
	return false, ErrClosed
}

// Incr adds to a number; an absent key counts as 0.
func (t *Turn) Incr(ctx context.Context, key string, by float64) (float64, error) {
	return 0, ErrClosed
}

// CAS writes val if the value is still old; nil = absent.
func (t *Turn) CAS(ctx context.Context, key string, old, val []byte) (bool, error) {
	return false, ErrClosed
}

// List returns the entries whose key begins with prefix, in the order of their bytes.
func (t *Turn) List(ctx context.Context, prefix string, limit int) ([]Entry, error) {
	return nil, ErrClosed
}

// Session returns the fan's session; nil = none.
func (t *Turn) Session(ctx context.Context) ([]byte, error) { return nil, ErrClosed }

// Claim takes the message for this turn before its first outward effect. ErrClaimed: another has it.
func (t *Turn) Claim(ctx context.Context) error { return ErrClosed }

// Wrote reports whether the turn has written or claimed anything.
func (t *Turn) Wrote() bool { return false }

// Finish completes the claim with the reply and the session in one commit and waits for it.
func (t *Turn) Finish(ctx context.Context, r Result) error { return ErrClosed }

// Claim is one message that a turn has claimed.
type Claim struct {
	Account  string
	Key      [16]byte
	OpenID   string
	At       time.Time // when the turn began
	Expires  time.Time
	Finished bool // false: the turn still runs, or was interrupted
	Reply    []byte
}

// Claims returns the claims made since then that still hold.
func (s *Store) Claims(ctx context.Context, since time.Time) ([]Claim, error) { return nil, ErrClosed }

// Claim looks at one claim; ok is false when nobody holds the message.
func (s *Store) Claim(ctx context.Context, account string, key [16]byte) (c Claim, ok bool, err error) {
	return Claim{}, false, ErrClosed
}

// DefaultSessionTTL is how long a session lasts after its last change.
const DefaultSessionTTL = 24 * time.Hour
