package server

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
)

// StandIn is a stand-in platform behind this edge: its bodies are bounded, and on a socket that only this machine
// reaches it answers nobody who comes through a page of somebody else. held counts as Options.Held does.
func StandIn(platform http.Handler, socket net.Listener, held *atomic.Int64) http.Handler {
	const arriving, bytes = 256, 128 << 20 // a whole state has up to 64 MiB
	h := newIntake(arriving, bytes, held).guard(platform)
	if onLoopback(socket) {
		h = localOnly(crossOrigin(h))
	}
	return h
}

func onLoopback(socket net.Listener) bool {
	at, ok := socket.Addr().(*net.TCPAddr)
	return ok && at.IP.IsLoopback()
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

// knownNames refuses a request for a name that the operator has not given, which may be one that somebody has pointed
// at 127.0.0.1. A page cannot do that with an address, so those pass. Probes may ask by any name, and are told
// how it is, but not why.
func knownNames(hosts []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := hostOf(r.Host)
		_, err := netip.ParseAddr(host)
		known := err == nil || host != "" && (strings.EqualFold(host, "localhost") || slices.ContainsFunc(hosts, func(h string) bool { return strings.EqualFold(h, host) }))
		switch {
		case known:
			next.ServeHTTP(w, r)
		case r.URL.Path == "/healthz", r.URL.Path == "/readyz":
			next.ServeHTTP(wordless{w}, r)
		default:
			plain(w, http.StatusForbidden, "this address answers to IP addresses, localhost and the names under admin_hosts in moonwire.yaml\n")
		}
	})
}

// wordless keeps the body of an answer back.
type wordless struct{ http.ResponseWriter }

func (wordless) Write(p []byte) (int, error) { return len(p), nil }

// ownName reports whether a Host header is localhost or a loopback address, which no name on the internet is.
func ownName(host string) bool {
	host = hostOf(host)
	at, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && at.IsLoopback()
}

// hostOf is the name or address in a Host header, without port and brackets.
func hostOf(header string) string {
	if name, _, err := net.SplitHostPort(header); err == nil {
		return name
	}
	if name, bracketed := strings.CutPrefix(header, "["); bracketed {
		return strings.TrimSuffix(name, "]")
	}
	return header
}

// crossOrigin refuses writes that a page of another origin makes a browser send.
func crossOrigin(next http.Handler) http.Handler {
	return http.NewCrossOriginProtection().Handler(next)
}
