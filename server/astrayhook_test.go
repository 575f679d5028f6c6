package server_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/server"
)

// TestAstrayHooks calls hooks at addresses that are not quite right: the log has path, sender, the hook that was meant and what
// to do, and the answer outside tells nothing.
func TestAstrayHooks(t *testing.T) {
	clock := time.Date(2026, 3, 2, 15, 30, 0, 0, time.UTC)
	log := &lockedBuffer{}
	other := strings.ReplaceAll(accountYAML, appID, "wx1a2b3c4d5e6f7082")
	h := newHouseOf(t, map[string]string{
		"shop/account.yaml": accountYAML + "hooks: { paid: { secret: \"${env:API_KEY}\" }, orders: { secret: \"${env:API_KEY}\" } }\n", "shop/main.lua": mainLua,
		"tea-bar/account.yaml": other, "tea-bar/main.lua": mainLua, "ill/account.yaml": brokenYAML, "ill/main.lua": mainLua,
	}, func(o *server.Options) {
		o.Log, o.Now = slog.New(slog.NewTextHandler(log, nil)), func() time.Time { return clock }
	})
	for _, c := range []struct {
		name, method, path string
		nearest            string
		cure               string
	}{
		{"another letter case", "POST", "/hook/Shop/paid", "/hook/shop/paid", "in the same letter case: shop"},
		{"another letter case of the hook", "POST", "/hook/shop/Paid", "/hook/shop/paid", "hooks are written as in account.yaml, in the same letter case: paid"},
		{"both", "POST", "/hook/SHOP/PAID", "/hook/shop/paid", "the same letter case: shop; hooks are written as in account.yaml"},
		{"a typing error", "POST", "/hook/shop/order", "/hook/shop/orders", "account.yaml names no such hook; is orders meant?"},
		{"no such hook", "POST", "/hook/shop/something", "/hook/shop/", "account.yaml names no such hook; there are orders, paid"},
		{"an account without hooks", "POST", "/hook/tea-bar/paid", "/hook/tea-bar/", "account.yaml names no hooks: hooks: { NAME: { secret: … } } does"},
		{"nobody", "POST", "/hook/nobody/paid", "", "there is no such account; there are ill, shop, tea-bar"},
		{"not loaded", "POST", "/hook/ill/paid", "/hook/ill/", "its folder cannot be served, mend it and save"},
		{"no hook", "POST", "/hook/shop", "/hook/shop", "hooks are at /hook/ACCOUNT/NAME"},
		{"no account", "POST", "/hook/", "", "hooks are at /hook/ACCOUNT/NAME"},
		{"nothing", "POST", "/hook", "", "hooks are at /hook/ACCOUNT/NAME"},
		{"a slash behind", "POST", "/hook/shop/paid/", "/hook/shop/paid", "the path ends in a slash"},
		{"more behind", "POST", "/hook/shop/paid/now", "/hook/shop/paid", "nothing stands behind the hook's name"},
		{"two slashes inside", "POST", "/hook/shop//paid", "/hook/shop/paid", "one slash stands before each name"},
		{"two slashes before", "POST", "//hook/shop/paid", "/hook/shop/paid", "one slash begins the path"},
		{"a kept prefix", "POST", "/bot/hook/shop/paid", "/hook/shop/paid", "the proxy passes the prefix on"},
		{"a kept prefix that looks like a callback", "POST", "/wx/hook/shop/paid", "/hook/shop/paid", "the proxy passes the prefix on"},
		{"a kept prefix and another case", "POST", "/bot/hook/Shop/paid", "/hook/shop/paid", "letter case"},
		{"capitals", "POST", "/Hook/shop/paid", "/hook/shop/paid", "/hook/ is written in small letters"},
		{"by GET", "GET", "/hook/shop/paid", "/hook/shop/paid", "hooks are called with POST"},
		{"WeChat itself", "POST", "/hook/shop?signature=a&timestamp=1&nonce=2", "/hook/shop", "WeChat's callbacks are at /wx/ACCOUNT"},
		{"long", "POST", "/hook/" + strings.Repeat("x", 5000) + "/y", "", "there is no such account"},
		{"lines", "POST", "/hook/a%0Alevel=ERROR%20msg=forged/b", "", "there is no such account"},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock = clock.Add(time.Second)
			before := len(log.String())
			a := serve(h.server.Public(), c.method, c.path, nil)
			require.Equal(t, answer{status: http.StatusForbidden, header: http.Header{}}, a)
			line := log.String()[before:]
			require.Equal(t, 1, strings.Count(line, "\n"), line)
			require.Contains(t, line, `msg="a call of a hook was refused"`)
			require.Contains(t, line, "remote=192.0.2.1:1234")
			require.Contains(t, line, "nearest="+orEmpty(c.nearest))
			require.Contains(t, line, c.cure)
			if !strings.Contains(c.cure, "meant") {
				require.NotContains(t, line, "meant?")
			}
			require.Less(t, len(line), 1000)
			require.NotContains(t, line, "signature=")
		})
	}
	clock = clock.Add(time.Second)
	before := len(log.String())
	for i := range 50 {
		serve(h.server.Public(), http.MethodPost, fmt.Sprint("/bot/hook/shop/no", i), nil)
	}
	require.Equal(t, 1, strings.Count(log.String()[before:], "\n"), "a line a second")
	clock = clock.Add(time.Second)
	serve(h.server.Public(), http.MethodPost, "/hook/shop/no", nil)
	require.Contains(t, log.String(), "more=49")
	clock = clock.Add(time.Second)
	a := serve(h.server.Admin(anywhere{}), http.MethodPost, "/hook/shop/paid", nil)
	require.Equal(t, http.StatusNotFound, a.status)
	require.Contains(t, log.String(), "calls of hooks do not arrive on admin_addr: let the proxy send them to addr")
}
