package wechat

// Query holds the parameters that WeChat adds to the callback URL, unescaped once. Timestamp and
// Nonce stay strings because the signatures are made over their text.
type Query struct {
	Signature, Timestamp, Nonce, MsgSignature, EncryptType, EchoStr string
	// OpenID names the fan in practice but is documented nowhere and not signed: good for hashing a
	// fan to a node, never to be trusted over the body.
	OpenID string
}

func ParseQuery(raw string) Query { return Query{} }
