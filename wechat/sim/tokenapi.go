package sim

import (
	"net"
	"slices"
	"time"
)

func tokenAPIs() []route {
	return []route{
		{path: "/cgi-bin/token", do: plainToken},
		{path: "/cgi-bin/stable_token", do: stableToken},
		{path: "/cgi-bin/get_api_domain_ip", do: ipList},
		{path: "/cgi-bin/getcallbackip", do: ipList},
		{path: "/cgi-bin/callback/check", do: callbackCheck},
	}
}

type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
}

func issued(t token, now time.Time) tokenAnswer {
	return tokenAnswer{AccessToken: t.Value, ExpiresIn: int(t.Expires.Sub(now) / time.Second)}
}

func plainToken(c *call) (any, error) {
	q := c.query
	unlock, err := c.owner(q.Get("grant_type"), q.Get("appid"), q.Get("secret"))
	if err != nil {
		return nil, err
	}
	defer unlock()
	return issued(c.a.state.Tokens.renew(c.p.ids.newToken(), c.now), c.now), nil
}

func stableToken(c *call) (any, error) {
	var in struct {
		GrantType    string `json:"grant_type"`
		AppID        string `json:"appid"`
		Secret       string `json:"secret"`
		ForceRefresh whole  `json:"force_refresh"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	unlock, err := c.owner(in.GrantType, in.AppID, in.Secret)
	if err != nil {
		return nil, err
	}
	defer unlock()
	s := c.a.state
	if err := s.Quota.minute(c.route.path, c.route.endpoint.Quota.Minute, c.now); err != nil {
		return nil, err
	}
	if in.ForceRefresh == 0 || c.now.Sub(s.Tokens.ForcedAt) < forcedGap {
		return issued(s.Tokens.stable(c.p.ids.newToken, c.now), c.now), nil
	}
	if err := s.Quota.useOther("forced stable_token", forcedDaily, c.now); err != nil {
		return nil, err
	}
	return issued(s.Tokens.force(c.p.ids.newToken(), c.now), c.now), nil
}

// owner finds the account of an appid and secret and locks it. What follows belongs to that account,
// quota and call log too.
func (c *call) owner(grant, appID, secret string) (unlock func(), err error) {
	switch {
	case grant != "client_credential":
		return nil, refuse(40002)
	case appID == "":
		return nil, refuse(41002)
	case secret == "":
		return nil, refuse(41004)
	}
	return c.secretHolder(appID, secret)
}

func (c *call) secretHolder(appID, secret string) (unlock func(), err error) {
	a := c.p.byAppID(appID)
	if a == nil {
		return nil, refuse(40013)
	}
	c.a = a
	a.mu.Lock()
	switch {
	case a.set.Secret != secret:
		err = refuse(40125)
	case a.set.SecretFrozen:
		err = refuse(40243)
	default:
		err = c.allowed(a.set)
	}
	if err == nil {
		err = a.state.Quota.use(c.route.path, a.set.quota(c.route), c.now)
	}
	if err != nil {
		a.mu.Unlock()
		return nil, err
	}
	return a.mu.Unlock, nil
}

func (p *Platform) byAppID(appID string) *account {
	for _, a := range p.all() {
		if a.settings().AppID == appID {
			return a
		}
	}
	return nil
}

func (c *call) clientIP() string {
	host, _, err := net.SplitHostPort(c.req.RemoteAddr)
	if err != nil {
		return c.req.RemoteAddr
	}
	return host
}

// ipList gives the one address this platform has.
func ipList(*call) (any, error) {
	return map[string]any{"ip_list": []string{"127.0.0.1", "127.0.0.0/8"}}, nil
}

func callbackCheck(c *call) (any, error) {
	var in struct {
		Action   string `json:"action"`
		Operator string `json:"check_operator"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	switch {
	case c.a.set.CallbackURL == "":
		return nil, refuse(40201)
	case !slices.Contains([]string{"dns", "ping", "all"}, in.Action):
		return nil, refuse(40202)
	case !slices.Contains([]string{"CHINANET", "UNICOM", "CAP", "DEFAULT"}, in.Operator):
		return nil, refuse(40203)
	}
	out := map[string]any{"errcode": 0, "errmsg": "ok"}
	if in.Action != "ping" {
		out["dns"] = []map[string]string{{"ip": "127.0.0.1", "real_operator": in.Operator}}
	}
	if in.Action != "dns" {
		out["ping"] = []map[string]string{{
			"ip": "127.0.0.1", "from_operator": in.Operator, "package_loss": "0%", "time": "0.1ms",
		}}
	}
	return out, nil
}
