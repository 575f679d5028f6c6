package account_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/account"
)

const goodHTTP = "app_id: wx1a2b3c4d5e6f7081\nkind: test\nmode: plain\ntoken: ${env:MW_DEMO_TOKEN}\napp_secret: ${env:MW_DEMO_SECRET}\n"

// ownSecrets knows the secrets of two accounts, and keeps each to its own.
func ownSecrets() account.Resolver {
	env := map[string]string{
		"MW_DEMO_TOKEN": "tokentoken", "MW_DEMO_SECRET": "s3cr3t-of-demo", "MW_DEMO_KEY": "tea-for-two-4711", "MW_DEMO_SHORT": "short", "MW_OTHER_KEY": "other-key-4712",
	}
	return account.Resolver{
		Env:       func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		ReadFile:  func(path string) ([]byte, error) { return []byte("file-key-4713\n"), nil },
		EnvPrefix: "MW_{ACCOUNT}_", Dir: "/run/secrets/{account}",
	}
}

func TestServices(t *testing.T) {
	c, warnings, err := account.Load("demo", []byte(goodHTTP+`allow_http: [ api.example.com, "http://*.example.org:8080" ]
http:
  orders:
    base: https://api.example.com/v1
    timeout: 20s
    headers:
      Authorization: "Bearer ${env:MW_DEMO_KEY}"
      X-Both: "${env:MW_DEMO_KEY}/${file:key}"
      Accept: application/json
      X-Version: "1.10"
  plain: { base: "http://erp.internal:8080" }
`), ownSecrets(), account.Options{})
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.Equal(t, "https://api.example.com/v1", c.HTTP.Services["orders"].Base())
	require.Len(t, c.HTTP.Allow, 2)
	require.Equal(t, "demo", c.HTTP.Account)
	for _, address := range []string{"orders:/x", "plain:/x", "https://api.example.com/", "http://a.example.org:8080/"} {
		_, err := c.HTTP.Locate(address)
		require.NoError(t, err, address)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{ReplaceAttr: timeless})).Info("x", "config", c)
	require.NotContains(t, log.String()+fmt.Sprintf("%v %+v %#v %v %+v", c, c, c, c.HTTP, c.HTTP), "4711")
}

// timeless leaves the time out of a log, in which any digits may come.
func timeless(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

func TestServicesThatAreRefused(t *testing.T) {
	service := func(more string) string { return "http:\n  orders:\n    base: https://api.example.com\n" + more }
	for _, tc := range []struct {
		name, yaml string
		change     func(*account.Resolver)
		want       string
	}{
		{"no base", "http: { orders: { headers: {} } }", nil, "account.yaml:6: http.orders: base is missing; want an address such as https://api.example.com/v1"},
		{"a base that is none", "http: { orders: { base: api.example.com } }", nil, "account.yaml:6: http.orders.base: is no web address"},
		{"a reference in the base", "http: { orders: { base: 'https://${env:MW_DEMO_KEY}/' } }", nil, "references (${…}) are resolved in"},
		{"an unknown key", "http: { orders: { url: https://x } }", nil, "account.yaml:6: unknown key url"},
		{"a name with letters", "http: { Orders: { base: https://x.example } }", nil, "account.yaml:6: http: a service has a name of small letters"},
		{"a name of a scheme", "http: { https: { base: https://x.example } }", nil, "http and https are taken"},
		{"too long a time", service("    timeout: 51s"), nil, `account.yaml:9: http.orders.timeout: "51s": want a time from 100ms to 50s`},
		{"a header that nobody sets", service("    headers: { Host: x }"), nil, "http.orders.headers: Host is set by the program and by nobody else"},
		{"a header that is none", service("    headers: { 'X Y': x }"), nil, "X Y is no name of a header"},
		{"somebody else's variable", service("    headers:\n      X-Key: ${env:MW_OTHER_KEY}"), nil, "account.yaml:10: http.orders.headers.X-Key: ${env:MW_OTHER_KEY}: this account may only name variables that begin with MW_DEMO_"},
		{"somebody else's variable in a text", service("    headers: { X-Key: 'a ${env:MW_OTHER_KEY} b' }"), nil, "this account may only name variables that begin with MW_DEMO_"},
		{"somebody else's file", service("    headers: { X-Key: '${file:/run/secrets/other/key}' }"), nil, "this account may only name files in /run/secrets/demo"},
		{"nobody confines variables", service("    headers: { X-Key: '${env:MW_DEMO_KEY}' }"), func(r *account.Resolver) { r.EnvPrefix = "" }, `${env:MW_DEMO_KEY}: serve takes a reference here only where moonwire.yaml keeps each account to its own (secrets: { env_prefix: "{ACCOUNT}_" })`},
		{"one prefix for all", service("    headers: { X-Key: '${env:MW_DEMO_KEY}' }"), func(r *account.Resolver) { r.EnvPrefix = "MW_" }, "keeps each account to its own"},
		{"nobody confines files", service("    headers: { X-Key: '${file:/etc/key}' }"), func(r *account.Resolver) { r.Dir = "" }, "keeps each account to its own (secrets: { dir: /run/secrets/{account} })"},
		{"a variable that is not set", service("    headers: { X-Key: '${env:MW_DEMO_NOPE}' }"), nil, "${env:MW_DEMO_NOPE} is not set or empty"},
		{"half a reference", service("    headers: { X-Key: 'a ${env:MW_DEMO_KEY' }"), nil, "a reference reads ${env:NAME} or ${file:/path}"},
		{"a reference of no kind", service("    headers: { X-Key: '${vault:x}' }"), nil, "a reference reads ${env:NAME} or ${file:/path}"},
		{"too short a secret", service("    headers: { X-Key: '${env:MW_DEMO_SHORT}' }"), nil, "is too short: a secret of fewer than 8 characters cannot be kept out of answers"},
		{"a literal secret", service("    headers: { Authorization: Bearer leak99leak99 }"), nil, "account.yaml:9: http.orders.headers.Authorization: a secret must not stand in this file"},
		{"a literal key", service("    headers: { X-Api-Key: leak99leak99 }"), nil, "http.orders.headers.X-Api-Key: a secret must not stand in this file"},
		{"a number that would be rewritten", service("    headers: { X-Version: 1.10 }"), nil, "http.orders.headers.X-Version: value is read as a number and written anew"},
		{"curly quotes", service("    headers: { X-A: “a” }"), nil, "http.orders.headers.X-A: the quotes are curly or Chinese ones"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := ownSecrets()
			if tc.change != nil {
				tc.change(&r)
			}
			_, _, err := account.Load("demo", []byte(goodHTTP+tc.yaml), r, account.Options{})
			require.ErrorContains(t, err, tc.want)
			var config *account.ConfigError
			require.ErrorAs(t, err, &config)
			for _, secret := range []string{"tea-for", "other-key", "leak99"} {
				require.NotContains(t, err.Error()+config.Excerpt(), secret)
			}
		})
	}
}

// TestServicesInDev take what is not set, and literal secrets, and say so.
func TestServicesInDev(t *testing.T) {
	c, warnings, err := account.Load("demo", []byte("http:\n  a: { base: https://a.example, headers: { X-Key: '${env:NOPE}' } }\n  b: { base: https://b.example, headers: { Authorization: Bearer leak99leak99 } }\n"),
		account.Resolver{}, account.Options{Dev: true})
	require.NoError(t, err)
	require.Contains(t, c.Unset, "http.a.headers.X-Key: ${env:NOPE}")
	require.Contains(t, c.Derived, "http.a.headers.X-Key")
	require.Contains(t, warnings, account.Warning{Line: 3, Msg: `http.b.headers.Authorization: a secret stands in the file; serve will refuse this account. Name it as ${env:NAME} or ${file:/path}, as in "Bearer ${env:NAME}"`})
}
