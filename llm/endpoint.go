package llm

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"moonwire/internal/mask"
)

// Endpoint is one model at one provider.
type Endpoint struct {
	Base  string // up to what stands before /chat/completions: https://api.example.com/v1
	Model string
	Key   Key // "" = none is asked for
	// Thinks says whether its models begin with their thoughts, and only </think> tells where those end. nil: as their
	// names tell, and as they were seen to do.
	Thinks *bool
}

// Key is what a provider charges for. No text ever shows it.
type Key string

// String keeps the key out of texts.
func (Key) String() string { return "[redacted]" }

// GoString keeps the key out of %#v.
func (Key) GoString() string { return "[redacted]" }

// LogValue keeps the key out of logs.
func (Key) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// MarshalText keeps the key out of JSON.
func (Key) MarshalText() ([]byte, error) { return []byte("[redacted]"), nil }

// Mask takes the key out of a text.
func (e *Endpoint) Mask() *mask.Mask { return mask.New(string(e.Key)) }

// Doer sends a request; *http.Client is one. The body of what it answers is read as it comes.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// CheckBase says what is wrong with the address of an endpoint.
func CheckBase(base string) error {
	u, err := url.Parse(base)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "" || u.Scheme != "http" && u.Scheme != "https":
		return errors.New("want an address such as https://api.example.com/v1")
	case u.User != nil:
		return errors.New("holds a name or a password; the key belongs to key")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return errors.New("has a query; want an address and a path, such as https://api.example.com/v1")
	case strings.HasSuffix(strings.TrimRight(u.Path, "/"), completions):
		return errors.New("ends in " + completions + "; want what stands before it, such as https://api.example.com/v1")
	}
	return nil
}

const completions = "/chat/completions"

func (e *Endpoint) url() string { return strings.TrimRight(e.Base, "/") + completions }
