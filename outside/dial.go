package outside

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"syscall"
	"time"
)

// Resolver finds the addresses of a name; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Dialer connects to an address. It is only given addresses that were checked.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

const (
	connectTime = 5 * time.Second // for all addresses of a name together
	oneAddress  = 2 * time.Second // for one of several
	shakeTime   = 5 * time.Second // for agreeing on encryption
	maxTried    = 6               // addresses of one name
)

// dial connects to a host that the policy allows. The name is resolved once, here, and each address is looked at before
// it is tried: there is nothing between the look and the connection that could change.
func (a *Account) dial(ctx context.Context, _, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fault(Connect, "%s cannot be called", short(address))
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fault(Connect, "%s cannot be called", short(address))
	}
	addrs, err := a.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	var refused, failed error
	for i, addr := range addrs[:min(len(addrs), maxTried)] {
		at := netip.AddrPortFrom(addr.Unmap(), uint16(n))
		if err := a.refuses(host, at); err != nil {
			refused = err
			continue
		}
		conn, err := a.connect(ctx, at, i+1 < len(addrs))
		if err == nil {
			return conn, nil
		}
		failed = connectFault(ctx, host, port, err)
	}
	if failed != nil {
		return nil, failed
	}
	return nil, refused
}

func (a *Account) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{addr}, nil
	}
	addrs, err := a.client.resolver.LookupNetIP(ctx, "ip", host)
	var unknown *net.DNSError
	switch {
	case errors.As(err, &unknown) && unknown.IsNotFound, err == nil && len(addrs) == 0:
		return nil, fault(DNS, "there is no host called %s", short(host))
	case err != nil:
		return nil, fault(DNS, "the address of %s could not be found out", short(host))
	}
	return addrs, nil
}

// connect tries one address; when others are left it does not wait long.
func (a *Account) connect(ctx context.Context, at netip.AddrPort, more bool) (net.Conn, error) {
	if more {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, oneAddress)
		defer cancel()
	}
	a.listed.Do(func() { a.client.connections.add(a) })
	return a.client.connections.open(func() (net.Conn, error) {
		return a.client.dialer.DialContext(ctx, "tcp", at.String())
	})
}

// refuses says why an address must not be reached; nil when it may.
func (a *Account) refuses(host string, at netip.AddrPort) error {
	addr := at.Addr()
	name := addr.String()
	if host != name {
		name = short(host) + " has the address " + name + ", which"
	}
	switch {
	case never(addr) != "":
		e := fault(Private, "%s is %s", name, never(addr))
		e.Hint, e.HintZH = "no script may call such an address, and nothing opens it", "任何脚本都不能访问这样的地址，也没有办法放行"
		return e
	case a.client.ours(at):
		e := fault(Private, "%s is where Moonwire itself listens", name)
		e.Hint, e.HintZH = "scripts do not call the program that runs them", "脚本不能调用运行它的程序自己"
		return e
	}
	what := notPublic(addr)
	if what == "" || opens(a.policy.Open, host, at) {
		return nil
	}
	e := fault(Private, "%s is %s", name, what)
	entry := Opened{host, strconv.Itoa(int(at.Port()))}.String()
	e.Hint = "scripts call public addresses only; the operator may open this one in moonwire.yaml: private_http: { " + a.policy.Account + `: [ "` + entry + `" ] }`
	e.HintZH = "脚本只能访问公网地址；运维可以在 moonwire.yaml 里放行：private_http: { " + a.policy.Account + `: [ "` + entry + `" ] }`
	return e
}

func connectFault(ctx context.Context, host, port string, err error) *Error {
	where := short(net.JoinHostPort(host, port))
	var busy *Error
	switch {
	case errors.As(err, &busy):
		return busy
	case errors.Is(err, syscall.ECONNREFUSED):
		return fault(Connect, "nothing listens at %s", where)
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return fault(Connect, "there is no way from this machine to %s", where)
	case ctx.Err() != nil:
		return fault(Connect, "%s does not answer", where)
	}
	return fault(Connect, "%s cannot be reached", where)
}

// dialTLS connects with encryption.
func (a *Account) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	plain, err := a.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, shakeTime)
	defer cancel()
	host, _, _ := net.SplitHostPort(address)
	conn := tls.Client(plain, &tls.Config{
		ServerName: host, RootCAs: a.client.roots, MinVersion: tls.VersionTLS12, ClientSessionCache: a.sessions,
	})
	if err := conn.HandshakeContext(ctx); err != nil {
		_ = plain.Close()
		return nil, tlsFault(host, err)
	}
	return conn, nil
}

// guard is the last look: the system tells the address that is about to be connected to.
func (c *Client) guard(_ context.Context, _, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || never(at.Addr()) != "" {
		return errors.New("not to be reached")
	}
	return nil
}
