package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"

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

// escapes finds what a string of JSON writes with a backslash, a run of \uXXXX at a time.
var escapes = regexp.MustCompile(`(?:\\u[0-9A-Fa-f]{4})+|\\[^u]`)

// inString writes a character that a string of JSON cannot hold as it is, and drops those that could only be
// written as \uXXXX.
var inString = func() *strings.Replacer {
	pairs := []string{"\n", `\n`, "\r", `\r`, "\t", `\t`, `"`, `\"`, `\`, `\\`}
	for c := rune(0); c < ' '; c++ {
		pairs = append(pairs, string(c), "")
	}
	return strings.NewReplacer(pairs...)
}()

// unescape turns every \uXXXX of valid JSON into the character itself.
func unescape(in []byte) []byte {
	if !bytes.Contains(in, []byte(`\u`)) {
		return in
	}
	return escapes.ReplaceAllFunc(in, func(escape []byte) []byte {
		if escape[1] != 'u' {
			return escape
		}
		var text string
		_ = json.Unmarshal([]byte(`"`+string(escape)+`"`), &text) // joins surrogates; one alone becomes U+FFFD
		return []byte(inString.Replace(text))
	})
}
