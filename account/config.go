package account

import (
	"log/slog"
	"time"

	"moonwire/engine"
	"moonwire/internal/mask"
	"moonwire/outside"
	"moonwire/wechat"
)

// LatePolicy is what happens when a turn is not done within an attempt's window.
type LatePolicy string

// The late policies (design.md §2.6).
const (
	LatePush  LatePolicy = "push"  // "success" now, the answer as a customer-service message
	LateJoin  LatePolicy = "join"  // hold attempts 1 and 2, so that the answer may reach a repeat
	LateFetch LatePolicy = "fetch" // a text that says how to fetch the answer
	LateDrop  LatePolicy = "drop"  // "success" now, the answer is thrown away
)

// The texts a fan sees unless account.yaml says otherwise.
const (
	defaultFetchText = "还在处理，回复「%s」" // with the first fetch word
	defaultFetchGone = "这一段已经发过，或者已过 24 小时"
	defaultBusyText  = "现在有点忙，请过一会儿再发一次"
	defaultApology   = "抱歉，出了点问题，我们已收到通知"
	defaultTimezone  = "Asia/Shanghai"
)

// The two APIs that give an access_token (wechat-protocol §8), as token_api names them.
const (
	TokenAPIStable = "stable_token"
	TokenAPIPlain  = "token"
)

// Who owns an account. A person's stays without the rights of the API even when it is verified.
const (
	SubjectPersonal     = "personal"
	SubjectOrganization = "organization"
)

// Config is one account.yaml, checked and completed. Immutable.
type Config struct {
	Name, AppID, OriginalID string
	Kind                    string // service, subscription or test
	Subject                 string // personal or organization; "" = not said, as organization
	Verified                bool   // may call the API: a personal subject may not, verified or not
	Mode                    wechat.Mode
	Keys                    wechat.KeyPair
	Previous                *wechat.KeyPair // complete, while rotating
	Secret                  string          // app_secret; "" = the API cannot be called
	TokenAPI                string          // what gives the access_token: stable_token or token
	APIKeys                 []APIKey        // of the general HTTP interface
	Hooks                   map[string]Hook // that other systems may call, by name
	ExposeToken             bool
	Location                *time.Location
	Late                    LatePolicy
	FetchText               string
	FetchWords              []string       // what fetches an answer; at least one
	FetchGone               string         // to a tap on a part that was fetched before or has run out; "" = say nothing
	BusyText                string         // "" = say nothing
	Apology                 string         // "" = say nothing
	HTTP                    outside.Policy // which servers scripts may call
	LLM                     *LLM           // nil: none
	Templates               map[string]string
	Settings                map[string]any // plain data: numbers are float64
	Limits                  engine.Limits
	Derived                 []string // fields that dev made up, for the terminal
	Unset                   []string // references that lead nowhere, and were therefore made up: "token: ${env:X}"
}

// Secrets takes out of a text what proves to other systems, or proves of them, who they are: the keys of services and of the
// language model, and the secrets of hooks. Nil when there are none.
func (c *Config) Secrets() *mask.Mask {
	masks := []*mask.Mask{c.HTTP.Mask()}
	if c.LLM != nil {
		masks = append(masks, c.LLM.Endpoint.Mask())
	}
	for _, h := range c.Hooks {
		masks = append(masks, h.mask())
	}
	return mask.Join(masks...)
}

// LogValue keeps the secrets out of logs.
func (c *Config) LogValue() slog.Value {
	return slog.GroupValue(slog.String("name", c.Name), slog.String("app_id", c.AppID), slog.String("mode", c.Mode.String()))
}

// String keeps the secrets out of texts.
func (c *Config) String() string { return c.Name + " (" + c.AppID + ")" }

// GoString keeps the secrets out of %#v.
func (c *Config) GoString() string { return c.String() }

// Warning is something an operator should mend although it works.
type Warning struct {
	Line int // in account.yaml; 0 = the file as a whole
	Msg  string
}

// String is `account.yaml:7: …`.
func (w Warning) String() string { return (&ConfigError{Line: w.Line, Msg: w.Msg}).Error() }

// Options say under which rules an account.yaml is read.
type Options struct {
	// Dev derives what is missing from the account's name and takes literal secrets with a warning.
	Dev bool
	// Ceilings are the operator's limits; account.yaml may ask for less.
	Ceilings engine.Limits
	// Methods are those of the general interface, which an API key may be confined to; nil: any name is taken.
	Methods []string
	// Zone finds a time zone; nil: time.LoadLocation.
	Zone func(name string) (*time.Location, error)
}

// fallback is the policy that join becomes when the third attempt was in vain.
func (c *Config) Fallback() LatePolicy {
	if c.Verified {
		return LatePush
	}
	return LateFetch
}

// whyNoAPI says, in account.yaml's words, why an account may not call the API that is not Verified.
func (c *Config) WhyNoAPI() string {
	if c.Subject == SubjectPersonal {
		return "this account belongs to a person (subject: personal)"
	}
	return "this account is not verified (verified: false)"
}

// sameClient reports that both call WeChat's API in the same way.
func (c *Config) SameClient(other *Config) bool {
	return c.AppID == other.AppID && c.Secret == other.Secret && c.TokenAPI == other.TokenAPI
}
