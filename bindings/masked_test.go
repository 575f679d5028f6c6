package bindings_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/internal/mask"
)

// What another system wrote in a way that hid a secret, and a decoder of ours uncovers, is given without it.
func TestDecodersGiveNoSecret(t *testing.T) {
	const secret = "tea-for/two_4711"
	deep := strings.NewReplacer("-", "%25252525252d", "/", "%25252525252f").Replace(secret) // escaped more often than a mask reads
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for _, tt := range []struct{ name, script, want string }{
		{"base64", `return base64.decode("` + b64("key="+strings.ReplaceAll(secret, "-", "%2D")) + `")`, "key=[redacted]"},
		{"base64 for addresses", `return base64.decode("` + base64.RawURLEncoding.EncodeToString([]byte("??"+secret)) + `")`, "??[redacted]"},
		{"percent signs", `return url.decode("a%20` + deep + `")`, "a [redacted]"},
		{"a value of JSON", `return json.decode('{"a":["` + strings.ReplaceAll(secret, "-", `\\u002d`) + `"]}').a[1]`, "[redacted]"},
		{"a key of JSON", `for k in pairs(json.decode('{"x` + strings.ReplaceAll(secret, "/", `\\/`) + `":1}')) do return k end`, "x[redacted]"},
		{"what is no secret", `return json.decode('"tea-for/two"') .. url.decode("%2D") .. base64.decode("` + b64("茶") + `")`, "tea-for/two-茶"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := config()
			c.Secrets = mask.New(secret)
			p, err := compileFiles(t, files{"main.lua": "on.text(function() " + tt.script + " end)"}, c)
			require.NoError(t, err)
			out, err := p.Answer(t.Context(), input(text(t, "x")))
			require.NoError(t, err)
			require.Equal(t, tt.want, out.Reply.Content)
		})
	}
}

// Markdown takes signs out of a text, and what is left may be a secret.
func TestMarkdownGivesNoSecret(t *testing.T) {
	for _, words := range []string{"sk-**verysecret**key-0123", "sk-*verysecret*key-0123", "`sk-very`secretkey-0123", "[sk-very](ftp://x)secretkey-0123"} {
		for script, want := range map[string]string{
			`function() return llm.chat{` + hello + `}.text end`: "密钥 [redacted]。",
			`llm.reply{}`: "密钥 [redacted]。",
		} {
			c := config()
			c.Secrets = mask.New("sk-verysecretkey-0123")
			c.Model = &scripted{says: []any{spoke("密钥 " + words + "。")}}
			p, err := compileFiles(t, files{"main.lua": "on.text(" + script + ")"}, c)
			require.NoError(t, err)
			out, err := p.Answer(t.Context(), input(text(t, "你好")))
			require.NoError(t, err)
			require.Equal(t, want, out.Reply.Content, words)
		}
	}
}
