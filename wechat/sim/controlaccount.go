package sim

import (
	"strconv"

	"moonwire/wechat"
)

// accountBody is an Account on the control interface, where secrets are taken and never given, and in a file
// of SaveAll, which has them.
type accountBody struct {
	Name           string         `json:"name"`
	AppID          string         `json:"app_id"`
	Secret         string         `json:"app_secret,omitempty"`
	OriginalID     string         `json:"original_id,omitempty"`
	Kind           string         `json:"kind,omitempty"`
	Verified       *bool          `json:"verified,omitempty"`
	Mode           string         `json:"mode,omitempty"`
	Token          string         `json:"token,omitempty"`
	EncodingAESKey string         `json:"encoding_aes_key,omitempty"`
	CallbackURL    string         `json:"callback_url,omitempty"`
	JSON           *bool          `json:"json,omitempty"`
	IPWhitelist    []string       `json:"ip_whitelist,omitempty"`
	Templates      []Template     `json:"templates,omitempty"`
	MiniPrograms   []string       `json:"mini_programs,omitempty"`
	Cards          []string       `json:"cards,omitempty"`
	Blocked        []string       `json:"blocked_templates,omitempty"`
	Quotas         map[string]int `json:"quotas,omitempty"`
	SecretFrozen   *bool          `json:"secret_frozen,omitempty"`
	WebDomain      string         `json:"web_domain,omitempty"`
	NoAgreement    *bool          `json:"no_mass_agreement,omitempty"`
	NoComments     *bool          `json:"no_comments,omitempty"`
}

// account is old with what the body names in its place.
func (b *accountBody) account(old Account) (Account, error) {
	a := old
	a.Name = b.Name
	for _, text := range []struct {
		into *string
		now  string
	}{
		{&a.AppID, b.AppID},
		{&a.Secret, b.Secret},
		{&a.OriginalID, b.OriginalID},
		{&a.Kind, b.Kind},
		{&a.Token, b.Token},
		{&a.EncodingAESKey, b.EncodingAESKey},
		{&a.CallbackURL, b.CallbackURL},
		{&a.WebDomain, b.WebDomain},
	} {
		if text.now != "" {
			*text.into = text.now
		}
	}
	assign(&a.Verified, b.Verified)
	assign(&a.JSON, b.JSON)
	assign(&a.SecretFrozen, b.SecretFrozen)
	assign(&a.NoMassAgreement, b.NoAgreement)
	assign(&a.NoComments, b.NoComments)
	replace(&a.IPWhitelist, b.IPWhitelist)
	replace(&a.Templates, b.Templates)
	replace(&a.MiniPrograms, b.MiniPrograms)
	replace(&a.Cards, b.Cards)
	replace(&a.BlockedTemplates, b.Blocked)
	if b.Quotas != nil {
		a.Quotas = b.Quotas
	}
	if b.Mode == "" {
		return a, nil
	}
	mode, err := wechat.ParseMode(b.Mode)
	a.Mode = mode
	return a, err
}

// replace puts a list that was given in the place of another; an empty one was given, a nil one not.
func replace[T any](into *[]T, list []T) {
	if list != nil {
		*into = list
	}
}

func viewOf(a Account) accountBody {
	return accountBody{
		Name: a.Name, AppID: a.AppID, OriginalID: a.OriginalID, Kind: a.Kind, Verified: &a.Verified, Mode: a.Mode.String(),
		CallbackURL: a.CallbackURL, JSON: &a.JSON, IPWhitelist: a.IPWhitelist, Templates: a.Templates,
		MiniPrograms: a.MiniPrograms, Cards: a.Cards, Blocked: a.BlockedTemplates, Quotas: a.Quotas, SecretFrozen: &a.SecretFrozen,
		WebDomain: a.WebDomain, NoAgreement: &a.NoMassAgreement, NoComments: &a.NoComments,
	}
}

// bodyOf is viewOf with the secrets.
func bodyOf(a Account) accountBody {
	b := viewOf(a)
	b.Secret, b.Token, b.EncodingAESKey = a.Secret, a.Token, a.EncodingAESKey
	return b
}

func listAccounts(a *ask) (any, error) {
	views := []accountBody{}
	for _, one := range a.p.Accounts() {
		views = append(views, viewOf(one))
	}
	return map[string]any{"accounts": views}, nil
}

func showAccount(a *ask) (any, error) {
	found, err := a.p.account(a.vars["account"])
	if err != nil {
		return nil, err
	}
	return viewOf(found.settings().Account), nil
}

func putAccount(a *ask) (any, error) {
	var body accountBody
	if err := a.read(&body); err != nil {
		return nil, err
	}
	body.Name = a.vars["account"]
	var old Account
	if have, err := a.p.account(body.Name); err == nil {
		old = have.settings().Account
	}
	account, err := body.account(old)
	if err != nil {
		return nil, err
	}
	if err := a.p.SetAccount(account); err != nil {
		return nil, err
	}
	return showAccount(a)
}

func dropAccount(a *ask) (any, error) {
	a.p.RemoveAccount(a.vars["account"])
	return ok(), nil
}

func verifyAccount(a *ask) (any, error) {
	return ok(), a.p.Verify(a.req.Context(), a.vars["account"])
}

func expireTokens(a *ask) (any, error) {
	return ok(), a.p.ExpireTokens(a.vars["account"])
}

func (a *ask) number(name string) int64 {
	n, err := strconv.ParseInt(a.req.URL.Query().Get(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func listCalls(a *ask) (any, error) {
	calls, err := a.p.Calls(a.vars["account"], a.number("after"))
	if calls == nil {
		calls = []Call{}
	}
	return map[string]any{"calls": calls}, err
}

func setAgent(a *ask) (any, error) {
	var body struct{ Online bool }
	if err := a.read(&body); err != nil {
		return nil, err
	}
	return ok(), a.p.SetAgent(a.vars["account"], a.vars["kf"], body.Online)
}
