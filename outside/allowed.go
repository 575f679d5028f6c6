package outside

import (
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Allowed is one entry of allow_http: "api.example.com", "*.example.com", "http://api.example.com:8080".
type Allowed struct {
	scheme string // https or http
	host   string // lower case; an address in its plain form
	below  bool   // any name below host, but not host
	port   string
}

var errAllowed = errors.New("is no host; want a name such as api.example.com, *.example.com, or http://api.example.com:8080 for one without encryption")

// ParseAllowed reads an entry of allow_http.
func ParseAllowed(text string) (Allowed, error) {
	a := Allowed{scheme: "https"}
	rest := text
	if after, plain := strings.CutPrefix(text, "http://"); plain {
		a.scheme, rest = "http", after
	}
	rest, a.below = strings.CutPrefix(rest, "*.")
	host, port, ok := cutPort(rest)
	if !ok {
		return a, errAllowed
	}
	a.host, a.port = host, port
	if a.port == "" {
		a.port = defaultPort(a.scheme)
	}
	if _, err := netip.ParseAddr(a.host); err == nil && a.below {
		return a, errAllowed
	}
	return a, nil
}

// cutPort splits host[:port] and brings the host into the form in which hosts are compared.
func cutPort(text string) (host, port string, ok bool) {
	host = text
	if i := strings.LastIndexByte(text, ':'); i > strings.LastIndexByte(text, ']') {
		host, port = text[:i], text[i+1:]
		if !isPort(port) {
			return "", "", false
		}
	}
	host, why := plainHost(host)
	return host, port, why == ""
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0 && text[0] != '0'
}

// isNumber reports whether a last label is one that readers of addresses, other than Go's, take for a number.
func isNumber(label string) bool {
	digits := "0123456789"
	if hex, ok := strings.CutPrefix(label, "0x"); ok {
		label, digits = hex, "0123456789abcdef"
	}
	return strings.Trim(label, digits) == ""
}

// isName reports whether a text, in small letters, is a name of a host: letters, digits, _ and -, between dots.
func isName(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || strings.ContainsFunc(label, notOfALabel) {
			return false
		}
	}
	return len(host) <= 253
}

func notOfALabel(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
}

// plainHost is a host in lower case, without a dot at its end; an address without brackets, in its shortest form. why
// says what is wrong with it.
func plainHost(host string) (plain, why string) {
	inside, bracketed := strings.CutPrefix(host, "[")
	if bracketed {
		addr, err := netip.ParseAddr(strings.TrimSuffix(inside, "]"))
		if err != nil || !addr.Is6() || addr.Zone() != "" || !strings.HasSuffix(inside, "]") {
			return "", "is no address of IPv6"
		}
		return addr.Unmap().String(), ""
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if addr, err := netip.ParseAddr(host); err == nil && addr.Is4() {
		return addr.String(), ""
	}
	switch last := host[strings.LastIndexByte(host, '.')+1:]; {
	case host == "":
		return "", "is empty"
	case strings.ContainsFunc(host, func(r rune) bool { return r > 0x7f }):
		return "", "has letters that are none of a host's; write the name as it begins with xn--"
	case !isName(host):
		return "", "is no name of a host"
	case isNumber(last):
		return "", "is an odd way to write an address; want a name, or four numbers such as 203.0.113.7"
	}
	return host, ""
}

func defaultPort(scheme string) string {
	if scheme == "http" {
		return "80"
	}
	return "443"
}

// fits reports whether a URL, whose host is plain, is one that the entry allows.
func (a Allowed) fits(u *url.URL) bool {
	host := u.Hostname()
	if a.below {
		if !strings.HasSuffix(host, "."+a.host) {
			return false
		}
	} else if host != a.host {
		return false
	}
	return u.Scheme == a.scheme && portOf(u) == a.port
}

func portOf(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return defaultPort(u.Scheme)
}

// entryFor is the entry of allow_http that would allow a URL.
func entryFor(u *url.URL) string {
	entry := u.Hostname()
	if strings.Contains(entry, ":") {
		entry = "[" + entry + "]"
	}
	if p := portOf(u); p != defaultPort(u.Scheme) {
		entry += ":" + p
	}
	if u.Scheme == "http" {
		entry = "http://" + entry
	}
	return entry
}

// Opened is one entry of private_http: a host and a port that the operator opens although they are not public.
type Opened struct{ host, port string }

// ParseOpened reads an entry of private_http.
func ParseOpened(text string) (Opened, error) {
	host, port, ok := cutPort(text)
	if !ok || port == "" {
		return Opened{}, errors.New("want a host and a port, such as 127.0.0.1:11434 or erp.internal:8080")
	}
	if addr, err := netip.ParseAddr(host); err == nil && never(addr) != "" {
		return Opened{}, errors.New("is " + never(addr) + ", which nobody can open to scripts")
	}
	return Opened{host, port}, nil
}

// String is the entry as it is written.
func (o Opened) String() string {
	if strings.Contains(o.host, ":") {
		return "[" + o.host + "]:" + o.port
	}
	return o.host + ":" + o.port
}

// Loopback reports whether the entry opens something on this very machine.
func (o Opened) Loopback() bool {
	addr, err := netip.ParseAddr(o.host)
	return o.host == "localhost" || strings.HasSuffix(o.host, ".localhost") || err == nil && addr.IsLoopback()
}

// opens reports whether an address, reached by a host's name, is among those opened.
func opens(all []Opened, host string, at netip.AddrPort) bool {
	port := strconv.Itoa(int(at.Port()))
	return slices.ContainsFunc(all, func(o Opened) bool {
		return o.port == port && (o.host == host || o.host == at.Addr().String())
	})
}
