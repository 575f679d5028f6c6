package api

import (
	"context"
	"encoding/json"
	"net/url"

	"moonwire/wechat/api"
)

func accessToken(ctx context.Context, q *ask) (any, error) {
	client, err := q.wechat()
	if err != nil {
		return nil, err
	}
	q.acts("access_token")
	row, err := client.AccessToken(ctx)
	if err != nil {
		return nil, err
	}
	left := max(0, int64(row.Expires.Sub(q.now()).Seconds()))
	return map[string]any{"access_token": row.Token.Reveal(), "expires_in": left}, nil
}

// fileView is an answer of WeChat's that is not JSON.
type fileView struct {
	ContentType string `json:"content_type"`
	Filename    string `json:"filename,omitempty"`
	Base64      []byte `json:"base64"`
}

func callWeChat(ctx context.Context, q *ask) (any, error) {
	var body struct {
		Path   string            `json:"path"`
		Method string            `json:"method"`
		Query  map[string]string `json:"query"`
		Body   json.RawMessage   `json:"body"`
	}
	if err := q.read(&body); err != nil {
		return nil, err
	}
	r := api.Request{Method: body.Method, Path: body.Path, Query: url.Values{}, Download: true}
	for name, value := range body.Query {
		r.Query.Set(name, value)
	}
	if body.Body != nil && string(body.Body) != "null" {
		r.Body = body.Body
	}
	if err := api.CheckCall(r.Path, r.Query); err != nil {
		return nil, err
	}
	client, err := q.wechat()
	if err != nil {
		return nil, err
	}
	if !r.Reads() {
		q.acts(r.Path)
	}
	answer, err := client.Call(ctx, r)
	if err != nil {
		return nil, err
	}
	return answered(answer)
}

// answered hands on what WeChat answered: JSON as it came, digits and all, or a file.
func answered(a api.Answer) (any, error) {
	switch {
	case a.JSON == nil:
		return fileView{a.ContentType, a.Filename, a.Body}, nil
	case json.Valid(a.JSON):
		return json.RawMessage(a.JSON), nil
	}
	return a.Value() // JSON with the platform's liberties
}
