package wechat

import (
	"io"
	"time"
)

// CallbackConfig says which account a callback URL belongs to and with what secrets.
type CallbackConfig struct {
	AppID      string
	OriginalID string
	Mode       Mode
	Current    KeyPair
	Previous   *KeyPair
	MaxSkew    time.Duration
	Now        func() time.Time
	Rand       io.Reader
}

type Callback struct{ cfg CallbackConfig }

func NewCallback(cfg CallbackConfig) (*Callback, error) { return &Callback{cfg}, nil }

func (c *Callback) Verify(q Query) (echo string, err error) { return "", nil }

func (c *Callback) Open(q Query, body []byte) (*Push, error) { return nil, nil }

func (c *Callback) Seal(p *Push, reply []byte) ([]byte, error) { return nil, nil }

// Push is one opened push.
type Push struct {
	*Message
	Sealed   bool
	Previous bool
}
