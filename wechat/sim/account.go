package sim

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"sync"

	"moonwire/wechat"
)

// Account is one Official Account as set up in WeChat's console.
type Account struct {
	Name   string
	AppID  string
	Secret string
	// OriginalID is the gh_… name; "" = derived from AppID.
	OriginalID string
	// Kind is service, subscription or test; "" = service.
	Kind string
	// Verified accounts may call the API. A test account may without.
	Verified bool
	Mode     wechat.Mode
	// Token has 3 to 32 letters and digits.
	Token string
	// EncodingAESKey has 43 characters; may be missing in plain mode.
	EncodingAESKey string
	// CallbackURL may hold a path and a query of its own; "" = nothing is delivered.
	CallbackURL string
	// JSON makes pushes JSON instead of XML, as newer consoles offer.
	JSON bool
	// IPWhitelist holds the addresses and CIDR ranges from which the API may be called; empty = all.
	IPWhitelist []string
	// Templates are the template messages and subscription notices the account has from the start.
	Templates []Template
	// MiniPrograms are the appids of linked mini programs; AnyMiniProgram links all.
	MiniPrograms []string
	// Cards are the ids of the account's cards.
	Cards []string
	// Quotas sets the daily quota of API paths, e.g. "/cgi-bin/message/custom/send".
	Quotas map[string]int
	// SecretFrozen makes the token APIs answer 40243.
	SecretFrozen bool
	// BlockedTemplates are template messages that WeChat takes and holds back, by template id.
	BlockedTemplates []string
	// WebDomain is the registered web-authorization domain (网页授权域名); "" = any.
	WebDomain string
	// NoMassAgreement makes mass messages answer 48003: nobody accepted their agreement.
	NoMassAgreement bool
	// NoComments makes all about comments answer 88000: the account has no right to them.
	NoComments bool
}

// Template is one template message or subscription notice.
type Template struct {
	ID    string `json:"template_id"`
	Title string `json:"title"`
	// Content names the keys as {{thing1.DATA}}; empty = any keys are taken.
	Content string `json:"content"`
	Example string `json:"example"`
	// Notice marks a subscription notice (订阅通知), which needs the fan's consent.
	Notice bool `json:"notice,omitempty"`
	Type   int  `json:"type,omitempty"`
}

// String keeps the secrets out of logs and errors.
func (a Account) String() string { return "account " + a.Name }

// GoString keeps the secrets out of %#v.
func (a Account) GoString() string { return a.String() }

// LogValue keeps the secrets out of slog.
func (a Account) LogValue() slog.Value { return slog.StringValue(a.Name) }

const (
	service      = "service"
	subscription = "subscription"
	testAccount  = "test"
)

// settings is an Account with its defaults filled in and its key ready. Read-only.
type settings struct {
	Account
	sealer    *wechat.Sealer
	whitelist []netip.Prefix
}

// callable says whether the account may call more than the token API.
func (s *settings) callable() bool { return s.Verified || s.Kind == testAccount }

func (a Account) complete() (*settings, error) {
	if a.Kind == "" {
		a.Kind = service
	}
	if a.OriginalID == "" {
		sum := sha256.Sum256([]byte(a.AppID))
		a.OriginalID = "gh_" + hex.EncodeToString(sum[:6])
	}
	if err := a.check(); err != nil {
		return nil, err
	}
	whitelist, err := parseWhitelist(a.IPWhitelist)
	if err != nil {
		return nil, err
	}
	s := &settings{Account: a, whitelist: whitelist}
	if a.EncodingAESKey == "" {
		return s, nil
	}
	sealer, err := wechat.NewSealer(a.EncodingAESKey, a.AppID)
	if err != nil {
		return nil, fmt.Errorf("encoding_aes_key: %w", err)
	}
	s.sealer = sealer
	return s, nil
}

func (a Account) check() error {
	switch {
	case a.Name == "":
		return fmt.Errorf("name is missing")
	case a.AppID == "":
		return fmt.Errorf("app_id is missing")
	case !slices.Contains([]string{service, subscription, testAccount}, a.Kind):
		return fmt.Errorf("kind %q is unknown; want service, subscription or test", a.Kind)
	case !regexp.MustCompile(`^[A-Za-z0-9]{3,32}$`).MatchString(a.Token):
		return fmt.Errorf("token must have 3 to 32 letters and digits")
	case a.Mode != wechat.Plain && a.EncodingAESKey == "":
		return fmt.Errorf("encoding_aes_key is missing; %s mode needs 43 characters", a.Mode)
	case a.CallbackURL == "":
		return nil
	}
	u, err := url.Parse(a.CallbackURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("callback_url must be http:// or https:// with a host")
	}
	return nil
}

// account is the platform's record of one account.
type account struct {
	name string

	mu    sync.Mutex
	set   *settings
	state *state
	gate  chan struct{} // closed and replaced when a push has been delivered: lets reordered pushes go
}

// newAccount takes the state that was saved for it; nil = none.
func newAccount(s *settings, saved *state) *account {
	if saved == nil {
		saved = newState()
	}
	a := &account{name: s.Name, set: s, state: saved, gate: make(chan struct{})}
	a.state.addTemplates(s.Templates)
	return a
}

func (a *account) settings() *settings {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.set
}

func (a *account) configure(s *settings) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.set = s
	a.state.addTemplates(s.Templates)
}

// AnyMiniProgram in Account.MiniPrograms stands for every mini program there is.
const AnyMiniProgram = "*"

func (a *Account) linked(appID string) bool {
	return slices.Contains(a.MiniPrograms, appID) || slices.Contains(a.MiniPrograms, AnyMiniProgram)
}
