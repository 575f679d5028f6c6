package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Requests of these tests come from 192.0.2.1.
func TestTheWhitelistCoversEveryCall(t *testing.T) {
	w := newWorld(t)
	w.accessToken()
	tests := []struct {
		name    string
		entries []string
		want    int
	}{
		{"none", nil, 0},
		{"the address", []string{"203.0.113.9", "192.0.2.1"}, 0},
		{"its range", []string{"192.0.2.0/24"}, 0},
		{"a range of one", []string{"192.0.2.1/32"}, 0},
		{"written as IPv6", []string{"::ffff:192.0.2.1"}, 0},
		{"another address", []string{"203.0.113.9"}, 40164},
		{"another range", []string{"192.0.2.128/25", "2001:db8::/32"}, 40164},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.set.IPWhitelist = tt.entries
			require.NoError(t, w.p.SetAccount(w.set))
			query := "appid=" + shopAppID + "&secret=" + shopSecret
			for api, got := range map[string]answer{
				"token":       w.json("GET", "/cgi-bin/token?grant_type=client_credential&"+query, nil),
				"a read":      w.get("/cgi-bin/tags/get"),
				"a send":      w.post("/cgi-bin/message/custom/typing", m{"touser": "x"}),
				"an address":  w.get("/cgi-bin/getcallbackip"),
				"clear_quota": w.json("POST", "/cgi-bin/clear_quota/v2?appid="+shopAppID+"&appsecret="+shopSecret, nil),
			} {
				if tt.want != 0 {
					require.Equal(t, tt.want, got.code(), api)
					require.Contains(t, got["errmsg"], "invalid ip 192.0.2.1 ipv6 ::ffff:192.0.2.1, not in whitelist", api)
				} else {
					require.NotEqual(t, 40164, got.code(), api)
				}
			}
		})
	}
	for _, wrong := range []string{"192.0.2.*", "192.0.2.0/33", "shop.example", ""} {
		w.set.IPWhitelist = []string{wrong}
		require.ErrorContains(t, w.p.SetAccount(w.set), "want 203.0.113.9 or 203.0.113.0/24")
	}
}
