package outside_test

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/outside"
)

// closedTargets are addresses that no script reaches, and what they are.
var closedTargets = []struct{ name, addr, want string }{
	{"this machine", "127.0.0.1", "this machine itself"},
	{"this machine, elsewhere", "127.8.8.8", "this machine itself"},
	{"this machine by IPv6", "::1", "this machine itself"},
	{"this machine in IPv6's clothes", "::ffff:127.0.0.1", "this machine itself"},
	{"any address", "0.0.0.0", "no address of a machine"},
	{"any address of IPv6", "::", "no address of a machine"},
	{"ten", "10.0.0.1", "private network"},
	{"172", "172.31.255.255", "private network"},
	{"192.168", "192.168.1.1", "private network"},
	{"a provider's", "100.64.0.1", "provider's network"},
	{"link-local", "169.254.1.1", "link-local"},
	{"the metadata of most clouds", "169.254.169.254", "clouds give away"},
	{"the metadata of Alibaba", "100.100.100.200", "gives away the rights"},
	{"the metadata of Volcengine", "100.96.0.96", "gives away the rights"},
	{"the metadata of Oracle", "192.0.0.192", "gives away the rights"},
	{"the metadata of Azure", "168.63.129.16", "gives away the rights"},
	{"the metadata of AWS", "fd00:ec2::254", "gives away the rights"},
	{"multicast", "224.0.0.1", "multicast"},
	{"multicast of IPv6", "ff02::1", "multicast"},
	{"reserved", "240.0.0.1", "reserved"},
	{"everybody", "255.255.255.255", "reserved"},
	{"tests", "198.18.0.7", "fake-ip"},
	{"examples", "192.0.2.1", "examples"},
	{"examples again", "198.51.100.1", "examples"},
	{"examples of IPv6", "2001:db8::1", "examples"},
	{"unique local", "fd12::1", "private network"},
	{"link-local of IPv6", "fe80::1", "link-local"},
	{"NAT64 to this machine", "64:ff9b::7f00:1", "NAT64"},
	{"NAT64 of one's own", "64:ff9b:1::7f00:1", "NAT64"},
	{"6to4 to this machine", "2002:7f00:1::1", "6to4"},
	{"a relay of 6to4", "192.88.99.1", "6to4"},
	{"Teredo", "2001:0:7f00:1::1", "Teredo"},
	{"IPv4 at the end", "::127.0.0.1", "no address of the public network"},
	{"site-local", "fec0::1", "no address of the public network"},
}

// TestClosedAddresses has a name resolve to each: none is dialled, not even beside a public one.
func TestClosedAddresses(t *testing.T) {
	allowed, err := outside.ParseAllowed("http://*.example.com:8080")
	require.NoError(t, err)
	for _, tc := range closedTargets {
		t.Run(tc.name, func(t *testing.T) {
			r := &names{known: map[string][][]string{"x.example.com": {{tc.addr}}, "two.example.com": {{tc.addr, "93.184.216.34"}}}}
			d := &diverted{to: map[string]string{"93.184.216.34:8080": "127.0.0.1:1"}}
			a := outside.NewClient(outside.Options{Resolver: r, Dialer: d}).Account(outside.Policy{Account: "shop", Allow: []outside.Allowed{allowed}})
			_, err := get(t, a, "http://x.example.com:8080/")
			require.Equal(t, outside.Private, kind(t, err))
			require.ErrorContains(t, err, tc.want)
			require.Empty(t, d.all())

			_, err = get(t, a, "http://two.example.com:8080/")
			require.Equal(t, outside.Connect, kind(t, err))
			require.Equal(t, []string{"93.184.216.34:8080"}, d.all())
		})
	}
}

// TestClosedAddressesAsTheyAre are written into account.yaml, which does not help.
func TestClosedAddressesAsTheyAre(t *testing.T) {
	for _, tc := range closedTargets {
		t.Run(tc.name, func(t *testing.T) {
			host := netip.AddrPortFrom(netip.MustParseAddr(tc.addr), 8080).String()
			allowed, err := outside.ParseAllowed("http://" + host)
			require.NoError(t, err)
			d := &diverted{}
			a := outside.NewClient(outside.Options{Dialer: d}).Account(outside.Policy{Account: "shop", Allow: []outside.Allowed{allowed}})
			_, err = get(t, a, "http://"+host+"/")
			require.Equal(t, outside.Private, kind(t, err))
			require.ErrorContains(t, err, tc.want)
			require.Empty(t, d.all())
		})
	}
}

// TestARecordThatChanges is public when it is first asked for, and this machine at the next.
func TestARecordThatChanges(t *testing.T) {
	var reached atomic.Int32
	open := serve(t, func(http.ResponseWriter, *http.Request) {})
	closed := serve(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	port := netip.MustParseAddrPort(closed).Port()
	public := netip.AddrPortFrom(netip.MustParseAddr("93.184.216.34"), port).String()
	r := &names{known: map[string][][]string{"x.example.com": {{"93.184.216.34"}, {"127.0.0.1"}}}}
	d := &diverted{to: map[string]string{public: open}}
	allowed, err := outside.ParseAllowed("http://x.example.com:" + portText(closed))
	require.NoError(t, err)
	client := outside.NewClient(outside.Options{Resolver: r, Dialer: d})
	p := outside.Policy{Account: "shop", Allow: []outside.Allowed{allowed}}
	first := client.Account(p)
	_, err = get(t, first, "http://x.example.com:"+portText(closed))
	require.NoError(t, err)
	require.Equal(t, []string{public}, d.all(), "what was looked at is what is dialled")
	first.Close()
	_, err = get(t, client.Account(p), "http://x.example.com:"+portText(closed))
	require.Equal(t, outside.Private, kind(t, err))
	require.Zero(t, reached.Load())
}

func portText(host string) string {
	_, port, _ := net.SplitHostPort(host)
	return port
}

// TestWhatTheOperatorOpens is reached by exactly that name or address and port, and by that account only.
func TestWhatTheOperatorOpens(t *testing.T) {
	host := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("in")) })
	port := portText(host)
	r := &names{known: map[string][][]string{"erp.internal": {{"127.0.0.1"}}, "sly.internal": {{"169.254.169.254"}}}}
	for _, tc := range []struct {
		name, opened, address string
		want                  outside.Kind
	}{
		{"by its address", "127.0.0.1:" + port, "http://127.0.0.1:" + port, ""},
		{"by its name", "erp.internal:" + port, "http://erp.internal:" + port, ""},
		{"by an address that a name leads to", "127.0.0.1:" + port, "http://erp.internal:" + port, ""},
		{"at another port", "127.0.0.1:1", "http://127.0.0.1:" + port, outside.Private},
		{"by another name", "other.internal:" + port, "http://erp.internal:" + port, outside.Private},
		{"a name that leads to metadata", "sly.internal:" + port, "http://sly.internal:" + port, outside.Private},
		{"nothing", "", "http://127.0.0.1:" + port, outside.Private},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := outside.Policy{Account: "shop"}
			for _, h := range []string{"127.0.0.1", "erp.internal", "sly.internal"} {
				a, err := outside.ParseAllowed("http://" + h + ":" + port)
				require.NoError(t, err)
				p.Allow = append(p.Allow, a)
			}
			if tc.opened != "" {
				o, err := outside.ParseOpened(tc.opened)
				require.NoError(t, err)
				p.Open = []outside.Opened{o}
			}
			answer, err := get(t, outside.NewClient(outside.Options{Resolver: r}).Account(p), tc.address)
			if tc.want == "" {
				require.NoError(t, err)
				require.Equal(t, "in", answer.Body)
				return
			}
			require.Equal(t, tc.want, kind(t, err))
		})
	}
}

// TestOurOwnListeners are reached by nobody, opened or not, however they listen.
func TestOurOwnListeners(t *testing.T) {
	var reached atomic.Int32
	host := serve(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	at := netip.MustParseAddrPort(host)
	for _, tc := range []struct {
		name string
		own  net.Addr
		want bool // reached
	}{
		{"there", net.TCPAddrFromAddrPort(at), false},
		{"everywhere", &net.TCPAddr{Port: int(at.Port())}, false},
		{"everywhere, by IPv6", &net.TCPAddr{IP: net.IPv6unspecified, Port: int(at.Port())}, false},
		{"at another port", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(at.Port()) + 1}, true},
		{"at another address", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 9), Port: int(at.Port())}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			reached.Store(0)
			c := outside.NewClient(outside.Options{Own: func() []net.Addr { return []net.Addr{tc.own} }})
			_, err := get(t, c.Account(policy(t, host)), "http://"+host)
			if tc.want {
				require.NoError(t, err)
			} else {
				require.Equal(t, outside.Private, kind(t, err))
				require.ErrorContains(t, err, "where Moonwire itself listens")
			}
			require.Equal(t, tc.want, reached.Load() == 1)
		})
	}
}

// TestConnectionsAreNotShared: what the operator opened to one account is no way in for another.
func TestConnectionsAreNotShared(t *testing.T) {
	host := serve(t, func(http.ResponseWriter, *http.Request) {})
	c := outside.NewClient(outside.Options{})
	opened := policy(t, host)
	_, err := get(t, c.Account(opened), "http://"+host)
	require.NoError(t, err)
	closed := opened
	closed.Open = nil
	_, err = get(t, c.Account(closed), "http://"+host)
	require.Equal(t, outside.Private, kind(t, err))
}

func TestNamesThatCannotBeFound(t *testing.T) {
	allowed, err := outside.ParseAllowed("*.example.com")
	require.NoError(t, err)
	r := &names{known: map[string][][]string{"away.example.com": {}, "none.example.com": {{}}}}
	a := outside.NewClient(outside.Options{Resolver: r}).Account(outside.Policy{Allow: []outside.Allowed{allowed}})
	for host, want := range map[string]string{
		"nosuch.example.com": "there is no host called nosuch.example.com",
		"none.example.com":   "there is no host called none.example.com",
		"away.example.com":   "the address of away.example.com could not be found out",
	} {
		_, err := get(t, a, "https://"+host)
		require.Equal(t, outside.DNS, kind(t, err))
		require.ErrorContains(t, err, want)
	}
}

// TestNoProxyOfTheEnvironment is asked.
func TestNoProxyOfTheEnvironment(t *testing.T) {
	var asked atomic.Int32
	proxy := serve(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"} {
		t.Setenv(name, "http://"+proxy)
	}
	allowed, err := outside.ParseAllowed("http://nosuch.example.com")
	require.NoError(t, err)
	a := outside.NewClient(outside.Options{Resolver: &names{}}).Account(outside.Policy{Allow: []outside.Allowed{allowed}})
	_, err = get(t, a, "http://nosuch.example.com")
	require.Equal(t, outside.DNS, kind(t, err))
	require.Zero(t, asked.Load())
}

func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	_, err = get(t, outside.NewClient(outside.Options{}).Account(policy(t, l.Addr().String())), "http://"+l.Addr().String())
	require.Equal(t, outside.Connect, kind(t, err))
	require.ErrorContains(t, err, "nothing listens")
}

// TestTheDefaultDialerLooksOnceMore: the system's own last word on the address is looked at too.
func TestTheDefaultDialerLooksOnceMore(t *testing.T) {
	_, err := outside.DefaultDial(context.Background(), "169.254.169.254:80")
	require.ErrorContains(t, err, "not to be reached")
}
