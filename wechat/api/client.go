package api

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"time"
)

// DefaultBaseURL is the general entry point of the server API; wechat-protocol §10 names the others.
const DefaultBaseURL = "https://api.weixin.qq.com"

// Doer sends one HTTP request. An *http.Client is one; its redirect policy is replaced, because a
// redirected call would carry the access_token to another host.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// ClientConfig says whose API is called, and with what. AppID is required, and one of Secret
// and Tokens; the rest has defaults.
type ClientConfig struct {
	BaseURL string // default DefaultBaseURL
	// BaseFrom is where a BaseURL that is not WeChat's was set, for errors that it may have caused; "" = not told.
	BaseFrom string
	AppID    string
	Secret   Secret // for OAuth and, when Tokens is nil, for the token
	Doer     Doer
	// Tokens gives the access_token; nil means a source of its own, in Store: stable_token, or
	// /cgi-bin/token with PlainToken.
	Tokens     TokenSource
	PlainToken bool
	// Store shares tickets, and the token where Tokens is nil; nil means memory only.
	Store TokenStore
	Now   func() time.Time
	// Sleep waits or returns the context's error; nil means a real timer.
	Sleep func(context.Context, time.Duration) error
	// Clock is real time, in which calls take time and contexts end, whatever Now says; nil means time.Now.
	Clock func() time.Time
	// Nonce makes the random text in the signature of a page; nil = chance.
	Nonce func() string
	// Jitter spreads refreshes over time; it returns numbers in [0, 1). nil = chance.
	Jitter func() float64
	Log    *slog.Logger
	// Observe hears of every exchange with the platform, repeats included; nil = nobody.
	Observe func(op string, err error, took time.Duration)
}

// Client calls the server API of one account. It is safe for concurrent use.
type Client struct {
	appID   string
	secret  Secret
	wire    *wire
	tokens  TokenSource
	ticket  *credential
	pacing  *pacing
	now     func() time.Time
	sleep   func(context.Context, time.Duration) error
	observe func(op string, err error, took time.Duration)
	clock   func() time.Time
	nonce   func() string
}

// NewClient checks the configuration and makes a client; nothing is sent yet.
func NewClient(cfg ClientConfig) (*Client, error) {
	if cfg.AppID == "" {
		return nil, errors.New("wechat client: the app_id is missing")
	}
	w, err := newWire(cfg.BaseURL, cfg.Doer)
	if err != nil {
		return nil, err
	}
	w.blame = w.blameOf(cfg.BaseFrom)
	env := newEnvironment(cfg.Now, cfg.Sleep, cfg.Jitter, cfg.Log)
	if cfg.Tokens == nil {
		cfg.Tokens, err = NewTokenSource(TokenConfig{
			BaseURL: cfg.BaseURL, BaseFrom: cfg.BaseFrom, AppID: cfg.AppID, Secret: cfg.Secret, Stable: !cfg.PlainToken, Doer: cfg.Doer,
			Store: cfg.Store, Now: cfg.Now, Sleep: cfg.Sleep, Jitter: cfg.Jitter, Log: cfg.Log,
		})
		if err != nil {
			return nil, err
		}
	}
	c := &Client{
		appID: cfg.AppID, secret: cfg.Secret, wire: w, tokens: cfg.Tokens,
		pacing: newPacing(env.now, env.log), now: env.now, sleep: env.sleep, observe: cfg.Observe, clock: cfg.Clock, nonce: cfg.Nonce,
	}
	if c.observe == nil {
		c.observe = func(string, error, time.Duration) {}
	}
	if c.clock == nil {
		c.clock = time.Now
	}
	if c.nonce == nil {
		c.nonce = rand.Text
	}
	c.ticket = c.newTicket(env, cfg.Store)
	return c, nil
}

// AccessToken returns the account's live token, for owners who share it with other systems. Expires is
// zero when a TokenSource of another make does not tell.
func (c *Client) AccessToken(ctx context.Context) (TokenRow, error) {
	if own, ok := c.tokens.(interface {
		Row(ctx context.Context) (TokenRow, error)
	}); ok {
		return own.Row(ctx)
	}
	token, err := c.tokens.Token(ctx)
	return TokenRow{Token: Secret(token)}, err
}
