package account

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"moonwire/folder"
	"moonwire/wechat"
)

// Load reads an account.yaml; nil stands for a missing file, which only dev can make do without. The
// error is a *ConfigError that names the line. Values of secrets appear in no error and no warning.
func Load(name string, body []byte, r Resolver, o Options) (*Config, []Warning, error) {
	if !folder.AccountName(name) {
		return nil, nil, &ConfigError{Msg: fmt.Sprintf("%q cannot be the name of an account; %s", name, folder.AccountNameWords)}
	}
	d, err := readDocument(body)
	if err != nil {
		return nil, nil, err
	}
	l := &loader{document: d, name: name, resolver: r, o: o, config: &Config{Name: name}, warnings: d.doubts}
	for _, step := range []func() *ConfigError{l.identity, l.secrets, l.behaviour, l.reach, l.http, l.llm, l.limits} {
		if err := step(); err != nil {
			l.refuse(err)
			break
		}
	}
	if len(l.refused) > 0 {
		return nil, nil, together(l.refused)
	}
	return l.config, l.warnings, nil
}

// loader makes an Config of a document, step by step.
type loader struct {
	*document
	name     string
	resolver Resolver
	o        Options
	config   *Config
	warnings []Warning
	refused  []*ConfigError // so far: what is missing or unfit is told all at once
}

func (l *loader) refuse(e *ConfigError) { l.refused = append(l.refused, e) }

func (l *loader) warn(path, format string, args ...any) {
	l.warnings = append(l.warnings, Warning{Line: l.lines[path], Msg: path + ": " + fmt.Sprintf(format, args...)})
}

var (
	appIDShape      = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	likelyAppID     = regexp.MustCompile(`^wx[0-9a-f]{16}$`)
	digitsOnly      = regexp.MustCompile(`^[0-9]+$`)
	originalIDShape = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

// identity settles who the account is.
func (l *loader) identity() *ConfigError {
	c, f := l.config, &l.file
	c.AppID, c.OriginalID, c.Kind = f.AppID, f.OriginalID, f.Kind
	if c.AppID == "" {
		if !l.o.Dev {
			l.refuse(l.about("app_id", "is missing"))
		}
		c.AppID = derivedAppID(l.name)
		c.Derived = append(c.Derived, "app_id")
	}
	if !appIDShape.MatchString(c.AppID) {
		return l.about("app_id", "want letters and digits, as in wx1a2b3c4d5e6f7081")
	}
	if err := l.likelyAppID(); err != nil {
		return err
	}
	if c.OriginalID != "" && !originalIDShape.MatchString(c.OriginalID) {
		return l.about("original_id", "want the account's gh_… name")
	}
	if err := l.kind(); err != nil {
		return err
	}
	c.TokenAPI = orElse(f.TokenAPI, TokenAPIStable)
	if c.TokenAPI != TokenAPIStable && c.TokenAPI != TokenAPIPlain {
		return l.about("token_api", "%q is unknown; want stable_token or token", c.TokenAPI)
	}
	return l.mode()
}

// likelyAppID refuses a number, and warns of an AppID that WeChat has never given.
func (l *loader) likelyAppID() *ConfigError {
	const cure = "; copy it from 微信开发者平台 (我的业务 > 公众号/服务号 > 基础信息), as in wx1a2b3c4d5e6f7081"
	switch id := l.config.AppID; {
	case digitsOnly.MatchString(id):
		return l.about("app_id", "%s is a number"+cure, id)
	case strings.HasPrefix(id, "gh_"):
		return l.about("app_id", "%s is an 原始ID and belongs to original_id"+cure, id)
	case !likelyAppID.MatchString(id):
		l.warn("app_id", "%s is not wx and 16 digits or letters from a to f"+cure, id)
	}
	return nil
}

func (l *loader) kind() *ConfigError {
	c := l.config
	switch {
	case c.Kind == "" && l.o.Dev && l.file.Subject != SubjectPersonal:
		c.Kind = "test"
	case c.Kind == "":
		c.Kind = "subscription" // also in dev: the kind that a person can have
		if !l.o.Dev {
			l.warn("kind", "is missing; taken for a subscription account, which may not call the API")
		}
	case !slices.Contains([]string{"service", "subscription", "test"}, c.Kind):
		return l.about("kind", "%q is unknown; want service, subscription or test", c.Kind)
	}
	c.Verified = c.Kind != "subscription"
	if l.file.Verified != nil {
		c.Verified = *l.file.Verified
	}
	return l.subject()
}

// subject settles what no verification gives a person's account.
func (l *loader) subject() *ConfigError {
	c := l.config
	c.Subject = l.file.Subject
	switch {
	case c.Subject == "" || c.Subject == SubjectOrganization:
	case c.Subject != SubjectPersonal:
		return l.about("subject", "%q is unknown; want personal or organization", c.Subject)
	case c.Kind == "test":
		return l.about("subject", "a test account (kind: test) has all rights, whoever owns it; leave subject out")
	default:
		c.Verified = false
	}
	return nil
}

func (l *loader) mode() *ConfigError {
	if l.file.Mode == "" {
		if !l.o.Dev {
			l.refuse(l.about("mode", "is missing; want plain, compatible or safe, as set in 微信开发者平台 (域名与消息推送配置)"))
		}
		l.config.Mode = wechat.Plain
		return nil
	}
	mode, err := wechat.ParseMode(l.file.Mode)
	if err != nil {
		return l.about("mode", "%q is unknown; want plain, compatible or safe", l.file.Mode)
	}
	l.config.Mode = mode
	return nil
}

// secrets resolves the references and makes up, in dev, what is missing.
func (l *loader) secrets() *ConfigError {
	c, f := l.config, &l.file
	needsKey := c.Mode != wechat.Plain
	for _, s := range []struct {
		path, value string
		into        *string
		derive      func(string) string
		needed      bool
	}{
		{"token", f.Token, &c.Keys.Token, derivedToken, true},
		{"encoding_aes_key", f.EncodingAESKey, &c.Keys.EncodingAESKey, derivedAESKey, needsKey},
		{"app_secret", f.AppSecret, &c.Secret, derivedSecret, false},
	} {
		v, err := l.secret(s.path, s.value)
		switch {
		case errors.Is(err, errUnset) && l.o.Dev:
			c.Unset = append(c.Unset, s.path+": "+s.value)
			v = s.derive(l.name)
			c.Derived = append(c.Derived, s.path)
		case err == nil && v == "" && l.o.Dev && (s.needed || s.path == "app_secret"):
			v = s.derive(l.name)
			c.Derived = append(c.Derived, s.path)
		case err != nil:
			l.refuse(l.unresolved(s.path, err))
		case v == "" && s.needed:
			l.refuse(l.about(s.path, "is missing"))
		}
		*s.into = v
	}
	if c.Secret == "" && c.Verified {
		l.warn("app_secret", "is missing; WeChat's API cannot be called")
	}
	l.previous()
	l.apiKeys()
	l.hooks()
	return nil
}

// unresolved says why a secret cannot be had.
func (l *loader) unresolved(path string, err error) *ConfigError {
	e := l.about(path, "%v", err)
	var unfit *unreadable
	e.Outside = errors.Is(err, errUnset) || errors.As(err, &unfit)
	return e
}

// secret resolves one value. A literal is a secret that lies about.
func (l *loader) secret(path, value string) (string, error) {
	ref, isRef, err := parseReference(value)
	switch {
	case err != nil:
		return "", err
	case isRef:
		return l.resolver.resolve(l.name, ref)
	case value == "":
		return "", nil
	case !l.o.Dev:
		return "", errors.New("a secret must not stand in this file; name it as ${env:NAME} or ${file:/path}")
	}
	l.warn(path, "a secret stands in the file; serve will refuse this account. Name it as ${env:NAME} or ${file:/path}")
	return value, nil
}

// previous completes the key pair of a rotation: an omitted half is taken from the current one. In dev an
// unset reference means that there is nothing to rotate.
func (l *loader) previous() {
	if l.file.Previous == nil {
		return
	}
	pair := l.config.Keys
	for _, half := range []struct {
		path, value string
		into        *string
	}{
		{"previous.token", l.file.Previous.Token, &pair.Token},
		{"previous.encoding_aes_key", l.file.Previous.EncodingAESKey, &pair.EncodingAESKey},
	} {
		v, err := l.secret(half.path, half.value)
		if err != nil && !(l.o.Dev && errors.Is(err, errUnset)) {
			l.refuse(l.unresolved(half.path, err))
		}
		if v != "" {
			*half.into = v
		}
	}
	if pair != l.config.Keys {
		l.config.Previous = &pair
	}
}

// zone finds a time zone by its name in the IANA database.
func (l *loader) zone(name string) (*time.Location, error) {
	switch {
	case l.o.Zone != nil:
		return l.o.Zone(name)
	case name == "Local":
		return nil, errors.New("no zone")
	}
	return time.LoadLocation(name)
}

// behaviour settles what fans notice.
func (l *loader) behaviour() *ConfigError {
	c, f := l.config, &l.file
	zone := orElse(f.Timezone, defaultTimezone)
	loc, err := l.zone(zone)
	if err != nil {
		return l.about("timezone", "%q is unknown; want a name such as Asia/Shanghai", zone)
	}
	c.Location = loc
	if err := l.fetchWords(); err != nil {
		return err
	}
	if err := l.texts(); err != nil {
		return err
	}
	return l.latePolicy()
}

func (l *loader) latePolicy() *ConfigError {
	c := l.config
	c.Late = LatePolicy(l.file.Late)
	switch c.Late {
	case LateJoin, LateFetch, LateDrop:
	case LatePush:
		if !c.Verified {
			l.warn("late", "push needs an account that may send customer-service messages; late answers will wait for the fan's next message")
		}
	case "":
		if c.Late = LateJoin; c.Verified {
			c.Late = LatePush
		}
	default:
		return l.about("late", "%q is unknown; want push, join, fetch or drop", l.file.Late)
	}
	return nil
}

// reach settles what scripts see and may call.
func (l *loader) reach() *ConfigError {
	c, f := l.config, &l.file
	c.ExposeToken, c.Templates = f.ExposeToken, f.Templates
	settings, err := plainData(f.Settings)
	if err != nil {
		return l.about("settings", "%v", err)
	}
	c.Settings, _ = settings.(map[string]any)
	return nil
}

func (l *loader) limits() *ConfigError {
	for name, value := range l.file.Limits {
		if err := l.config.Limits.Set(name, value, l.o.Ceilings); err != nil {
			return l.at(l.lines["limits."+name], "limits.%v", err)
		}
	}
	return nil
}

// plainData turns what YAML gave into the plain data of scripts: nil, bool, float64, string, list, map.
func plainData(v any) (any, error) {
	switch v := v.(type) {
	case uint64:
		if v > maxWhole {
			return nil, errLargeWhole
		}
		return float64(v), nil
	case int64:
		if v < -maxWhole {
			return nil, errLargeWhole
		}
		return float64(v), nil
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			plain, err := plainData(item)
			if err != nil {
				return nil, fmt.Errorf("item %d: %w", i+1, err)
			}
			list[i] = plain
		}
		return list, nil
	case map[string]any:
		table := make(map[string]any, len(v))
		for key, item := range v {
			plain, err := plainData(item)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", key, err)
			}
			table[key] = plain
		}
		return table, nil
	case nil, bool, string, float64:
		return v, nil
	}
	return nil, errors.New("want a text, a number, true or false, a list or a map with texts as keys")
}

// maxWhole is the largest whole number that a script's number keeps exactly.
const maxWhole = 1 << 53

var errLargeWhole = errors.New("a whole number this large loses digits; write it in quotes")

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
