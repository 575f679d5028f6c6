package api_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/api"
)

// answered sends every request to one handler, whatever its host.
type answered struct{ stub *stub }

func (a answered) Do(r *http.Request) (*http.Response, error) {
	there, err := url.Parse(a.stub.server.URL)
	if err != nil {
		return nil, err
	}
	own := r.Clone(r.Context())
	own.URL.Scheme, own.URL.Host, own.Host = there.Scheme, there.Host, ""
	res, err := http.DefaultTransport.RoundTrip(own)
	if res != nil {
		res.Request = r
	}
	return res, err
}

// TestABaseThatIsNotWeChatsIsNamed: whatever comes of an address that was mistyped, the error says which it is and
// where it was set, in a token's, a call's and web authorization's.
func TestABaseThatIsNotWeChatsIsNamed(t *testing.T) {
	const wrong, wechats = "http://wechat.test/mirror", api.DefaultBaseURL
	for _, tt := range []struct {
		name, base, from string
		answer           http.HandlerFunc
		named            bool
	}{
		{"nobody there", wrong, "moonwire.yaml:3", hangUp, true},
		{"a plain web server", wrong, "moonwire.yaml:3", status(501, "Unsupported method"), true},
		{"a page", wrong, "moonwire.yaml:3", say("<html>"), true},
		{"a redirect", wrong, "moonwire.yaml:3", status(302, ""), true},
		{"no such path", wrong, "moonwire.yaml:3", say(`{"errcode":40066,"errmsg":"invalid url"}`), true},
		{"WeChat's with a path", wechats + "/cgi-bin", "--api-base", say(`{"errcode":40066,"errmsg":"invalid url"}`), true},
		{"a refusal", wrong, "moonwire.yaml:3", say(`{"errcode":40013,"errmsg":"invalid appid"}`), false},
		{"WeChat's own", wechats, "moonwire.yaml:3", status(501, ""), false},
		{"WeChat's in Shanghai", "https://sh.api.weixin.qq.com", "moonwire.yaml:3", hangUp, false},
		{"of a stand-in", wrong, "", hangUp, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doer := answered{newStub(t, tt.answer)}
			noSleep := func(context.Context, time.Duration) error { return nil }
			client, err := api.NewClient(api.ClientConfig{
				BaseURL: tt.base, BaseFrom: tt.from, AppID: "wx1", Secret: appSecret, Doer: doer, Tokens: &fixedTokens{}, Sleep: noSleep,
			})
			require.NoError(t, err)
			tokens, err := api.NewTokenSource(api.TokenConfig{
				BaseURL: tt.base, BaseFrom: tt.from, AppID: "wx1", Secret: appSecret, Stable: true, Doer: doer, Sleep: noSleep,
			})
			require.NoError(t, err)
			_, call := client.Call(t.Context(), probe)
			_, token := tokens.Token(t.Context())
			_, user := client.WebUser(t.Context(), "t", "o")
			for _, err := range []error{call, token, user} {
				require.Error(t, err)
				want := "api_base is " + tt.base + " (set in " + tt.from + "): is that right?"
				if !tt.named {
					require.NotContains(t, err.Error(), "api_base is")
					continue
				}
				require.Contains(t, err.Error(), want)
				var transport *api.TransportError
				if hintZH := ""; errors.As(err, &transport) {
					_, hintZH = transport.Hint()
					require.Contains(t, hintZH, "api_base 是 "+tt.base)
				}
			}
		})
	}
}

func TestANameOfABaseIsSaidOnce(t *testing.T) {
	client, err := api.NewClient(api.ClientConfig{
		BaseURL: "http://wechat.test", BaseFrom: "--api-base", AppID: "wx1", Secret: appSecret,
		Doer:  answered{newStub(t, say(`{"errcode":40066,"errmsg":"invalid url"}`))},
		Sleep: func(context.Context, time.Duration) error { return nil },
	})
	require.NoError(t, err)
	_, err = client.Call(t.Context(), probe) // refused already where it asks for the token
	require.Regexp(t, `^[^?]*\(set in --api-base\): is that right\?[^?]*$`, err.Error())
}
