package openapi

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"
)

// Method is one line of a table of methods, as its document shows it and its requests are checked: what it takes and
// gives, and an example of both.
type Method struct {
	Name, Title, Doc string
	Body, Answer     Shape
	Take, Give       json.RawMessage // examples
	MaxBody          int64           // bytes; 0 = 1 MiB
}

// Interface is what a document says besides its methods.
type Interface struct {
	Title, Doc string
	Prefix     string // in front of the methods' names; {account} in it is the parameter
	Key        string // what the bearer is
	Kinds      []Kind // of failures
	Errors     []Failure
}

// Document is the OpenAPI 3.1 document of the methods. It panics when an example in their table is no JSON.
func Document(i Interface, all []Method) []byte {
	paths := map[string]any{}
	for _, m := range all {
		paths[i.Prefix+m.Name] = map[string]any{"post": i.operation(m)}
	}
	body, err := Encode(map[string]any{
		"openapi":    "3.1.0",
		"info":       map[string]any{"title": i.Title, "version": "1", "description": i.Doc},
		"security":   []any{map[string]any{"key": []string{}}},
		"paths":      paths,
		"components": i.components(),
	})
	if err != nil {
		panic("server: the OpenAPI document cannot be written: " + err.Error())
	}
	return body
}

// ofAccount reports whether the account stands in the path.
func (i Interface) ofAccount() bool { return strings.Contains(i.Prefix, "{account}") }

func (i Interface) operation(m Method) map[string]any {
	errors := map[string]any{"$ref": "#/components/responses/Error"}
	operation := map[string]any{
		"operationId": m.Name, "summary": m.Title, "description": m.Doc,
		"requestBody": map[string]any{
			"required": len(m.Body.required()) > 0 || m.Body.either != nil,
			"content":  jsonContent(m.Body.schema(), m.Take),
		},
		"responses": map[string]any{
			"200": map[string]any{"description": "Done", "content": jsonContent(m.Answer.schema(), m.Give)},
			"400": errors, "401": errors, "429": errors, "500": errors, "default": errors,
		},
	}
	if i.ofAccount() {
		operation["parameters"] = []any{map[string]any{"$ref": "#/components/parameters/Account"}}
	}
	return operation
}

// required lists the props that must be there.
func (s Shape) required() []string {
	var names []string
	for _, p := range s.props {
		if p.required {
			names = append(names, p.name)
		}
	}
	return names
}

func jsonContent(schema map[string]any, example any) map[string]any {
	return map[string]any{"application/json": map[string]any{"schema": schema, "example": example}}
}

func (i Interface) components() map[string]any {
	content := map[string]any{
		"schema":   map[string]any{"$ref": "#/components/schemas/Error"},
		"examples": i.errorExamples(),
	}
	components := map[string]any{
		"securitySchemes": map[string]any{
			"key": map[string]any{"type": "http", "scheme": "bearer", "description": i.Key},
		},
		"responses": map[string]any{"Error": map[string]any{
			"description": "It came to nothing", "content": map[string]any{"application/json": content},
		}},
		"schemas": map[string]any{"Error": i.errorShape().schema()},
	}
	if i.ofAccount() {
		components["parameters"] = map[string]any{"Account": map[string]any{
			"name": "account", "in": "path", "required": true, "description": "Name of the account's folder",
			"schema": map[string]any{"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,63}$"},
		}}
	}
	return components
}

func (i Interface) errorShape() Shape {
	kinds := make([]string, len(i.Kinds))
	for n, k := range i.Kinds {
		kinds[n] = string(k)
	}
	return Object("", Need("error", Object("",
		Need("kind", Text("What to branch on").OneOf(kinds...)),
		Need("message", Text("What is wrong, for people")),
		May("field", Text("What in the body is wrong; lists count from 1")),
		May("errcode", Whole("WeChat's")),
		May("hint", Text("Cause and cure; Chinese for Accept-Language: zh")),
		Need("trace", Text("Names the request in the log")))))
}

func (i Interface) errorExamples() map[string]any {
	examples := map[string]any{}
	for _, f := range i.Errors {
		f.Trace = "M3K8Q2A7QK"
		examples[string(f.Kind)] = map[string]any{"value": map[string]any{"error": f}}
	}
	return examples
}

// Read reads the body of a request and checks it: as it came, and as a value.
func (m *Method) Read(w http.ResponseWriter, r *http.Request) (body []byte, tree any, f *Failure) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return nil, nil, &Failure{Kind: NotFound, Status: http.StatusMethodNotAllowed, Message: "methods are called with POST"}
	}
	if body, f = readBody(w, r, cmp.Or(m.MaxBody, maxBodyBytes)); f != nil {
		return nil, nil, f
	}
	tree, f = m.Check(body)
	return body, tree, f
}

// Check reads a body and holds it against the shape.
func (m *Method) Check(body []byte) (tree any, f *Failure) {
	if tree, f = ReadJSON(body); f == nil {
		f = m.Body.Check("", tree)
	}
	return tree, f
}

// ServeDocument gives a document to whoever asks.
func ServeDocument(w http.ResponseWriter, r *http.Request, document []byte) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	Send(w, http.StatusOK, document)
}
