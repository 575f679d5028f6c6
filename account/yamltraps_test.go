package account_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/account"
)

// TestValuesThatAreReadOtherwise shows what is said of values without quotes that YAML reads otherwise than people
// expect, of AppIDs that are none, and of keys that can be guessed.
func TestValuesThatAreReadOtherwise(t *testing.T) {
	const serve = "app_id: wx1a2b3c4d5e6f7081\nkind: subscription\nmode: plain\ntoken: ${env:TOKEN}\n"
	for _, tc := range []struct {
		name, yaml      string
		dev             bool
		refused, warned string
	}{
		{"no", "settings: { closed: no }", true, "", `account.yaml:1: settings.closed: scripts see the text "no", which counts as true; write true or false, or "no" in quotes`},
		{"On, in a list", "settings:\n  days:\n  - On", true, "", `account.yaml:3: settings.days[]: scripts see the text "On"`},
		{"no in quotes", "settings: { closed: 'no' }", true, "", ""},
		{"a version", "settings: { version: 1.10 }", true, "", `settings.version: scripts see the number 1.1; write "1.10" in quotes`},
		{"a power of ten", "settings: { big: 1e3 }", true, "", `settings.big: scripts see the text "1e3"; write the number out`},
		{"a plain number", "settings: { n: 3, price: 19.95, date: 2024-01-01 }", true, "", ""},
		{"a leading zero", "settings:\n  price: 01", true, `account.yaml:2: settings.price: 01 begins with a zero`, ""},
		{"an octal number", "settings: { phone: 0571 }", true, `want "0571" in quotes for a text, or the number without the zero`, ""},
		{"no octal number", "settings: { phone: 0598 }", true, `settings.phone: 0598 begins with a zero`, ""},
		{"zero", "settings: { n: 0, half: 0.5 }", true, "", ""},
		{"infinity", "settings: { n: .inf }", true, "settings.n: .inf is no number that can be used", ""},
		{"a text that is a number", "apology: 1.50", true, `apology: 1.50 is read as a number and written anew; want "1.50" in quotes`, ""},
		{"a limit", "limits: { turns: 010 }", true, "limits.turns: 010 begins with a zero", ""},
		{"a secret is not quoted", "token: 09997771", true, "token: value begins with a zero", ""},

		{"a number", "app_id: 1234", true, "account.yaml:1: app_id: 1234 is a number; copy it from 微信开发者平台", ""},
		{"an original id", "kind: test\napp_id: gh_1a2b3c4d5e6f", true, "account.yaml:2: app_id: gh_1a2b3c4d5e6f is an 原始ID and belongs to original_id", ""},
		{"another form", "app_id: wx1234", true, "", "account.yaml:1: app_id: wx1234 is not wx and 16 digits or letters from a to f"},

		{"a short key", serve + "api_keys: ['${env:SHORT}']", false, "account.yaml:5: api_keys[]: a key is too short: want 16 characters or more: whoever guesses it can write to all fans. `openssl rand -hex 32` makes a good key", ""},
		{"a key of one kind", serve + "api_keys: ['${env:SAME}']", false, "api_keys[]: a key has fewer than 6 different characters", ""},
		{"a key with blanks", serve + "api_keys: ['${env:BLANK}']", false, "api_keys[]: a key has a blank", ""},
		{"a good key", serve + "api_keys: ['${env:API_KEY}']", false, "", ""},
		{"a short key in dev", "api_keys: ['${env:SHORT}']", true, "", "api_keys[]: a key is too short: want 16 characters or more; serve will refuse this account. `openssl rand -hex 32`"},

		{"a variable that no shell can set", serve + "app_secret: '${env:9X_SECRET}'", false, "app_secret: ${env:9X_SECRET}: no shell can set a variable of that name", ""},
		{"a variable with a hyphen", serve + "app_secret: '${env:MY-SHOP}'", true, "app_secret: ${env:MY-SHOP}: no shell can set a variable of that name", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, warnings, err := account.Load("demo", []byte(tc.yaml), resolver(), account.Options{Dev: tc.dev})
			if tc.refused != "" {
				require.ErrorContains(t, err, tc.refused)
				require.NotContains(t, err.Error(), "09997771")
				return
			}
			require.NoError(t, err)
			var said []string
			for _, w := range warnings {
				said = append(said, w.String())
			}
			if tc.warned == "" {
				require.Empty(t, said)
				return
			}
			require.Contains(t, strings.Join(said, "\n"), tc.warned)
		})
	}
}

func TestVariableName(t *testing.T) {
	for name, want := range map[string]string{"shop": "SHOP", "shop-eu": "SHOP_EU", "9x": "_9X"} {
		require.Equal(t, want, account.VariableName(name))
	}
}
