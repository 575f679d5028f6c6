package outside

import (
	"errors"
	"net/http"
	"strings"

	"moonwire/internal/mask"
)

// MinSecret is how long a secret must be, in bytes, so that it can be told from other text.
const MinSecret = mask.MinSecret

// answer is an answer without what the service keeps secret.
func (s *Service) answer(a *Answer) *Answer {
	if a == nil || s.mask == nil {
		return a
	}
	clean := &Answer{Status: a.Status, Header: make(http.Header, len(a.Header)), Body: s.mask.Text(a.Body)}
	for name, values := range a.Header {
		name = http.CanonicalHeaderKey(s.mask.Text(strings.ToLower(name))) // the case of a name is ours, not the secret's
		for _, value := range values {
			clean.Header[name] = append(clean.Header[name], s.mask.Text(value))
		}
	}
	return clean
}

// err is an error without what the service keeps secret.
func (s *Service) err(err error) error {
	var e *Error
	if !errors.As(err, &e) || s.mask == nil {
		return err
	}
	return &Error{e.Kind, s.mask.Text(e.Message), s.mask.Text(e.Hint), s.mask.Text(e.HintZH)}
}
