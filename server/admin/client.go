package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"moonwire/server/openapi"
)

// Client asks a Handler.
type Client struct {
	URL   string // http://127.0.0.1:8420
	Token string
	As    string // who asks, for the audit; nobody proves it
	// Patience is how long it may take until an answer begins; 0 = as long as the method may take, and some seconds.
	Patience time.Duration
}

// What callers branch on.
var (
	// ErrUnreachable says that no moonwire answers.
	ErrUnreachable = errors.New("no moonwire answers")
	// ErrSlow says that a moonwire, or something else, takes a request and does not answer.
	ErrSlow = errors.New("what is there does not answer in time; what was asked may still be done")
	// ErrToken says that the token is another's.
	ErrToken = errors.New("the token is not that of the moonwire that answers")
)

// Refused is a no of the server, in its words.
type Refused struct {
	Kind    openapi.Kind `json:"kind"`
	Message string       `json:"message"`
	Field   string       `json:"field"`
	Hint    string       `json:"hint"`
	Trace   string       `json:"trace"`
}

// Error is one sentence. The field is left out: a command has no fields.
func (r *Refused) Error() string {
	if r.Hint == "" {
		return r.Message
	}
	return r.Message + "; " + r.Hint
}

// Bounds on what a server answers.
const (
	maxAnswer  = 256 << 20 // the files of a build in base64, and room
	maxRefusal = 64 << 10
	dialTime   = 5 * time.Second
)

// Call calls a method and decodes its answer into v, which may be nil.
func (c Client) Call(ctx context.Context, method string, body, v any) error {
	return c.Read(ctx, method, body, func(answer io.Reader) error {
		if v == nil {
			v = new(any)
		}
		return json.NewDecoder(answer).Decode(v)
	})
}

// Read calls a method and hands its answer on while it arrives.
func (c Client) Read(ctx context.Context, method string, body any, read func(io.Reader) error) error {
	sent, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if body == nil {
		sent = []byte("{}")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL+Prefix+method, bytes.NewReader(sent))
	if err != nil {
		return fmt.Errorf("%w at %s: that is no address", ErrUnreachable, c.URL)
	}
	req.Header.Set("Authorization", "Bearer "+c.Token)
	req.Header.Set("Content-Type", "application/json")
	if c.As != "" {
		req.Header.Set(AsHeader, c.As)
	}
	// No redirects and no proxy: the token is for the one address.
	transport := &http.Transport{DialContext: (&net.Dialer{Timeout: dialTime}).DialContext, DisableKeepAlives: true, ResponseHeaderTimeout: c.patience(method)}
	client := http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return c.lost(ctx, err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Header.Get(markHeader) == "" {
		return c.refusal(res)
	}
	if err := read(io.LimitReader(res.Body, maxAnswer)); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var syntax *json.SyntaxError
		var mismatch *json.UnmarshalTypeError
		if errors.As(err, &syntax) || errors.As(err, &mismatch) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("%w at %s: what it sends breaks off, or is something else's", ErrUnreachable, c.URL)
		}
		return err
	}
	return nil
}

// lost says why no answer came.
func (c Client) lost(ctx context.Context, err error) error {
	var slow net.Error
	var dial *net.OpError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &slow) && slow.Timeout() && !(errors.As(err, &dial) && dial.Op == "dial"):
		return fmt.Errorf("%s: %w", c.URL, ErrSlow)
	}
	return fmt.Errorf("%w at %s", ErrUnreachable, c.URL)
}

// patience is how long the answer of a method may let wait for itself.
func (c Client) patience(name string) time.Duration {
	if c.Patience > 0 {
		return c.Patience
	}
	longest := patience
	for _, m := range methods() {
		if m.Name == name {
			longest = max(longest, m.patience)
		}
	}
	return longest + dialTime
}

// refusal says what an answer means that is no success.
func (c Client) refusal(res *http.Response) error {
	var answer struct{ Error *Refused }
	body, _ := io.ReadAll(io.LimitReader(res.Body, maxRefusal))
	ours := json.Unmarshal(body, &answer) == nil && answer.Error != nil && answer.Error.Message != ""
	switch {
	case ours && res.StatusCode == http.StatusUnauthorized:
		return fmt.Errorf("%w at %s", ErrToken, c.URL)
	case ours:
		return answer.Error
	case res.StatusCode == http.StatusForbidden && strings.HasPrefix(string(body), "this address answers to"):
		return fmt.Errorf("%w at %s: it refuses this name; ask by an IP address, or name it under admin_hosts in its moonwire.yaml", ErrUnreachable, c.URL)
	}
	return fmt.Errorf("%w at %s: what answers there is something else (status %d)", ErrUnreachable, c.URL, res.StatusCode)
}
