package server

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
)

// StandIn is a stand-in platform behind this edge: its bodies are bounded, and on a socket that only this machine
// reaches it answers nobody who comes through a page of somebody else. held counts as Options.Held does.
func StandIn(platform http.Handler, socket net.Listener, held *atomic.Int64) http.Handler {
	const arriving, bytes = 256, 128 << 20 // a whole state has up to 64 MiB
	h := newIntake(arriving, bytes, held).guard(platform)
	if at, ok := socket.Addr().(*net.TCPAddr); ok && at.IP.IsLoopback() {
		h = localOnly(crossOrigin(h))
	}
	return h
}

// localOnly refuses a request whose Host is not this machine's own name: a page on the internet that
// points its own name at 127.0.0.1 (DNS rebinding) must not reach a developer's tools.
func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ownName(r.Host) {
			plain(w, http.StatusForbidden, "this address answers to the names 127.0.0.1 and localhost only\n")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ownName reports whether a Host header is localhost or a loopback address, which no name on the internet is.
func ownName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	} else if name, bracketed := strings.CutPrefix(host, "["); bracketed {
		host = strings.TrimSuffix(name, "]")
	}
	at, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && at.IsLoopback()
}

// crossOrigin refuses writes that a page of another origin makes a browser send.
func crossOrigin(next http.Handler) http.Handler {
	return http.NewCrossOriginProtection().Handler(next)
}
