package bindings

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"moonwire/wechat/api"
)

func oauthFamily() Family {
	return Family{
		Name: "oauth",
		Doc:  Text{"Web authorization: pages in WeChat that learn who looks at them.", "网页授权：让微信内的网页知道访问者是谁。"},
		Functions: []Function{
			{
				Name: "oauth.url", Forms: params(Param{Name: "page", Type: tTable}), Returns: []Result{{"url", "string"}}, run: oauthURL,
				Doc: Text{
					"The address to send a user to; they come back to redirect_uri with a code. Fields: redirect_uri, scope (snsapi_base, the default, or snsapi_userinfo), state (letters and digits), forcePopup. May be used at the top level, as in a menu.",
					"授权页地址；用户授权后带 code 回到 redirect_uri。字段:redirect_uri、scope(默认 snsapi_base,或 snsapi_userinfo)、state(字母数字)、forcePopup。可在顶层使用，例如写在菜单里。",
				},
				Example: `menu{ button("会员", { view = oauth.url{ redirect_uri = "https://example.com/me", state = "menu" } }) }`,
				Errors:  []Text{{"Raises when redirect_uri is missing or no address, for an unknown scope and a state with other characters.", "redirect_uri 缺失或不是网址、scope 未知、state 含其他字符时报错。"}},
			},
			{
				Name: "oauth.user", Forms: params(Param{Name: "code", Type: tString}), Returns: answers("user", "table"), run: oauthUser, Reach: ReachActs,
				Doc: Text{
					"Who the user is that came back with this code: openid, scope, unionid, is_snapshotuser, and after snsapi_userinfo nickname, headimgurl and the like. A code works once, for 5 minutes. The user's web tokens stay with the engine.",
					"code 对应的用户:openid、scope、unionid、is_snapshotuser;snsapi_userinfo 还有 nickname、headimgurl 等。code 5 分钟内有效，只能用一次。网页 token 不会给脚本。",
				},
				Example: `on.match("^code (\\w+)$", function(msg, code) local who, err = oauth.user(code) return who and who.openid or err.hint end)`,
				Errors:  faults(Text{"40029: the code is not valid; 40163: it was used already.", "40029:code 无效;40163:code 已被使用。"}),
			},
		},
	}
}

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
		c.failField(err)
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
