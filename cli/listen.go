package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strconv"
	"syscall"
)

// listen opens the socket of a setting. Where its address is the default, the flag is what is named: it would help.
func (c *Config) listen(key, addr string) (net.Listener, error) {
	return listen(cmp.Or(c.from[key], "--"+setting{key: key}.flag()), addr)
}

// listen opens a socket, or says in plain words why not, and where the address comes from.
func listen(from, addr string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: want an address and a port, such as 127.0.0.1:8420 or :8080", from, addr)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return nil, fmt.Errorf("%s: %s: a port is a number from 1 to 65535", from, addr)
	}
	socket, err := net.Listen("tcp", addr)
	switch {
	case err == nil:
		return socket, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s: cannot listen on %s: the port is taken (is another moonwire running?); choose another", from, addr)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%s: cannot listen on %s: permission denied (ports below 1024 need special rights); choose another", from, addr)
	}
	return nil, fmt.Errorf("%s: cannot listen on %s: this machine has no address %q; choose another", from, addr, host)
}
