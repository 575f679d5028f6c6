package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"moonwire/wechat"
)

// AnswerLimit is the largest answer the client takes, 4 MiB: also the longest string of a script.
// Larger media are refused; ask lists in smaller pages.
const AnswerLimit = 4 << 20

// One exchange may take this long; uploads get longer because phones' videos have 10 MB.
const (
	exchangeTimeout = 10 * time.Second
	uploadTimeout   = 60 * time.Second
)

// wire sends single HTTP exchanges to one host and knows nothing of tokens and repeats.
type wire struct {
	base  *url.URL
	doer  Doer
	blame blame
}

// exchange is one HTTP request, ready to be sent any number of times.
type exchange struct {
	op, method, path string
	query            url.Values
	body             []byte
	contentType      string
	timeout          time.Duration
	secrets          []string // masked in every error
}

func newWire(baseURL string, doer Doer) (*wire, error) {
	if baseURL == "" {
		baseURL = DefaultBaseURL
	}
	base, err := parseBase(baseURL)
	if err != nil {
		return nil, err
	}
	return &wire{base: base, doer: withoutRedirects(doer)}, nil
}

// CheckBase says whether an address can be that of WeChat's API, or of a stand-in; "" can.
func CheckBase(baseURL string) error {
	_, err := newWire(baseURL, nil)
	return err
}

// parseBase reads an address that paths are put behind.
func parseBase(baseURL string) (*url.URL, error) {
	base, err := url.Parse(baseURL)
	if err != nil || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" ||
		base.Scheme != "https" && base.Scheme != "http" {
		return nil, fmt.Errorf("the API's base URL must look like %s", DefaultBaseURL)
	}
	base.Path = strings.TrimRight(base.Path, "/")
	return base, nil
}

// withoutRedirects keeps the token from travelling to where an answer points.
func withoutRedirects(doer Doer) Doer {
	client := &http.Client{}
	if given, ok := doer.(*http.Client); ok && given != nil {
		shallow := *given
		client = &shallow
	} else if doer != nil {
		return doer
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client
}

// target builds the URL from parts and makes sure that no part moved the host.
func (w *wire) target(path string, query url.Values) (*url.URL, error) {
	u := *w.base
	u.Path += path
	u.RawQuery = query.Encode()
	parsed, err := url.Parse(u.String())
	if err != nil || parsed.Scheme != w.base.Scheme || parsed.Host != w.base.Host || parsed.User != nil || parsed.Path != u.Path {
		return nil, wechat.BadField("path", "does not stay on the API's host")
	}
	return parsed, nil
}

// do sends one exchange and reads its whole answer.
func (w *wire) do(ctx context.Context, x exchange) (Answer, error) {
	u, err := w.target(x.path, x.query)
	if err != nil {
		return Answer{}, err
	}
	timed, cancel := context.WithTimeout(ctx, max(x.timeout, exchangeTimeout))
	defer cancel()
	req, err := http.NewRequestWithContext(timed, x.method, u.String(), bytes.NewReader(x.body))
	if err != nil {
		return Answer{}, fatalError(x, notMade, "the request cannot be made: %s", maskError(err.Error(), x.secrets...))
	}
	if x.contentType != "" {
		req.Header.Set("Content-Type", x.contentType)
	}
	req.Header.Set("Accept", "*/*")
	res, err := w.doer.Do(req)
	if err != nil {
		return Answer{}, networkError(ctx, x, err, false)
	}
	defer func() { _ = res.Body.Close() }()
	if res.Request != nil && res.Request.URL.Host != w.base.Host {
		return Answer{}, fatalError(x, misled, "the answer came from another host: redirects must not be followed")
	}
	return readAnswer(ctx, x, res)
}

func readAnswer(ctx context.Context, x exchange, res *http.Response) (Answer, error) {
	body, err := io.ReadAll(io.LimitReader(res.Body, AnswerLimit+1))
	if err != nil {
		return Answer{}, networkError(ctx, x, err, true)
	}
	if len(body) > AnswerLimit {
		return Answer{}, fatalError(x, overLimit, "the answer is over 4 MiB")
	}
	a := Answer{Body: body, ContentType: res.Header.Get("Content-Type")}
	if _, params, err := mime.ParseMediaType(res.Header.Get("Content-Disposition")); err == nil {
		a.Filename = params["filename"]
	}
	if looksJSON(body) {
		a.JSON = body
	}
	if res.StatusCode != http.StatusOK && a.errcode() == 0 {
		return Answer{}, statusError(x, res.StatusCode)
	}
	return a, nil
}

// looksJSON decides by the bytes alone: the platform sends JSON as text/plain too.
func looksJSON(body []byte) bool {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	if len(body) == 0 || body[0] != '{' && body[0] != '[' {
		return false
	}
	if json.Valid(body) {
		return true
	}
	_, err := parseJSON(body)
	return err == nil
}
