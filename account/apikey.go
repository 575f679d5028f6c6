package account

import (
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"moonwire/engine"
)

// APIKey is a key of the general interface and what it may do.
type APIKey struct {
	Key   string
	Name  string   // who asks, for the audit; of a bare key its place in the file: api_keys[1]
	Allow []string // the methods it may call; nil = all

	MadeUp bool // by dev, as its reference leads nowhere
}

// May reports whether the key may call a method.
func (k APIKey) May(method string) bool { return k.Allow == nil || slices.Contains(k.Allow, method) }

// Equal reports whether two keys are the same in everything.
func (k APIKey) Equal(other APIKey) bool {
	return k.Key == other.Key && k.Name == other.Name && slices.Equal(k.Allow, other.Allow)
}

// String keeps the key out of texts.
func (k APIKey) String() string { return k.Name }

// GoString keeps the key out of %#v.
func (k APIKey) GoString() string { return k.Name }

// LogValue keeps the key out of logs.
func (k APIKey) LogValue() slog.Value { return slog.StringValue(k.Name) }

// apiKeyFile is an entry of api_keys as it is written: a key alone, or one with a name and rights.
type apiKeyFile struct {
	apiKeyMap
	bare bool
}

type apiKeyMap struct {
	Key   string   `yaml:"key"`
	Name  string   `yaml:"name"`
	Allow []string `yaml:"allow"`
}

// UnmarshalYAML reads both forms.
func (k *apiKeyFile) UnmarshalYAML(n ast.Node) error {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return yaml.NodeToValue(n, &k.apiKeyMap, yaml.Strict())
	}
	k.bare = true
	return yaml.NodeToValue(n, &k.Key, yaml.Strict())
}

// maxAPIKeys is how many keys an account may have: each request is held against all of them.
const maxAPIKeys = 100

// apiKeys settles who may ask over the general interface, and for what.
func (l *loader) apiKeys() {
	if n := len(l.file.APIKeys); n > maxAPIKeys {
		l.refuse(l.about("api_keys", "has %d keys; want at most %d", n, maxAPIKeys))
		return
	}
	for i, f := range l.file.APIKeys {
		at := item("api_keys", i)
		name, named := l.apiKeyName(at, f)
		key, there := l.apiKey(at, f)
		l.checkAllow(at, f)
		if named && there {
			key.Name, key.Allow = name, f.Allow
			l.config.APIKeys = append(l.config.APIKeys, key)
		}
	}
	l.checkTwins()
}

// apiKey resolves a key.
func (l *loader) apiKey(at string, f apiKeyFile) (k APIKey, ok bool) {
	key, err := l.secret(at, f.Key)
	switch {
	case errors.Is(err, errUnset) && l.o.Dev:
		if !slices.Contains(l.config.Derived, "api_keys") {
			l.config.Derived = append(l.config.Derived, "api_keys")
		}
		return APIKey{Key: derivedAPIKey(l.name, f.Name), MadeUp: true}, true
	case err != nil:
		l.refuse(l.unresolved(at, err))
	case key == "":
		l.refuse(l.about(at, "an empty key opens the door to everybody"))
	default:
		l.checkAPIKey(at, key)
		return APIKey{Key: key}, true
	}
	return APIKey{}, false
}

// keyNameShape is what the name of a key may be: it stands in the audit.
var keyNameShape = regexp.MustCompile(`^[\pL\pN][\pL\pN._-]{0,31}$`)

// apiKeyName is the name of a key, if it can be one. What is no name may be a key that slipped to its place.
func (l *loader) apiKeyName(at string, f apiKeyFile) (name string, ok bool) {
	switch {
	case f.bare:
		return at, true
	case f.Name == "":
		l.refuse(l.about(at, "name is missing: the audit tells by it who asked"))
	case !keyNameShape.MatchString(f.Name):
		l.refuse(l.about(at, "name: want letters, digits, and . _ - after the first, at most 32"))
	case slices.ContainsFunc(l.config.APIKeys, func(k APIKey) bool { return k.Name == f.Name }):
		l.refuse(l.about(at, "name: two keys are called %s; want a name for each", f.Name))
	default:
		return f.Name, true
	}
	return "", false
}

// methodShape is what a method may be called, so that no key in a wrong place is quoted.
var methodShape = regexp.MustCompile(`^[a-z_]{1,30}(/[a-z_]{0,30})?$`)

// checkAllow refuses rights to what there is not.
func (l *loader) checkAllow(at string, f apiKeyFile) {
	if f.Allow != nil && len(f.Allow) == 0 {
		l.refuse(l.about(at, "allow is empty; leave it out for all rights"))
	}
	for _, method := range f.Allow {
		if l.o.Methods == nil || slices.Contains(l.o.Methods, method) {
			continue
		}
		wrong := "one of them is no method"
		if methodShape.MatchString(method) {
			wrong = "there is no method " + method
		}
		if near := engine.Nearest(method, l.o.Methods); near != "" {
			wrong += "; did you mean " + near + "?"
		}
		l.refuse(l.about(at, "allow: %s There are %s", sentence(wrong), strings.Join(l.o.Methods, ", ")))
	}
}

// sentence ends a text that does not end yet.
func sentence(text string) string {
	if strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}

// checkTwins refuses a key that stands there twice with different rights: nobody could say which it has.
func (l *loader) checkTwins() {
	for i, k := range l.config.APIKeys {
		for _, other := range l.config.APIKeys[:i] {
			bare := strings.HasPrefix(k.Name, "api_keys[") && strings.HasPrefix(other.Name, "api_keys[")
			if k.Key == other.Key && !bare {
				l.refuse(l.about("api_keys", "%s and %s are the same key; want one for each", other.Name, k.Name))
			}
		}
	}
}

// checkAPIKey refuses a key that can be guessed, or that no Authorization header can carry; dev warns.
func (l *loader) checkAPIKey(at, key string) {
	const cure = "`openssl rand -hex 32` makes a good key"
	switch weak := weakKey(key); {
	case weak != "" && l.o.Dev:
		l.warn(at, "%s; serve will refuse this account. "+cure, weak)
	case weak != "":
		l.refuse(l.about(at, "%s. "+cure, weak))
	}
}

// The least that an API key must have.
const (
	leastKeyLength  = 16
	leastKeyVariety = 6
)

// weakKey says why a key is no good; "" when it is. It quotes nothing of it.
func weakKey(key string) string {
	different := map[rune]bool{}
	for _, c := range key {
		if c <= ' ' || c > '~' {
			return "a key has a blank or a character that is no letter, digit or sign of the English keyboard, which a header cannot carry"
		}
		different[c] = true
	}
	switch {
	case len(key) < leastKeyLength:
		return fmt.Sprintf("a key is too short: want %d characters or more, since whoever guesses it can write to all fans", leastKeyLength)
	case len(different) < leastKeyVariety:
		return fmt.Sprintf("a key has fewer than %d different characters, and whoever guesses it can write to all fans", leastKeyVariety)
	}
	return ""
}
