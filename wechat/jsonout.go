package wechat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// EncodeJSON writes v the way the platform wants it (wechat-protocol §0): raw UTF-8 and never a
// \uXXXX escape, which menus refuse with 40033 and texts show literally. Control characters that
// JSON could only write as such an escape are dropped; bytes that are not UTF-8 become U+FFFD.
func EncodeJSON(v any) ([]byte, error) {
	if raw, ok := v.(json.RawMessage); ok && !json.Valid(raw) {
		return nil, fmt.Errorf("the body is not JSON")
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("the body cannot be written as JSON: %w", err)
	}
	return unescape(bytes.TrimSuffix(out.Bytes(), []byte("\n"))), nil
}

// unescape turns every \uXXXX of valid JSON into the character itself.
func unescape(in []byte) []byte {
	if !bytes.Contains(in, []byte(`\u`)) {
		return in
	}
	out := make([]byte, 0, len(in))
	for i := 0; i < len(in); {
		if in[i] != '\\' {
			out = append(out, in[i])
			i++
			continue
		}
		if in[i+1] != 'u' {
			out = append(out, in[i], in[i+1])
			i += 2
			continue
		}
		r, n := escapedRune(in[i:])
		out = appendJSONRune(out, r)
		i += n
	}
	return out
}

// escapedRune reads one \uXXXX, or a surrogate pair of two, and says how long it was.
func escapedRune(in []byte) (rune, int) {
	r := hex4(in[2:])
	if r >= 0xD800 && r < 0xDC00 && len(in) >= 12 && in[6] == '\\' && in[7] == 'u' {
		if low := hex4(in[8:]); low >= 0xDC00 && low < 0xE000 {
			return (r-0xD800)<<10 + (low - 0xDC00) + 0x10000, 12
		}
	}
	return r, 6
}

func hex4(in []byte) rune {
	n, err := strconv.ParseUint(string(in[:4]), 16, 32)
	if err != nil {
		return utf8.RuneError
	}
	return rune(n)
}

// appendJSONRune writes r inside a JSON string without \uXXXX.
func appendJSONRune(out []byte, r rune) []byte {
	switch {
	case r == '\n':
		return append(out, `\n`...)
	case r == '\r':
		return append(out, `\r`...)
	case r == '\t':
		return append(out, `\t`...)
	case r < 0x20:
		return out
	case r == '"' || r == '\\':
		return append(out, '\\', byte(r))
	}
	return utf8.AppendRune(out, r)
}
