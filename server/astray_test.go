package server_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/server"
)

// brokenYAML is an account.yaml that cannot be read; its folder serves nothing.
const brokenYAML = "app_id: wx1\nmood: plain\n"

// TestAstray sends WeChat's requests to addresses that are not quite right: the log has path, sender, the account that was
// meant and what to do, and the answer outside tells nothing.
func TestAstray(t *testing.T) {
	clock := time.Date(2026, 3, 2, 15, 30, 0, 0, time.UTC)
	log := &lockedBuffer{}
	h := newHouseOf(t, map[string]string{"shop/account.yaml": accountYAML, "shop/main.lua": mainLua, "tea-bar/account.yaml": strings.ReplaceAll(accountYAML, appID, "wx1a2b3c4d5e6f7082"), "tea-bar/main.lua": mainLua}, func(o *server.Options) {
		o.Log, o.Now = slog.New(slog.NewTextHandler(log, nil)), func() time.Time { return clock }
	})
	for _, c := range []struct {
		name, path string
		nearest    string
		cure       string // "" = no line
	}{
		{"right", "/wx/shop", "", ""},
		{"another letter case", "/wx/Shop", "/wx/shop", "in the same letter case: shop"},
		{"a typing error", "/wx/tea-bra", "/wx/tea-bar", "is tea-bar meant?"},
		{"nobody", "/wx/nobody", "", "there is no such account; there are shop, tea-bar"},
		{"no name", "/wx/", "", "the account's name is missing"},
		{"nothing", "/wx", "", "callbacks are at /wx/ACCOUNT"},
		{"a slash behind", "/wx/shop/", "/wx/shop", "the path ends in a slash"},
		{"two slashes behind", "/wx/shop//", "/wx/shop", "the path ends in a slash"},
		{"more behind", "/wx/shop/callback", "/wx/shop", "nothing stands behind"},
		{"a kept prefix", "/wechat/wx/shop", "/wx/shop", "the proxy passes the prefix on"},
		{"a long kept prefix", "/a/b/wx/shop", "/wx/shop", "strip"},
		{"a kept prefix and another case", "/wechat/wx/SHOP", "/wx/shop", "letter case"},
		{"two slashes before", "//wx/shop", "/wx/shop", "one slash"},
		{"two slashes inside", "/wx//shop", "/wx/shop", "one slash stands before the account's name"},
		{"three slips", "/bot/wx/Shop/", "/wx/shop", "for nginx and Caddy); the path ends in a slash; account names are written as their folders are, in the same letter case: shop"},
		{"a folder that is no account", "/wx/Tea", "", "a folder of that name is none, for its name: an account's name is made of a-z"},
		{"capitals", "/WX/shop", "/wx/shop", "small letters"},
		{"no /wx/", "/shop", "/wx/shop", "callbacks are at /wx/ACCOUNT"},
		{"no /wx/, a slash behind", "/shop/", "/wx/shop", "callbacks are at /wx/ACCOUNT"},
		{"another word", "/wechat/callback", "", "callbacks are at /wx/ACCOUNT"},
		{"the root", "/", "", "callbacks are at /wx/ACCOUNT"},
		{"long", "/wx/" + strings.Repeat("x", 5000), "", "there is no such account"},
		{"lines", "/wx/a%0Alevel=ERROR%20msg=forged", "", "there is no such account"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, method := range []string{http.MethodPost, http.MethodGet} {
				clock = clock.Add(time.Second)
				before := len(log.String())
				a := serve(h.server.Public(), method, c.path+"?signature=bad&timestamp=1&nonce=2&echostr=3", nil)
				require.Equal(t, answer{status: http.StatusForbidden, header: http.Header{}}, a)
				line := log.String()[before:]
				if c.cure == "" {
					require.NotContains(t, line, "callback for no account")
					continue
				}
				require.Equal(t, 1, strings.Count(line, "\n"), line)
				require.Contains(t, line, "level=WARN msg=\"callback for no account\"")
				require.Contains(t, line, "remote=192.0.2.1:1234")
				require.Contains(t, line, "nearest="+orEmpty(c.nearest))
				require.Contains(t, line, c.cure)
				if !strings.Contains(c.cure, "meant") {
					require.NotContains(t, line, "meant?")
				}
				if len(c.path) < 200 && !strings.Contains(c.path, "%") {
					require.Contains(t, line, "path="+c.path+" ")
				}
				require.Less(t, len(line), 1000)
				require.NotContains(t, line, "signature=")
			}
		})
	}
}

func orEmpty(s string) string {
	if s == "" {
		return `""`
	}
	return s + " "
}

// TestAstrayByBoth: who reads a push makes no difference to what the log says of one that found nothing.
func TestAstrayByBoth(t *testing.T) {
	byBoth(t, func(t *testing.T, by reader) {
		h := newHouseBy(t, by)
		conn := dial(t, h.web.URL, "POST /wx/Shop?"+signed()+" HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")
		require.Equal(t, http.StatusForbidden, statusOf(t, conn))
		require.Contains(t, h.log.String(), `level=WARN msg="callback for no account" path=/wx/Shop remote=`+conn.LocalAddr().String()+" nearest=/wx/shop ")
	})
}

// TestAstrayIsSparing: strangers cannot fill the log, and what looks for other things is not spoken of.
func TestAstrayIsSparing(t *testing.T) {
	clock := time.Date(2026, 3, 2, 15, 30, 0, 0, time.UTC)
	log := &lockedBuffer{}
	h := newHouse(t, func(o *server.Options) {
		o.Log, o.Now = slog.New(slog.NewTextHandler(log, nil)), func() time.Time { return clock }
	})
	for i := range 100 {
		serve(h.server.Public(), http.MethodGet, fmt.Sprint("/wx/no", i), nil)
	}
	require.Equal(t, 1, strings.Count(log.String(), "callback for no account"))
	require.Contains(t, log.String(), "level=INFO", "nothing says that this is WeChat")
	clock = clock.Add(time.Second)
	serve(h.server.Public(), http.MethodGet, "/wx/no", nil)
	require.Contains(t, log.String(), "more=99")
	clock = clock.Add(time.Second)
	before := log.String()
	for _, path := range []string{"/", "/wp-login.php", "/.env", "/robots.txt", "/wxyz/shop", "/metrics"} {
		serve(h.server.Public(), http.MethodGet, path, nil)
	}
	for _, part := range []string{"signature=a&timestamp=1", "timestamp=1&nonce=2", "signature=a&nonce=2", "nonce=2", "signature=a"} {
		serve(h.server.Public(), http.MethodGet, "/shop?"+part, nil)
	}
	require.Equal(t, before, log.String())
}

// TestAstrayToTheOperator tells of callbacks that a proxy sends to the wrong address.
func TestAstrayToTheOperator(t *testing.T) {
	log := &lockedBuffer{}
	h := newHouse(t, func(o *server.Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) })
	a := serve(h.server.Admin(anywhere{}), http.MethodGet, "/wx/shop?"+signed()+"&echostr=1", nil)
	require.Equal(t, http.StatusNotFound, a.status)
	require.Equal(t, "404 page not found\n", a.body)
	require.Contains(t, log.String(), "callbacks do not arrive on admin_addr")
	log = &lockedBuffer{}
	h = newHouse(t, func(o *server.Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) })
	a = serve(h.server.Dev(), http.MethodGet, "http://127.0.0.1/wechat/wx/shop?"+signed()+"&echostr=1", nil)
	require.Equal(t, http.StatusNotFound, a.status)
	require.Contains(t, log.String(), "the proxy passes the prefix on")
}

// TestAstrayToABrokenFolder says why its pushes are refused.
func TestAstrayToABrokenFolder(t *testing.T) {
	h := newHouseOf(t, map[string]string{"shop/account.yaml": accountYAML, "shop/main.lua": mainLua, "bar/account.yaml": brokenYAML, "bar/main.lua": mainLua})
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		require.Equal(t, http.StatusForbidden, h.request(method, "/wx/bar?"+signed()+"&echostr=1", ``).status)
	}
	require.Contains(t, h.log.String(), "its folder cannot be served, mend it and save")
	require.Contains(t, h.log.String(), "mood")
	require.Contains(t, h.log.String(), "nearest=/wx/bar")
}

// TestAstrayToOtherMethods: whoever asks for an account by PUT is no WeChat.
func TestAstrayToOtherMethods(t *testing.T) {
	log := &lockedBuffer{}
	h := newHouse(t, func(o *server.Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) })
	require.Equal(t, answer{status: http.StatusForbidden, header: http.Header{}}, serve(h.server.Public(), http.MethodPut, "/wx/shop?"+signed(), nil))
	require.Contains(t, log.String(), "callback for no account")
	require.Contains(t, log.String(), "WeChat asks by GET and POST only")
}

// TestAstrayToTheInterface: a program of the owner's that has the address wrong is told of, a stranger is not.
func TestAstrayToTheInterface(t *testing.T) {
	for path, cure := range map[string]string{
		"/bot/api/v1/shop/users/info": "the HTTP interface is at /api/v1/ACCOUNT/METHOD; the proxy passes the prefix on",
		"/api/v2/shop/users/info":     "the HTTP interface is at /api/v1/ACCOUNT/METHOD",
		"/API/v1/shop/users/info":     "the HTTP interface is at /api/v1/ACCOUNT/METHOD",
		"/users/info":                 "",
	} {
		log := &lockedBuffer{}
		h := newHouse(t, func(o *server.Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) })
		serve(h.server.Public(), http.MethodPost, path, nil)
		require.Empty(t, log.String())
		r := httptest.NewRequest(http.MethodPost, path, nil)
		r.Header.Set("Authorization", "Bearer secret99")
		w := httptest.NewRecorder()
		h.server.Public().ServeHTTP(w, r)
		require.Equal(t, http.StatusForbidden, w.Code)
		require.Equal(t, cure != "", strings.Contains(log.String(), "request for no HTTP interface"), path)
		require.Contains(t, log.String(), cure)
		require.NotContains(t, log.String(), "secret99")
	}
}
