package api

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"path"
	"slices"
	"strings"

	"moonwire/wechat"
)

// Request is one call of the server API.
type Request struct {
	// Method is GET or POST; "" means POST with a body or an upload, else GET.
	Method string
	// Path is that of an Endpoint, or any other. It begins with a slash and holds no query.
	Path string
	// Query must not hold access_token, appid or secret: the client adds what is needed.
	Query url.Values
	// Body is marshalled to JSON by EncodeJSON; nil means no body. json.RawMessage is sent as it is.
	Body any
	// Upload sends a multipart form instead of Body.
	Upload *Upload
	// Download takes an answer that is not JSON for a file.
	Download bool
}

// Upload is one file of a multipart form.
type Upload struct {
	Filename    string // its extension must tell the type
	Data        []byte
	Description string // the form's field of that name, which a permanent video has; "" = none
}

func (r Request) method() string {
	switch {
	case r.Method != "":
		return r.Method
	case r.Body != nil || r.Upload != nil:
		return http.MethodPost
	}
	return http.MethodGet
}

// exchange encodes the request once, so that every repeat sends the same bytes.
func (r Request) exchange() (exchange, error) {
	x := exchange{op: opOf(r.Path), method: r.method(), path: r.Path, query: url.Values{}, timeout: exchangeTimeout}
	for name, values := range r.Query {
		x.query[name] = values
	}
	var err error
	switch {
	case r.Upload != nil:
		x.timeout = uploadTimeout
		x.body, x.contentType, err = r.Upload.form()
	case r.Body != nil:
		x.contentType = "application/json"
		x.body, err = EncodeJSON(r.Body)
	}
	if err != nil {
		return exchange{}, fmt.Errorf("%s: %w", x.op, err)
	}
	if x.method != http.MethodGet && x.method != http.MethodPost {
		return exchange{}, wechat.BadField("method", "is "+x.method+"; WeChat's API knows GET and POST")
	}
	return x, nil
}

// form writes the multipart body. The file name in it is ASCII with the given extension: the
// platform answers 41005 to names in other scripts and to parts without one (peers T16).
func (u *Upload) form() (body []byte, contentType string, err error) {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name="media"; filename="%s"`, wireFilename(u.Filename))},
		"Content-Type":        {contentTypeOf(u.Filename)},
	})
	if err != nil {
		return nil, "", err
	}
	if _, err := part.Write(u.Data); err != nil {
		return nil, "", err
	}
	if u.Description != "" {
		if err := w.WriteField("description", u.Description); err != nil {
			return nil, "", err
		}
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	return out.Bytes(), w.FormDataContentType(), nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// wireFilename keeps the letters and digits of a file's name, and its extension.
func wireFilename(name string) string {
	ext := asciiWord(path.Ext(name))
	base := asciiWord(strings.TrimSuffix(path.Base(name), path.Ext(name)))
	if base == "" {
		base = "file"
	}
	if ext == "" {
		return base
	}
	return base + "." + ext
}

func asciiWord(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-' {
			return r
		}
		return -1
	}, s)
}

// contentTypeOf is a list of its own because package mime reads the machine's tables.
func contentTypeOf(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".png":
		return "image/png"
	case ".gif":
		return "image/gif"
	case ".bmp":
		return "image/bmp"
	case ".mp3":
		return "audio/mpeg"
	case ".amr":
		return "audio/amr"
	case ".wma":
		return "audio/x-ms-wma"
	case ".wav":
		return "audio/wav"
	case ".mp4":
		return "video/mp4"
	}
	return "application/octet-stream"
}
