package sim

import (
	"fmt"
	"net/netip"
	"strings"
)

// parseWhitelist reads the entries of the console's IP whitelist: single addresses and CIDR ranges.
func parseWhitelist(entries []string) ([]netip.Prefix, error) {
	ranges := make([]netip.Prefix, 0, len(entries))
	for _, entry := range entries {
		one, err := parseRange(strings.TrimSpace(entry))
		if err != nil {
			return nil, fmt.Errorf("ip_whitelist: %q is no address and no CIDR range; want 203.0.113.9 or 203.0.113.0/24", entry)
		}
		ranges = append(ranges, one)
	}
	return ranges, nil
}

func parseRange(entry string) (netip.Prefix, error) {
	if strings.Contains(entry, "/") {
		return netip.ParsePrefix(entry)
	}
	addr, err := netip.ParseAddr(entry)
	if err != nil {
		return netip.Prefix{}, err
	}
	addr = addr.Unmap()
	return netip.PrefixFrom(addr, addr.BitLen()), nil
}

// allowed holds the caller's address against the whitelist, which every API minds: 40164, with the address.
func (c *call) allowed(set *settings) error {
	if len(set.whitelist) == 0 {
		return nil
	}
	ip := c.clientIP()
	if addr, err := netip.ParseAddr(ip); err == nil {
		addr = addr.Unmap().WithZone("")
		for _, one := range set.whitelist {
			if one.Contains(addr) {
				return nil
			}
		}
		if ip = addr.String(); addr.Is4() {
			ip += " ipv6 ::ffff:" + ip
		}
	}
	return refuse(40164, ip+", not in whitelist")
}
