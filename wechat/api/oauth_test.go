package api_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

func TestOAuthURL(t *testing.T) {
	authorize := func(o api.OAuth) (string, error) { return api.Pages{}.Authorize("wx1a2b3c4d5e6f7081", o) }
	link, err := authorize(api.OAuth{RedirectURI: "https://e.test/cb?a=1&b=茶", State: "abc123"})
	require.NoError(t, err)
	require.Equal(t, "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1a2b3c4d5e6f7081&redirect_uri=https%3A%2F%2Fe.test%2Fcb%3Fa%3D1%26b%3D%E8%8C%B6&response_type=code&scope=snsapi_base&state=abc123#wechat_redirect", link)
	link, err = authorize(api.OAuth{RedirectURI: "https://e.test", Scope: "snsapi_userinfo", ForcePopup: true})
	require.NoError(t, err)
	require.Contains(t, link, "&scope=snsapi_userinfo&state=&forcePopup=true#wechat_redirect")
	for _, o := range []api.OAuth{{}, {RedirectURI: "e.test"}, {RedirectURI: "https://e.test", Scope: "all"}, {RedirectURI: "https://e.test", State: "a-b"}, {RedirectURI: "https://e.test", State: "茶"}} {
		_, err = authorize(o)
		var field *wechat.FieldError
		require.ErrorAs(t, err, &field)
	}
}

func TestExchangeCode(t *testing.T) {
	r := newRig(t, say(`{"access_token":"WEB","expires_in":7200,"refresh_token":"REF","openid":"o1","scope":"snsapi_base","is_snapshotuser":1}`),
		say(`{"access_token":"WEB2","openid":"o1"}`), say(`{"openid":"o1","nickname":"安","sex":"1","privilege":[]}`), say(`{"errcode":0}`), say(`{"errcode":40001}`))
	token, err := r.client.ExchangeCode(bg(), "CODE")
	require.NoError(t, err)
	require.Equal(t, api.WebToken{AccessToken: "WEB", ExpiresIn: 7200, RefreshToken: "REF", OpenID: "o1", Scope: "snsapi_base", Snapshot: true}, token)
	first := r.last()
	require.Equal(t, "/sns/oauth2/access_token", first.path)
	require.Equal(t, []string{appSecret}, first.query["secret"])
	require.Equal(t, []string{"authorization_code"}, first.query["grant_type"])
	token, err = r.client.RefreshWebToken(bg(), token.RefreshToken)
	require.NoError(t, err)
	require.Equal(t, "WEB2", token.AccessToken.Reveal())
	require.Equal(t, []string{"REF"}, r.last().query["refresh_token"])
	user, err := r.client.WebUser(bg(), token.AccessToken, "o1")
	require.NoError(t, err)
	require.Equal(t, api.WebUser{OpenID: "o1", Nickname: "安", Sex: 1, Privilege: []string{}}, user)
	require.NoError(t, r.client.CheckWebToken(bg(), token.AccessToken, "o1"))
	require.Equal(t, "/sns/auth", r.last().path)
	err = r.client.CheckWebToken(bg(), token.AccessToken, "o1")
	var refused *api.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, api.ClassOAuth, refused.Class)
	require.Empty(t, r.tokens.stales, "a user's token says nothing of the account's")
}

func TestUsedCodeIsNotTriedAgain(t *testing.T) {
	r := newRig(t, say(`{"errcode":40163,"errmsg":"code been used"}`))
	_, err := r.client.ExchangeCode(bg(), "CODE")
	require.ErrorContains(t, err, "used already")
	require.Len(t, r.calls(), 1)
	_, err = r.client.ExchangeCode(bg(), "")
	require.Error(t, err)
}

// The published check value of the vendor (wechat-protocol §6.9).
func TestJSSignatureVector(t *testing.T) {
	const ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
	require.Equal(t, "0f9de62fce790f9a083d5c99e95740ceb90c27ed", api.JSSign(ticket, "Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value"))
	require.Equal(t, "0f9de62fce790f9a083d5c99e95740ceb90c27ed", api.JSSign(ticket, "Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value#top"))
	require.Equal(t, api.CardSign("b", "a", "1"), api.CardSign("1", "b", "a"))
}

func TestSignJSKeepsItsTicket(t *testing.T) {
	r := newRig(t, say(`{"errcode":0,"ticket":"TICKET-1","expires_in":7200}`), say(`{"errcode":0,"ticket":"TICKET-2","expires_in":7200}`))
	s, err := r.client.SignJS(bg(), "https://e.test/page?x=1#here")
	require.NoError(t, err)
	require.Equal(t, "https://e.test/page?x=1", s.URL)
	require.Equal(t, api.JSSign("TICKET-1", s.NonceStr, r.Now().Unix(), s.URL), s.Signature)
	require.Equal(t, "wx1a2b3c4d5e6f7081", s.AppID)
	_, err = r.client.SignJS(bg(), "https://e.test")
	require.NoError(t, err)
	require.Len(t, r.calls(), 1)
	require.NoError(t, r.Sleep(bg(), 2*time.Hour))
	ticket, err := r.client.Ticket(bg(), "jsapi")
	require.NoError(t, err)
	require.Equal(t, api.Secret("TICKET-2"), ticket)
	_, err = r.client.Ticket(bg(), "else")
	require.Error(t, err)
	_, err = r.client.SignJS(bg(), "e.test")
	require.Error(t, err)
}
