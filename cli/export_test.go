package cli

import (
	"net"
	"strings"

	"github.com/spf13/cobra"

	"moonwire/server"
)

// Processors is how many scripts may compute at once.
func Processors() int { return processors() }

// Reachable is an address by which this machine reaches a socket.
func Reachable(socket net.Listener) string { return reachable(socket) }

// AdminUsages are the commands that ask a running moonwire, as their help writes them; not those that can do without one.
func AdminUsages() (usages []string) {
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Flags().Lookup("admin") != nil && c.Flags().Lookup("flows") == nil {
			above := strings.TrimSuffix(c.CommandPath(), c.Name())
			usages = append(usages, above+c.Use)
		}
		for _, below := range c.Commands() {
			walk(below)
		}
	}
	walk(newRoot(Process{}))
	return usages
}

// ReadsPushes reports whether pushes are read past net/http with a setting of listener.
func ReadsPushes(listener string) bool {
	h := &program{server: server.New(nil, server.Options{})}
	return h.public(nil, Config{Listener: listener}, nil).Posts != nil
}
