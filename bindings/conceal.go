package bindings

import (
	"errors"
	"fmt"
	"strings"

	"moonwire/engine"
	"moonwire/wechat"
)

const (
	concealed = "[redacted]"
	// telltale is how much of a secret's beginning betrays it: texts are cut anywhere.
	telltale = 12
)

// conceal takes the tokens that the turn was given out of a text for people.
func (s *state) conceal(text string) string {
	for _, secret := range s.secrets {
		text = concealOne(text, secret)
	}
	return text
}

func concealOne(text, secret string) string {
	start := secret[:min(telltale, len(secret))]
	var b strings.Builder
	for start != "" {
		i := strings.Index(text, start)
		if i < 0 {
			break
		}
		n := len(start)
		for n < len(secret) && i+n < len(text) && text[i+n] == secret[n] {
			n++
		}
		b.WriteString(text[:i])
		b.WriteString(concealed)
		text = text[i+n:]
	}
	b.WriteString(text)
	return b.String()
}

// concealError takes them out of an error: its words, and its locals altogether.
func (s *state) concealError(err error) error {
	var e *engine.ScriptError
	if len(s.secrets) == 0 || !errors.As(err, &e) {
		return err
	}
	e.Msg, e.Hint, e.Locals, e.Value = s.conceal(e.Msg), s.conceal(e.Hint), nil, nil
	return err
}

// tells reports whether an answer would hand a token to a fan, and with the answer to the trace.
func (s *state) tells(reply wechat.Reply) bool {
	if len(s.secrets) == 0 {
		return false
	}
	text := fmt.Sprintf("%v", reply)
	return s.conceal(text) != text
}
