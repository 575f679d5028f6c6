package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"moonwire/wechat"
)

// OAuth describes the page that asks a user for authorization (网页授权).
type OAuth struct {
	// RedirectURI is where the user comes back to, on the registered web-authorization domain.
	RedirectURI string
	// Scope is snsapi_base (openid only, silent; the default) or snsapi_userinfo.
	Scope string
	// State comes back unchanged: up to 128 letters and digits.
	State string
	// ForcePopup shows the question even where it could be answered silently.
	ForcePopup bool
}

// WebToken is what a code is exchanged for. It belongs to one user and has nothing to do with the
// account's access_token.
type WebToken struct {
	AccessToken Secret `json:"access_token"`
	OpenID      string `json:"openid"`
	Scope       string `json:"scope"`
	// Snapshot says that this is the virtual user of a snapshot page.
	Snapshot bool   `json:"is_snapshotuser"`
	UnionID  string `json:"unionid"`
}

// WebUser is a user who granted snsapi_userinfo.
type WebUser struct {
	OpenID     string   `json:"openid"`
	Nickname   string   `json:"nickname"`
	Sex        int64    `json:"sex"`
	Province   string   `json:"province"`
	City       string   `json:"city"`
	Country    string   `json:"country"`
	HeadImgURL string   `json:"headimgurl"`
	Privilege  []string `json:"privilege"`
	UnionID    string   `json:"unionid"`
}

const maxState = 128

func (o *OAuth) check() error {
	if err := firstError(wechat.CheckGiven("redirect_uri", o.RedirectURI), wechat.CheckURL("redirect_uri", o.RedirectURI)); err != nil {
		return err
	}
	switch {
	case o.Scope != "snsapi_base" && o.Scope != "snsapi_userinfo":
		return wechat.BadField("scope", fmt.Sprintf("%q is unknown; want snsapi_base or snsapi_userinfo", o.Scope))
	case len(o.State) > maxState || asciiWord(o.State) != o.State || strings.ContainsAny(o.State, "-_"):
		return wechat.BadField("state", "want up to 128 letters and digits")
	}
	return nil
}

// ExchangeCode turns the code that a user came back with into a token; a code lives 5 minutes and
// works once, so the call is never repeated.
func (c *Client) ExchangeCode(ctx context.Context, code string) (WebToken, error) {
	if err := wechat.CheckGiven("code", code); err != nil {
		return WebToken{}, err
	}
	if c.secret == "" {
		return WebToken{}, wechat.BadField("app_secret", "missing; exchanging a code needs it")
	}
	var got WebToken
	err := c.sns(ctx, WebTokenGet, url.Values{
		"appid": {c.appID}, "secret": {c.secret.Reveal()}, "code": {code}, "grant_type": {"authorization_code"},
	}, &got)
	return got, err
}

// WebUser asks who the user is.
func (c *Client) WebUser(ctx context.Context, token Secret, openid string) (WebUser, error) {
	var got WebUser
	err := c.sns(ctx, WebUserGet, url.Values{"access_token": {token.Reveal()}, "openid": {openid}, "lang": {"zh_CN"}}, &got)
	return got, err
}

// sns makes one exchange of web authorization, which never is repeated.
func (c *Client) sns(ctx context.Context, e Endpoint, query url.Values, v any) error {
	return c.wire.blame.add(c.webExchange(ctx, e, query, v))
}

func (c *Client) webExchange(ctx context.Context, e Endpoint, query url.Values, v any) error {
	x := exchange{op: opOf(e.Path), method: http.MethodGet, path: e.Path, query: query}
	for _, param := range []string{"secret", "code", "access_token"} {
		x.secrets = append(x.secrets, query.Get(param))
	}
	answer, err := c.wire.do(ctx, x)
	if err != nil {
		return err
	}
	if h := answer.head(); h.Errcode != 0 {
		e := newAPIError(x.op, h.Errcode, maskError(h.Errmsg, x.secrets...), "")
		if e.Class == ClassToken {
			e.Class = ClassOAuth // the user's token, not the account's
		}
		return e
	}
	if answer.JSON == nil {
		return fatalError(x, notJSON, "the answer is not JSON")
	}
	if err := answer.Decode(v); err != nil {
		return fatalError(x, notJSON, "the answer cannot be read: %s", maskError(err.Error(), x.secrets...))
	}
	return nil
}
