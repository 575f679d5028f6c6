package outside

import (
	"net/http"
	"net/url"
	"regexp"
	"time"

	"moonwire/internal/mask"
)

// Policy is what an account may call. It is not changed once it is in use.
type Policy struct {
	Account  string
	Allow    []Allowed           // allow_http
	Services map[string]*Service // http
	Open     []Opened            // private_http of moonwire.yaml, for this account
}

// Service is a server that account.yaml names, with headers that scripts use and never see.
type Service struct {
	base    *url.URL
	headers http.Header
	timeout time.Duration // 0 = DefaultTimeout
	mask    *mask.Mask
}

// ServiceConfig is a service as it is written.
type ServiceConfig struct {
	Base    string
	Headers map[string]string
	Secrets []string // what of the headers nobody may see: taken out of whatever comes back
	Timeout time.Duration
}

// ServiceName is the shape of a service's name.
var ServiceName = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,31}$`)

// NewService checks a service. The error is a *Mistake whose Field is base, headers or timeout.
func NewService(c ServiceConfig) (*Service, error) {
	u, why := parseURL(c.Base)
	switch {
	case why != "":
		return nil, &Mistake{"base", why}
	case u.RawQuery != "" || u.ForceQuery:
		return nil, &Mistake{"base", "has a query; want an address and a path, such as https://api.example.com/v1"}
	case c.Timeout < 0 || c.Timeout > MaxTimeout:
		return nil, &Mistake{"timeout", "want a time up to 50s"}
	}
	s := &Service{base: u, headers: http.Header{}, timeout: c.Timeout, mask: mask.New(c.Secrets...)}
	for name, value := range c.Headers {
		if why := CheckHeader(name, value); why != "" {
			return nil, &Mistake{"headers", name + " " + why}
		}
		s.headers.Set(name, value)
	}
	return s, nil
}

// Mask takes the secrets of all services out of a text.
func (p *Policy) Mask() *mask.Mask {
	masks := make([]*mask.Mask, 0, len(p.Services))
	for _, s := range p.Services {
		masks = append(masks, s.mask)
	}
	return mask.Join(masks...)
}

// Base is the address of the service; it is no secret.
func (s *Service) Base() string { return s.base.String() }

// String keeps the headers out of texts.
func (s *Service) String() string { return s.base.String() }

// GoString keeps the headers out of %#v.
func (s *Service) GoString() string { return s.base.String() }
