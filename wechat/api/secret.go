package api

import (
	"fmt"
	"log/slog"
)

// hiddenSecret is what every way of printing a Secret gives.
const hiddenSecret = "[redacted]"

// Secret is a text that must not be read by anybody who reads logs, errors or pages: an AppSecret,
// an access_token, a ticket. Every way of printing it gives "[redacted]"; Reveal gives the text.
type Secret string

// Reveal returns the text itself, for the one place that sends it.
func (s Secret) Reveal() string { return string(s) }

// String hides the text.
func (s Secret) String() string { return hiddenSecret }

// Format hides the text under every verb of package fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hiddenSecret)) }

// LogValue hides the text from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hiddenSecret) }

// MarshalText hides the text from JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hiddenSecret), nil }
