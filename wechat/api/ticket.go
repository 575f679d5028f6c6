package api

import (
	"context"
	"net/url"
)

// newTicket holds the ticket of the JS-SDK, kept like the token: 7,200 s, one fetch at a time, shared through
// the store.
func (c *Client) newTicket(env environment, store TokenStore) *credential {
	return &credential{
		environment: env, store: store, key: "ticket:jsapi:" + c.appID, account: c.appID,
		ahead: plainAhead, leaseWait: stableLeaseWait, fetch: c.fetchTicket,
	}
}

func (c *Client) fetchTicket(ctx context.Context, _ bool) (TokenRow, error) {
	asked := c.now()
	answer, err := c.Call(ctx, Request{Path: TicketGet.Path, Query: url.Values{"type": {"jsapi"}}})
	if err != nil {
		return TokenRow{}, err
	}
	return readToken(opOf(TicketGet.Path), answer, asked)
}
