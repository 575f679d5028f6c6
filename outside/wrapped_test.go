package outside_test

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/outside"
)

// What nobody opens stays closed also where it is wrapped into an address of IPv6 that the operator has opened.
func TestWrappedAddressesStayClosed(t *testing.T) {
	for _, tt := range []struct {
		name, address string
		closed        bool
	}{
		{"NAT64", "64:ff9b::a9fe:a9fe", true},
		{"NAT64 of one's own", "64:ff9b:1:a9fe:a9:fe00::", true},
		{"NAT64 of one's own, 64 bits", "64:ff9b:1::a9:fea9:fe00:0", true},
		{"NAT64 of one's own, 96 bits", "64:ff9b:1::a9fe:a9fe", true},
		{"NAT64, Alibaba", "64:ff9b::6464:64c8", true},
		{"6to4", "2002:a9fe:a9fe::", true},
		{"6to4, Azure", "2002:a83f:8110::1", true},
		{"IPv4-compatible", "::a9fe:a9fe", true},
		{"IPv4-mapped", "::ffff:169.254.169.254", true},
		{"IPv4-translated", "::ffff:0:a9fe:a9fe", true},
		{"Teredo, the server", "2001:0:a9fe:a9fe::1", true},
		{"Teredo, the client", "2001:0:101:101::5601:5601", true},
		{"ISATAP", "fd00::5efe:a9fe:a9fe", true},
		{"ISATAP, of the whole net", "fd00::200:5efe:a9fe:a9fe", true},
		{"a private one in NAT64", "64:ff9b::a00:1", false},
		{"a private one in 6to4", "2002:a00:1::", false},
		{"a private one", "fd00::1", false},
		{"loopback", "::1", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			host := net.JoinHostPort(tt.address, "80")
			d := &diverted{to: map[string]string{host: "127.0.0.1:1"}}
			allowed, err := outside.ParseAllowed("http://" + host)
			require.NoError(t, err)
			p := outside.Policy{Account: "shop", Allow: []outside.Allowed{allowed}}
			opened, refused := outside.ParseOpened(host)
			if refused == nil {
				p.Open = []outside.Opened{opened}
			}
			_, err = get(t, outside.NewClient(outside.Options{Dialer: d}).Account(p), "http://"+host)
			require.Equal(t, tt.closed, refused != nil, "%v", refused)
			if tt.closed {
				require.Equal(t, outside.Private, kind(t, err))
				require.Empty(t, d.all(), "it is not dialled")
				_, err = outside.DefaultDial(t.Context(), host)
				require.ErrorContains(t, err, "not to be reached")
			} else {
				require.NotEmpty(t, d.all())
			}
		})
	}
}
