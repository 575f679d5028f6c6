package account_test

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/account"
	"moonwire/wechat"
)

const aesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

// resolver knows a few variables and one file.
func resolver() account.Resolver {
	env := map[string]string{"TOKEN": "tokentoken", "KEY": aesKey, "SECRET": "s3cr3t", "EMPTY": "", "MW_DEMO_TOKEN": "confined", "API_KEY": "0f1e2d3c4b5a69788796", "SHORT": "abc", "SAME": strings.Repeat("ab", 20), "BLANK": "a good long key with blanks"}
	return account.Resolver{
		Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		ReadFile: func(path string) ([]byte, error) {
			if path == "/run/secrets/demo" || path == "/run/secrets/demo/aes" {
				return []byte(aesKey + "\n"), nil
			}
			if path == "/run/secrets/locked" {
				return []byte("leak99"), &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
			}
			return nil, errors.New("no such file")
		},
	}
}

const fullYAML = `app_id: wx1a2b3c4d5e6f7081
original_id: gh_0a1b2c3d4e5f
kind: service
verified: true
mode: safe
token: ${env:TOKEN}
encoding_aes_key: ${file:/run/secrets/demo}
app_secret: ${env:SECRET}
previous:
  token: ${env:SECRET}
api_keys: [ "${env:API_KEY}" ]
timezone: Asia/Shanghai
late: join
fetch_text: 等一下
apology: 对不起
allow_http: [ api.example.com ]
templates: { order_paid: ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY }
settings: { city: 上海, n: 3, list: [1, "a", {x: true}] }
limits: { }
`

func TestLoadReadsEverything(t *testing.T) {
	c, warnings, err := account.Load("demo", []byte(fullYAML), resolver(), account.Options{})
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.Equal(t, wechat.Safe, c.Mode)
	require.Equal(t, wechat.KeyPair{Token: "tokentoken", EncodingAESKey: aesKey}, c.Keys)
	require.Equal(t, &wechat.KeyPair{Token: "s3cr3t", EncodingAESKey: aesKey}, c.Previous, "the omitted half is the current one")
	require.Equal(t, []account.APIKey{{Key: "0f1e2d3c4b5a69788796", Name: "api_keys[1]"}}, c.APIKeys)
	require.Equal(t, "s3cr3t", c.Secret)
	require.Equal(t, account.LateJoin, c.Late)
	require.Equal(t, map[string]any{"city": "上海", "n": 3.0, "list": []any{1.0, "a", map[string]any{"x": true}}}, c.Settings)
	require.Equal(t, "Asia/Shanghai", c.Location.String())
	require.Empty(t, c.Derived)
}

// A number as a fetch word works, and is warned of.
func TestANumberAsAFetchWord(t *testing.T) {
	_, warnings, err := account.Load("demo", []byte("kind: test\nfetch_word: [查看, 1]"), resolver(), account.Options{Dev: true})
	require.NoError(t, err)
	require.Contains(t, warnings, account.Warning{Line: 2, Msg: "fetch_word: 1 is a number, which menus and questions of scripts use as well; words such as 查看 and 继续 do not get in their way"})
}

func TestLoadDefaults(t *testing.T) {
	tests := []struct {
		name, yaml string
		check      func(*testing.T, *account.Config)
	}{
		{"service is verified and pushes", "kind: service", func(t *testing.T, c *account.Config) {
			require.True(t, c.Verified)
			require.Equal(t, account.LatePush, c.Late)
		}},
		{"subscription is not and joins", "kind: subscription", func(t *testing.T, c *account.Config) {
			require.False(t, c.Verified)
			require.Equal(t, account.LateJoin, c.Late)
		}},
		{"an unverified service joins", "kind: service\nverified: false", func(t *testing.T, c *account.Config) {
			require.Equal(t, account.LateJoin, c.Late)
		}},
		{"a person's account may not call, verified or not", "kind: subscription\nverified: true\nsubject: personal", func(t *testing.T, c *account.Config) {
			require.False(t, c.Verified)
			require.Equal(t, account.LateJoin, c.Late)
			require.Equal(t, account.SubjectPersonal, c.Subject)
		}},
		{"a person's account in dev is no test account", "subject: personal", func(t *testing.T, c *account.Config) {
			require.Equal(t, "subscription", c.Kind)
			require.False(t, c.Verified)
		}},
		{"an organization's account", "kind: subscription\nverified: true\nsubject: organization", func(t *testing.T, c *account.Config) {
			require.True(t, c.Verified)
			require.Equal(t, account.LatePush, c.Late)
		}},
		{"stable_token unless it says otherwise", "", func(t *testing.T, c *account.Config) {
			require.Equal(t, "stable_token", c.TokenAPI)
		}},
		{"the older token", "token_api: token", func(t *testing.T, c *account.Config) {
			require.Equal(t, "token", c.TokenAPI)
		}},
		{"texts and zone", "", func(t *testing.T, c *account.Config) {
			require.Equal(t, "还在处理，回复「查看」", c.FetchText)
			require.Equal(t, []string{"查看", "继续"}, c.FetchWords)
			require.Equal(t, "继续", c.MoreWord())
			require.Equal(t, "这一段已经发过，或者已过 24 小时", c.FetchGone)
			require.Equal(t, "抱歉，出了点问题，我们已收到通知", c.Apology)
			require.Equal(t, "Asia/Shanghai", c.Location.String())
		}},
		{"one fetch word, as files had it", `fetch_word: "1"`, func(t *testing.T, c *account.Config) {
			require.Equal(t, []string{"1"}, c.FetchWords)
			require.Equal(t, "1", c.MoreWord())
			require.Equal(t, "还在处理，回复「1」", c.FetchText, "it names the word")
		}},
		{"a number, as files had it", `fetch_word: 1`, func(t *testing.T, c *account.Config) {
			require.Equal(t, []string{"1"}, c.FetchWords)
		}},
		{"an empty fetch word, as files had it", `fetch_word: ""`, func(t *testing.T, c *account.Config) {
			require.Equal(t, []string{"查看", "继续"}, c.FetchWords)
		}},
		{"fetch words", `fetch_word: [ Show, " more ", 3 ]`, func(t *testing.T, c *account.Config) {
			require.Equal(t, []string{"Show", "more", "3"}, c.FetchWords)
			require.Equal(t, "还在处理，回复「Show」", c.FetchText)
			require.True(t, c.IsFetchWord(" MORE\n"))
			require.False(t, c.IsFetchWord("show more"))
		}},
		{"a fetch text of its own", "fetch_text: wait\nfetch_word: [ a ]\nfetch_gone: ''", func(t *testing.T, c *account.Config) {
			require.Equal(t, "wait", c.FetchText)
			require.Empty(t, c.FetchGone, "silence")
		}},
		{"an empty apology is silence", "apology: ''", func(t *testing.T, c *account.Config) {
			require.Empty(t, c.Apology)
		}},
		{"a mode that is missing is plain in dev", "", func(t *testing.T, c *account.Config) {
			require.Equal(t, wechat.Plain, c.Mode)
			require.Equal(t, []string{"app_id", "token", "app_secret"}, c.Derived)
		}},
		{"unset references are derived in dev", "mode: safe\ntoken: ${env:NOWHERE}\nencoding_aes_key: ${env:EMPTY}", func(t *testing.T, c *account.Config) {
			require.Len(t, c.Keys.EncodingAESKey, 43)
			require.Equal(t, []string{"app_id", "token", "encoding_aes_key", "app_secret"}, c.Derived)
			_, err := wechat.NewSealer(c.Keys.EncodingAESKey, c.AppID)
			require.NoError(t, err)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, _, err := account.Load("demo", []byte(tt.yaml), resolver(), account.Options{Dev: true})
			require.NoError(t, err)
			tt.check(t, c)
		})
	}
}

func TestLoadPassesOverAByteOrderMark(t *testing.T) {
	c, _, err := account.Load("demo", []byte("\ufeffkind: service\n"), resolver(), account.Options{Dev: true})
	require.NoError(t, err)
	require.Equal(t, "service", c.Kind)
}

func TestDevMakesUpAnAPIKey(t *testing.T) {
	yaml := []byte("api_keys: [ \"${env:NOT_SET}\" ]\n")
	c, _, err := account.Load("shop", yaml, account.Resolver{}, account.Options{Dev: true})
	require.NoError(t, err)
	require.Len(t, c.APIKeys, 1)
	require.Len(t, c.APIKeys[0].Key, 32)
	require.Contains(t, c.Derived, "api_keys")
}

func TestDerivedValuesFollowFromTheName(t *testing.T) {
	load := func(name string) *account.Config {
		c, _, err := account.Load(name, nil, account.Resolver{}, account.Options{Dev: true})
		require.NoError(t, err)
		return c
	}
	require.Equal(t, load("a").Keys, load("a").Keys)
	require.NotEqual(t, load("a").Keys, load("b").Keys)
	require.NotEqual(t, load("a").AppID, load("b").AppID)
	require.Regexp(t, `^wx[0-9a-f]{16}$`, load("a").AppID)
}

func TestLoadErrors(t *testing.T) {
	good := "app_id: wx1\nkind: test\nmode: plain\ntoken: ${env:TOKEN}\napp_secret: ${env:SECRET}\n"
	tests := []struct {
		name, yaml string
		dev        bool
		want       string
	}{
		{"unknown key", good + "tokn: abc", true, `account.yaml:6: unknown key tokn; did you mean token?`},
		{"repeated key", good + "kind: test", true, `account.yaml:6: kind is there twice, first in line 2`},
		{"reference elsewhere", good + "apology: ${env:TOKEN}", true, `account.yaml:6: apology: references (${…}) are resolved in`},
		{"reference inside of settings", good + "settings:\n  a:\n  - x${env:TOKEN}", true, `account.yaml:8: settings.a[]: references`},
		{"reference as a key", good + "settings: { '${env:TOKEN}': 1 }", true, `account.yaml:6: a reference cannot be a key`},
		{"half a reference", "token: x${env:TOKEN}", true, `account.yaml:1: token: a reference is the whole value`},
		{"unknown kind of reference", "token: ${vault:TOKEN}", true, `account.yaml:1: token: a reference is the whole value`},
		{"unset in serve", "app_id: wx1\nmode: plain\ntoken: ${env:NOWHERE}", false, `account.yaml:3: token: ${env:NOWHERE} is not set or empty`},
		{"missing file in serve", "app_id: wx1\nmode: plain\ntoken: ${file:/x}", false, `account.yaml:3: token: ${file:/x} is not set or empty`},
		{"unreadable file", "token: ${file:/run/secrets/locked}", true, `account.yaml:1: token: ${file:/run/secrets/locked}: permission denied`},
		{"unreadable api key", "api_keys: ['${file:/run/secrets/locked}']", true, `api_keys[1]: ${file:/run/secrets/locked}: permission denied`},
		{"relative file", "token: ${file:x}", true, `want a path that begins at the root`},
		{"literal in serve", "app_id: wx1\nmode: plain\ntoken: literal99", false, `account.yaml:3: token: a secret must not stand in this file`},
		{"literal api key in serve", good + "api_keys: [abc]", false, `account.yaml:6: api_keys[1]: a secret must not stand in this file`},
		{"literal previous in serve", good + "previous:\n  token: abcdef", false, `account.yaml:7: previous.token: a secret must not`},
		{"no mode in serve", "app_id: wx1\ntoken: ${env:TOKEN}", false, `account.yaml: mode: is missing`},
		{"no token in serve", "app_id: wx1\nmode: plain", false, `account.yaml: token: is missing`},
		{"no key in serve", "app_id: wx1\nmode: safe\ntoken: ${env:TOKEN}", false, `account.yaml: encoding_aes_key: is missing`},
		{"no app id in serve", "mode: plain", false, `account.yaml: app_id: is missing`},
		{"all that is missing at once", "previous:\n  token: ${env:NOPE}", false, "account.yaml: app_id: is missing; mode: is missing; want plain, compatible or safe, as set in 微信开发者平台 (域名与消息推送配置); token: is missing; line 2: previous.token: ${env:NOPE} is not set or empty"},
		{"all that is not set at once", "app_id: wx1\nmode: safe\ntoken: ${env:NOPE}\nencoding_aes_key: ${env:NEVER}\napp_secret: abc", false, "account.yaml:3: token: ${env:NOPE} is not set or empty; line 4: encoding_aes_key: ${env:NEVER} is not set or empty; line 5: app_secret: a secret must not stand in this file"},
		{"no file in serve", "", false, `account.yaml: app_id: is missing`},
		{"bad mode", "mode: secret", true, `account.yaml:1: mode: "secret" is unknown; want plain, compatible or safe`},
		{"bad kind", "kind: shop", true, `account.yaml:1: kind: "shop" is unknown`},
		{"bad subject", "subject: private", true, `account.yaml:1: subject: "private" is unknown; want personal or organization`},
		{"a person's test account", "kind: test\nsubject: personal", true, `account.yaml:2: subject: a test account (kind: test) has all rights, whoever owns it; leave subject out`},
		{"misspelt subject", "subjekt: personal", true, `account.yaml:1: unknown key subjekt; did you mean subject?`},
		{"bad token API", "token_api: /cgi-bin/token", true, `account.yaml:1: token_api: "/cgi-bin/token" is unknown; want stable_token or token`},
		{"misspelt token API", "token_ap: token", true, `account.yaml:1: unknown key token_ap; did you mean token_api?`},
		{"bad policy", "late: never", true, `account.yaml:1: late: "never" is unknown; want push, join, fetch or drop`},
		{"no fetch word", "fetch_word: []", true, `account.yaml:1: fetch_word: the list is empty; want 1 to 8 words, as in [查看, 继续]`},
		{"an empty fetch word", "fetch_word: [查看, ' ']", true, `account.yaml:1: fetch_word: there is an empty word; want what a fan writes, as in [查看, 继续]`},
		{"a fetch word twice", "fetch_word: [More, more]", true, `account.yaml:1: fetch_word: "more" is there twice`},
		{"too many fetch words", "fetch_word: [a, b, c, d, e, f, g, h, i]", true, `account.yaml:1: fetch_word: 9 words; want 1 to 8`},
		{"a fetch word too long", "fetch_word: " + strings.Repeat("长", 61), true, `account.yaml:1: fetch_word: a word has more than 60 characters; want what a fan writes quickly`},
		{"a fetch word of two lines", `fetch_word: "a\nb"`, true, `account.yaml:1: fetch_word: a word has a line break or another control character in it; want one line`},
		{"a map of fetch words", "kind: test\nfetch_word: { a: b }", true, `account.yaml:2: fetch_word: want`},
		{"a list in fetch words", "kind: test\nfetch_word: [[a]]", true, `account.yaml:2: want a text here`},
		{"a long fetch_gone", "fetch_gone: " + strings.Repeat("长", 700), true, `account.yaml:1: fetch_gone: has 2100 bytes; WeChat takes 2048`},
		{"a fetch word rewritten", "fetch_word: [0x10]", true, `account.yaml:1: fetch_word[]: 0x10 is read as a number and written anew; want "0x10" in quotes`},
		{"bad zone", "timezone: Moon/Base", true, `account.yaml:1: timezone: "Moon/Base" is unknown`},
		{"bad host", "allow_http: ['https://x']", true, `account.yaml:1: allow_http[]: "https://x" is no host`},
		{"odd host", "allow_http: ['2130706433']", true, `account.yaml:1: allow_http[]: "2130706433" is no host`},
		{"wrong type", "verified: perhaps", true, `account.yaml:1: verified: want true or false here`},
		{"list for text", "kind: [a]", true, `account.yaml:1: `},
		{"anchor", "settings: &a { x: 1 }", true, `account.yaml:1: anchors, aliases and tags are not read here`},
		{"two documents", "kind: test\n---\nkind: test", true, `a second document begins here`},
		{"repeated setting", "settings:\n  a: 1\n  a: 2", true, `account.yaml:3: settings.a is there twice, first in line 2`},
		{"tab", "kind: service\n\tmode: plain", true, `account.yaml:2: line 2 begins with a tab: use spaces`},
		{"glued colon alone", "kind:service", true, `account.yaml:1: a space is missing after the colon`},
		{"glued colon below", "mode: plain\nkind:service\nlate: push", true, `account.yaml:2: a space is missing after the colon`},
		{"glued colon first", "kind:service\nmode: plain", true, `account.yaml:1: a space is missing after the colon`},
		{"glued colon in limits", "limits:\n  memory:64MiB", true, `account.yaml:2: a space is missing after the colon`},
		{"Chinese colon", "kind： service", true, `account.yaml:1: the colon is a Chinese one`},
		{"one space too many", "kind: service\n mode: plain\nlate: push", true, `account.yaml:2: begins too far to the left or right`},
		{"one space too many below", "settings:\n  a: 1\n   b: 2\nlimits: {}", true, `account.yaml:3: begins too far`},
		{"between two depths", "kind: test\nprevious:\n   token: a\n  encoding_aes_key: b", true, `account.yaml:4: begins too far`},
		{"a space at the top", " kind: service\nmode: plain", true, `account.yaml:2: begins too far`},
		{"text for a list", "kind: test\napi_keys: abc", true, "account.yaml:2: api_keys: want a list, as in api_keys: [\"…\"]"},
		{"text for a map", "settings: abc", true, `account.yaml:1: settings: want names with values below it`},
		{"not YAML", "kind: [", true, `account.yaml:1: `},
		{"large number", "settings: { id: 9007199254740993 }", true, `write it in quotes`},
		{"unknown limit", "limits: { speed: 1 }", true, `account.yaml:1: limits.speed`},
		{"long apology", "apology: " + strings.Repeat("长", 700), true, `account.yaml:1: apology: has 2100 bytes; WeChat takes 2048`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := account.Load("demo", []byte(tt.yaml), resolver(), account.Options{Dev: tt.dev})
			require.ErrorContains(t, err, tt.want)
			var config *account.ConfigError
			require.ErrorAs(t, err, &config)
		})
	}
}

func TestReferencesAreConfined(t *testing.T) {
	r := resolver()
	r.EnvPrefix, r.Dir = "MW_{ACCOUNT}_", "/run/secrets/{account}"
	tests := []struct{ name, yaml, want string }{
		{"own variable", "token: ${env:MW_DEMO_TOKEN}", ""},
		{"somebody else's variable", "token: ${env:TOKEN}", "this account may only name variables that begin with MW_DEMO_"},
		{"own file", "mode: safe\nencoding_aes_key: ${file:/run/secrets/demo/aes}", ""},
		{"own file by short name", "mode: safe\nencoding_aes_key: ${file:aes}", ""},
		{"somebody else's file", "token: ${file:/run/secrets/other/token}", "may only name files in /run/secrets/demo"},
		{"way out", "token: ${file:../other/token}", "may only name files in /run/secrets/demo"},
		{"sibling with the same beginning", "token: ${file:/run/secrets/demo2/token}", "may only name files in /run/secrets/demo"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, _, err := account.Load("demo", []byte(tt.yaml), r, account.Options{Dev: true})
			if tt.want != "" {
				require.ErrorContains(t, err, tt.want)
				return
			}
			require.NoError(t, err)
			require.NotContains(t, c.Derived, "encoding_aes_key")
		})
	}
}

// TestNoAccountNamesWhatIsAnothers: a variable belongs to the account with the longest beginning, and what two accounts have
// alike belongs to neither.
func TestNoAccountNamesWhatIsAnothers(t *testing.T) {
	const upper, lower = "MW_{ACCOUNT}_", "/run/secrets/{account}"
	for _, tt := range []struct {
		name, prefix, dir string
		known             []string
		account, ref      string
		want              string
	}{
		{"its own", upper, lower, []string{"shop", "shop-2"}, "shop", "${env:MW_SHOP_TOKEN}", ""},
		{"the longer name's", upper, lower, []string{"shop", "shop-2"}, "shop", "${env:MW_SHOP_2_TOKEN}", "${env:MW_SHOP_2_TOKEN}: is a variable of the account shop-2, whose variables begin with MW_SHOP_2_; name another, or rename one of the accounts"},
		{"by the longer name", upper, lower, []string{"shop", "shop-2"}, "shop-2", "${env:MW_SHOP_2_TOKEN}", ""},
		{"nobody has the longer name", upper, lower, []string{"shop"}, "shop", "${env:MW_SHOP_2_TOKEN}", ""},
		{"two dashes", upper, lower, []string{"shop", "shop--x-9"}, "shop", "${env:MW_SHOP__X_9_TOKEN}", "is a variable of the account shop--x-9"},
		{"spelled alike", upper, lower, []string{"shop-2", "shop_2"}, "shop-2", "${env:MW_SHOP_2_TOKEN}", "the accounts shop-2 and shop_2 have the same variables, MW_SHOP_2_…, so neither may name one; rename one of them"},
		{"spelled alike, the other", upper, lower, []string{"shop-2", "shop_2"}, "shop_2", "${env:MW_SHOP_2_TOKEN}", "the accounts shop_2 and shop-2 have the same variables"},
		{"a rule without an end", "MW_{ACCOUNT}", lower, []string{"shop", "shopping"}, "shop", "${env:MW_SHOPPING_TOKEN}", "is a variable of the account shopping, whose variables begin with MW_SHOPPING;"},
		{"a digit first", "{ACCOUNT}_", lower, []string{"7", "7-up"}, "7", "${env:_7_UP_TOKEN}", "is a variable of the account 7-up"},
		{"small letters", "mw_{account}_", lower, []string{"shop", "shop_2"}, "shop", "${env:mw_shop_2_token}", "is a variable of the account shop_2"},
		{"the name twice", "{ACCOUNT}_OF_{ACCOUNT}_", lower, []string{"a", "a-of"}, "a", "${env:A_OF_A_OF_A_OF_X}", ""},
		{"one prefix for all", "MW_", lower, []string{"shop", "shop-2"}, "shop", "${env:MW_SHOP_2_TOKEN}", ""},
		{"a folder", upper, lower, []string{"shop", "shop-2"}, "shop", "${file:/run/secrets/shop/token}", ""},
		{"the folder of the longer name", upper, lower, []string{"shop", "shop-2"}, "shop", "${file:/run/secrets/shop-2/token}", "this account may only name files in /run/secrets/shop"},
		{"the same folder", upper, "/run/{ACCOUNT}", []string{"shop-2", "shop_2"}, "shop-2", "${file:token}", "the accounts shop-2 and shop_2 have the same folder, /run/SHOP_2, so neither may name a file in it; rename one of them"},
		{"other folders", upper, lower, []string{"shop-2", "shop_2"}, "shop-2", "${file:/run/secrets/shop-2/token}", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := account.Resolver{
				Env: func(string) (string, bool) { return "tokentoken", true }, ReadFile: func(string) ([]byte, error) { return []byte("tokentoken"), nil },
				EnvPrefix: tt.prefix, Dir: tt.dir, Known: func(variable string) (known []string) {
					for _, name := range tt.known {
						if account.VariableName(name) == variable {
							known = append(known, name)
						}
					}
					return known
				},
			}
			_, _, err := account.Load(tt.account, []byte("mode: plain\napp_id: wx1a2b3c4d5e6f7081\nkind: service\nverified: false\ntoken: "+tt.ref), r, account.Options{})
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.want)
			require.NotContains(t, err.Error(), "tokentoken")
		})
	}
}

func TestLiteralSecretsAreWarnedOfInDev(t *testing.T) {
	yaml := "mode: safe\ntoken: topsecret1\nencoding_aes_key: " + aesKey + "\napp_secret: topsecret2\n"
	_, warnings, err := account.Load("demo", []byte(yaml), account.Resolver{}, account.Options{Dev: true})
	require.NoError(t, err)
	require.Len(t, warnings, 3)
	require.Equal(t, 2, warnings[0].Line)
	for _, w := range warnings {
		require.NotContains(t, w.String(), "topsecret")
		require.NotContains(t, w.String(), aesKey)
	}
}

func TestSecretsDoNotLeak(t *testing.T) {
	c, _, err := account.Load("demo", []byte(fullYAML), resolver(), account.Options{})
	require.NoError(t, err)
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "config", c)
	texts := log.String() + fmt.Sprintf("%v %+v %#v", c, c, c)
	for _, yaml := range []string{
		"tokn: leak99", "token: 'leak99", "previous: leak99", "api_keys: leak99\nx: y", "token: {leak99: 1}", "app_secret: leak99\n a: b",
		"token:leak99", "token: a\nleak99", "token：leak99", "previous: {leak99: 1, leak99: 2}", "token: a\n  leak99: x", "\tleak99",
	} {
		_, _, err := account.Load("demo", []byte(yaml), resolver(), account.Options{})
		var config *account.ConfigError
		require.ErrorAs(t, err, &config)
		texts += err.Error() + config.Excerpt()
	}
	for _, secret := range []string{"tokentoken", aesKey, "s3cr3t", "leak99"} {
		require.NotContains(t, texts, secret)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(fullYAML), true)
	f.Add([]byte("a: &a [*a]"), false)
	f.Add([]byte("limits: {x: }"), true)
	f.Fuzz(func(t *testing.T, body []byte, dev bool) {
		c, _, err := account.Load("demo", body, account.Resolver{}, account.Options{Dev: dev})
		if err != nil {
			var config *account.ConfigError
			require.ErrorAs(t, err, &config)
			return
		}
		require.NotEmpty(t, c.AppID)
		require.NotEmpty(t, c.Keys.Token)
		require.True(t, dev, "serve cannot run without secrets from outside")
	})
}
