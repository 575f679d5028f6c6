package server_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/server"
)

// FuzzBody holds the checks of bodies against the published schema, by a validator of its own: what one
// takes the other takes.
func FuzzBody(f *testing.F) {
	var s spec
	require.NoError(f, json.Unmarshal(server.Document(), &s))
	schemas := map[string]any{}
	for _, name := range planned {
		content := s["paths"].(map[string]any)["/api/v1/{account}/"+name].(map[string]any)["post"].(map[string]any)["requestBody"].(map[string]any)["content"].(map[string]any)["application/json"].(map[string]any)
		schemas[name] = content["schema"]
		example, err := json.Marshal(content["example"])
		require.NoError(f, err)
		f.Add(name, example)
	}
	for _, body := range []string{``, `null`, `[[[]]]`, `{"a":1,"a":2}`, `{"limit":1e1}`, `{"openid":"\ud800"}`, "\xff", `{"query":{"":""}}`} {
		f.Add("messages/list", []byte(body))
		f.Add("call", []byte(body))
	}
	f.Fuzz(func(t *testing.T, name string, body []byte) {
		schema, known := schemas[name]
		if !known {
			return
		}
		tree, field, wrong := server.CheckBody(name, body)
		require.Equal(t, wrong == "", field == "")
		require.Less(t, len(field), 4096)
		var v any
		if tree == nil && wrong != "" {
			return // it could not be read, or is null
		}
		require.NoError(t, json.Unmarshal(body, &v))
		err := fits(schema, v)
		if wrong == "" {
			require.NoError(t, err)
		} else if !strings.Contains(wrong, "whole number") { // 1.0 and 1e1 are integers to JSON Schema
			require.Error(t, err, "%s: %s", field, wrong)
		}
	})
}
