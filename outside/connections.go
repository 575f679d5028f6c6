package outside

import (
	"net"
	"sync"
	"sync/atomic"
)

// connections counts what is open, of all accounts together, and closes those that nobody uses when they become many.
type connections struct {
	most int // beside those of each account's own calls
	now  atomic.Int64

	mu       sync.Mutex
	accounts map[*Account]struct{}
}

// counted is a connection that says when it is closed.
type counted struct {
	net.Conn
	once   sync.Once
	closed func()
}

func (c *counted) Close() error {
	c.once.Do(c.closed)
	return c.Conn.Close()
}

// open makes a connection when there is room for one.
func (c *connections) open(dial func() (net.Conn, error)) (net.Conn, error) {
	if c.now.Add(1) > int64(c.most) {
		if most := c.closeIdle(); c.now.Load() > most {
			c.now.Add(-1)
			return nil, fault(Connect, "this process has too many connections open")
		}
	}
	conn, err := dial()
	if err != nil {
		c.now.Add(-1)
		return nil, err
	}
	return &counted{Conn: conn, closed: func() { c.now.Add(-1) }}, nil
}

// add lists an account. One that was closed meanwhile loses its connections by their age.
func (c *connections) add(a *Account) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !a.closed.Load() {
		c.accounts[a] = struct{}{}
	}
}

func (c *connections) remove(a *Account) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.accounts, a)
}

// closeIdle closes the connections of all accounts that no call uses, and says how many there may be in all.
func (c *connections) closeIdle() (most int64) {
	c.mu.Lock()
	all := make([]*Account, 0, len(c.accounts))
	for a := range c.accounts {
		all = append(all, a)
	}
	c.mu.Unlock()
	for _, a := range all {
		a.transport.CloseIdleConnections()
	}
	return int64(c.most + callsOfOwn*len(all))
}
