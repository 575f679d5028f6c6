package outside_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/outside"
)

const patient = 20 * time.Second

// names is a resolver that knows what it is told; of several lists for one name each question takes the next.
type names struct {
	mu    sync.Mutex
	known map[string][][]string
	asked []string
}

func (n *names) LookupNetIP(_ context.Context, _, host string) (all []netip.Addr, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked = append(n.asked, host)
	lists, ok := n.known[host]
	if !ok {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	if len(lists) == 0 {
		return nil, errors.New("the name server is away")
	}
	for _, a := range lists[0] {
		all = append(all, netip.MustParseAddr(a))
	}
	if len(lists) > 1 {
		n.known[host] = lists[1:]
	}
	return all, nil
}

// diverted is a dialer that leads public addresses to servers of the test, and says which were asked for.
type diverted struct {
	mu    sync.Mutex
	to    map[string]string // address and port → where it leads; others are connected to as they are
	asked []string
}

func (d *diverted) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	d.mu.Lock()
	d.asked = append(d.asked, address)
	if to, ok := d.to[address]; ok {
		address = to
	}
	d.mu.Unlock()
	var real net.Dialer
	return real.DialContext(ctx, network, address)
}

func (d *diverted) all() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.asked...)
}

// serve starts a server and gives its address and port.
func serve(t testing.TB, h http.HandlerFunc) (address string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	require.NoError(t, err)
	return u.Host
}

// policy allows hosts, and opens them where they are on this machine.
func policy(t testing.TB, hosts ...string) outside.Policy {
	t.Helper()
	p := outside.Policy{Account: "shop"}
	for _, h := range hosts {
		a, err := outside.ParseAllowed("http://" + h)
		require.NoError(t, err)
		o, err := outside.ParseOpened(h)
		require.NoError(t, err)
		p.Allow, p.Open = append(p.Allow, a), append(p.Open, o)
	}
	return p
}

// get calls an address and gives what came of it.
func get(t testing.TB, a *outside.Account, address string) (*outside.Answer, error) {
	t.Helper()
	target, err := a.Locate(address)
	if err != nil {
		return nil, err
	}
	return a.Do(context.Background(), outside.Request{Method: http.MethodGet, Target: target})
}

// kind is that of an error.
func kind(t testing.TB, err error) outside.Kind {
	t.Helper()
	var e *outside.Error
	require.ErrorAs(t, err, &e)
	require.NotEmpty(t, e.Message)
	require.NotEmpty(t, e.Hint)
	require.NotEmpty(t, e.HintZH)
	return e.Kind
}
