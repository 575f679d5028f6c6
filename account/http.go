package account

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"moonwire/outside"
)

// services are what stands under http.
type services map[string]serviceFile

// serviceFile is one entry under http as it is written.
type serviceFile struct {
	Base    string            `yaml:"base"`
	Headers map[string]string `yaml:"headers"`
	Timeout string            `yaml:"timeout"`
}

const (
	maxAllowed  = 200 // entries of allow_http
	maxServices = 50
)

// http settles which servers scripts may call.
func (l *loader) http() *ConfigError {
	c, f := l.config, &l.file
	c.HTTP.Account = l.name
	if len(f.AllowHTTP) > maxAllowed {
		return l.about("allow_http", "has %d hosts; want at most %d", len(f.AllowHTTP), maxAllowed)
	}
	for _, host := range f.AllowHTTP {
		allowed, err := outside.ParseAllowed(host)
		if err != nil {
			return l.about("allow_http[]", "%q %v", host, err)
		}
		c.HTTP.Allow = append(c.HTTP.Allow, allowed)
	}
	if len(f.HTTP) > maxServices {
		return l.about("http", "has %d services; want at most %d", len(f.HTTP), maxServices)
	}
	for _, name := range slices.Sorted(maps.Keys(f.HTTP)) {
		if err := l.service(name, f.HTTP[name]); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) service(name string, f serviceFile) *ConfigError {
	path := "http." + name
	switch {
	case !outside.ServiceName.MatchString(name), name == "http", name == "https":
		return l.at(l.lines[path], "http: a service has a name of small letters, digits, _ and -, up to 32 and a letter first, as in orders; http and https are taken")
	case f.Base == "":
		return l.about(path, "base is missing; want an address such as https://api.example.com/v1")
	}
	timeout, err := serviceTime(f.Timeout)
	if err != nil {
		return l.about(path+".timeout", "%v", err)
	}
	headers := make(map[string]string, len(f.Headers))
	var secrets []string
	for _, header := range slices.Sorted(maps.Keys(f.Headers)) {
		value, hidden, err := l.header(path+".headers."+header, header, f.Headers[header])
		if err != nil {
			l.refuse(l.unresolved(path+".headers."+header, err))
		}
		headers[header], secrets = value, append(secrets, hidden...)
	}
	service, err := outside.NewService(outside.ServiceConfig{Base: f.Base, Headers: headers, Secrets: secrets, Timeout: timeout})
	var wrong *outside.Mistake
	if errors.As(err, &wrong) {
		return l.about(path+"."+wrong.Field, "%s", wrong.Reason)
	}
	if l.config.HTTP.Services == nil {
		l.config.HTTP.Services = map[string]*outside.Service{}
	}
	l.config.HTTP.Services[name] = service
	return nil
}

func serviceTime(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 100*time.Millisecond || d > outside.MaxTimeout {
		return 0, fmt.Errorf("%q: want a time from 100ms to %s", text, outside.MaxTimeout)
	}
	return d, nil
}

// inText is a reference inside of a longer text.
var inText = regexp.MustCompile(`\$\{[^}]*\}?`)

// credential are headers whose value nobody but the other server is to see.
var credential = regexp.MustCompile(`(?i)(^|[-_])(authorization|auth|cookie|key|apikey|token|secret|password|signature)([-_]|$)`)

// header resolves the references in the value of a header. hidden is what of the value nobody may see.
func (l *loader) header(path, name, value string) (resolved string, hidden []string, err error) {
	resolved = inText.ReplaceAllStringFunc(value, func(text string) string {
		v, e := l.headerSecret(path, text)
		switch {
		case e != nil && err == nil:
			err = e
		case e == nil && len(v) < outside.MinSecret && err == nil:
			err = fmt.Errorf("what %s stands for is too short: a secret of fewer than %d characters cannot be kept out of answers; write what is no secret as it is", text, outside.MinSecret)
		}
		hidden = append(hidden, v)
		return v
	})
	if err != nil || len(hidden) > 0 || !credential.MatchString(name) {
		return resolved, hidden, err
	}
	if !l.o.Dev {
		return "", nil, errors.New("a secret must not stand in this file; name it as ${env:NAME} or ${file:/path}, as in \"Bearer ${env:NAME}\"")
	}
	l.warn(path, "a secret stands in the file; serve will refuse this account. Name it as ${env:NAME} or ${file:/path}, as in \"Bearer ${env:NAME}\"")
	_, bare, _ := strings.Cut(value, " ")
	return value, []string{value, bare}, nil
}

// headerSecret resolves one reference. In serve it must lead to what is the account's own: else whoever can save a
// folder could send any secret of the process to a server of his.
func (l *loader) headerSecret(path, text string) (string, error) {
	ref, isRef, err := parseReference(text)
	switch {
	case err != nil || !isRef:
		return "", errors.New("a reference reads ${env:NAME} or ${file:/path}")
	case !l.o.Dev && !l.resolver.confines(ref):
		return "", fmt.Errorf("%s: serve takes a reference here only where moonwire.yaml keeps each account to its own (%s); else any folder could send any secret of this process to a server of its choice",
			text, map[string]string{"env": `secrets: { env_prefix: "{ACCOUNT}_" }`, "file": "secrets: { dir: /run/secrets/{account} }"}[ref.kind])
	}
	v, err := l.resolver.resolve(l.name, ref)
	if errors.Is(err, errUnset) && l.o.Dev {
		l.config.Unset = append(l.config.Unset, path+": "+text)
		l.config.Derived = append(l.config.Derived, path)
		return derivedHex("http", l.name+text, 32), nil
	}
	return v, err
}

// confines reports whether references of that kind lead to what is the account's own.
func (r Resolver) confines(ref reference) bool {
	rule := r.EnvPrefix
	if ref.kind == "file" {
		rule = r.Dir
	}
	return strings.Contains(rule, "{account}") || strings.Contains(rule, "{ACCOUNT}")
}
