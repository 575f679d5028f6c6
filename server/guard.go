package server

import (
	"net"
	"net/http"
	"slices"
)

// localOnly refuses a request whose Host is not this machine's own name: a page on the internet that
// points its own name at 127.0.0.1 (DNS rebinding) must not reach a developer's tools.
func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if !slices.Contains([]string{"127.0.0.1", "localhost", "::1", "[::1]"}, host) {
			plain(w, http.StatusForbidden, "moonwire dev answers on 127.0.0.1 and localhost only\n")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// crossOrigin refuses writes that a page of another origin makes a browser send.
func crossOrigin(next http.Handler) http.Handler {
	return http.NewCrossOriginProtection().Handler(next)
}
