package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"moonwire/server/api"
)

// FuzzBody holds the checks of bodies against the published schema, by a validator of its own: what one
// takes the other takes.
func FuzzBody(f *testing.F) {
	var document map[string]any
	require.NoError(f, json.Unmarshal(api.Document(), &document))
	schemas := map[string]*jsonschema.Schema{}
	for path, methods := range document["paths"].(map[string]any) {
		name := strings.TrimPrefix(path, "/api/v1/{account}/")
		content := methods.(map[string]any)["post"].(map[string]any)["requestBody"].(map[string]any)["content"].(map[string]any)["application/json"].(map[string]any)
		c := jsonschema.NewCompiler()
		require.NoError(f, c.AddResource(name+".json", content["schema"]))
		var err error
		schemas[name], err = c.Compile(name + ".json")
		require.NoError(f, err)
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
		tree, field, wrong := api.CheckBody(name, body)
		require.Equal(t, wrong == "", field == "")
		require.Less(t, len(field), 4096)
		var v any
		if tree == nil && wrong != "" {
			return // it could not be read, or is null
		}
		require.NoError(t, json.Unmarshal(body, &v))
		err := schema.Validate(v)
		if wrong == "" {
			require.NoError(t, err)
		} else if !strings.Contains(wrong, "whole number") { // 1.0 and 1e1 are integers to JSON Schema
			require.Error(t, err, "%s: %s", field, wrong)
		}
	})
}
