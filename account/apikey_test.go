package account_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/account"
)

const (
	shopKey = "0f1e2d3c4b5a69788796"
	crmKey  = "a0b1c2d3e4f5a6b7c8d9"
)

// keysResolver knows two keys.
func keysResolver() account.Resolver {
	return account.Resolver{Env: func(name string) (string, bool) {
		v, ok := map[string]string{"TOKEN": "tokentoken", "SHOP": shopKey, "CRM": crmKey}[name]
		return v, ok
	}}
}

const keysYAML = "app_id: wx1a2b3c4d5e6f7081\nkind: test\nmode: plain\ntoken: ${env:TOKEN}\napp_secret: ${env:TOKEN}\n"

var methods = []string{"messages/get", "templates/send", "menus/delete"}

func TestAPIKeysHaveNamesAndRights(t *testing.T) {
	c, warnings, err := account.Load("shop", []byte(keysYAML+`
api_keys:
- ${env:SHOP}
- key: ${env:CRM}
  name: crm
  allow: [templates/send, messages/get]
`), keysResolver(), account.Options{Methods: methods})
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.True(t, c.APIKeys[0].Equal(account.APIKey{Key: shopKey, Name: "api_keys[1]"}))
	require.True(t, c.APIKeys[1].Equal(account.APIKey{Key: crmKey, Name: "crm", Allow: []string{"templates/send", "messages/get"}}))
	require.True(t, c.APIKeys[0].May("menus/delete"))
	require.True(t, c.APIKeys[1].May("messages/get"))
	require.False(t, c.APIKeys[1].May("menus/delete"))
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("keys", "all", c.APIKeys, "one", c.APIKeys[1])
	for _, shown := range []string{fmt.Sprint(c.APIKeys), fmt.Sprintf("%+v %#v", c.APIKeys[1], c.APIKeys[1]), log.String()} {
		require.NotContains(t, shown, shopKey)
		require.NotContains(t, shown, crmKey)
	}
}

func TestAPIKeyMistakes(t *testing.T) {
	tests := []struct{ name, yaml, want string }{
		{"unknown right", "api_keys: [{key: '${env:CRM}', name: crm, allow: [template/send]}]", "account.yaml:6: api_keys[1]: allow: there is no method template/send; did you mean templates/send? There are messages/get, templates/send, menus/delete"},
		{"far from any right", "api_keys:\n- ${env:SHOP}\n- {key: '${env:CRM}', name: crm, allow: [everything]}", "account.yaml:8: api_keys[2]: allow: there is no method everything. There are messages/get"},
		{"a key among rights", "api_keys: [{key: '${env:CRM}', name: crm, allow: [LEAK99leak]}]", "api_keys[1]: allow: one of them is no method. There are"},
		{"no rights at all", "api_keys: [{key: '${env:CRM}', name: crm, allow: []}]", "api_keys[1]: allow is empty; leave it out for all rights"},
		{"no name", "api_keys: [{key: '${env:CRM}'}]", "api_keys[1]: name is missing: the audit tells by it who asked"},
		{"a key for a name", "api_keys: [{key: '${env:CRM}', name: 'LEAK99 leak'}]", "api_keys[1]: name: want letters, digits, and . _ - after the first, at most 32"},
		{"a name that looks like a place", "api_keys: [{key: '${env:CRM}', name: 'api_keys[1]'}]", "api_keys[1]: name: want letters, digits"},
		{"a name twice", "api_keys:\n- {key: '${env:CRM}', name: crm}\n- {key: '${env:SHOP}', name: crm}", "account.yaml:8: api_keys[2]: name: two keys are called crm; want a name for each"},
		{"a key with two rights", "api_keys: ['${env:CRM}', {key: '${env:CRM}', name: crm, allow: [messages/get]}]", "api_keys[1] and crm are the same key; want one for each"},
		{"no key", "api_keys: [{name: crm}]", "api_keys[1]: an empty key opens the door to everybody"},
		{"a literal key", "api_keys: [{key: LEAK99, name: crm}]", "api_keys[1]: a secret must not stand in this file"},
		{"a reference in a name", "api_keys: [{key: '${env:CRM}', name: '${env:CRM}'}]", "account.yaml:6: api_keys[].name: references (${…}) are resolved in"},
		{"unknown key of an entry", "api_keys:\n- key: ${env:CRM}\n  nmae: crm", "account.yaml:8: unknown key nmae; did you mean name?"},
		{"a text for rights", "api_keys:\n- key: ${env:CRM}\n  name: crm\n  allow: messages/get", `account.yaml:9: allow: want a list, as in allow: ["…"]`},
		{"a list in the list", "api_keys: [['${env:CRM}']]", "account.yaml:6: "},
		{"too many", "api_keys: [" + strings.Repeat("'${env:CRM}', ", 101) + "]", "api_keys: has 101 keys; want at most 100"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := account.Load("shop", []byte(keysYAML+tt.yaml), keysResolver(), account.Options{Methods: methods})
			require.ErrorContains(t, err, tt.want)
			require.NotContains(t, err.Error(), "LEAK99")
			require.NotContains(t, err.Error(), crmKey)
		})
	}
}

// Where nobody says which methods there are, as when a message is signed by hand, any name is taken.
func TestRightsAreHeldAgainstTheMethodsThatAreTold(t *testing.T) {
	_, _, err := account.Load("shop", []byte(keysYAML+"api_keys: [{key: '${env:CRM}', name: crm, allow: [flows/signal]}]"), keysResolver(), account.Options{})
	require.NoError(t, err)
}

// What dev makes up for two names are two keys.
func TestDevMakesUpAKeyForEachName(t *testing.T) {
	c, _, err := account.Load("shop", []byte("api_keys: [ '${env:A}', {key: '${env:B}', name: crm, allow: [messages/get]}, {key: '${env:C}', name: shop} ]"),
		keysResolver(), account.Options{Dev: true, Methods: methods})
	require.NoError(t, err)
	require.Len(t, c.APIKeys, 3)
	different := map[string]bool{}
	for _, k := range c.APIKeys {
		require.True(t, k.MadeUp)
		different[k.Key] = true
	}
	require.Len(t, different, 3)
	require.Equal(t, 1, strings.Count(strings.Join(c.Derived, " "), "api_keys"))
}
