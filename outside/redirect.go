package outside

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// maxRedirects is how often a server may send a call on.
const maxRedirects = 5

// follow makes a call and goes where it is sent.
func (a *Account) follow(ctx context.Context, r *Request) (*Answer, error) {
	req := r.first(ctx)
	for range maxRedirects + 1 {
		answer, err := a.exchange(ctx, req)
		if err != nil {
			return nil, err
		}
		where := answer.Header["Location"]
		if len(where) == 0 || !redirects(answer.Status) {
			return answer, nil
		}
		if req, err = a.onward(req, r, answer.Status, where[0]); err != nil {
			return nil, err
		}
	}
	return nil, fault(Redirect, "it was sent on more than %d times", maxRedirects)
}

func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// onward is the request that a redirect asks for. To another origin it carries no header of the script's or a service's,
// and no body.
func (a *Account) onward(last *http.Request, r *Request, status int, where string) (*http.Request, error) {
	u, err := destination(last.URL, where)
	home := err == nil && sameOrigin(last.URL, u)
	if s := r.Target.service; s != nil && !home {
		return nil, s.astray(where, u, err)
	}
	if err != nil {
		return nil, err
	}
	if !home {
		if err := a.policy.allows(u); err != nil {
			err.Message = "it was sent on: " + err.Message
			return nil, err
		}
	}
	next := (&http.Request{
		Method: last.Method, URL: u, Header: last.Header.Clone(), Host: u.Host, Proto: last.Proto, ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(last.Context())
	if status == http.StatusSeeOther || status < http.StatusSeeOther && last.Method == http.MethodPost {
		next.Method = http.MethodGet
		next.Header.Del("Content-Type")
		next.Header.Del("Idempotency-Key")
	} else if last.Body != nil {
		r.carry(next)
	}
	if home {
		return next, nil
	}
	if next.Method != http.MethodGet {
		return nil, fault(Redirect, "the server sends the call on to %s, which would get what was meant for it", short(entryFor(u)))
	}
	next.Header = http.Header{"User-Agent": last.Header["User-Agent"], "Accept-Encoding": last.Header["Accept-Encoding"]}
	return next, nil
}

// astray says that a service leads away. An address is cut into its parts where it is told of, so that a secret in it could
// no longer be known: of such a one nothing is told.
func (s *Service) astray(where string, u *url.URL, err error) error {
	switch {
	case s.mask.Holds(where):
		return fault(Redirect, "the service sends the call on to an address with its secret in it")
	case err != nil:
		return err
	}
	return fault(Redirect, "the service sends the call on to %s, which is another server", short(entryFor(u)))
}

// destination reads where a redirect leads. It is looked at as an address in a script is.
func destination(from *url.URL, where string) (*url.URL, error) {
	if strings.HasPrefix(where, "//") {
		where = from.Scheme + ":" + where
	}
	if scheme, _, ok := strings.Cut(where, ":"); !ok || strings.ContainsAny(scheme, "/?#") {
		relative, err := url.Parse(escapeOdd(where))
		if err != nil {
			return nil, fault(Redirect, "it was sent on to what is no address")
		}
		where = from.ResolveReference(relative).String()
	}
	u, why := parseURL(where)
	if why != "" {
		return nil, fault(Redirect, "it was sent on to another address: %s", why)
	}
	return u, nil
}

func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && a.Hostname() == b.Hostname() && portOf(a) == portOf(b)
}
