package standin_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"moonwire/llm/standin"
)

func TestControl(t *testing.T) {
	m := standin.New(standin.Options{})
	do := func(method, path, body string) (int, string) {
		w := httptest.NewRecorder()
		m.Handler().ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
		b, _ := io.ReadAll(w.Body)
		return w.Code, string(b)
	}
	question := `{"messages":[{"role":"user","content":"你好"}]}`
	tests := []struct {
		name, method, path, body string
		status                   int
		want                     string
	}{
		{"words for the next", "POST", "/control", `{"next":["#status=401","#han=12"]}`, 200, `{"next":2}`},
		{"the first", "POST", "/v1/chat/completions", question, 401, "invalid_api_key"},
		{"the second", "POST", "/v1/chat/completions", question, 200, standin.Han(12)},
		{"then as ever", "POST", "/any/chat/completions", question, 200, "「你好」"},
		{"the same once more", "POST", "/any/chat/completions", question, 200, "「你好」"},
		{"what was asked", "GET", "/control", "", 200, `"content":"你好"`},
		{"its models", "GET", "/v1/models", "", 200, standin.ModelName},
		{"another path", "GET", "/", "", 404, "chat/completions"},
		{"another method", "DELETE", "/control", "", 405, "GET or POST"},
		{"no JSON", "POST", "/v1/chat/completions", "x", 400, "want a chat/completions"},
		{"no messages", "POST", "/v1/chat/completions", "{}", 400, "want a chat/completions"},
		{"too long", "POST", "/v1/chat/completions", `{"messages":[{"role":"user","content":"` + strings.Repeat("x", 1<<20) + `"}]}`, 400, "1 MiB"},
		{"no words", "POST", "/control", "x", 400, "next"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, body := do(tt.method, tt.path, tt.body)
			require.Equal(t, tt.status, status)
			require.Contains(t, body, tt.want)
		})
	}
}

func TestKeysAreNotRemembered(t *testing.T) {
	m := standin.New(standin.Options{})
	r := httptest.NewRequest(http.MethodPost, "/v1/chat/completions", strings.NewReader(`{"model":"x","messages":[{"role":"user","content":"你好"}]}`))
	r.Header.Set("Authorization", "Bearer sk-secret")
	m.Handler().ServeHTTP(httptest.NewRecorder(), r)
	asked := m.Asked()
	require.Len(t, asked, 1)
	require.True(t, asked[0].Key)
	require.NotContains(t, asked, "secret")
}

func TestHan(t *testing.T) {
	for _, n := range []int{0, 1, 2, 40, 300, 2000, 12000} {
		text := standin.Han(n)
		require.Equal(t, n, utf8.RuneCountInString(text))
		require.True(t, n == 0 || strings.HasSuffix(text, "。"))
	}
}
