package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/server/api"
)

var update = flag.Bool("update", false, "write testdata/openapi.json anew")

// TestTheDocumentIsAsPublished holds what programs are written against: a change of it is a decision.
func TestTheDocumentIsAsPublished(t *testing.T) {
	var indented bytes.Buffer
	require.NoError(t, json.Indent(&indented, api.Document(), "", "  "))
	golden := filepath.Join("testdata", "openapi.json")
	if *update {
		require.NoError(t, os.WriteFile(golden, append(bytes.TrimSpace(indented.Bytes()), '\n'), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(string(want)), strings.TrimSpace(indented.String()),
		"programs are written against it: go test ./server/api -run Published -update")
}

// schemaAt is a request's schema and example in the document.
func schemaAt(t *testing.T, name string) (schema, example map[string]any) {
	t.Helper()
	var document struct {
		Paths map[string]struct {
			Post struct {
				RequestBody struct {
					Content map[string]struct{ Schema, Example map[string]any }
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(api.Document(), &document))
	content := document.Paths["/api/v1/{account}/"+name].Post.RequestBody.Content["application/json"]
	require.NotNil(t, content.Schema, name)
	return content.Schema, content.Example
}

// TestDocumentedLimitsAreKept sends each text that has bounds as short and as long as the document allows, and one
// character more or less.
func TestDocumentedLimitsAreKept(t *testing.T) {
	tried := 0
	for _, name := range []string{
		"messages/get", "messages/list", "messages/reply", "users/info", "users/subscribe_time", "users/last_message_time",
		"templates/send", "menus/event_status", "menus/delete", "call",
	} {
		schema, example := schemaAt(t, name)
		for prop, of := range schema["properties"].(map[string]any) {
			bounds := of.(map[string]any)
			send := func(n float64) (field, wrong string) {
				body := maps.Clone(example)
				body[prop] = strings.Repeat("茶", int(n))
				if _, either := body["msg_id"]; either && prop == "trace" {
					delete(body, "msg_id")
				}
				sent, err := json.Marshal(body)
				require.NoError(t, err)
				_, field, wrong = api.CheckBody(name, sent)
				return field, wrong
			}
			if most, ok := bounds["maxLength"].(float64); ok {
				_, wrong := send(most)
				require.Empty(t, wrong, "%s %s", name, prop)
				field, wrong := send(most + 1)
				require.Equal(t, prop, field)
				require.Contains(t, wrong, "characters; want at most", "%s %s", name, prop)
				tried++
			}
			if least, ok := bounds["minLength"].(float64); ok && least > 0 {
				_, wrong := send(least)
				require.Empty(t, wrong, "%s %s", name, prop)
				field, wrong := send(least - 1)
				require.Equal(t, prop, field)
				require.NotEmpty(t, wrong)
			}
		}
	}
	require.Greater(t, tried, 10)
}

// TestBodiesThatAreRefused shows the field and the words of each kind of mistake.
func TestBodiesThatAreRefused(t *testing.T) {
	long := strings.Repeat("n", 65)
	for _, tc := range []struct{ name, method, body, field, want string }{
		{"no JSON", "users/info", `openid=o1`, "body", "is not JSON, from byte 1 on"},
		{"JSON that ends too early", "users/info", `{"openid":"o1"`, "body", "is not JSON, from byte 14 on"},
		{"two values", "users/info", `{"openid":"o1"} {}`, "body", "is not JSON, from byte 17 on"},
		{"not UTF-8", "users/info", "{\"openid\":\"\xff\"}", "body", "is not UTF-8"},
		{"a name twice", "users/info", `{"openid":"o1","openid":"o2"}`, "openid", "stands twice in one object"},
		{"a name twice deeper down", "templates/send", `{"touser":"o1","template_id":"t","data":{"a":{"value":"x","value":"y"}}}`, "data.a.value", "stands twice in one object"},
		{"a list", "users/info", `[]`, "body", "is a list; want an object"},
		{"null", "users/info", `null`, "body", "is null; want an object"},
		{"an unknown name", "users/info", `{"openid":"o1","lang":"zh"}`, "lang", "is unknown; want openid"},
		{"an unknown name where nothing is wanted", "menus/list", `{"all":true}`, "all", "is unknown; nothing is wanted here"},
		{"a long unknown name", "users/info", `{"` + long + `":1}`, strings.Repeat("n", 64) + "…", "is unknown; want openid"},
		{"the longest that is shown whole", "users/info", `{"` + long[1:] + `":1}`, long[1:], "is unknown; want openid"},
		{"a name without letters", "users/info", `{"":1}`, `""`, "is unknown; want openid"},
		{"missing", "users/info", `{}`, "openid", "is missing; want a string"},
		{"a missing table", "templates/send", `{"touser":"o1","template_id":"t"}`, "data", "is missing; want an object"},
		{"a missing list", "menus/create", `{}`, "button", "is missing; want a list"},
		{"a number for a text", "users/info", `{"openid":1}`, "openid", "is a number; want a string"},
		{"yes or no for a text", "users/info", `{"openid":true}`, "openid", "is true or false; want a string"},
		{"null for a text", "users/info", `{"openid":null}`, "openid", "is null; want a string"},
		{"a text for a number", "messages/list", `{"limit":"20"}`, "limit", "is a string; want a whole number"},
		{"a fraction", "messages/list", `{"limit":1.5}`, "limit", "is no whole number; want a whole number"},
		{"too few", "messages/list", `{"limit":0}`, "limit", "is 0; want at least 1"},
		{"a time beyond the calendar", "menus/event_status", `{"since":253402300800}`, "since", "is 253402300800; want at most 253402300799"},
		{"a text for an object", "templates/send", `{"touser":"o1","template_id":"t","data":"x"}`, "data", "is a string; want an object"},
		{"an object for a list", "menus/create", `{"button":{}}`, "button", "is an object; want a list"},
		{"an entry of a list", "menus/create", `{"button":[{"name":"a"},1]}`, "button[2]", "is a number; want an object"},
		{"a key of a table", "templates/send", `{"touser":"o1","template_id":"t","data":{"thing1":{"value":1}}}`, "data.thing1.value", "is a number; want a string"},
		{"an empty table", "templates/send", `{"touser":"o1","template_id":"t","data":{}}`, "data", "is empty; want an object"},
		{"an empty text", "users/info", `{"openid":""}`, "openid", "is empty; want a string"},
		{"a word that is none of them", "call", `{"path":"/cgi-bin/x","method":"PUT"}`, "method", "is unknown; want GET, POST"},
		{"neither of two", "messages/get", `{}`, "msg_id", "want exactly one of msg_id, trace"},
		{"both of two", "messages/get", `{"msg_id":"1","trace":"M3K8"}`, "msg_id", "want exactly one of msg_id, trace"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, field, wrong := api.CheckBody(tc.method, []byte(tc.body))
			require.Equal(t, tc.want, wrong)
			require.Equal(t, tc.field, field)
		})
	}
}

// TestBodiesThatAreTaken are those at the edge of a refusal.
func TestBodiesThatAreTaken(t *testing.T) {
	for _, tc := range []struct{ name, method, body string }{
		{"blanks around", "users/info", " \n{\"openid\":\"o1\"}\t"},
		{"the end of the calendar", "menus/event_status", `{"since":253402300799}`},
		{"the beginning of time", "menus/event_status", `{"since":0}`},
		{"null where it may be", "messages/list", `{"before":null}`},
		{"the same name in two objects", "templates/send", `{"touser":"o1","template_id":"t","data":{"a":{"value":"x"},"b":{"value":"y"}}}`},
		{"anything", "call", `{"path":"/cgi-bin/x","body":[null,true,1.5,"x",{"":[]}]}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, field, wrong := api.CheckBody(tc.method, []byte(tc.body))
			require.Empty(t, wrong)
			require.Empty(t, field)
		})
	}
}

// TestNestingHasAnEnd at a depth that no request needs.
func TestNestingHasAnEnd(t *testing.T) {
	nested := func(n int) []byte {
		return []byte(`{"path":"/cgi-bin/x","body":` + strings.Repeat("[", n) + strings.Repeat("]", n) + "}")
	}
	_, field, wrong := api.CheckBody("call", nested(15))
	require.Empty(t, wrong)
	require.Empty(t, field)
	_, field, wrong = api.CheckBody("call", nested(16))
	require.Equal(t, "is nested deeper than 16 levels", wrong)
	require.Equal(t, "body"+strings.Repeat("[1]", 15), field)
}
