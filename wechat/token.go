package wechat

import (
	"context"
	"log/slog"
	"time"
)

// TokenSource gives the access_token of one account.
type TokenSource interface {
	// Token returns a token that is believed good.
	Token(ctx context.Context) (string, error)
	// Renew returns a token that is not the stale one, which the platform refused.
	Renew(ctx context.Context, stale string) (string, error)
}

// TokenStore shares tokens between processes: one row per key.
type TokenStore interface {
	// LoadToken returns the row of key; the zero row when there is none.
	LoadToken(ctx context.Context, key string) (TokenRow, error)
	// SwapToken writes next if the row's Token is still stale ("" = no row) and returns the row
	// that is there afterwards: next, or what another process wrote.
	SwapToken(ctx context.Context, key, stale string, next TokenRow) (TokenRow, error)
}

// TokenRow is a token and its life, counted from the moment it was asked for.
type TokenRow struct {
	Token   Secret
	Expires time.Time
}

// TokenConfig says whose token is kept. AppID and Secret are required.
type TokenConfig struct {
	BaseURL string // default DefaultBaseURL
	AppID   string
	Secret  Secret
	// Stable asks stable_token, which several processes may do without harm to each other; else the
	// older /cgi-bin/token, of which each call makes a new token.
	Stable bool
	Doer   Doer
	Store  TokenStore // nil = memory only
	Now    func() time.Time
	Sleep  func(context.Context, time.Duration) error
	// Jitter spreads refreshes over time; it returns numbers in [0, 1). nil = chance.
	Jitter func() float64
	Log    *slog.Logger
}

// Tokens is the TokenSource of one account.
type Tokens struct{ cfg TokenConfig }

// NewTokenSource makes a source; nothing is fetched yet.
func NewTokenSource(cfg TokenConfig) (*Tokens, error) { return &Tokens{cfg}, nil }

// Token implements TokenSource.
func (t *Tokens) Token(ctx context.Context) (string, error) { return "", nil }

// Renew implements TokenSource.
func (t *Tokens) Renew(ctx context.Context, stale string) (string, error) { return "", nil }
