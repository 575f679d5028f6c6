package outside

import (
	"context"
	"net"
)

// DefaultDial connects as a Client without a Dialer does.
func DefaultDial(ctx context.Context, address string) (net.Conn, error) {
	return NewClient(Options{}).dialer.DialContext(ctx, "tcp", address)
}

// Open is how many connections of the client are open.
func (c *Client) Open() int { return int(c.connections.now.Load()) }
