package server_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

// planned are the methods of the plan, in an order in which their examples can be tried.
var planned = []string{
	"messages/get", "messages/list", "messages/reply", "users/info", "users/subscribe_time", "users/last_message_time",
	"templates/send", "menus/create", "menus/list", "menus/event_status", "menus/delete", "access_token", "call", "flows/signal",
}

// spec is an OpenAPI document as plain data.
type spec map[string]any

func (h *house) spec() spec {
	h.t.Helper()
	var s spec
	a := h.request(http.MethodGet, "/api/v1/openapi.json", ``)
	a.into(h.t, &s)
	require.Equal(h.t, "application/json; charset=utf-8", a.header.Get("Content-Type"))
	return s
}

// at walks into the document.
func (s spec) at(t *testing.T, path ...string) any {
	t.Helper()
	var v any = map[string]any(s)
	for _, name := range path {
		object, ok := v.(map[string]any)
		require.True(t, ok, "%v: no object above %s", path, name)
		v, ok = object[name]
		require.True(t, ok, "%v: no %s", path, name)
	}
	return v
}

func (s spec) method(t *testing.T, name string) (request, response map[string]any) {
	t.Helper()
	post := []string{"paths", "/api/v1/{account}/" + name, "post"}
	request = s.at(t, append(post, "requestBody", "content", "application/json")...).(map[string]any)
	response = s.at(t, append(post, "responses", "200", "content", "application/json")...).(map[string]any)
	return request, response
}

// TestDocumentNamesTheMethods holds the document against the plan, both ways.
func TestDocumentNamesTheMethods(t *testing.T) {
	s := newHouse(t).spec()
	require.Equal(t, "3.1.0", s["openapi"])
	var documented []string
	for path := range s.at(t, "paths").(map[string]any) {
		documented = append(documented, strings.TrimPrefix(path, "/api/v1/{account}/"))
	}
	require.ElementsMatch(t, planned, documented)
	for _, name := range planned {
		post := s.at(t, "paths", "/api/v1/{account}/"+name, "post").(map[string]any)
		require.NotEmpty(t, post["summary"])
		require.NotEmpty(t, post["description"])
		require.Equal(t, name, post["operationId"])
		require.Contains(t, post["responses"], "default")
	}
}

// TestDocumentedExamples holds each example against its schema, then sends it and holds the answer against
// the schema of answers.
func TestDocumentedExamples(t *testing.T) {
	h := newHouse(t)
	s := h.spec()
	h.says(sim.Subscribe(""))
	d := h.says(sim.Text("hello"))
	h.says(sim.Click("TODAY"))
	for _, name := range planned {
		request, response := s.method(t, name)
		require.NoError(t, fits(request["schema"], request["example"]), "%s: request", name)
		require.NoError(t, fits(response["schema"], response["example"]), "%s: answer", name)

		body, err := json.Marshal(request["example"])
		require.NoError(t, err)
		a := h.call(name, strings.ReplaceAll(string(body), "24012345678901234", d.MsgID))
		var got any
		a.into(t, &got)
		require.NoError(t, fits(response["schema"], got), "%s: %s", name, a.body)
	}
	for kind, example := range s.at(t, "components", "responses", "Error", "content", "application/json", "examples").(map[string]any) {
		value := example.(map[string]any)["value"]
		require.NoError(t, fits(s.at(t, "components", "schemas", "Error"), value), kind)
	}
}

// TestSchemaAndChecksAgree sends bodies that are slightly wrong: what the schema refuses the handler must
// refuse with invalid_parameter or invalid_reply, and say where.
func TestSchemaAndChecksAgree(t *testing.T) {
	h := newHouse(t)
	s := h.spec()
	for _, name := range planned {
		request, _ := s.method(t, name)
		example := request["example"].(map[string]any)
		for broken, body := range breakages(example) {
			if fits(request["schema"], body) == nil {
				continue
			}
			sent, err := json.Marshal(body)
			require.NoError(t, err)
			f := h.call(name, string(sent)).failure(t)
			require.Contains(t, []string{"invalid_parameter", "invalid_reply"}, f.Kind, "%s: %s", name, sent)
			require.NotEmpty(t, f.Field, "%s: %s", name, broken)
		}
	}
}

// breakages are variants of a body: each name gone, each value of another kind, a name too many.
func breakages(example map[string]any) map[string]map[string]any {
	all := map[string]map[string]any{"extra": {"no_such_name": 1.0}}
	for name := range example {
		gone := maps.Clone(example)
		delete(gone, name)
		all["without "+name] = gone
		for i, v := range []any{nil, 7.5, true, "", []any{}, map[string]any{"no_such_name": 1.0}, strings.Repeat("x", 5000)} {
			changed := maps.Clone(example)
			changed[name] = v
			all[fmt.Sprint(name, " as ", i)] = changed
		}
	}
	for _, body := range all {
		if len(body) == 1 && body["no_such_name"] != nil {
			maps.Copy(body, example)
		}
	}
	return all
}

// TestErrorsFitTheDocument holds real errors against the documented schema.
func TestErrorsFitTheDocument(t *testing.T) {
	h := newHouse(t)
	s := h.spec()
	for _, a := range []answer{
		h.call("messages/get", `{}`), h.call("no/such", `{}`), h.call("users/info", `{"openid":"nobody"}`),
		h.request(http.MethodPost, "/api/v1/shop/call", `{}`),
	} {
		var got any
		require.NoError(t, json.Unmarshal([]byte(a.body), &got))
		require.NoError(t, fits(s.at(t, "components", "schemas", "Error"), got), a.body)
	}
}

// TestDocumentationShowsEveryMethod keeps the guides, in both languages, complete.
func TestDocumentationShowsEveryMethod(t *testing.T) {
	h := newHouse(t)
	h.says(sim.Subscribe(""))
	h.says(sim.Click("TODAY"))
	for _, file := range []string{"../docs/http-api.md", "../docs/http-api.zh-CN.md"} {
		guide := readFile(t, file)
		shown := map[string]string{}
		for _, m := range regexp.MustCompile(`(?s)curl [^\n]*\$API/([a-z_/]+)[^\n]*?(?: -d '([^']*)')?\n`).FindAllStringSubmatch(guide, -1) {
			shown[m[1]] = m[2]
		}
		for _, name := range planned {
			require.Contains(t, shown, name, "%s: no curl example", file)
		}
		for _, kind := range []string{"request_failed", "invalid_parameter", "invalid_reply", "wechat", "unauthorized", "not_found", "rate_limited", "internal"} {
			require.Contains(t, guide, "`"+kind+"`", file)
		}
	}
}

// TestGuideExamplesWork sends what the guide's curl lines send.
func TestGuideExamplesWork(t *testing.T) {
	for _, file := range []string{"../docs/http-api.md", "../docs/http-api.zh-CN.md"} {
		h := newHouse(t)
		h.says(sim.Subscribe(""))
		d := h.says(sim.Text("hello"))
		h.platform.MoveClock(time.Second)
		h.says(sim.Click("TODAY"))
		examples := regexp.MustCompile(`curl [^\n]*\$API/([a-z_/]+)[^\n]*? -d '([^']*)'\n(?:# (\d+) (\w+))?`).FindAllStringSubmatch(readFile(t, file), -1)
		require.GreaterOrEqual(t, len(examples), 16)
		for _, e := range examples {
			a := h.call(e[1], strings.ReplaceAll(e[2], "24012345678901234", d.MsgID))
			if e[3] == "" {
				require.Equal(t, http.StatusOK, a.status, "%s: %s\n%s", file, e[0], a.body)
				continue
			}
			require.Equal(t, e[3], fmt.Sprint(a.status), "%s: %s\n%s", file, e[0], a.body)
			require.Equal(t, e[4], a.failure(t).Kind)
		}
	}
}

// fits holds a value against a schema of the document, by a validator that is not ours.
func fits(schema, v any) error {
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", schema); err != nil {
		return err
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		return err
	}
	return compiled.Validate(v)
}
