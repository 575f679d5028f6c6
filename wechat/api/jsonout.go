package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"unicode/utf8"

	"moonwire/wechat"
)

// EncodeJSON writes v the way the platform wants it (wechat-protocol §0): raw UTF-8 and never a
// \uXXXX escape, which menus refuse with 40033 and texts show literally. Control characters that
// JSON could only write as such an escape are dropped; bytes that are not UTF-8 become U+FFFD.
// What would be larger than any request is a *FieldError, before it is written.
func EncodeJSON(v any) ([]byte, error) {
	if raw, ok := v.(json.RawMessage); ok && !json.Valid(raw) {
		return nil, fmt.Errorf("the body is not JSON")
	}
	if jsonSize(reflect.ValueOf(v), maxJSONBody) > maxJSONBody {
		return nil, wechat.BadField("body", fmt.Sprintf("is too large; want at most %d bytes of JSON", maxJSONBody))
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("the body cannot be written as JSON: %w", err)
	}
	return unescape(bytes.TrimSuffix(out.Bytes(), []byte("\n"))), nil
}

// maxJSONBody is far above the largest request there is, a draft of eight articles.
const maxJSONBody = 4 << 20

// jsonSize is about how many bytes v takes as JSON, counted until they are more than enough. The numbers and
// names of a struct are few and left out.
func jsonSize(v reflect.Value, enough int) (size int) {
	switch v.Kind() {
	case reflect.String:
		return escapedSize(v.String())
	case reflect.Pointer, reflect.Interface:
		return jsonSize(v.Elem(), enough)
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Len()
		}
		for i := 0; i < v.Len() && size <= enough; i++ {
			size += 1 + jsonSize(v.Index(i), enough-size)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next() && size <= enough; {
			size += 2 + jsonSize(it.Key(), enough-size) + jsonSize(it.Value(), enough-size)
		}
	case reflect.Struct:
		for i := 0; i < v.NumField() && size <= enough; i++ {
			size += jsonSize(v.Field(i), enough-size)
		}
	}
	return size
}

// escapedSize counts the control characters of a text as encoding/json first writes them.
func escapedSize(s string) int {
	size := len(s)
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' {
			size += 5
		}
	}
	return size
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
