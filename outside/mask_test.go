package outside_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/outside"
)

// TestSecretsThatComeBack are taken out, however the other server writes them.
func TestSecretsThatComeBack(t *testing.T) {
	const secret = `Tea+for/two "4711" & 茶`
	b64 := func(before string) string {
		return base64.StdEncoding.EncodeToString([]byte(before + secret + " and more"))
	}
	quoted, err := json.Marshal("x" + secret)
	require.NoError(t, err)
	for _, tc := range []struct{ name, echo string }{
		{"as it is", secret},
		{"in a sentence", "your key " + secret + " is fine"},
		{"twice", secret + secret},
		{"in a query", url.QueryEscape(secret)},
		{"in a query, small letters", strings.ToLower(url.QueryEscape("4711")) + lower(url.QueryEscape(secret))},
		{"in a path", url.PathEscape(secret)},
		{"every byte", everyByte(secret)},
		{"in JSON", string(quoted)},
		{"in HTML", html.EscapeString(secret)},
		{"in JSON, as PHP writes it", strings.NewReplacer("/", `\/`, `"`, `\"`, "茶", `\u8336`).Replace(secret)},
		{"in JSON, every letter", everyRune(secret, `\u%04x`)},
		{"in HTML, as Python writes it", strings.NewReplacer("&", "&amp;", `"`, "&quot;").Replace(secret)},
		{"in HTML, by numbers", everyRune(secret, "&#%d;")},
		{"in HTML, by numbers in hex", everyRune(secret, "&#x%X;")},
		{"in percent signs, but for /", strings.ReplaceAll(url.PathEscape(secret), "%2F", "/")},
		{"in hex", hex.EncodeToString([]byte(secret))},
		{"in large hex", strings.ToUpper(hex.EncodeToString([]byte(secret)))},
		{"in base64", b64("")},
		{"in base64, one on", b64("x")},
		{"in base64, two on", b64("Basic:x")[2:]},
		{"in base64, as it was sent", b64("Bearer ")},
		{"in base64 for addresses", base64.RawURLEncoding.EncodeToString([]byte("~~" + secret))},
	} {
		t.Run(tc.name, func(t *testing.T) {
			host := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Echo", strings.ReplaceAll(tc.echo, "\n", ""))
				fmt.Fprint(w, "before ", tc.echo, " after")
			})
			answer, err := get(t, withSecret(t, host, secret), "s:/")
			require.NoError(t, err)
			all := answer.Body + fmt.Sprint(answer.Header.Values("X-Echo"))
			require.Contains(t, all, "[redacted]")
			require.Contains(t, answer.Body, "before ")
			require.Contains(t, answer.Body, " after")
			for i := range len(secret) - 8 { // no larger part of it is left
				require.NotContains(t, all, secret[i:i+8])
			}
			for i := range len(tc.echo) - 24 {
				if part := tc.echo[i : i+24]; strings.Contains(tc.name, "base64") {
					require.False(t, strings.Contains(all, part) && strings.Contains(b64part(secret), part), part)
				}
			}
		})
	}
}

func b64part(secret string) string {
	return strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(secret)), "=")
}

func lower(escaped string) string {
	b := []byte(escaped)
	for i := range b {
		if b[i] == '%' && i+2 < len(b) {
			copy(b[i+1:], strings.ToLower(string(b[i+1:i+3])))
		}
	}
	return string(b)
}

func everyByte(s string) (all string) {
	for _, c := range []byte(s) {
		all += fmt.Sprintf("%%%02X", c)
	}
	return all
}

func everyRune(s, format string) (all string) {
	for _, r := range s {
		all += fmt.Sprintf(format, r)
	}
	return all
}

func withSecret(t *testing.T, host, secret string) *outside.Account {
	t.Helper()
	header := base64.RawURLEncoding.EncodeToString([]byte(secret)) // a header holds no quotes of every kind
	service, err := outside.NewService(outside.ServiceConfig{
		Base: "http://" + host, Headers: map[string]string{"X-Key": header}, Secrets: []string{secret, header},
	})
	require.NoError(t, err)
	p := policy(t, host)
	p.Services = map[string]*outside.Service{"s": service}
	require.NotContains(t, fmt.Sprintf("%v %+v %#v %s", service, service, service, service), header)
	require.NotContains(t, fmt.Sprintf("%v %+v", p, p), header)
	return outside.NewClient(outside.Options{}).Account(p)
}

// TestSecretsInNamesAndErrors: the name of a header, and where a redirect leads, are the other server's to choose.
func TestSecretsInNamesAndErrors(t *testing.T) {
	const secret = "teafortwo4711"
	host := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/on" {
			http.Redirect(w, r, "http://"+secret+".example.com/", http.StatusFound)
			return
		}
		w.Header().Set("X-"+secret, "x")
	})
	a := withSecret(t, host, secret)
	answer, err := get(t, a, "s:/")
	require.NoError(t, err)
	require.NotContains(t, fmt.Sprint(answer.Header), secret)
	require.Contains(t, answer.Header, "x-[redacted]")
	_, err = get(t, a, "s:/on")
	var e *outside.Error
	require.ErrorAs(t, err, &e)
	require.NotContains(t, e.Message+e.Hint+e.HintZH, secret)
}

// TestSecretsInWhereAServiceLeads: an address is told of in parts, in which the secret could not be known any more.
func TestSecretsInWhereAServiceLeads(t *testing.T) {
	const secret = "tea4711two/for0815three/at2342four"
	for _, to := range []string{
		"http://" + secret, "http://" + secret + ".example.com/", "//" + secret, "http://x@" + secret, "https://%74" + secret[1:],
		"ftp://" + secret, secret[:11] + "://" + secret[11:], "http://[" + secret + "]/", "http://example.com:" + secret + "/",
	} {
		t.Run(to, func(t *testing.T) {
			host := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header()["Location"] = []string{to}
				w.WriteHeader(http.StatusFound)
			})
			_, err := get(t, withSecret(t, host, secret), "s:/on")
			var e *outside.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, outside.Redirect, e.Kind)
			for i := range len(secret) - 8 {
				require.NotContains(t, e.Message+e.Hint+e.HintZH, secret[i:i+8])
			}
		})
	}
}

// TestSecretsInHowAnAnswerIsPacked: what is too long to be told is not told in part.
func TestSecretsInHowAnAnswerIsPacked(t *testing.T) {
	secret := strings.Repeat("tea4711two", 12)
	host := serve(t, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Encoding", secret) })
	_, err := get(t, withSecret(t, host, secret), "s:/")
	require.ErrorContains(t, err, "packed")
	require.NotContains(t, err.Error(), "tea4711")
}

func TestServicesThatCannotBe(t *testing.T) {
	for _, tc := range []struct {
		name string
		c    outside.ServiceConfig
		want string
	}{
		{"no address", outside.ServiceConfig{Base: "api.example.com"}, "base: is no web address"},
		{"a password", outside.ServiceConfig{Base: "https://a:b@api.example.com"}, "base: has a name or password"},
		{"a query", outside.ServiceConfig{Base: "https://api.example.com/?key=1"}, "base: has a query"},
		{"a header that nobody sets", outside.ServiceConfig{Base: "https://api.example.com", Headers: map[string]string{"Host": "x"}}, "headers: Host is set by the program"},
		{"too long a time", outside.ServiceConfig{Base: "https://api.example.com", Timeout: 2 * outside.MaxTimeout}, "timeout: want a time up to 50s"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := outside.NewService(tc.c)
			var m *outside.Mistake
			require.ErrorAs(t, err, &m)
			require.Contains(t, m.Error(), tc.want)
		})
	}
}
