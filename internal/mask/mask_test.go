package mask_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"moonwire/internal/mask"
)

const secret = `Tea+for/two "4711" & <茶>'é`

// each writes every letter of a text in a way of its own.
func each(s string, write func(r rune) string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteString(write(r))
	}
	return b.String()
}

func asBytes(s, format string) (all string) {
	for _, c := range []byte(s) {
		all += fmt.Sprintf(format, c)
	}
	return all
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b[1 : len(b)-1])
}

func replaced(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(secret) }

func TestSecretsAreFoundHoweverTheyAreWritten(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString([]byte("Bearer " + secret))
	for _, tc := range []struct{ name, written string }{
		{"as it is", secret},
		{"in small letters", strings.ToLower(secret)},
		{"in large letters", strings.ToUpper(secret[:len(secret)-2]) + "é"},
		{"json, Go", quoted(secret)},
		{"json, PHP", each(secret, func(r rune) string {
			switch {
			case r == '/' || r == '"':
				return `\` + string(r)
			case r > 127:
				return fmt.Sprintf(`\u%04x`, r)
			}
			return string(r)
		})},
		{"json, quotes only", replaced(`"`, `\"`)},
		{"json, every letter", each(secret, func(r rune) string { return fmt.Sprintf(`\u%04x`, r) })},
		{"json, every letter, large", each(secret, func(r rune) string { return fmt.Sprintf(`\u%04X`, r) })},
		{"json in json", quoted(quoted(replaced(`/`, `\/`)))},
		{"python bytes", asBytes(secret, `\x%02x`)},
		{"javascript", each(secret, func(r rune) string { return fmt.Sprintf(`\u{%x}`, r) })},
		{"python, long", each(secret, func(r rune) string { return fmt.Sprintf(`\U%08x`, r) })},
		{"query, Go", url.QueryEscape(secret)},
		{"path, Go", url.PathEscape(secret)},
		{"quote of Python, with /", strings.ReplaceAll(url.PathEscape(secret), "%2F", "/")},
		{"percent, every byte", asBytes(secret, "%%%02x")},
		{"percent, twice", url.QueryEscape(url.QueryEscape(secret))},
		{"escape of old javascript", each(secret, func(r rune) string { return fmt.Sprintf("%%u%04X", r) })},
		{"html, Go", html.EscapeString(secret)},
		{"html, names", replaced(`"`, "&quot;", "'", "&apos;", "&", "&amp;", "<", "&lt;", ">", "&gt;", "é", "&eacute;", "+", "&plus;", "/", "&sol;")},
		{"html, Python", replaced(`"`, "&quot;", "'", "&#x27;", "&", "&amp;", "<", "&lt;", ">", "&gt;")},
		{"html, numbers", each(secret, func(r rune) string { return fmt.Sprintf("&#%d;", r) })},
		{"html, hex", each(secret, func(r rune) string { return fmt.Sprintf("&#x%X;", r) })},
		{"html in json, as Go writes it", quoted(html.EscapeString(secret))},
		{"json in percent signs", url.QueryEscape(quoted(secret))},
		{"bytes taken for letters", each(secret, func(r rune) string { return asBytes(string(r), "&#%d;") })},
		{"hex", hex.EncodeToString([]byte(secret))},
		{"hex, large", strings.ToUpper(hex.EncodeToString([]byte(secret)))},
		{"base64 in json, PHP", strings.ReplaceAll(b64, "/", `\/`)},
		{"base64 in a query", url.QueryEscape(b64)},
		{"base64 for addresses", base64.RawURLEncoding.EncodeToString([]byte("ab" + secret))},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := mask.New(secret)
			got := m.Text("before " + tc.written + " after")
			require.Contains(t, got, mask.Redacted)
			require.True(t, strings.HasPrefix(got, "before ") && strings.HasSuffix(got, " after"), got)
			if !strings.Contains(tc.name, "base64") {
				require.Equal(t, "before [redacted] after", got)
			} else { // the ends of it stand for neighbours too
				require.Less(t, len(got), len("before [redacted] after")+16, got)
			}
			require.True(t, m.Holds(tc.written))
		})
	}
}

// waysToWrite are ways to write one letter.
var waysToWrite = []func(r rune) string{
	func(r rune) string { return string(r) },
	func(r rune) string { return fmt.Sprintf(`\u%04x`, r) },
	func(r rune) string { return fmt.Sprintf(`&#%d;`, r) },
	func(r rune) string { return fmt.Sprintf(`&#x%x;`, r) },
	func(r rune) string { return asBytes(string(r), "%%%02X") },
	func(r rune) string { return asBytes(string(r), `\x%02x`) },
}

// Each letter may be written in a way of its own, and all of it again.
func TestSecretsAreFoundInAnyMixture(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	m := mask.New(secret, "another-secret-4711")
	for range 2_000 {
		mixed := each(secret, func(r rune) string { return waysToWrite[random.IntN(len(waysToWrite))](r) })
		if random.IntN(2) == 0 {
			mixed = []func(string) string{quoted, url.QueryEscape, html.EscapeString}[random.IntN(3)](mixed)
		}
		require.Equal(t, "x[redacted]y[redacted]z", m.Text("x"+mixed+"y"+mixed+"z"), mixed)
	}
}

// A secret that looks like escapes itself is known as it is, and in others' writing.
func TestSecretsThatLookLikeEscapes(t *testing.T) {
	for _, one := range []string{`a%2Fb%2Fc%2Fd-e`, `&lt;key&gt;4711abc`, `\\u0041\\n4711abc`, `100%abcdef12`, `sk\-4711\-abcdef`} {
		m := mask.New(one)
		for _, written := range []string{one, quoted(one), url.QueryEscape(one), html.EscapeString(one), strings.ReplaceAll(quoted(one), "4", `\u0034`)} {
			require.Equal(t, "[redacted]", m.Text(written), one)
		}
	}
}

func TestWhatIsNoSecretStays(t *testing.T) {
	m := mask.New("sk-0123456789abcdef", "short")
	for _, text := range []string{
		"", "sk-0123456789abcde", "short", `{"a":"\u8336","b":"100%","c":"x\\y\/z"}`, "&lt;b&gt; 5% & more \\", strings.Repeat("%25", 50_000), `\u`, `\u{`, "&#", "%u00", `\ud83c`,
	} {
		require.Equal(t, text, m.Text(text))
		require.False(t, m.Holds(text))
	}
	require.Nil(t, mask.New("short"))
	require.Equal(t, "short", (*mask.Mask)(nil).Text("short"))
	require.Equal(t, "[redacted] [redacted]", mask.Join(nil, mask.New("first-secret"), mask.New("other-secret")).Text("other-secret first-secret"))
	require.Equal(t, "\xff\xfe[redacted]\x00", string(m.Bytes([]byte("\xff\xfesk-0123456789abcdef\x00"))))
}

// Wherever a text is cut into pieces, what comes out is what comes out of the whole.
func TestPiecesAreMaskedAsTheWhole(t *testing.T) {
	const key = "sk-0123/abc-sk-0123/xyz"
	for _, text := range []string{
		"the key is " + key + ". 好的。",
		`{"k":"` + each(key, func(r rune) string { return fmt.Sprintf(`\u%04x`, r) }) + `"} sk-0123/abc-sk-nothing`,
		"a " + url.QueryEscape(key) + " b " + html.EscapeString(strings.ReplaceAll(key, "/", "&#47;")) + " sk-",
		quoted(quoted(strings.ReplaceAll(key, "/", `\/`))) + "100% & so on \\",
		base64.StdEncoding.EncodeToString([]byte("Bearer " + key)),
	} {
		m := mask.New(key)
		whole := m.Text(text)
		require.NotEqual(t, text, whole)
		for size := 1; size < len(text); size++ {
			s, got := m.Stream(), ""
			for from := 0; from < len(text); from += size {
				got += s.Feed(text[from:min(len(text), from+size)])
				require.True(t, strings.HasPrefix(whole, got), "%q is no beginning of %q", got, whole)
			}
			require.Equal(t, whole, got+s.End(), "pieces of %d", size)
		}
	}
}

// What cannot be the beginning of a secret is shown at once.
func TestPiecesAreNotHeldForNothing(t *testing.T) {
	s := mask.New("sk-0123456789abcdef").Stream()
	for _, piece := range []string{"你好。", "涨了5%。", "R&D 部门！", `C:\茶`} {
		require.Equal(t, piece, s.Feed(piece))
	}
	require.Equal(t, "x ", s.Feed("x sk-01"))
	require.Equal(t, "sk-01。", s.Feed("。"))
	require.Equal(t, "", s.Feed("sk"))
	require.Equal(t, "sk", s.End())
	require.Equal(t, "sk-0123456789abcdef", (*mask.Mask)(nil).Stream().Feed("sk-0123456789abcdef"))
}

func FuzzPieces(f *testing.F) {
	f.Add(`sk-0123456789abcdef \u0073k-0123456789abcdef %73k-0123456789abcdef`, uint8(3))
	f.Add(`&#115;k&#45;0123456789abcdef\\u0073`, uint8(1))
	m := mask.New("sk-0123456789abcdef")
	f.Fuzz(func(t *testing.T, text string, size uint8) {
		if size == 0 || len(text) > 10_000 {
			t.Skip()
		}
		whole := m.Text(text)
		if utf8.ValidString(text) && !utf8.ValidString(whole) {
			t.Fatalf("%q was torn: %q", text, whole)
		}
		s, got := m.Stream(), ""
		for from := 0; from < len(text); from += int(size) {
			got += s.Feed(text[from:min(len(text), from+int(size))])
		}
		if got += s.End(); m.Holds(got) && !m.Holds(strings.ReplaceAll(whole, mask.Redacted, "")) {
			t.Fatalf("%q shows a secret: %q", text, got)
		}
	})
}

func BenchmarkText(b *testing.B) {
	m := mask.New("sk-0123456789abcdef0123456789abcdef")
	for name, text := range map[string]string{
		"plain":   strings.Repeat(`{"name":"green tea","n":7},`, 40_000),
		"escapes": strings.Repeat(`{"name":"\u8336\u53f6","n":7},`, 35_000),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for range b.N {
				m.Text(text)
			}
		})
	}
}
