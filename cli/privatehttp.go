package cli

import (
	"fmt"
	"maps"
	"net"
	"slices"

	"moonwire/folder"
	"moonwire/outside"
)

// everyAccount is the name under which private_http opens a host to all.
const everyAccount = "*"

// maxOpened is how many hosts private_http may open to one account.
const maxOpened = 100

// opened reads private_http: the hosts that scripts may call although they are not public, by account.
func (c *Config) opened() (map[string][]outside.Opened, error) {
	all := make(map[string][]outside.Opened, len(c.PrivateHTTP))
	for _, name := range slices.Sorted(maps.Keys(c.PrivateHTTP)) {
		hosts := c.PrivateHTTP[name]
		switch {
		case name != everyAccount && !folder.AccountName(name):
			return nil, c.blame("private_http", fmt.Errorf("%q is no account; want the name of a folder, or \"*\" for every account", name))
		case len(hosts) > maxOpened:
			return nil, c.blame("private_http."+name, fmt.Errorf("has %d hosts; want at most %d", len(hosts), maxOpened))
		}
		for _, host := range hosts {
			o, err := outside.ParseOpened(host)
			if err != nil {
				return nil, c.blame("private_http."+name, fmt.Errorf("%q: %w", host, err))
			}
			all[name] = append(all[name], o)
		}
	}
	return all, nil
}

// onThisMachine are the hosts opened to an account that are this machine itself.
func onThisMachine(all map[string][]outside.Opened, account string) (here []string) {
	for _, o := range slices.Concat(all[everyAccount], all[account]) {
		if o.Loopback() {
			here = append(here, o.String())
		}
	}
	return here
}

// listeners are the addresses at which the program answers, once it runs.
func (h *program) listeners() []net.Addr {
	if all := h.own.Load(); all != nil {
		return *all
	}
	return nil
}
