package wechat

import (
	"net/url"
	"strings"
)

// Query holds the parameters that WeChat adds to the callback URL, unescaped once. Timestamp and
// Nonce stay strings because the signatures are made over their text.
type Query struct {
	Signature, Timestamp, Nonce, MsgSignature, EncryptType, EchoStr string
	// OpenID names the fan in practice but is documented nowhere and not signed: good for hashing a
	// fan to a node, never to be trusted over the body.
	OpenID string
}

// ParseQuery reads a raw query (url.URL.RawQuery). Other parameters are passed over, of a repeated
// one the first counts, and one with a broken escape counts as absent. It allocates only when a
// value needs unescaping.
func ParseQuery(raw string) Query {
	var q Query
	for raw != "" {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		name, value, _ := strings.Cut(pair, "=")
		field := q.field(name)
		if field == nil || *field != "" {
			continue
		}
		if v, err := unescapeOnce(value); err == nil {
			*field = v
		}
	}
	return q
}

func (q *Query) field(name string) *string {
	switch name {
	case "signature":
		return &q.Signature
	case "timestamp":
		return &q.Timestamp
	case "nonce":
		return &q.Nonce
	case "msg_signature":
		return &q.MsgSignature
	case "encrypt_type":
		return &q.EncryptType
	case "echostr":
		return &q.EchoStr
	case "openid":
		return &q.OpenID
	}
	return nil
}

func unescapeOnce(s string) (string, error) {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s, nil
	}
	return url.QueryUnescape(s)
}
