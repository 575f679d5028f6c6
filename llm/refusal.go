package llm

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"moonwire/internal/mask"
)

// maxRefusal is how many bytes of an answer that is no answer are read, and maxReason how many are told.
const (
	maxRefusal = 16 << 10
	maxReason  = 300
)

// refusal reads why a provider does not answer. raw is what it wrote, for telling dialects apart.
func (c *Client) refusal(resp *http.Response) (e *Error, raw string) {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxRefusal))
	code, reason := reasonOf(body)
	e = NewError(kindOf(resp.StatusCode, code, reason), "HTTP %d", resp.StatusCode)
	e.Status = resp.StatusCode
	if reason = c.tellable(reason); reason != "" {
		e.Message += ": " + reason
	}
	return e, string(body)
}

// reasonOf finds the reason in the shapes in which providers give it: {"error": {"message", "code"}}, {"error": "…"},
// {"message": "…"}.
func reasonOf(body []byte) (code, reason string) {
	var shape struct {
		Error   json.RawMessage `json:"error"`
		Message string          `json:"message"`
		Msg     string          `json:"msg"`
		Code    any             `json:"code"`
	}
	if json.Unmarshal(body, &shape) != nil {
		return "", ""
	}
	var inner struct {
		Message string `json:"message"`
		Code    any    `json:"code"`
		Type    string `json:"type"`
	}
	var text string
	switch {
	case json.Unmarshal(shape.Error, &inner) == nil && inner.Message != "":
		return word(inner.Code) + " " + inner.Type, inner.Message
	case json.Unmarshal(shape.Error, &text) == nil && text != "":
		return word(shape.Code), text
	case shape.Message != "":
		return word(shape.Code), shape.Message
	}
	return word(shape.Code), shape.Msg
}

func word(v any) string {
	s, _ := v.(string)
	return s
}

func kindOf(status int, code, reason string) Kind {
	text := strings.ToLower(code + " " + reason)
	says := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(text, w) {
				return true
			}
		}
		return false
	}
	switch {
	case status == http.StatusPaymentRequired,
		says("insufficient_quota", "insufficient balance", "insufficient_balance", "arrearage", "余额不足", "欠费", "exceeded your current quota"):
		return Quota
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return Unauthorized
	case status == http.StatusTooManyRequests:
		return Rate
	case status == http.StatusRequestTimeout, status >= 500:
		return Down
	case status >= 400:
		return Refused
	}
	return Garbage
}

// tellable is a provider's sentence without the key, on one line and bounded.
func (c *Client) tellable(s string) string {
	s = c.masked(s)
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == ' ' }), " ")
	if len(s) <= maxReason {
		return strings.ToValidUTF8(s, "")
	}
	cut := maxReason
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strings.ToValidUTF8(s[:cut], "") + "…"
}

// masked is a text without the key, and without what providers show of it: "Incorrect API key provided: sk-ab***yz".
func (c *Client) masked(s string) string {
	key := string(c.endpoint.Key)
	if key == "" {
		return s
	}
	s = c.mask.Text(strings.ReplaceAll(s, key, mask.Redacted))
	const shown = 4
	if len(key) < 2*shown {
		return s
	}
	words := strings.Fields(s)
	for _, w := range words {
		if bare := strings.Trim(w, `.,;:"'()`); len(bare) > shown && strings.Contains(bare, "*") && strings.HasPrefix(bare, key[:shown]) {
			s = strings.ReplaceAll(s, bare, mask.Redacted)
		}
	}
	return s
}
