package sim

import (
	"net/url"
	"regexp"
	"time"
	"unicode/utf8"
)

// Call is one call of the server API, without its secrets.
type Call struct {
	Seq     int64         `json:"seq"`
	At      time.Time     `json:"at"`
	Method  string        `json:"method"`
	Path    string        `json:"path"`
	Query   string        `json:"query,omitempty"`
	Body    string        `json:"body,omitempty"`
	Status  int           `json:"status"`
	Answer  string        `json:"answer,omitempty"`
	ErrCode int           `json:"errcode"`
	Rid     string        `json:"rid"`
	Took    time.Duration `json:"took"`
	Client  string        `json:"client"`
}

const (
	callLimit = 500     // calls kept per account
	callBody  = 8 << 10 // bytes kept of each body
)

// callLog is guarded by the account's mutex.
type callLog struct {
	calls []Call
	last  int64
}

func (l *callLog) add(c Call) {
	l.last++
	c.Seq = l.last
	if len(l.calls) >= callLimit {
		l.calls = append(l.calls[:0:0], l.calls[callLimit/4:]...)
	}
	l.calls = append(l.calls, c)
}

// Calls lists the latest calls of an account with a number above after, oldest first. Up to 500 are kept.
func (p *Platform) Calls(accountName string, after int64) ([]Call, error) {
	a, err := p.account(accountName)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	var found []Call
	for _, c := range a.state.calls.calls {
		if c.Seq > after {
			found = append(found, c)
		}
	}
	return found, nil
}

func (c *call) log(out *answer, took time.Duration) {
	entry := Call{
		At: c.now, Method: c.req.Method, Path: c.req.URL.Path, Query: withoutSecrets(c.query), Body: excerpt(c.body),
		Status: out.status, Answer: excerpt(out.body), ErrCode: out.errcode, Rid: c.rid, Took: took, Client: c.clientIP(),
	}
	c.p.o.Log.Debug("api call", "account", c.accountName(), "path", entry.Path, "errcode", entry.ErrCode, "took", took)
	if c.a == nil {
		return
	}
	entry.Body, entry.Answer = mask(entry.Body), mask(entry.Answer)
	c.a.mu.Lock()
	defer c.a.mu.Unlock()
	c.a.state.calls.add(entry)
}

// excerpt is the part of a body worth keeping: text, cut to a bound.
func excerpt(b []byte) string {
	if !utf8.Valid(b) {
		return "[binary]"
	}
	if len(b) > callBody {
		b = b[:callBody]
	}
	return string(b)
}

var secretFields = regexp.MustCompile(`("(?:access_token|secret|refresh_token|ticket)"\s*:\s*")[^"]*`)

func mask(s string) string { return secretFields.ReplaceAllString(s, "${1}***") }

func withoutSecrets(q url.Values) string {
	shown := url.Values{}
	for k, v := range q {
		switch k {
		case "access_token", "secret", "appsecret", "refresh_token", "code":
			shown.Set(k, "***")
		default:
			shown[k] = v
		}
	}
	return shown.Encode()
}

func ridAPI() route {
	return route{path: "/cgi-bin/openapi/rid/get", do: func(c *call) (any, error) {
		var in struct{ Rid string }
		if err := c.decode(&in); err != nil {
			return nil, err
		}
		if !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{8}){2}$`).MatchString(in.Rid) {
			return nil, refuse(76002)
		}
		for _, e := range c.a.state.calls.calls {
			if e.Rid == in.Rid && c.now.Sub(e.At) < 7*24*time.Hour {
				return map[string]any{"errcode": 0, "errmsg": "ok", "request": map[string]any{
					"invoke_time": e.At.Unix(), "cost_in_ms": e.Took.Milliseconds(), "request_url": e.Path + "?" + e.Query,
					"request_body": e.Body, "response_body": e.Answer, "client_ip": e.Client,
				}}, nil
			}
		}
		return nil, refuse(76001)
	}}
}
