package account

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/textproto"
	"regexp"
	"slices"
	"strings"

	"moonwire/internal/mask"
)

// Hook says who may call one of the account's hooks: the systems that know its secret.
type Hook struct {
	Secret    string
	Header    string // carries the signature, or the secret itself; in Go's spelling of header names
	Algorithm string // HookHMAC: the header has the HMAC of the body; "": the secret
	ID        string // a header, or $.path into a JSON body, that names a call; "" = the signed body names it, else nothing
}

// HookHMAC is the one way to sign a call: HMAC-SHA256 over the body as it was sent, in hex or base64.
const HookHMAC = "hmac-sha256"

// Where a hook looks when account.yaml does not say.
const (
	hookSignature = "X-Signature"
	hookHeader    = "X-Hook-Secret"
)

// MaxHooks is how many hooks an account may have.
const MaxHooks = 50

// String keeps the secret out of texts.
func (h Hook) String() string { return strings.TrimSpace(h.Header + " " + h.Algorithm) }

// GoString keeps the secret out of %#v.
func (h Hook) GoString() string { return h.String() }

// LogValue keeps the secret out of logs.
func (h Hook) LogValue() slog.Value { return slog.StringValue(h.String()) }

func (h Hook) mask() *mask.Mask { return mask.New(h.Secret) }

// Conceal gives what a call brought, without the secret.
func (h Hook) Conceal(headers map[string]string, body []byte) (map[string]string, []byte) {
	m := h.mask()
	seen := make(map[string]string, len(headers))
	for name, value := range headers {
		if !m.Holds(name) && !m.Holds(value) {
			seen[name] = value
		}
	}
	return seen, m.Bytes(body)
}

// hookFile is a hook as it is written.
type hookFile struct {
	Secret    string `yaml:"secret"`
	Header    string `yaml:"header"`
	Algorithm string `yaml:"algorithm"`
	ID        string `yaml:"id"`
}

var (
	hookName   = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,31}$`)
	headerName = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)
	jsonPath   = regexp.MustCompile(`^\$(\.[\pL\pN_-]{1,64}){1,8}$`)
)

// HookName reports whether a hook can have that name.
func HookName(name string) bool { return hookName.MatchString(name) }

// hooks settles which hooks other systems may call, and how they prove who they are.
func (l *loader) hooks() {
	if n := len(l.file.Hooks); n > MaxHooks {
		l.refuse(l.about("hooks", "has %d hooks; want at most %d", n, MaxHooks))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(l.file.Hooks)) {
		at := "hooks." + name
		if !HookName(name) {
			l.refuse(l.at(l.lines[at], "hooks: a name may have small letters, digits, - and _, at most 32, as in paid"))
			continue
		}
		if h, ok := l.hook(at, l.file.Hooks[name]); ok {
			if l.config.Hooks == nil {
				l.config.Hooks = map[string]Hook{}
			}
			l.config.Hooks[name] = h
		}
	}
}

func (l *loader) hook(at string, f hookFile) (h Hook, ok bool) {
	h = Hook{Header: orElse(f.Header, hookHeader), Algorithm: f.Algorithm, ID: f.ID}
	if f.Header == "" && h.Algorithm != "" {
		h.Header = hookSignature
	}
	h.Header = textproto.CanonicalMIMEHeaderKey(h.Header)
	switch {
	case !headerName.MatchString(h.Header):
		l.refuse(l.about(at+".header", "want the name of a header, as in %s", hookSignature))
	case h.Algorithm != "" && h.Algorithm != HookHMAC:
		l.refuse(l.about(at+".algorithm", "%q is unknown; want %s, or leave it out where the header holds the secret itself", h.Algorithm, HookHMAC))
	case h.ID != "" && !headerName.MatchString(h.ID) && !jsonPath.MatchString(h.ID):
		l.refuse(l.about(at+".id", "want the name of a header, as in X-Event-Id, or a path into the body, as in $.event.id"))
	default:
		h.Secret, ok = l.hookSecret(at+".secret", f.Secret)
	}
	return h, ok
}

// hookSecret resolves the secret of a hook.
func (l *loader) hookSecret(at, value string) (secret string, ok bool) {
	secret, err := l.secret(at, value)
	switch {
	case l.o.Dev && (errors.Is(err, errUnset) || err == nil && secret == ""):
		l.config.Derived = append(l.config.Derived, at)
		if value != "" {
			l.config.Unset = append(l.config.Unset, at+": "+value)
		}
		return derivedHookSecret(l.name, at), true
	case err != nil:
		l.refuse(l.unresolved(at, err))
		return "", false
	case secret == "":
		l.refuse(l.about(at, "is missing: without a secret anybody could call the hook"))
		return "", false
	}
	if weak := weakKey(secret); weak != "" {
		weak = strings.Replace(weak, "a key", "a secret", 1)
		if !l.o.Dev {
			l.refuse(l.about(at, "%s. `openssl rand -hex 32` makes a good one", weak))
			return "", false
		}
		l.warn(at, "%s; serve will refuse this account", weak)
	}
	return secret, true
}

// Proof is what a caller puts into the header: the signature of the body, or the secret.
func (h Hook) Proof(body []byte) string {
	if h.Algorithm == "" {
		return h.Secret
	}
	return hex.EncodeToString(h.mac(body))
}

// Proves reports whether a header's value proves that the caller of a hook knows its secret. How long that takes does not
// tell how much of it is right.
func (h Hook) Proves(given string, body []byte) bool {
	if h.Algorithm == "" {
		a, b := sha256.Sum256([]byte(strings.TrimPrefix(given, "Bearer "))), sha256.Sum256([]byte(h.Secret))
		return subtle.ConstantTimeCompare(a[:], b[:]) == 1
	}
	return signs(given, h.mac(body))
}

// ProvesLong is Proves for a signed body that nobody keeps.
func (h Hook) ProvesLong(given string, body io.Reader) bool {
	mac := hmac.New(sha256.New, []byte(h.Secret))
	_, err := io.Copy(mac, body)
	return err == nil && h.Algorithm != "" && signs(given, mac.Sum(nil))
}

func signs(given string, mac []byte) bool {
	for _, read := range []func(string) ([]byte, error){hex.DecodeString, base64.StdEncoding.DecodeString, base64.RawURLEncoding.DecodeString} {
		if sum, err := read(withoutAlgorithm(given)); err == nil && hmac.Equal(sum, mac) {
			return true
		}
	}
	return false
}

// withoutAlgorithm takes off what some systems write before a signature.
func withoutAlgorithm(given string) string {
	for _, prefix := range []string{"sha256=", "hmac-sha256=", "v1="} {
		if len(given) > len(prefix) && strings.EqualFold(given[:len(prefix)], prefix) {
			return given[len(prefix):]
		}
	}
	return given
}

func (h Hook) mac(body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(h.Secret))
	mac.Write(body)
	return mac.Sum(nil)
}

// general is a path with * in the place of a name that people give: hooks.*.secret.
func general(path string) string {
	switch parts := strings.SplitN(path, ".", 4); {
	case len(parts) == 3 && parts[0] == "hooks":
		return fmt.Sprintf("%s.*.%s", parts[0], parts[2])
	case len(parts) == 4 && parts[0] == "http":
		return fmt.Sprintf("http.*.%s.*", parts[2])
	}
	return path
}
