package openapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/server/openapi"
)

func orders() *openapi.Method {
	return &openapi.Method{
		Name: "orders/pay", Title: "Pay",
		Body: openapi.Object("",
			openapi.Need("id", openapi.Text("").Within(2, 4)), openapi.May("cups", openapi.Whole("").Within(1, 9)),
			openapi.May("size", openapi.Text("").OneOf("S", "L").OrNull()), openapi.May("notes", openapi.List("", openapi.Text("")).Within(0, 2))),
		Answer: openapi.Object(""), Take: json.RawMessage(`{"id":"A1"}`), Give: json.RawMessage(`{}`),
	}
}

func TestABodyIsCheckedByItsShape(t *testing.T) {
	for _, tt := range []struct{ name, body, field, want string }{
		{"fits", `{"id":"A1","cups":2,"size":null,"notes":["a"]}`, "", ""},
		{"none at all", ``, "id", "is missing; want a string"},
		{"unknown", `{"id":"A1","cusp":2}`, "cusp", "is unknown; want id, cups, size, notes"},
		{"too short", `{"id":"A"}`, "id", "has 1 characters; want at least 2"},
		{"characters, not bytes", `{"id":"龙井龙井"}`, "", ""},
		{"too many", `{"id":"A1","cups":10}`, "cups", "is 10; want at most 9"},
		{"none of the words", `{"id":"A1","size":"M"}`, "size", "is unknown; want S, L"},
		{"an entry of a list", `{"id":"A1","notes":["a",1]}`, "notes[2]", "is a number; want a string"},
		{"twice", `{"id":"A1","id":"A2"}`, "id", "stands twice in one object"},
		{"not UTF-8", "{\"id\":\"\xff\"}", "body", "is not UTF-8"},
		{"too deep", strings.Repeat("[", 1001), "body", "is nested deeper than 1000 levels, from byte 1001 on"},
		{"too large", `{"id":"` + strings.Repeat("x", 1<<20) + `"}`, "body", "is larger than 1 MiB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(tt.body))
			_, tree, f := orders().Read(httptest.NewRecorder(), r)
			if tt.want == "" {
				require.Nil(t, f)
				require.NotNil(t, tree)
				return
			}
			require.Equal(t, tt.field, f.Field)
			require.Equal(t, tt.want, f.Message)
		})
	}
	w := httptest.NewRecorder()
	_, _, f := orders().Read(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	require.Equal(t, http.StatusMethodNotAllowed, f.Status)
	require.Equal(t, http.MethodPost, w.Header().Get("Allow"))
}

// TestARefusalSpeaksTheAskersLanguage, and shows nothing of its cause.
func TestARefusalSpeaksTheAskersLanguage(t *testing.T) {
	for lang, want := range map[string]string{"": "again", "en, zh;q=0.5": "again", "zh-CN,zh;q=0.9": "再来", "ZH": "再来"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
		r.Header.Set("Accept-Language", lang)
		w := httptest.NewRecorder()
		openapi.Refuse(w, r, &openapi.Failure{
			Kind: openapi.Conflict, Status: http.StatusConflict, Message: "no <b>", Hint: "again", HintZH: "再来", Cause: http.ErrAbortHandler,
		}, "M3K8Q2A7QK")
		require.Equal(t, http.StatusConflict, w.Code)
		require.Equal(t, `{"error":{"kind":"conflict","message":"no <b>","hint":"`+want+`","trace":"M3K8Q2A7QK"}}`+"\n", w.Body.String())
	}
}

// TestOneBearerIsTaken: a proxy that adds its own header must not change who asks.
func TestOneBearerIsTaken(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		headers    []string
	}{
		{"one", "abc", []string{"Bearer abc"}},
		{"in small letters", "abc", []string{"bearer  abc "}},
		{"another scheme", "", []string{"Basic abc"}},
		{"none", "", nil},
		{"two", "", []string{"Bearer abc", "Bearer abc"}},
	} {
		require.Equal(t, tt.want, openapi.Bearer(http.Header{"Authorization": tt.headers}), tt.name)
	}
}

// TestThePathOfTheDocument has the account where the methods have it there.
func TestThePathOfTheDocument(t *testing.T) {
	for prefix, want := range map[string]bool{"/api/v1/{account}/": true, "/admin/v1/": false} {
		document := string(openapi.Document(openapi.Interface{Prefix: prefix}, []openapi.Method{*orders()}))
		require.Contains(t, document, `"`+prefix+`orders/pay"`)
		require.Equal(t, want, strings.Contains(document, `"in":"path"`))
		require.Equal(t, want, strings.Contains(document, `"#/components/parameters/Account"`))
	}
}
