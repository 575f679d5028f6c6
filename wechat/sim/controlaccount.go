package sim

import (
	"strconv"

	"moonwire/wechat"
)

// accountBody is an Account on the control interface. Secrets are taken and never given.
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
	JSON           bool           `json:"json,omitempty"`
	IPWhitelist    []string       `json:"ip_whitelist,omitempty"`
	Templates      []Template     `json:"templates,omitempty"`
	MiniPrograms   []string       `json:"mini_programs,omitempty"`
	Cards          []string       `json:"cards,omitempty"`
	Quotas         map[string]int `json:"quotas,omitempty"`
	SecretFrozen   bool           `json:"secret_frozen,omitempty"`
}

// account fills in what a change leaves out from the account as it is.
func (b *accountBody) account(old Account) (Account, error) {
	a := Account{
		Name: b.Name, AppID: pick(b.AppID, old.AppID), Secret: pick(b.Secret, old.Secret),
		OriginalID: pick(b.OriginalID, old.OriginalID), Kind: pick(b.Kind, old.Kind), Verified: old.Verified, Mode: old.Mode,
		Token: pick(b.Token, old.Token), EncodingAESKey: pick(b.EncodingAESKey, old.EncodingAESKey),
		CallbackURL: pick(b.CallbackURL, old.CallbackURL), JSON: b.JSON, IPWhitelist: b.IPWhitelist, Templates: b.Templates,
		MiniPrograms: b.MiniPrograms, Cards: b.Cards, Quotas: b.Quotas, SecretFrozen: b.SecretFrozen,
	}
	if b.Verified != nil {
		a.Verified = *b.Verified
	}
	if b.Mode == "" {
		return a, nil
	}
	mode, err := wechat.ParseMode(b.Mode)
	a.Mode = mode
	return a, err
}

func pick(now, old string) string {
	if now != "" {
		return now
	}
	return old
}

func viewOf(a Account) accountBody {
	return accountBody{
		Name: a.Name, AppID: a.AppID, OriginalID: a.OriginalID, Kind: a.Kind, Verified: &a.Verified, Mode: a.Mode.String(),
		CallbackURL: a.CallbackURL, JSON: a.JSON, IPWhitelist: a.IPWhitelist, Templates: a.Templates,
		MiniPrograms: a.MiniPrograms, Cards: a.Cards, Quotas: a.Quotas, SecretFrozen: a.SecretFrozen,
	}
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
