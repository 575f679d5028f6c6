package bindings

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"moonwire/wechat/api"
)

func oauthURL(c call) int {
	r := c.record("", c.table(1), "redirect_uri", "scope", "state", "forcePopup|force_popup")
	appID := c.state.p.config.AppID
	if appID == "" {
		c.fail("account.yaml gives no app_id")
	}
	link, err := c.state.p.config.Pages.Authorize(appID, api.OAuth{
		RedirectURI: r.text("redirect_uri"), Scope: r.text("scope"), State: r.text("state"), ForcePopup: r.flag("forcePopup"),
	})
	if err != nil {
		c.fail("%s", fieldText(err))
	}
	return c.pushText(link)
}

// oauthUser exchanges a code. The user's tokens are used here and thrown away.
func oauthUser(c call) int {
	code := c.filled(1, "the code that the user came back with")
	return c.act(codeLabel(code), func(ctx context.Context, api API) (any, error) {
		token, err := api.ExchangeCode(ctx, code)
		if err != nil {
			return nil, err
		}
		who := map[string]any{"openid": token.OpenID, "scope": token.Scope}
		if token.UnionID != "" {
			who["unionid"] = token.UnionID
		}
		if token.Snapshot {
			who["is_snapshotuser"] = float64(1)
		}
		if !strings.Contains(token.Scope, "snsapi_userinfo") {
			return who, nil
		}
		user, err := api.WebUser(ctx, token.AccessToken, token.OpenID)
		if err != nil {
			return nil, err
		}
		return withWebUser(who, user), nil
	})
}

// codeLabel is how a code is recognised and not told: whoever has it first is the user.
func codeLabel(code string) string {
	sum := sha256.Sum256([]byte(code))
	return "code " + hex.EncodeToString(sum[:8])
}

func withWebUser(who map[string]any, u api.WebUser) map[string]any {
	privilege := make([]any, len(u.Privilege))
	for i, p := range u.Privilege {
		privilege[i] = p
	}
	who["privilege"], who["sex"] = privilege, float64(u.Sex)
	for name, text := range map[string]string{
		"nickname": u.Nickname, "province": u.Province, "city": u.City, "country": u.Country, "headimgurl": u.HeadImgURL, "unionid": u.UnionID,
	} {
		if text != "" {
			who[name] = text
		}
	}
	return who
}

func jssdkSign(c call) int {
	link := c.text(1)
	return c.pushAnswered(c.wechat(reads, link, func(ctx context.Context, api API) (any, error) {
		s, err := api.SignJS(ctx, link)
		return map[string]any{
			"appId": s.AppID, "timestamp": float64(s.Timestamp), "nonceStr": s.NonceStr, "signature": s.Signature, "url": s.URL,
		}, err
	}))
}
