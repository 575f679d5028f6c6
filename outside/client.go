package outside

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"moonwire/internal/pause"
)

// What one account, and all of the process together, may have under way. A server that hangs holds the calls of its
// account for as long as they may take. The first calls of each account count for nobody else, so that an account goes on
// however many others hang.
const (
	callsAtOnce  = 2_048
	callsAccount = 128
	callsOfOwn   = 2
	idleTogether = 512 // connections that nobody uses
	idleAccount  = 8
	idleHost     = 4
	idleTime     = 30 * time.Second
	heldTogether = 256 << 20 // bytes of answers that are being read
)

// How long a call may take, repeats and redirects included.
const (
	DefaultTimeout = 10 * time.Second
	MaxTimeout     = 50 * time.Second
)

// Options of a Client; the zero Options work.
type Options struct {
	Resolver Resolver          // nil: Go's own, whatever the system's would be
	Dialer   Dialer            // nil: the network
	Own      func() []net.Addr // where this process listens: nobody calls that; nil: nowhere
	Roots    *x509.CertPool    // who may sign certificates; nil: whom the system trusts
	Sleep    func(ctx context.Context, d time.Duration) error
	Calls    int // under way at once, beside the first two of each account; 0 = 2,048
	Each     int // of one account; 0 = 128
	Idle     int // connections that nobody uses, of all accounts together; 0 = 512

	// Transport carries the calls in place of the network: nothing is resolved, dialled or refused for its address then.
	// What account.yaml allows, headers, redirects, repeats and bounds of answers stay as they are. nil: the network.
	Transport http.RoundTripper
}

// Client makes the calls of all accounts of a process.
type Client struct {
	resolver    Resolver
	dialer      Dialer
	own         func() []net.Addr
	roots       *x509.CertPool
	sleep       func(ctx context.Context, d time.Duration) error
	transport   http.RoundTripper // in place of the network
	each        int
	calls       chan struct{}
	underWay    atomic.Int64
	held        atomic.Int64
	connections connections
}

// NewClient makes a client; nothing is sent yet.
func NewClient(o Options) *Client {
	c := &Client{resolver: o.Resolver, dialer: o.Dialer, own: o.Own, roots: o.Roots, sleep: o.Sleep, transport: o.Transport, each: o.Each}
	if c.resolver == nil {
		c.resolver = &net.Resolver{PreferGo: true}
	}
	if c.dialer == nil {
		c.dialer = &net.Dialer{KeepAlive: -1, ControlContext: c.guard}
	}
	if c.sleep == nil {
		c.sleep = pause.For
	}
	if c.each == 0 {
		c.each = callsAccount
	}
	calls, idle := o.Calls, o.Idle
	if calls == 0 {
		calls = callsAtOnce
	}
	if idle == 0 {
		idle = idleTogether
	}
	c.calls = make(chan struct{}, calls)
	c.connections = connections{most: calls + idle, accounts: map[*Account]struct{}{}}
	return c
}

// Held is how many bytes of answers are being read now: no script is to blame for them yet.
func (c *Client) Held() int64 { return c.held.Load() }

// UnderWay is how many calls are being made now.
func (c *Client) UnderWay() int { return int(c.underWay.Load()) }

// Account makes the calls of one account under one policy. Whoever is done with it closes it.
func (c *Client) Account(p Policy) *Account {
	a := &Account{client: c, policy: p, calls: make(chan struct{}, c.each), own: make(chan struct{}, callsOfOwn), sessions: tls.NewLRUClientSessionCache(8)}
	a.transport = &http.Transport{
		DialContext: a.dial, DialTLSContext: a.dialTLS, DisableCompression: true,
		MaxIdleConns: idleAccount, MaxIdleConnsPerHost: idleHost, IdleConnTimeout: idleTime,
		MaxResponseHeaderBytes: maxAnswerHeader, Protocols: onlyHTTP1(),
	}
	a.carrier = a.transport
	if c.transport != nil {
		a.carrier = c.transport
	}
	return a
}

func onlyHTTP1() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	return p
}

// Account is one account's way out.
type Account struct {
	client    *Client
	policy    Policy
	transport *http.Transport
	carrier   http.RoundTripper // transport, or what stands in its place
	sessions  tls.ClientSessionCache
	calls     chan struct{}
	own       chan struct{} // those that do not count among the process's
	listed    sync.Once     // among those whose connections are counted, at the first
	closed    atomic.Bool
}

// Locate is Policy.Locate.
func (a *Account) Locate(text string) (Target, error) { return a.policy.Locate(text) }

// Close gives the connections up that nobody uses. Calls under way go on.
func (a *Account) Close() {
	a.closed.Store(true)
	a.client.connections.remove(a)
	a.transport.CloseIdleConnections()
}

// enter waits until one more call may be made.
func (a *Account) enter(ctx context.Context) (leave func(), err error) {
	select {
	case a.calls <- struct{}{}:
	case <-ctx.Done():
		return nil, fault(Timeout, "other calls of this account took all the time: %d are under way", len(a.calls))
	}
	counted := a.own
	select {
	case a.own <- struct{}{}:
	default:
		select {
		case a.own <- struct{}{}:
		case a.client.calls <- struct{}{}:
			counted = a.client.calls
		case <-ctx.Done():
			<-a.calls
			return nil, fault(Timeout, "too many calls are under way in this process")
		}
	}
	a.client.underWay.Add(1)
	return func() {
		a.client.underWay.Add(-1)
		<-counted
		<-a.calls
	}, nil
}

// ours reports whether this process listens at an address.
func (c *Client) ours(at netip.AddrPort) bool {
	if c.own == nil {
		return false
	}
	for _, l := range c.own() {
		tcp, ok := l.(*net.TCPAddr)
		if !ok || tcp.Port != int(at.Port()) {
			continue
		}
		addr := at.Addr().Unmap()
		if own, _ := netip.AddrFromSlice(tcp.IP); !own.IsValid() || own.IsUnspecified() {
			return addr.IsLoopback() || ofThisMachine(addr)
		} else if own.Unmap() == addr {
			return true
		}
	}
	return false
}

func ofThisMachine(addr netip.Addr) bool {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return true
	}
	for _, a := range all {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Unmap() == addr {
			return true
		}
	}
	return false
}
