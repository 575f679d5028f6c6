package wechat

import "log/slog"

// KeyPair is what WeChat's console and the callback share: the Token of the signatures (3 to 32
// characters) and the EncodingAESKey (43 characters; empty in plain mode).
type KeyPair struct{ Token, EncodingAESKey string }

const redacted = "[redacted]"

// String keeps the secrets out of logs and errors.
func (KeyPair) String() string { return redacted }

// GoString keeps the secrets out of %#v.
func (KeyPair) GoString() string { return redacted }

// LogValue keeps the secrets out of slog.
func (KeyPair) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText keeps the secrets out of JSON and YAML.
func (KeyPair) MarshalText() ([]byte, error) { return []byte(redacted), nil }
