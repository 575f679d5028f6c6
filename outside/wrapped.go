package outside

import "net/netip"

// wrapping is a part of IPv6 in whose addresses stand addresses of IPv4, to which gateways lead. at are the places of its
// four bytes. A table of data.
type wrapping struct {
	prefix   netip.Prefix
	at       [4]int
	inverted bool
}

var wrappings = []wrapping{
	{prefix: netip.MustParsePrefix("64:ff9b::/96"), at: [4]int{12, 13, 14, 15}},              // NAT64, RFC 6052
	{prefix: netip.MustParsePrefix("64:ff9b:1::/48"), at: [4]int{6, 7, 9, 10}},               // NAT64 of one's own, RFC 8215
	{prefix: netip.MustParsePrefix("64:ff9b:1::/48"), at: [4]int{7, 9, 10, 11}},              // with a prefix of 56 bits
	{prefix: netip.MustParsePrefix("64:ff9b:1::/48"), at: [4]int{9, 10, 11, 12}},             // of 64
	{prefix: netip.MustParsePrefix("64:ff9b:1::/48"), at: [4]int{12, 13, 14, 15}},            // of 96
	{prefix: netip.MustParsePrefix("2002::/16"), at: [4]int{2, 3, 4, 5}},                     // 6to4
	{prefix: netip.MustParsePrefix("2001::/32"), at: [4]int{4, 5, 6, 7}},                     // Teredo: its server
	{prefix: netip.MustParsePrefix("2001::/32"), at: [4]int{12, 13, 14, 15}, inverted: true}, // and its client
	{prefix: netip.MustParsePrefix("::/96"), at: [4]int{12, 13, 14, 15}},                     // IPv4-compatible
	{prefix: netip.MustParsePrefix("::ffff:0:0:0/96"), at: [4]int{12, 13, 14, 15}},           // IPv4-translated
}

// isatap is what stands before an address of IPv4 in the second half of one of ISATAP, whatever its network; the second
// bit of its first byte says whether the address of IPv4 is one of the whole net.
var isatap = [4]byte{0, 0, 0x5e, 0xfe}

// wrapped are the addresses of IPv4 that an address of IPv6 may lead to.
func wrapped(addr netip.Addr) (all []netip.Addr) {
	addr = addr.Unmap().WithZone("")
	if !addr.Is6() || addr.IsLoopback() {
		return nil
	}
	b := addr.As16()
	for _, w := range wrappings {
		if !w.prefix.Contains(addr) {
			continue
		}
		var inner [4]byte
		for i, at := range w.at {
			if inner[i] = b[at]; w.inverted {
				inner[i] ^= 0xff
			}
		}
		all = append(all, netip.AddrFrom4(inner))
	}
	if [4]byte{b[8] &^ 2, b[9], b[10], b[11]} == isatap {
		all = append(all, netip.AddrFrom4([4]byte(b[12:])))
	}
	return all
}
