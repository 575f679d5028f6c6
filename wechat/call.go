package wechat

import (
	"context"
	"net/url"
)

// Request is one call of the server API.
type Request struct {
	// Method is GET or POST; "" means POST with a body or an upload, else GET.
	Method string
	// Path begins with a slash and holds no query: "/cgi-bin/user/info".
	Path string
	// Query must not hold access_token, appid or secret: the client adds what is needed.
	Query url.Values
	// Body is marshalled to JSON in raw UTF-8 without escapes; nil means no body.
	Body any
	// Upload sends a multipart form instead of Body.
	Upload *Upload
	// Download takes an answer that is not JSON for a file.
	Download bool
}

// Upload is one file of a multipart form, with further form fields.
type Upload struct {
	Field    string // "" means "media"
	Filename string // its extension must tell the type
	Data     []byte
	Fields   map[string]string
}

// Answer is what the platform answered.
type Answer struct {
	// JSON is the answer when it is JSON, else nil.
	JSON []byte
	// Body is the answer as it came, JSON or not.
	Body        []byte
	ContentType string
	// Filename is the name a file was sent with.
	Filename string
}

// Call calls any API that needs nothing but the access_token.
func (c *Client) Call(ctx context.Context, r Request) (Answer, error) { return Answer{}, nil }
