package bindings

import (
	"errors"
	"strings"

	"moonwire/engine"
)

const (
	concealed = "[redacted]"
	// telltale is how much of a secret betrays it, from wherever in it: scripts and our own texts cut anywhere.
	telltale = 12
)

// conceal takes the account's secrets out of a text for people, and the tokens that the turn was given, longer parts of
// them too.
func (s *state) conceal(text string) string { return s.concealTokens(s.p.config.Secrets.Text(text)) }

func (s *state) concealTokens(text string) string {
	for _, secret := range s.secrets {
		text = concealOne(text, secret)
	}
	return text
}

func concealOne(text, secret string) string {
	if len(secret) < telltale {
		return text
	}
	parts := make(map[string]int, len(secret))
	for i := range len(secret) - telltale + 1 {
		parts[secret[i:i+telltale]] = i
	}
	var b strings.Builder
	from := 0
	for i := 0; i+telltale <= len(text); {
		at, found := parts[text[i:i+telltale]]
		if !found {
			i++
			continue
		}
		b.WriteString(text[from:i])
		b.WriteString(concealed)
		for at < len(secret) && i < len(text) && text[i] == secret[at] {
			at++
			i++
		}
		from = i
	}
	b.WriteString(text[from:])
	return b.String()
}

// masked is what a decoder of ours gives to a script, without the account's secrets: what another system wrote in base64, or
// escaped many times, may hold one that could not be known before.
func (a arguments) masked(text string) string {
	if s := stateOf(a.turn); s != nil && s.p != nil {
		return s.p.config.Secrets.Text(text)
	}
	return text
}

// concealError takes them out of an error: its words, and its locals altogether.
func (s *state) concealError(err error) error {
	if len(s.secrets) == 0 {
		return err
	}
	var e *engine.ScriptError
	if !errors.As(err, &e) {
		return err
	}
	e.Msg, e.Hint, e.Locals, e.Value = s.conceal(e.Msg), s.conceal(e.Hint), nil, nil
	return err
}

// tells reports whether a message, as text, would hand a token to a fan, and with it to the trace.
func (s *state) tells(message string) bool {
	return len(s.secrets) > 0 && s.concealTokens(message) != message
}
