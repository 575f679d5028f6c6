package sim

import (
	"time"
)

const (
	codeLife    = 5 * time.Minute
	refreshLife = 30 * 24 * time.Hour
)

// webTokens are what web authorization has given out; unrelated to access_tokens of the account.
type webTokens struct {
	Codes   map[string]*webGrant `json:"codes"`
	Access  map[string]*webGrant `json:"access"`
	Refresh map[string]*webGrant `json:"refresh"`
}

// webGrant is the consent of one fan to one scope.
type webGrant struct {
	OpenID  string    `json:"openid"`
	Scope   string    `json:"scope"`
	Expires time.Time `json:"expires"`
	Used    bool      `json:"used"`
	// Void marks what the fan's new password ended (42007).
	Void bool `json:"void,omitempty"`
}

func webAPIs() []route {
	return []route{
		{path: "/sns/oauth2/access_token", plain: true, do: webToken},
		{path: "/sns/oauth2/refresh_token", plain: true, do: webRefresh},
		{path: "/sns/userinfo", plain: true, do: webUser},
		{path: "/sns/auth", plain: true, do: webAuth},
	}
}

// Authorize is a fan agreeing on the page of /connect/oauth2/authorize; it gives the code that the page
// sends back with its redirect. scope is snsapi_base or snsapi_userinfo.
func (p *Platform) Authorize(accountName, fanName, scope string) (code string, err error) {
	a, err := p.account(accountName)
	if err != nil {
		return "", err
	}
	now := p.Now()
	code = p.ids.text(32)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.state.OAuth.Codes[code] = &webGrant{OpenID: a.fan(fanName, now).OpenID, Scope: scope, Expires: now.Add(codeLife)}
	return code, nil
}

// ChangePassword is a fan changing the password of his WeChat account: what web authorization gave out for him
// is void (42007), and he must agree anew.
func (p *Platform) ChangePassword(accountName, fanName string) error {
	a, err := p.account(accountName)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	id := FanOpenID(a.set.AppID, fanName)
	for _, grants := range []map[string]*webGrant{a.state.OAuth.Access, a.state.OAuth.Refresh} {
		for _, g := range grants {
			g.Void = g.Void || g.OpenID == id
		}
	}
	return nil
}

func webToken(c *call) (any, error) {
	q := c.query
	switch {
	case q.Get("appid") == "":
		return nil, refuse(41002)
	case q.Get("secret") == "":
		return nil, refuse(41004)
	case q.Get("code") == "":
		return nil, refuse(41008)
	case q.Get("grant_type") != "authorization_code":
		return nil, refuse(40002)
	}
	unlock, err := c.secretHolder(q.Get("appid"), q.Get("secret"))
	if err != nil {
		return nil, err
	}
	defer unlock()
	g := c.a.state.OAuth.Codes[q.Get("code")]
	switch {
	case g == nil:
		return nil, refuse(40029)
	case g.Used:
		return nil, refuse(40163)
	case !c.now.Before(g.Expires):
		return nil, refuse(42003)
	}
	g.Used = true
	return c.grant(g.OpenID, g.Scope, c.p.ids.newToken()), nil
}

// grant issues an access token for the web and a refresh token beside it.
func (c *call) grant(openID, scope, refresh string) any {
	w := &c.a.state.OAuth
	access := c.p.ids.newToken()
	w.Access[access] = &webGrant{OpenID: openID, Scope: scope, Expires: c.now.Add(tokenLife)}
	if w.Refresh[refresh] == nil {
		w.Refresh[refresh] = &webGrant{OpenID: openID, Scope: scope, Expires: c.now.Add(refreshLife)}
	}
	out := map[string]any{
		"access_token": access, "expires_in": int(tokenLife / time.Second), "refresh_token": refresh, "openid": openID, "scope": scope,
	}
	f := c.a.state.Fans[openID]
	if f != nil && f.UnionID != "" && scope == "snsapi_userinfo" {
		out["unionid"] = f.UnionID
	}
	if f != nil && f.Snapshot {
		out["is_snapshotuser"] = 1
	}
	return out
}

func webRefresh(c *call) (any, error) {
	q := c.query
	refresh := q.Get("refresh_token")
	switch {
	case q.Get("appid") == "":
		return nil, refuse(41002)
	case refresh == "":
		return nil, refuse(41003)
	case q.Get("grant_type") != "refresh_token":
		return nil, refuse(40002)
	}
	a := c.p.byAppID(q.Get("appid"))
	if a == nil {
		return nil, refuse(40013)
	}
	c.a = a
	a.mu.Lock()
	defer a.mu.Unlock()
	g := a.state.OAuth.Refresh[refresh]
	switch {
	case g == nil:
		return nil, refuse(40030)
	case g.Void:
		return nil, refuse(42007)
	case !c.now.Before(g.Expires):
		return nil, refuse(42002)
	}
	return c.grant(g.OpenID, g.Scope, refresh), nil
}

// webFan finds the grant of a web token and the fan it is for, and locks the account.
func (c *call) webFan() (*webGrant, *fan, func(), error) {
	token, openID := c.query.Get("access_token"), c.query.Get("openid")
	for _, a := range c.p.all() {
		a.mu.Lock()
		g := a.state.OAuth.Access[token]
		if g == nil {
			a.mu.Unlock()
			continue
		}
		c.a = a
		var err error
		switch {
		case g.Void:
			err = refuse(42007)
		case !c.now.Before(g.Expires):
			err = refuse(42001)
		case g.OpenID != openID:
			err = refuse(40003)
		}
		if err != nil {
			a.mu.Unlock()
			return nil, nil, nil, err
		}
		return g, a.fan(openID, c.now), a.mu.Unlock, nil
	}
	return nil, nil, nil, refuse(40001)
}

func webUser(c *call) (any, error) {
	g, f, unlock, err := c.webFan()
	if err != nil {
		return nil, err
	}
	defer unlock()
	if g.Scope != "snsapi_userinfo" {
		return nil, refuse(48001)
	}
	out := map[string]any{
		"openid": f.OpenID, "nickname": f.Name, "sex": 0, "province": "", "city": "", "country": "", "headimgurl": "",
		"privilege": []string{},
	}
	if f.UnionID != "" {
		out["unionid"] = f.UnionID
	}
	for k, v := range f.Profile {
		out[k] = v
	}
	return out, nil
}

func webAuth(c *call) (any, error) {
	_, _, unlock, err := c.webFan()
	if err != nil {
		return nil, err
	}
	unlock()
	return done(), nil
}
