package account_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/account"
)

func TestHooks(t *testing.T) {
	c, warnings, err := account.Load("shop", []byte(keysYAML+`
hooks:
  paid: { secret: "${env:SHOP}", algorithm: hmac-sha256, id: $.event.id }
  orders: { secret: "${env:CRM}", id: x-event-id }
  stock: { secret: "${env:CRM}", header: authorization }
`), keysResolver(), account.Options{})
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.Equal(t, map[string]account.Hook{
		"paid":   {Secret: shopKey, Header: "X-Signature", Algorithm: account.HookHMAC, ID: "$.event.id"},
		"orders": {Secret: crmKey, Header: "X-Hook-Secret", ID: "x-event-id"},
		"stock":  {Secret: crmKey, Header: "Authorization"},
	}, c.Hooks)
	for _, shown := range []string{fmt.Sprint(c.Hooks), fmt.Sprintf("%+v %#v", c.Hooks["paid"], c.Hooks["paid"]), c.Hooks["paid"].LogValue().String()} {
		require.NotContains(t, shown, shopKey)
		require.NotContains(t, shown, crmKey)
	}
}

func TestHookMistakes(t *testing.T) {
	many := "hooks:\n"
	for i := range 51 {
		many += fmt.Sprintf("  h%d: {secret: '${env:SHOP}'}\n", i)
	}
	tests := []struct{ name, yaml, want string }{
		{"a name", "hooks: { Paid: {secret: '${env:SHOP}'} }", "account.yaml:6: hooks: a name may have small letters, digits, - and _, at most 32, as in paid"},
		{"a long name", "hooks: { " + strings.Repeat("a", 33) + ": {secret: '${env:SHOP}'} }", "hooks: a name may have"},
		{"no secret", "hooks: { paid: {header: X-Sign} }", "hooks.paid.secret: is missing: without a secret anybody could call the hook"},
		{"a literal secret", "hooks: { paid: {secret: LEAK99} }", "hooks.paid.secret: a secret must not stand in this file"},
		{"an unset secret", "hooks: { paid: {secret: '${env:NOWHERE}'} }", "hooks.paid.secret: ${env:NOWHERE} is not set or empty"},
		{"a weak secret", "hooks: { paid: {secret: '${env:TOKEN}'} }", "hooks.paid.secret: a secret is too short: want 16 characters or more"},
		{"a header", "hooks: { paid: {secret: '${env:SHOP}', header: 'X Sign'} }", "hooks.paid.header: want the name of a header"},
		{"an algorithm", "hooks:\n  paid:\n    secret: ${env:SHOP}\n    algorithm: md5", `account.yaml:9: hooks.paid.algorithm: "md5" is unknown; want hmac-sha256`},
		{"an id", "hooks: { paid: {secret: '${env:SHOP}', id: '$..x'} }", "hooks.paid.id: want the name of a header, as in X-Event-Id, or a path into the body, as in $.event.id"},
		{"an unknown key", "hooks: { paid: {secret: '${env:SHOP}', headers: X} }", "unknown key headers; did you mean header?"},
		{"a reference elsewhere", "hooks: { paid: {secret: '${env:SHOP}', id: '${env:SHOP}'} }", "references (${…}) are resolved in"},
		{"too many", many, "hooks: has 51 hooks; want at most 50"},
		{"curly quotes", "hooks:\n  paid:\n    secret: “${env:SHOP}”", "hooks.paid.secret: the quotes are curly"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := account.Load("shop", []byte(keysYAML+tt.yaml), keysResolver(), account.Options{})
			require.ErrorContains(t, err, tt.want)
			require.NotContains(t, err.Error(), "LEAK99")
			require.NotContains(t, err.Error(), shopKey)
		})
	}
}

func TestDevMakesUpTheSecretsOfHooks(t *testing.T) {
	c, _, err := account.Load("shop", []byte("hooks: { a: {secret: '${env:NO}'}, b: {algorithm: hmac-sha256} }"), keysResolver(), account.Options{Dev: true})
	require.NoError(t, err)
	require.Len(t, c.Hooks["a"].Secret, 32)
	require.Len(t, c.Hooks["b"].Secret, 32)
	require.NotEqual(t, c.Hooks["a"].Secret, c.Hooks["b"].Secret)
	require.Contains(t, c.Derived, "hooks.a.secret")
}

func TestWhoProvesThatHeMayCallAHook(t *testing.T) {
	body := []byte(`{"amount":28}`)
	signed := account.Hook{Secret: shopKey, Algorithm: account.HookHMAC}
	mac := hmac.New(sha256.New, []byte(shopKey))
	mac.Write(body)
	sum := mac.Sum(nil)
	plain := account.Hook{Secret: shopKey}
	tests := []struct {
		name  string
		hook  account.Hook
		given string
		want  bool
	}{
		{"hex", signed, hex.EncodeToString(sum), true},
		{"hex in capitals", signed, strings.ToUpper(hex.EncodeToString(sum)), true},
		{"base64", signed, base64.StdEncoding.EncodeToString(sum), true},
		{"base64 of addresses", signed, base64.RawURLEncoding.EncodeToString(sum), true},
		{"a prefix", signed, "sha256=" + hex.EncodeToString(sum), true},
		{"another prefix", signed, "SHA256=" + base64.StdEncoding.EncodeToString(sum), true},
		{"what we make", signed, signed.Proof(body), true},
		{"a part of it", signed, hex.EncodeToString(sum[:16]), false},
		{"the secret itself", signed, shopKey, false},
		{"nothing", signed, "", false},
		{"a prefix alone", signed, "sha256=", false},
		{"the secret", plain, shopKey, true},
		{"as a bearer", plain, "Bearer " + shopKey, true},
		{"another secret", plain, crmKey, false},
		{"no secret", plain, "", false},
		{"a signature for a secret", plain, hex.EncodeToString(sum), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, tt.hook.Proves(tt.given, body)) })
	}
	require.False(t, signed.Proves(signed.Proof(body), []byte(`{"amount":29}`)))
}
