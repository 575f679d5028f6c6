package sim_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

func TestWebAuthorization(t *testing.T) {
	w := newWorld(t)
	authorize := "/connect/oauth2/authorize?appid=" + shopAppID + "&redirect_uri=" + url.QueryEscape("https://example.test/back?a=1") +
		"&response_type=code&scope=snsapi_userinfo&state=s1"
	require.Contains(t, w.request("GET", authorize, "", nil).Body.String(), "nobody yet")
	rec := w.request("GET", authorize+"&fan=amy", "", nil)
	require.Equal(t, 302, rec.Code)
	back, err := url.Parse(rec.Header().Get("Location"))
	require.NoError(t, err)
	require.Equal(t, "1 s1", back.Query().Get("a")+" "+back.Query().Get("state"))
	code := back.Query().Get("code")
	exchange := func(code string) answer {
		return w.json("GET", "/sns/oauth2/access_token?appid="+shopAppID+"&secret="+shopSecret+"&code="+code+"&grant_type=authorization_code", nil)
	}
	got := exchange(code)
	require.Equal(t, w.openID("amy"), got["openid"])
	require.Equal(t, 40163, exchange(code).code(), "once")
	require.Equal(t, 40029, exchange("x").code())
	require.Equal(t, 41008, exchange("").code())
	access, refresh := got["access_token"].(string), got["refresh_token"].(string)
	info := func(access string) answer {
		return w.json("GET", "/sns/userinfo?access_token="+access+"&openid="+w.openID("amy")+"&lang=zh_CN", nil)
	}
	require.Equal(t, "amy", info(access)["nickname"])
	require.Equal(t, 40001, w.works(access), "not a token of the account")
	require.Equal(t, 40003, w.json("GET", "/sns/auth?access_token="+access+"&openid=x", nil).code())
	w.p.MoveClock(2 * time.Hour)
	require.Equal(t, 42001, info(access).code())
	renew := "/sns/oauth2/refresh_token?appid=" + shopAppID + "&grant_type=refresh_token&refresh_token="
	access = w.json("GET", renew+refresh, nil)["access_token"].(string)
	require.Zero(t, w.json("GET", "/sns/auth?access_token="+access+"&openid="+w.openID("amy"), nil).code())
	require.Equal(t, 40030, w.json("GET", renew+"x", nil).code())
	w.p.MoveClock(30 * 24 * time.Hour)
	require.Equal(t, 42002, w.json("GET", renew+refresh, nil).code())

	base, err := w.p.Authorize("shop", "amy", "snsapi_base")
	require.NoError(t, err)
	require.Equal(t, 48001, info(exchange(base)["access_token"].(string)).code(), "base tells no name")
	late, err := w.p.Authorize("shop", "amy", "snsapi_base")
	require.NoError(t, err)
	w.p.MoveClock(5 * time.Minute)
	require.Equal(t, 42003, exchange(late).code())
}

const authorize = "/connect/oauth2/authorize?appid=" + shopAppID + "&response_type=code"

// sentBack is where the page of web authorization leads to; nil when it shows an error.
func (w *world) sentBack(query string) url.Values {
	w.t.Helper()
	rec := w.request("GET", authorize+"&redirect_uri=https%3A%2F%2Fexample.test%2Fback"+query, "", nil)
	if rec.Code == 400 {
		return nil
	}
	require.Equal(w.t, 302, rec.Code)
	back, err := url.Parse(rec.Header().Get("Location"))
	require.NoError(w.t, err)
	return back.Query()
}

func TestTheStateIsLettersAndDigits(t *testing.T) {
	w := newWorld(t)
	tests := []struct {
		state string
		taken bool
	}{
		{"", true},
		{"Menu7", true},
		{strings.Repeat("a", 128), true},
		{strings.Repeat("a", 129), false},
		{"a-b", false},
		{"a b", false},
		{"茶", false},
		{"a\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.state, func(t *testing.T) {
			back := w.sentBack("&scope=snsapi_base&fan=amy&state=" + url.QueryEscape(tt.state))
			require.Equal(t, tt.taken, back != nil)
			require.Equal(t, tt.taken, back.Get("code") != "")
		})
	}
}

func TestAFanRefusesToTellWhoHeIs(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Text("hi"))
	page := w.request("GET", authorize+"&redirect_uri=https%3A%2F%2Fexample.test%2F&scope=snsapi_userinfo", "", nil).Body.String()
	require.Contains(t, page, "answer=cancel")
	require.Equal(t, url.Values{"state": {"s1"}}, w.sentBack("&scope=snsapi_userinfo&state=s1&fan=amy&answer=cancel"))
	require.NotEmpty(t, w.sentBack("&scope=snsapi_base&state=s1&fan=amy&answer=cancel")["code"], "base asks nothing")
}

func TestTheRedirectStaysOnItsDomain(t *testing.T) {
	tests := []struct {
		domain string
		taken  bool
	}{
		{"", true},
		{"example.test", true},
		{"Example.Test", true},
		{"shop.example.test", false},
		{"test", false},
	}
	for _, tt := range tests {
		t.Run(tt.domain, func(t *testing.T) {
			w := newWorld(t, with(func(a *sim.Account) { a.WebDomain = tt.domain }))
			require.Equal(t, tt.taken, w.sentBack("&scope=snsapi_base&fan=amy") != nil)
		})
	}
}

// webTokens is a fan's consent and what it was exchanged for.
func (w *world) webTokens(fan string) answer {
	w.t.Helper()
	code, err := w.p.Authorize("shop", fan, "snsapi_userinfo")
	require.NoError(w.t, err)
	return w.json("GET", "/sns/oauth2/access_token?appid="+shopAppID+"&secret="+shopSecret+"&code="+code+"&grant_type=authorization_code", nil)
}

func TestSnapshotPages(t *testing.T) {
	w := newWorld(t)
	require.NotContains(t, w.webTokens("amy"), "is_snapshotuser")
	yes := true
	_, err := w.p.ChangeFan("shop", "amy", sim.FanChange{Snapshot: &yes})
	require.NoError(t, err)
	require.Equal(t, "1", fmtNumber(w.webTokens("amy")["is_snapshotuser"]))
}

func TestANewPasswordEndsWebTokens(t *testing.T) {
	w := newWorld(t)
	amy, bob := w.webTokens("amy"), w.webTokens("bob")
	works := func(fan string, tokens answer) int {
		return w.json("GET", "/sns/auth?access_token="+tokens["access_token"].(string)+"&openid="+w.openID(fan), nil).code()
	}
	require.NoError(t, w.p.ChangePassword("shop", "amy"))
	require.Equal(t, 42007, works("amy", amy))
	require.Equal(t, 42007, w.json("GET", "/sns/oauth2/refresh_token?appid="+shopAppID+"&grant_type=refresh_token&refresh_token="+amy["refresh_token"].(string), nil).code())
	require.Zero(t, works("bob", bob))
	require.Zero(t, works("amy", w.webTokens("amy")), "agreed anew")
}
