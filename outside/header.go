package outside

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

const (
	maxHeaders      = 64       // of one call
	maxHeader       = 8 << 10  // bytes of one value
	maxAnswerHeader = 64 << 10 // bytes of all headers of an answer
)

// notSettable are the headers that say how a message crosses the network; they are the program's.
var notSettable = []string{
	"accept-encoding", "connection", "content-length", "expect", "host", "http2-settings", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade",
}

// CheckHeader says what is wrong with a header that somebody wants sent; "" when nothing is.
func CheckHeader(name, value string) (why string) {
	low := strings.ToLower(name)
	switch {
	case name == "" || len(name) > 100 || strings.ContainsFunc(name, notToken):
		return "is no name of a header; want letters, digits and -"
	case slices.Contains(notSettable, low) || strings.HasPrefix(low, "proxy-"):
		return "is set by the program and by nobody else"
	case len(value) > maxHeader:
		return fmt.Sprintf("has %d bytes; want at most %d", len(value), maxHeader)
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
		return "has a line break or another control character in its value"
	}
	return ""
}

func notToken(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

// CheckHeaders refuses what a call to the target may not set. The error is a *Mistake.
func (t Target) CheckHeaders(headers map[string]string) error {
	if len(headers) > maxHeaders {
		return &Mistake{"headers", fmt.Sprintf("are %d; want at most %d", len(headers), maxHeaders)}
	}
	seen := make(map[string]bool, len(headers))
	for name, value := range headers {
		if why := CheckHeader(name, value); why != "" {
			return &Mistake{"headers", short(name) + " " + why}
		}
		canonical := http.CanonicalHeaderKey(name)
		switch {
		case seen[canonical]:
			return &Mistake{"headers", short(name) + " is there twice, in other letters"}
		case t.service != nil && t.service.headers[canonical] != nil:
			return &Mistake{"headers", short(name) + " is the service's own; account.yaml sets it"}
		}
		seen[canonical] = true
	}
	return nil
}
