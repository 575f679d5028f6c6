package bot

import (
	"log/slog"
	"time"

	"moonwire/bindings"
	"moonwire/engine"
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
	defaultFetchText = "还在处理,回复 1 查看"
	defaultFetchWord = "1"
	defaultApology   = "抱歉,出了点问题,我们已收到通知"
	defaultTimezone  = "Asia/Shanghai"
)

// The two APIs that give an access_token (wechat-protocol §8), as token_api names them.
const (
	stableTokenAPI = "stable_token"
	plainTokenAPI  = "token"
)

// Who owns an account. A person's stays without the rights of the API even when it is verified.
const (
	subjectPersonal     = "personal"
	subjectOrganization = "organization"
)

// AccountConfig is one account.yaml, checked and completed. Immutable.
type AccountConfig struct {
	Name, AppID, OriginalID string
	Kind                    string // service, subscription or test
	Subject                 string // personal or organization; "" = not said, as organization
	Verified                bool   // may call the API: a personal subject may not, verified or not
	Mode                    wechat.Mode
	Keys                    wechat.KeyPair
	Previous                *wechat.KeyPair // complete, while rotating
	Secret                  string          // app_secret; "" = the API cannot be called
	TokenAPI                string          // what gives the access_token: stable_token or token
	APIKeys                 []string        // of the general HTTP interface
	ExposeToken             bool
	Location                *time.Location
	Late                    LatePolicy
	FetchText, FetchWord    string
	Apology                 string // "" = say nothing
	AllowHTTP               []string
	Templates               map[string]string
	Settings                map[string]any // plain data: numbers are float64
	Limits                  engine.Limits
	Derived                 []string // fields that dev made up, for the terminal
	Unset                   []string // references that lead nowhere, and were therefore made up: "token: ${env:X}"
}

// LogValue keeps the secrets out of logs.
func (c *AccountConfig) LogValue() slog.Value {
	return slog.GroupValue(slog.String("name", c.Name), slog.String("app_id", c.AppID), slog.String("mode", c.Mode.String()))
}

// String keeps the secrets out of texts.
func (c *AccountConfig) String() string { return c.Name + " (" + c.AppID + ")" }

// GoString keeps the secrets out of %#v.
func (c *AccountConfig) GoString() string { return c.String() }

// Warning is something an operator should mend although it works.
type Warning struct {
	Line int // in account.yaml; 0 = the file as a whole
	Msg  string
}

// String is `account.yaml:7: …`.
func (w Warning) String() string { return (&ConfigError{Line: w.Line, Msg: w.Msg}).Error() }

// AccountOptions say under which rules an account.yaml is read.
type AccountOptions struct {
	// Dev derives what is missing from the account's name and takes literal secrets with a warning.
	Dev bool
	// Ceilings are the operator's limits; account.yaml may ask for less.
	Ceilings engine.Limits
	// Zones shares time zones between accounts; it may be nil.
	Zones *bindings.Zones
}

// fallback is the policy that join becomes when the third attempt was in vain.
func (c *AccountConfig) fallback() LatePolicy {
	if c.Verified {
		return LatePush
	}
	return LateFetch
}

// whyNoAPI says, in account.yaml's words, why an account may not call the API that is not Verified.
func (c *AccountConfig) whyNoAPI() string {
	if c.Subject == subjectPersonal {
		return "this account belongs to a person (subject: personal)"
	}
	return "this account is not verified (verified: false)"
}

// sameClient reports that both call WeChat's API in the same way.
func (c *AccountConfig) sameClient(other *AccountConfig) bool {
	return c.AppID == other.AppID && c.Secret == other.Secret && c.TokenAPI == other.TokenAPI
}

// ProgramConfig is what the account's scripts may reach; the API client, the pages, the records and the media
// files are the caller's to add.
func (c *AccountConfig) ProgramConfig() bindings.ProgramConfig {
	return bindings.ProgramConfig{
		Account: c.Name, Verified: c.Verified, Personal: c.Subject == subjectPersonal, Templates: c.Templates, Settings: c.Settings,
		Location: c.Location, AllowHTTP: c.AllowHTTP, AppID: c.AppID, ExposeToken: c.ExposeToken,
	}
}
