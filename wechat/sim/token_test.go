package sim_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

func (w *world) plainToken() (string, int) {
	w.t.Helper()
	got := w.json("GET", "/cgi-bin/token?grant_type=client_credential&appid="+w.set.AppID+"&secret="+w.set.Secret, nil)
	return w.tokenOf(got)
}

func (w *world) stableToken(force bool) (string, int) {
	w.t.Helper()
	return w.tokenOf(w.stable(force))
}

func (w *world) stable(force bool) answer {
	w.t.Helper()
	return w.json("POST", "/cgi-bin/stable_token", map[string]any{
		"grant_type": "client_credential", "appid": w.set.AppID, "secret": w.set.Secret, "force_refresh": force,
	})
}

func (w *world) tokenOf(got answer) (string, int) {
	w.t.Helper()
	token, ok := got["access_token"].(string)
	require.True(w.t, ok, "%v", got)
	left, err := strconv.Atoi(fmtNumber(got["expires_in"]))
	require.NoError(w.t, err)
	return token, left
}

// works is the errcode a token gives.
func (w *world) works(token string) int {
	w.t.Helper()
	return w.json("GET", "/cgi-bin/getcallbackip?access_token="+token, nil).code()
}

func TestPlainTokens(t *testing.T) {
	w := newWorld(t)
	first, left := w.plainToken()
	require.Equal(t, 7200, left)
	require.Zero(t, w.works(first))
	w.p.MoveClock(time.Hour)
	second, left := w.plainToken()
	require.Equal(t, 7200, left)
	require.NotEqual(t, first, second)
	w.p.MoveClock(5*time.Minute - time.Second)
	require.Zero(t, w.works(first), "the old one works for five minutes")
	w.p.MoveClock(time.Second)
	require.Equal(t, 40001, w.works(first))
	require.Zero(t, w.works(second))
	w.p.MoveClock(7200*time.Second - 5*time.Minute)
	require.Equal(t, 42001, w.works(second))
	w.p.MoveClock(24 * time.Hour)
	w.plainToken()
	require.Equal(t, 40001, w.works(second), "forgotten by now")
}

func TestStableTokens(t *testing.T) {
	w := newWorld(t)
	first, left := w.stableToken(false)
	require.Equal(t, 7200, left)
	w.p.MoveClock(time.Hour)
	same, left := w.stableToken(false)
	require.Equal(t, first, same)
	require.Equal(t, 3600, left)
	w.p.MoveClock(time.Hour - 5*time.Minute)
	second, left := w.stableToken(false)
	require.NotEqual(t, first, second, "renewed within the last five minutes")
	require.Equal(t, 7200, left)
	require.Zero(t, w.works(first), "both work meanwhile")
	w.p.MoveClock(5 * time.Minute)
	require.Equal(t, 42001, w.works(first))
	require.Zero(t, w.works(second))
}

func TestForcedRefresh(t *testing.T) {
	w := newWorld(t)
	first, _ := w.stableToken(false)
	second, _ := w.stableToken(true)
	require.NotEqual(t, first, second)
	require.Equal(t, 40001, w.works(first), "dead at once")
	w.p.MoveClock(29 * time.Second)
	same, _ := w.stableToken(true)
	require.Equal(t, second, same, "too early: the present one")
	for range 19 {
		w.p.MoveClock(30 * time.Second)
		w.stableToken(true)
	}
	w.p.MoveClock(30 * time.Second)
	require.Equal(t, 45009, w.stable(true).code(), "twenty a day")
	require.Zero(t, w.stable(false).code())
	w.p.MoveClock(24 * time.Hour)
	require.Zero(t, w.stable(true).code())
}

func TestTheTwoFamiliesLeaveEachOtherAlone(t *testing.T) {
	w := newWorld(t)
	plain, _ := w.plainToken()
	stable, _ := w.stableToken(false)
	w.stableToken(true)
	require.Zero(t, w.works(plain))
	require.Equal(t, 40001, w.works(stable))
	stable, _ = w.stableToken(false)
	w.plainToken()
	w.p.MoveClock(5 * time.Minute)
	require.Equal(t, 40001, w.works(plain))
	require.Zero(t, w.works(stable))
}

func TestTokenErrors(t *testing.T) {
	w := newWorld(t)
	tests := []struct {
		name, query string
		want        int
	}{
		{"grant type", "grant_type=x&appid=" + shopAppID + "&secret=" + shopSecret, 40002},
		{"no app id", "grant_type=client_credential&secret=" + shopSecret, 41002},
		{"no secret", "grant_type=client_credential&appid=" + shopAppID, 41004},
		{"app id", "grant_type=client_credential&appid=wx0&secret=" + shopSecret, 40013},
		{"secret", "grant_type=client_credential&appid=" + shopAppID + "&secret=x", 40125},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := w.json("GET", "/cgi-bin/token?"+tt.query, nil)
			require.Equal(t, tt.want, got.code())
			require.Regexp(t, ` rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$`, got["errmsg"])
		})
	}
	require.Equal(t, 41002, w.json("POST", "/cgi-bin/token?grant_type=client_credential", "{}").code(), "the method does not matter")
	require.Equal(t, 43002, w.json("GET", "/cgi-bin/stable_token", nil).code())
	require.Equal(t, 44002, w.json("POST", "/cgi-bin/stable_token", nil).code())
	require.Equal(t, 47001, w.json("POST", "/cgi-bin/stable_token", "{").code())
	require.Equal(t, 41001, w.json("GET", "/cgi-bin/getcallbackip", nil).code())
	require.Equal(t, 40014, w.works("x"))
	require.Equal(t, 40001, w.works("80_"+string(make40('a'))+string(make40('b'))+string(make40('c'))))
	require.Equal(t, 40066, w.json("GET", "/cgi-bin/nonsense", nil).code())
}

func make40(c byte) []byte {
	b := make([]byte, 40)
	for i := range b {
		b[i] = c
	}
	return b
}

func TestTokenQuotasAndTheFrozenSecret(t *testing.T) {
	w := newWorld(t, with(func(a *sim.Account) { a.Quotas = map[string]int{"/cgi-bin/token": 2} }))
	query := "/cgi-bin/token?grant_type=client_credential&appid=" + shopAppID + "&secret=" + shopSecret
	w.plainToken()
	w.plainToken()
	require.Equal(t, 45009, w.json("GET", query, nil).code())
	w.p.MoveClock(15 * time.Hour) // midnight in China
	w.plainToken()

	w.set.IPWhitelist, w.set.SecretFrozen = nil, true
	require.NoError(t, w.p.SetAccount(w.set))
	require.Equal(t, 40243, w.json("GET", query, nil).code())
}

func TestTokensOfTwoAccounts(t *testing.T) {
	w := newWorld(t)
	other := w.set
	other.Name, other.AppID = "other", "wxfedcba9876543210"
	require.NoError(t, w.p.AddAccount(other))
	w.push("amy", sim.Text("hi"))
	require.Zero(t, w.sendText("amy", "to shop"))
	w.set, w.token = other, ""
	require.Equal(t, 40003, w.sendText("amy", "amy never wrote to other"))
	require.NoError(t, w.p.ExpireTokens("other"))
	require.Equal(t, 42001, w.works(w.accessToken()))
	w.p.RemoveAccount("other")
	require.Equal(t, 40001, w.works(w.accessToken()))
}

func TestQuotaTools(t *testing.T) {
	w := newWorld(t, with(func(a *sim.Account) { a.Quotas = map[string]int{"/cgi-bin/tags/get": 3} }))
	const tags = "/cgi-bin/tags/get"
	ask := map[string]string{"cgi_path": tags}
	for range 3 {
		require.Zero(t, w.get(tags).code())
	}
	require.Equal(t, 45009, w.get(tags).code())
	quota, ok := w.must("/cgi-bin/openapi/quota/get", ask)["quota"].(map[string]any)
	require.True(t, ok)
	require.Equal(t, "3 3 0", fmtNumber(quota["daily_limit"])+" "+fmtNumber(quota["used"])+" "+fmtNumber(quota["remain"]))
	w.must("/cgi-bin/openapi/quota/clear", ask)
	require.Zero(t, w.get(tags).code())
	for range 9 {
		w.must("/cgi-bin/clear_quota", map[string]string{"appid": shopAppID})
	}
	require.Equal(t, 48006, w.post("/cgi-bin/clear_quota", map[string]string{"appid": shopAppID}).code(), "ten a month")
	require.Equal(t, 48006, w.json("POST", "/cgi-bin/clear_quota/v2?appid="+shopAppID+"&appsecret="+shopSecret, nil).code(), "one pool")
	w.p.SetClock(time.Date(2026, 3, 31, 15, 59, 59, 0, time.UTC)) // a second before April in China
	require.Equal(t, 48006, w.json("POST", "/cgi-bin/clear_quota/v2?appid="+shopAppID+"&appsecret="+shopSecret, nil).code())
	w.p.MoveClock(time.Second)
	w.token = ""
	require.Zero(t, w.json("POST", "/cgi-bin/clear_quota/v2?appid="+shopAppID+"&appsecret="+shopSecret, nil).code())
	require.Zero(t, w.json("POST", "/cgi-bin/clear_quota/v2", map[string]string{"appid": shopAppID, "appsecret": shopSecret}).code())
	require.Equal(t, 40013, w.post("/cgi-bin/clear_quota", map[string]string{"appid": "wx0"}).code())
	require.Equal(t, 76021, w.post("/cgi-bin/openapi/quota/get", map[string]string{"cgi_path": "cgi-bin/tags/get"}).code())
	require.Equal(t, 76022, w.post("/cgi-bin/openapi/quota/get", map[string]string{"cgi_path": "/sns/userinfo"}).code())
}

func TestClearingTooOftenClearsNothing(t *testing.T) {
	w := newWorld(t, with(func(a *sim.Account) { a.Quotas = map[string]int{"/cgi-bin/tags/get": 1} }))
	for range 10 {
		w.must("/cgi-bin/clear_quota", m{"appid": shopAppID})
	}
	require.Zero(t, w.get("/cgi-bin/tags/get").code())
	require.Equal(t, 48006, w.post("/cgi-bin/openapi/quota/clear", m{"cgi_path": "/cgi-bin/tags/get"}).code())
	require.Equal(t, 45009, w.get("/cgi-bin/tags/get").code())
}

func TestOneQuotaIsClearedAlone(t *testing.T) {
	w := newWorld(t, with(func(a *sim.Account) {
		a.Quotas = map[string]int{"/cgi-bin/tags/get": 1, "/cgi-bin/user/get": 1}
	}))
	for _, path := range []string{"/cgi-bin/tags/get", "/cgi-bin/user/get"} {
		require.Zero(t, w.get(path).code())
	}
	w.must("/cgi-bin/openapi/quota/clear", m{"cgi_path": "/cgi-bin/tags/get"})
	require.Zero(t, w.get("/cgi-bin/tags/get").code())
	require.Equal(t, 45009, w.get("/cgi-bin/user/get").code())
}

func TestForcedRefreshesAreNotGivenBack(t *testing.T) {
	w := newWorld(t)
	force := func() answer {
		w.p.MoveClock(30 * time.Second)
		return w.json("POST", "/cgi-bin/stable_token", m{
			"grant_type": "client_credential", "appid": shopAppID, "secret": shopSecret, "force_refresh": true,
		})
	}
	for range 20 {
		require.Zero(t, force().code())
	}
	require.Equal(t, 45009, force().code())
	w.must("/cgi-bin/clear_quota", m{"appid": shopAppID})
	require.Equal(t, 45009, force().code())
}

func TestRidsCanBeLookedUp(t *testing.T) {
	w := newWorld(t)
	msg, ok := w.post("/cgi-bin/message/custom/send", customText("nobody", "a"))["errmsg"].(string)
	require.True(t, ok)
	rid := msg[len(msg)-26:]
	request, ok := w.must("/cgi-bin/openapi/rid/get", map[string]string{"rid": rid})["request"].(map[string]any)
	require.True(t, ok)
	require.Contains(t, request["request_body"], "nobody")
	require.Contains(t, request["response_body"], rid)
	require.NotContains(t, request["request_url"], w.accessToken())
	require.Equal(t, 76002, w.post("/cgi-bin/openapi/rid/get", map[string]string{"rid": "x"}).code())
	require.Equal(t, 76001, w.post("/cgi-bin/openapi/rid/get", map[string]string{"rid": "00000000-00000000-00000000"}).code())
	w.p.MoveClock(7 * 24 * time.Hour)
	w.token = ""
	require.Equal(t, 76001, w.post("/cgi-bin/openapi/rid/get", map[string]string{"rid": rid}).code())
}

func TestNoSecretIsKeptInTheCallLog(t *testing.T) {
	w := newWorld(t)
	token := w.accessToken()
	plain, _ := w.plainToken()
	w.get("/cgi-bin/ticket/getticket?type=jsapi")
	calls, err := w.p.Calls("shop", 0)
	require.NoError(t, err)
	require.Len(t, calls, 3)
	for _, c := range calls {
		text := c.Query + c.Body + c.Answer
		for _, secret := range []string{token, plain, shopSecret} {
			require.NotContains(t, text, secret)
		}
	}
	require.NotContains(t, w.set.String(), shopSecret)
}
