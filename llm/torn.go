package llm

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// torn reads a text that comes in pieces of JSON, whose characters may be torn apart: half of a surrogate pair or the first
// bytes of a character wait for the next piece. The zero torn is ready.
type torn struct {
	half []byte // as it stood in the JSON: at most \ud83c, or three bytes
}

// tornOff stands for a character of which the rest never came.
const tornOff = string(utf8.RuneError)

// text is what has come with the next piece: a string, or nothing.
func (t *torn) text(raw json.RawMessage) (text string, ok bool) {
	if len(raw) == 0 || string(raw) == "null" {
		return "", true
	}
	if raw[0] != '"' {
		return "", false
	}
	inside := slices.Concat(t.half, raw[1:len(raw)-1])
	whole := len(inside) - halfAtEnd(inside)
	t.half = bytes.Clone(inside[whole:])
	err := json.Unmarshal(slices.Concat([]byte{'"'}, inside[:whole], []byte{'"'}), &text)
	return text, err == nil
}

// content is the text of a message: a string, nothing, or a list of parts.
func (t *torn) content(raw json.RawMessage) (string, bool) {
	if text, ok := t.text(raw); ok {
		return text, true
	}
	var parts []struct {
		Type string          `json:"type"`
		Text json.RawMessage `json:"text"`
	}
	if json.Unmarshal(raw, &parts) != nil {
		return "", false
	}
	var b strings.Builder
	for _, p := range parts {
		if p.Type != "" && p.Type != "text" {
			continue
		}
		text, ok := t.text(p.Text)
		if !ok {
			return "", false
		}
		b.WriteString(text)
	}
	return b.String(), true
}

// end is what is left of a character of which the rest did not come.
func (t *torn) end() string {
	if len(t.half) == 0 {
		return ""
	}
	t.half = nil
	return tornOff
}

// halfAtEnd is how many bytes at the end of a text of JSON are the beginning of a character.
func halfAtEnd(s []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(s); n++ {
		if last := s[len(s)-n:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				return n
			}
			break
		}
	}
	const escape = len(`\ud83c`)
	at := len(s) - escape
	if at < 0 || s[at] != '\\' || s[at+1] != 'u' || (len(s[:at])-len(bytes.TrimRight(s[:at], `\`)))%2 != 0 {
		return 0
	}
	if unit, err := strconv.ParseUint(string(s[at+2:]), 16, 16); err != nil || unit < 0xD800 || unit > 0xDBFF {
		return 0 // no first half of a pair
	}
	return escape
}
