package api

import (
	"net/http"
)

// serveDocument gives the OpenAPI document to everybody: it tells nothing of any account.
func (a *Handler) serveDocument(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	send(w, http.StatusOK, a.document)
}

// document is the OpenAPI 3.1 document of the methods.
func document(all []method) []byte {
	paths := map[string]any{}
	for _, m := range all {
		paths[Prefix+"{account}/"+m.name] = map[string]any{"post": m.operation()}
	}
	body, err := encode(map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{
			"title": "Moonwire general interface", "version": "1",
			"description": "What the owner of an Official Account asks of a running Moonwire over HTTP: JSON in, JSON out. Unknown names in a body are refused. Lists in `field` count from 1. Times are Unix seconds.",
		},
		"security":   []any{map[string]any{"key": []string{}}},
		"paths":      paths,
		"components": components(),
	})
	if err != nil {
		panic("server: the OpenAPI document cannot be written: " + err.Error()) // a bad example in the table
	}
	return body
}

func (m method) operation() map[string]any {
	errors := map[string]any{"$ref": "#/components/responses/Error"}
	return map[string]any{
		"operationId": m.name, "summary": m.title, "description": m.doc,
		"parameters": []any{map[string]any{"$ref": "#/components/parameters/Account"}},
		"requestBody": map[string]any{
			"required": len(m.body.required()) > 0 || m.body.either != nil,
			"content":  jsonContent(m.body.schema(), m.take),
		},
		"responses": map[string]any{
			"200": map[string]any{"description": "Done", "content": jsonContent(m.answer.schema(), m.give)},
			"400": errors, "401": errors, "429": errors, "500": errors, "default": errors,
		},
	}
}

// required lists the props that must be there.
func (s shape) required() []string {
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

func components() map[string]any {
	content := map[string]any{
		"schema":   map[string]any{"$ref": "#/components/schemas/Error"},
		"examples": errorExamples(),
	}
	return map[string]any{
		"securitySchemes": map[string]any{
			"key": map[string]any{"type": "http", "scheme": "bearer", "description": "One of api_keys in account.yaml"},
		},
		"parameters": map[string]any{"Account": map[string]any{
			"name": "account", "in": "path", "required": true, "description": "Name of the account's folder",
			"schema": map[string]any{"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,63}$"},
		}},
		"responses": map[string]any{"Error": map[string]any{
			"description": "It came to nothing", "content": map[string]any{"application/json": content},
		}},
		"schemas": map[string]any{"Error": errorShape().schema()},
	}
}

func errorShape() shape {
	return object("", need("error", object("",
		need("kind", text("What to branch on").oneOf(kinds()...)),
		need("message", text("What is wrong, for people")),
		may("field", text("What in the body is wrong; lists count from 1")),
		may("errcode", whole("WeChat's")),
		may("hint", text("Cause and cure; Chinese for Accept-Language: zh")),
		need("trace", text("Names the request in the log")))))
}

func errorExamples() map[string]any {
	examples := map[string]any{}
	for _, f := range []failure{
		{Kind: requestFailed, Message: "message/custom/send: no connection", Hint: "WeChat could not be reached: try again in a moment"},
		{Kind: invalidParameter, Field: "touser", Message: "is missing; want a string"},
		{Kind: invalidReply, Field: "text.content", Message: "has 2051 bytes; want at most 2048"},
		{Kind: wechatRefused, Errcode: 45015, Message: "message/custom/send: response out of time limit", Hint: "the fan last wrote more than 48 h ago: send a template message"},
	} {
		f.Trace = "M3K8Q2A7QK"
		examples[string(f.Kind)] = map[string]any{"value": map[string]any{"error": f}}
	}
	return examples
}
