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
		{"an octal number", "settings: { phone: 0571 }", true, `settings.phone: 0571 begins with a zero, and readers disagree what it is: put it in quotes ("0571")`, ""},
		{"no octal number", "settings: { phone: 0598 }", true, `settings.phone: 0598 begins with a zero`, ""},
		{"a telephone number", "settings: { phone: 057187654321 }", true, `put it in quotes ("057187654321")`, ""},
		{"zero", "settings: { n: 0, half: 0.5 }", true, "", ""},
		{"infinity", "settings: { n: .inf }", true, "settings.n: .inf is no number that can be used", ""},
		{"a text that is a number", "apology: 1.50", true, `apology: 1.50 is read as a number and written anew; want "1.50" in quotes`, ""},
		{"a limit", "limits: { turns: 010 }", true, "limits.turns: 010 begins with a zero", ""},
		{"a secret is not quoted", "token: 09997771", true, "token: value begins with a zero", ""},

		{"a number", "app_id: 1234", true, "account.yaml:1: app_id: 1234 is a number; copy it from 微信开发者平台", ""},
		{"an original id", "kind: test\napp_id: gh_1a2b3c4d5e6f", true, "account.yaml:2: app_id: gh_1a2b3c4d5e6f is an 原始ID and belongs to original_id", ""},
		{"another form", "app_id: wx1234", true, "", "account.yaml:1: app_id: wx1234 is not wx and 16 digits or letters from a to f"},

		{"curly quotes", "app_id: “wx1a2b3c4d5e6f7081”", true, "account.yaml:1: app_id: the quotes are curly or Chinese ones (“ ”): write straight ones", ""},
		{"curly quotes around a reference", "token: “${env:TOKEN}”", true, "token: the quotes are curly", ""},
		{"curly quotes in a list", "allow_http:\n  - ‘api.example.com’", true, "account.yaml:2: allow_http[]: the quotes are curly", ""},
		{"Chinese quotes", "templates: { paid: 「abc」 }", true, "templates.paid: the quotes are curly or Chinese", ""},
		{"curly quotes that fans shall see", "apology: “抱歉”", true, "", ""},
		{"a full-width blank after the colon", "mode:\u3000plain", true, "account.yaml:1: a blank at the beginning or after the colon is a full-width", ""},
		{"a non-breaking blank after the colon", "settings:\n  a: b\nmode:\u00a0plain", true, "account.yaml:3: a blank at the beginning or after the colon", ""},
		{"a full-width blank before the key", "settings:\n\u3000\u3000a: b", true, "account.yaml:2: a blank at the beginning", ""},
		{"a key in curly quotes", "“mode”: plain", true, "account.yaml:1: unknown key “mode”: the quotes are curly", ""},
		{"a full-width blank behind the value", "mode: plain\u3000", true, "account.yaml:1: mode: there is a blank in it that is none of the space bar", ""},
		{"an invisible blank before the value", "app_id: \u200bwx1a2b3c4d5e6f7081", true, "app_id: there is a blank in it", ""},
		{"a full-width blank in quotes", "mode: \"plain\u3000\"", true, "mode: there is a blank in it", ""},

		{"one key and no list", "api_keys: ${env:API_KEY}", true, `account.yaml:1: api_keys is a list: [ "${env:API_KEY}" ]`, ""},
		{"keys with names", "api_keys:\n  shop: ${env:API_KEY}", true, `account.yaml:2: api_keys is a list: [ "${env:API_KEY}" ]`, ""},
		{"one key with more around it", "api_keys: 09997771${env:API_KEY}", true, `api_keys is a list: [ "${env:NAME}" ]`, ""},
		{"previous as one value", "previous: ${env:TOKEN}", true, "account.yaml:1: previous has names with values below it", ""},
		{"a list in place of a token", "token: ['${env:TOKEN}']", true, "account.yaml:1: token is one value and no list or map: token: ${env:NAME}", ""},

		{"a short key", serve + "api_keys: ['${env:SHORT}']", false, "account.yaml:5: api_keys[1]: a key is too short: want 16 characters or more, since whoever guesses it can write to all fans. `openssl rand -hex 32` makes a good key", ""},
		{"a key of one kind", serve + "api_keys: ['${env:SAME}']", false, "api_keys[1]: a key has fewer than 6 different characters", ""},
		{"a key with blanks", serve + "api_keys: ['${env:BLANK}']", false, "api_keys[1]: a key has a blank or a character that is no letter, digit or sign of the English keyboard, which a header cannot carry. `openssl", ""},
		{"a good key", serve + "api_keys: ['${env:API_KEY}']", false, "", ""},
		{"a short key in dev", "api_keys: ['${env:SHORT}']", true, "", "api_keys[1]: a key is too short: want 16 characters or more, since whoever guesses it can write to all fans; serve will refuse this account. `openssl rand -hex 32`"},

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
