package api

import (
	"context"
	"net/url"
	"sync"

	"moonwire/wechat"
)

// keepers holds one keeper per kind of ticket of an account.
type credentials struct {
	hands environment
	store TokenStore

	mu     sync.Mutex
	byKind map[string]*credential
}

func newCredentials(h environment, store TokenStore) *credentials {
	return &credentials{hands: h, store: store, byKind: map[string]*credential{}}
}

// Ticket returns the ticket of a kind, "jsapi" or "wx_card", kept like the token: 7,200 s, one fetch
// at a time, shared through the store.
func (c *Client) Ticket(ctx context.Context, kind string) (Secret, error) {
	if kind != "jsapi" && kind != "wx_card" {
		return "", wechat.BadField("type", `is not known; want "jsapi" or "wx_card"`)
	}
	row, err := c.ticketCredential(kind).get(ctx, "")
	return row.Token, err
}

func (c *Client) ticketCredential(kind string) *credential {
	c.tickets.mu.Lock()
	defer c.tickets.mu.Unlock()
	if k := c.tickets.byKind[kind]; k != nil {
		return k
	}
	k := &credential{
		environment: c.tickets.hands, store: c.tickets.store, key: "ticket:" + kind + ":" + c.appID, account: c.appID,
		ahead: plainAhead, leaseWait: stableLeaseWait,
		fetch: func(ctx context.Context, _ bool) (TokenRow, error) { return c.fetchTicket(ctx, kind) },
	}
	c.tickets.byKind[kind] = k
	return k
}

func (c *Client) fetchTicket(ctx context.Context, kind string) (TokenRow, error) {
	asked := c.now()
	answer, err := c.call(ctx, Request{Path: "/cgi-bin/ticket/getticket", Query: url.Values{"type": {kind}}})
	if err != nil {
		return TokenRow{}, err
	}
	return readToken("ticket/getticket", answer, asked)
}
