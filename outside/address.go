package outside

import "net/netip"

// network is a part of the address space that is not of the public network. A table of data.
type network struct {
	prefix netip.Prefix
	what   string
	never  bool // not even the operator opens it: it gives away a machine's rights, or is no address of one machine
}

func net4(prefix, what string) network {
	return network{prefix: netip.MustParsePrefix(prefix), what: what}
}

func closed(prefix, what string) network {
	return network{prefix: netip.MustParsePrefix(prefix), what: what, never: true}
}

const (
	metadata  = "an address at which a cloud gives away the rights of its machines"
	linkLocal = "a link-local address, where clouds give away the rights of their machines"
)

// networks follow the registries of IANA (special-purpose addresses of IPv4 and IPv6), and what clouds publish of their
// metadata services. The narrower stand first.
var networks = []network{
	closed("100.100.100.200/32", metadata), // Alibaba Cloud
	closed("100.96.0.96/32", metadata),     // Volcengine
	closed("168.63.129.16/32", metadata),   // Azure
	closed("192.0.0.192/32", metadata),     // Oracle Cloud
	closed("169.254.0.0/16", linkLocal),
	closed("fd00:ec2::/32", metadata), // AWS
	closed("fd20:ce::254/128", metadata),
	closed("fe80::/10", "a link-local address"),
	closed("0.0.0.0/8", "no address of a machine"),
	closed("::/128", "no address of a machine"),
	closed("224.0.0.0/4", "a multicast address"),
	closed("ff00::/8", "a multicast address"),
	closed("240.0.0.0/4", "a reserved address"),

	net4("127.0.0.0/8", "this machine itself"),
	net4("::1/128", "this machine itself"),
	net4("10.0.0.0/8", "an address of a private network"),
	net4("172.16.0.0/12", "an address of a private network"),
	net4("192.168.0.0/16", "an address of a private network"),
	net4("100.64.0.0/10", "an address inside of a provider's network"),
	net4("192.0.0.0/24", "a reserved address"),
	net4("192.0.2.0/24", "an address for examples"),
	net4("192.88.99.0/24", "an address that leads into other networks (6to4)"),
	net4("198.18.0.0/15", "an address for tests; a proxy on this machine may give it in place of the real one (fake-ip)"),
	net4("198.51.100.0/24", "an address for examples"),
	net4("203.0.113.0/24", "an address for examples"),
	net4("fc00::/7", "an address of a private network"),
	net4("64:ff9b::/96", "an address that leads into other networks (NAT64)"),
	net4("64:ff9b:1::/48", "an address that leads into other networks (NAT64)"),
	net4("2001::/23", "an address that leads into other networks (Teredo and the like)"),
	net4("2001:db8::/32", "an address for examples"),
	net4("2002::/16", "an address that leads into other networks (6to4)"),
	net4("3fff::/20", "an address for examples"),
}

// everything6 is all of IPv6 that is given to anybody.
var everything6 = netip.MustParsePrefix("2000::/3")

// notPublic says what an address is that is none of the public network, "" for one that is.
func notPublic(addr netip.Addr) string {
	if n := networkOf(addr); n != nil {
		return n.what
	}
	if a := addr.Unmap(); a.Is6() && !everything6.Contains(a) {
		return "no address of the public network"
	}
	return ""
}

// never says what an address is that nobody can open to scripts, "" for others.
func never(addr netip.Addr) string {
	switch n := networkOf(addr); {
	case addr.Zone() != "":
		return "a link-local address"
	case n != nil && n.never:
		return n.what
	}
	for _, inner := range wrapped(addr) {
		if n := networkOf(inner); n != nil && (n.what == metadata || n.what == linkLocal) {
			return "an address that leads to " + inner.String() + ", " + n.what
		}
	}
	return ""
}

func networkOf(addr netip.Addr) *network {
	addr = addr.Unmap().WithZone("")
	for i := range networks {
		if networks[i].prefix.Contains(addr) {
			return &networks[i]
		}
	}
	return nil
}
