package outside

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// MinSecret is how long a secret must be, in bytes, so that it can be told from other text.
const MinSecret = 8

const masked = "[redacted]"

// mask takes secrets out of what comes back, as they are and as other systems write them down.
type mask struct{ replacer *strings.Replacer }

func newMask(secrets []string) *mask {
	var pairs []string
	for _, form := range forms(secrets) {
		pairs = append(pairs, form, masked)
	}
	if pairs == nil {
		return &mask{}
	}
	return &mask{strings.NewReplacer(pairs...)}
}

// forms are all ways in which a secret may be written, longest first.
func forms(secrets []string) []string {
	var all []string
	for _, s := range secrets {
		if len(s) < MinSecret {
			continue
		}
		quoted, _ := json.Marshal(s)
		query := url.QueryEscape(s)
		hexed := hex.EncodeToString([]byte(s))
		all = append(all, s, strings.ToLower(s), query, lowerEscapes(query), url.PathEscape(s), lowerEscapes(url.PathEscape(s)), everyEscaped(s), strings.ToLower(everyEscaped(s)),
			string(quoted[1:len(quoted)-1]), html.EscapeString(s), hexed, strings.ToUpper(hexed))
		all = append(all, inBase64(s)...)
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(all)
}

// lowerEscapes writes %2B as %2b.
func lowerEscapes(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:], strings.ToLower(string(b[i+1:i+3])))
		}
	}
	return string(b)
}

func everyEscaped(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%%02X", s[i])
	}
	return b.String()
}

// inBase64 is what stands for a text in the base64 of anything that holds it, at each of the three places where it may
// begin, in both alphabets. Letters at its ends that stand for a neighbour too are left out.
func inBase64(s string) (all []string) {
	for before := range 3 {
		padded := append(make([]byte, before), s...)
		from, to := (before*8+5)/6, len(padded)*8/6
		for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			all = append(all, alphabet.EncodeToString(padded)[from:to])
		}
	}
	return all
}

func (m *mask) text(s string) string {
	if m.replacer == nil {
		return s
	}
	return m.replacer.Replace(s)
}

func (m *mask) answer(a *Answer) *Answer {
	if a == nil || m.replacer == nil {
		return a
	}
	clean := &Answer{Status: a.Status, Header: make(http.Header, len(a.Header)), Body: m.text(a.Body)}
	for name, values := range a.Header {
		name = http.CanonicalHeaderKey(m.text(strings.ToLower(name))) // the case of a name is ours, not the secret's
		for _, value := range values {
			clean.Header[name] = append(clean.Header[name], m.text(value))
		}
	}
	return clean
}

func (m *mask) err(err error) error {
	var e *Error
	if !errors.As(err, &e) || m.replacer == nil {
		return err
	}
	return &Error{e.Kind, m.text(e.Message), m.text(e.Hint), m.text(e.HintZH)}
}
