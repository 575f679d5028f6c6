package outside

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// maxURL is the longest address, in bytes.
const maxURL = 4096

// Target is an address that an account may call.
type Target struct {
	url     *url.URL
	service *Service // nil: a host of allow_http
	text    string
}

// Text is the address without its query, which may hold what nobody else is to read; a service goes by its name.
func (t Target) Text() string { return t.text }

// Locate reads what a script calls: an address, or a service and a path: "orders:/items/7". The error is a *Mistake for
// what can never be called, and an *Error of the kind NotAllowed.
func (p *Policy) Locate(text string) (Target, error) {
	if why := checkText(text); why != "" {
		return Target{}, &Mistake{"url", why}
	}
	name, path, _ := strings.Cut(text, ":")
	if s := p.Services[name]; s != nil {
		return s.locate(name, path)
	}
	if ServiceName.MatchString(name) && strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && name != "http" && name != "https" {
		return Target{}, p.noService(name)
	}
	u, why := parseURL(text)
	if why != "" {
		return Target{}, &Mistake{"url", why}
	}
	if err := p.allows(u); err != nil {
		return Target{}, err
	}
	return Target{url: u, text: u.Scheme + "://" + u.Host + u.EscapedPath()}, nil
}

// checkText refuses what no address holds, wherever it leads.
func checkText(text string) (why string) {
	switch {
	case text == "":
		return "is empty; want an address such as https://api.example.com/orders"
	case len(text) > maxURL:
		return fmt.Sprintf("is %d bytes long; want at most %d", len(text), maxURL)
	case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return "has a line break or another control character in it; put url.encode(…) around what comes from a fan"
	case strings.Contains(text, `\`):
		return `has a \ in it; want /, or url.encode(…) around what comes from a fan`
	}
	return ""
}

// parseURL reads an address of http or https, its host in plain form. why says what is wrong.
func parseURL(text string) (u *url.URL, why string) {
	if why := checkText(text); why != "" {
		return nil, why
	}
	scheme, rest, ok := strings.Cut(text, "://")
	scheme = strings.ToLower(scheme)
	switch {
	case !ok || scheme == "":
		return nil, "is no web address; want one such as https://api.example.com/orders, or SERVICE:/path"
	case scheme != "https" && scheme != "http":
		return nil, "only https:// and http:// can be called"
	}
	authority, path := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	if strings.Contains(authority, "@") {
		return nil, "has a name or password before @; a service in account.yaml (http:) sends them in a header"
	}
	host, port, ok := strings.Cut(authority, ":")
	if i := strings.LastIndexByte(authority, ']'); i >= 0 {
		host = authority[:i+1]
		port, ok = strings.CutPrefix(authority[i+1:], ":")
	}
	plain, why := plainHost(host)
	if why != "" {
		return nil, fmt.Sprintf("the host %q %s", short(host), why)
	}
	if ok {
		if !isPort(port) {
			return nil, "the port is no number from 1 to 65535"
		}
		if port == defaultPort(scheme) {
			port = ""
		}
	}
	return assemble(scheme, plain, port, path)
}

func assemble(scheme, host, port, path string) (u *url.URL, why string) {
	path, _, _ = strings.Cut(path, "#")
	u, err := url.Parse(scheme + "://x" + escapeOdd(path))
	if err != nil {
		return nil, "has a % in its path that two hex digits do not follow; put url.encode(…) around each part"
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if u.Host = host; port != "" {
		u.Host += ":" + port
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u, ""
}

// escapeOdd writes what may not stand in an address as it is, such as blanks and Chinese, in percent signs.
func escapeOdd(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// allows says why an address is not for the account; nil when it is.
func (p *Policy) allows(u *url.URL) *Error {
	if slices.ContainsFunc(p.Allow, func(a Allowed) bool { return a.fits(u) }) {
		return nil
	}
	entry := entryFor(u)
	e := fault(NotAllowed, "%s is not among the hosts that this account may call", short(entry))
	e.Hint = fmt.Sprintf("the operator would have to add it to account.yaml: allow_http: [ %q ]", short(entry))
	e.HintZH = fmt.Sprintf("需要运维在 account.yaml 里加上：allow_http: [ %q ]", short(entry))
	for _, a := range p.Allow {
		if other := (Allowed{"http", a.host, a.below, a.port}); u.Scheme == "http" && (other.fits(u) || a.port == "443" && Allowed{"http", a.host, a.below, "80"}.fits(u)) {
			e.Hint = "account.yaml allows this host with encryption only: write https://; " + e.Hint
			e.HintZH = "account.yaml 只允许加密访问这个主机：请写 https://；" + e.HintZH
		}
	}
	return e
}

func (p *Policy) noService(name string) *Error {
	e := fault(NotAllowed, "account.yaml names no service %s", short(name))
	if len(p.Services) == 0 {
		e.Hint = fmt.Sprintf("the operator would have to add it to account.yaml: http: { %s: { base: https://… } }", name)
		e.HintZH = fmt.Sprintf("需要运维在 account.yaml 里加上：http: { %s: { base: https://… } }", name)
		return e
	}
	names := slices.Sorted(maps.Keys(p.Services))
	list := strings.Join(names[:min(len(names), 8)], ", ")
	e.Hint, e.HintZH = "under http: there are "+list, "account.yaml 的 http 里有："+list
	return e
}

// locate is a path of a service. It stays below the service's base: nothing in it may lead out of there.
func (s *Service) locate(name, path string) (Target, error) {
	path, _, _ = strings.Cut(path, "#")
	path, query, asks := strings.Cut(path, "?")
	if !strings.HasPrefix(path, "/") {
		return Target{}, &Mistake{"url", fmt.Sprintf("a path of the service %s begins with /, as in %s:/items/7", name, name)}
	}
	if why := checkPath(path); why != "" {
		return Target{}, &Mistake{"url", why}
	}
	u, err := url.Parse("x://x" + strings.TrimSuffix(s.base.EscapedPath(), "/") + escapeOdd(path))
	if err != nil {
		return Target{}, &Mistake{"url", "has a % in its path that two hex digits do not follow; put url.encode(…) around each part"}
	}
	u.Scheme, u.Host = s.base.Scheme, s.base.Host
	if asks {
		u.RawQuery = escapeOdd(query)
	}
	return Target{u, s, name + ":" + escapeOdd(path)}, nil
}

// checkPath refuses what leads out of a service's base, also when it is written in percent signs, once or several times.
func checkPath(path string) (why string) {
	const cure = ", which a service's path may not have; put url.encode(…) around what comes from a fan"
	for _, bad := range []string{"//", "@"} {
		if strings.Contains(path, bad) {
			return fmt.Sprintf("has %q in its path", bad) + cure
		}
	}
	for range 8 {
		for part := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '/' || r == '\\' }) {
			if part, _, _ = strings.Cut(part, ";"); part == "." || part == ".." {
				return fmt.Sprintf("has %q in its path", part) + cure
			}
		}
		plain, err := url.PathUnescape(path)
		if err != nil || plain == path {
			return ""
		}
		path = plain
	}
	return "is encoded many times over; want it encoded once"
}

// short cuts what an error quotes.
func short(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
