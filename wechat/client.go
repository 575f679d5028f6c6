package wechat

import (
	"context"
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

// ClientConfig says whose API is called and with what hands. AppID is required; the rest has defaults.
type ClientConfig struct {
	BaseURL string // default DefaultBaseURL
	AppID   string
	Secret  Secret // only for OAuth and, when Tokens is nil, for the token
	Doer    Doer
	// Tokens gives the access_token; nil means a TokenSource of its own: stable_token, in memory.
	Tokens TokenSource
	// Tickets keeps JS-SDK tickets as TokenConfig.Store keeps tokens; nil means in memory.
	Tickets TokenStore
	Now     func() time.Time
	// Sleep waits or returns the context's error; nil means a real timer.
	Sleep func(context.Context, time.Duration) error
	Log   *slog.Logger
}

// Client calls the server API of one account. It is safe for concurrent use.
type Client struct{ cfg ClientConfig }

// NewClient checks the configuration and makes a client; nothing is sent yet.
func NewClient(cfg ClientConfig) (*Client, error) { return &Client{cfg: cfg}, nil }
