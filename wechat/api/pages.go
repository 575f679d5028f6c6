package api

import (
	"net/url"
	"strings"
)

// Pages are the hosts of what people open in a browser, beside the API (wechat-protocol §10). The zero
// Pages are WeChat's own.
type Pages struct {
	MP   string // has the pictures of QR codes; "" = https://mp.weixin.qq.com
	Open string // asks for web authorization; "" = https://open.weixin.qq.com
}

// Beside fills in what is not given: WeChat's own pages beside WeChat's API, and beside any other API that
// one itself, because a stand-in serves the pages too.
func (p Pages) Beside(apiBase string) Pages {
	own := Pages{"https://mp.weixin.qq.com", "https://open.weixin.qq.com"}
	if base, err := parseBase(apiBase); err == nil && !strings.HasSuffix(base.Hostname(), ".weixin.qq.com") {
		own = Pages{base.String(), base.String()}
	}
	if p.MP == "" {
		p.MP = own.MP
	}
	if p.Open == "" {
		p.Open = own.Open
	}
	return p
}

// ShowQRCode is where the picture of a QR code lies, open to everybody.
func (p Pages) ShowQRCode(ticket string) string {
	return strings.TrimRight(p.Beside("").MP, "/") + "/cgi-bin/showqrcode?ticket=" + url.QueryEscape(ticket)
}

// Authorize is the address to send a user to. Old clients mind the order of its parameters.
func (p Pages) Authorize(appID string, o OAuth) (string, error) {
	if o.Scope == "" {
		o.Scope = "snsapi_base"
	}
	if err := o.check(); err != nil {
		return "", err
	}
	link := strings.TrimRight(p.Beside("").Open, "/") + "/connect/oauth2/authorize?appid=" + url.QueryEscape(appID) +
		"&redirect_uri=" + url.QueryEscape(o.RedirectURI) + "&response_type=code&scope=" + o.Scope + "&state=" + o.State
	if o.ForcePopup {
		link += "&forcePopup=true"
	}
	return link + "#wechat_redirect", nil
}
